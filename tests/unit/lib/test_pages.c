/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What lib/pages.h promises: memory as any other. */
#include <stdlib.h>
#include <string.h>

#include "lib/pages.h"
#include "tests/unit/unit.h"

static const size_t sizes[] = {1, 4096, 100000, 5 << 20, (4 << 20) + 1};

static size_t count_of(const uint8_t *bytes, size_t size, uint8_t value)
{
	size_t count = 0;
	for (size_t i = 0; i < size; i++)
		count += bytes[i] == value;
	return count;
}

START_TEST(zeroed_memory_is_zero_all_over)
{
	uint8_t *bytes = pages_calloc(sizes[_i], 1);
	ck_assert_ptr_nonnull(bytes);
	ck_assert_uint_eq(count_of(bytes, sizes[_i], 0), sizes[_i]);
	free(bytes);
}
END_TEST

START_TEST(taking_pages_keeps_what_they_hold)
{
	uint8_t *bytes = pages_alloc(sizes[_i]);
	ck_assert_ptr_nonnull(bytes);
	memset(bytes, 7, sizes[_i]);
	pages_take(bytes, sizes[_i]);
	pages_take(bytes + sizes[_i] / 2, sizes[_i] - sizes[_i] / 2);
	ck_assert_uint_eq(count_of(bytes, sizes[_i], 7), sizes[_i]);
	free(bytes);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pages");
	TCase *tcase = tcase_create("pages");
	int count = sizeof(sizes) / sizeof(sizes[0]);
	tcase_add_loop_test(tcase, zeroed_memory_is_zero_all_over, 0, count);
	tcase_add_loop_test(tcase, taking_pages_keeps_what_they_hold, 0, count);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
