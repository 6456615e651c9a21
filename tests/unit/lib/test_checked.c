/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Sums and ranges of numbers out of a file never wrap. */
#include "tests/unit/unit.h"

#include "lib/checked.h"

START_TEST(sums_and_products_that_do_not_fit_are_told)
{
	uint64_t result;
	ck_assert(checked_add(1, 2, &result));
	ck_assert_uint_eq(result, 3);
	ck_assert(!checked_add(UINT64_MAX, 1, &result));
	ck_assert(checked_mul(1u << 20, 1u << 20, &result));
	ck_assert(!checked_mul(UINT64_MAX, 2, &result));
	ck_assert(checked_align(33, 32, &result));
	ck_assert_uint_eq(result, 64);
	ck_assert(checked_align(64, 32, &result));
	ck_assert_uint_eq(result, 64);
	ck_assert(!checked_align(UINT64_MAX, 32, &result));
}
END_TEST

START_TEST(a_range_ends_within_or_is_refused)
{
	ck_assert(checked_within(0, 0, 0));
	ck_assert(checked_within(4, 6, 10));
	ck_assert(!checked_within(4, 7, 10));
	ck_assert(!checked_within(11, 0, 10));
	ck_assert(!checked_within(UINT64_MAX, 2, 10));
	ck_assert(!checked_within(2, UINT64_MAX, 10));
}
END_TEST

START_TEST(neighbours_do_not_overlap)
{
	ck_assert(!checked_overlap(0, 4, 4, 4));
	ck_assert(checked_overlap(0, 5, 4, 4));
	ck_assert(checked_overlap(4, 1, 0, 8));
	ck_assert(!checked_overlap(4, 0, 0, 8));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("checked");
	TCase *tests = tcase_create("arithmetic");
	tcase_add_test(tests, sums_and_products_that_do_not_fit_are_told);
	tcase_add_test(tests, a_range_ends_within_or_is_refused);
	tcase_add_test(tests, neighbours_do_not_overlap);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
