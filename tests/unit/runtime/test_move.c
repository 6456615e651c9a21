/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Copying and filling across memories, against a simple model. */
#include <string.h>

#include "runtime/move.h"
#include "tests/unit/runtime/sample_table.h"
#include "tests/unit/runtime/target.h"
#include "tests/unit/unit.h"

/* Regions 0 and 2 are memories, 1 and 3 data, 4 is code. */
static struct sample table;
static uint8_t *memory[2];
static uint8_t model[2][ROOM];

static void setup(void)
{
	table = sample_table();
	memory[0] = target_add(MEMORY_0, ROOM);
	memory[1] = target_add(MEMORY_1, ROOM);
	for (uint32_t i = 0; i < ROOM; i++)
		for (unsigned m = 0; m < 2; m++)
			memory[m][i] = model[m][i] = (uint8_t)random_below(256);
}

static void expect_model(void)
{
	ck_assert_mem_eq(memory[0], model[0], ROOM);
	ck_assert_mem_eq(memory[1], model[1], ROOM);
}

static bool fits(uint32_t offset, uint32_t size)
{
	return (uint64_t)offset + size <= MEMORY_SIZE;
}

/* Often near the end, sometimes anywhere. */
static uint32_t draw(void)
{
	switch (random_below(4)) {
	case 0:
		return MEMORY_SIZE - 4 + random_below(8);
	case 1:
		return 0u - random_below(MEMORY_SIZE + 8);
	default:
		return random_below(MEMORY_SIZE);
	}
}

static uint32_t draw_size(void)
{
	return random_below(3) == 0 ? random_below(12) : draw();
}

static void copy(
	unsigned to_memory, uint32_t to, unsigned from_memory, uint32_t from, uint32_t size)
{
	bool good = fits(to, size) && fits(from, size);
	if (good)
		memmove(model[to_memory] + to, model[from_memory] + from, size);
	ck_assert_int_eq(
		berth_table_copy(&table.header, 2 * to_memory, to, 2 * from_memory, from, size),
		good);
}

static void fill(unsigned in, uint32_t at, uint8_t value, uint32_t size)
{
	bool good = fits(at, size);
	if (good)
		memset(model[in] + at, value, size);
	ck_assert_int_eq(berth_table_fill(&table.header, 2 * in, at, value, size), good);
}

START_TEST(random_operations_do_what_the_model_does)
{
	for (unsigned i = 0; i < 20000; i++) {
		if (random_below(3) != 0)
			copy(random_below(2), draw(), random_below(2), draw(), draw_size());
		else
			fill(random_below(2), draw(), (uint8_t)random_below(256), draw_size());
		if (i % 16 == 0)
			expect_model();
	}
	expect_model();
}
END_TEST

/* Every distance and alignment of ranges that overlap, both ways. */
START_TEST(ranges_that_overlap_are_moved_whole)
{
	for (uint32_t from = 0; from < 12; from++)
		for (uint32_t to = 0; to < 12; to++)
			for (uint32_t size = 0; size < 24; size++)
				copy(0, 64 + to, 0, 64 + from, size);
	expect_model();
}
END_TEST

START_TEST(no_bytes_at_the_end_are_fine_and_one_further_is_not)
{
	copy(0, MEMORY_SIZE, 1, MEMORY_SIZE, 0);
	copy(0, MEMORY_SIZE + 1, 1, 0, 0);
	copy(0, 0, 1, MEMORY_SIZE + 1, 0);
	fill(1, MEMORY_SIZE, 1, 0);
	fill(1, MEMORY_SIZE + 1, 1, 0);
	expect_model();
}
END_TEST

START_TEST(what_would_trap_writes_nothing)
{
	static const uint32_t sizes[] = {
		1, 2, MEMORY_SIZE, UINT32_MAX, UINT32_MAX - MEMORY_SIZE + 2};
	for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		copy(0, MEMORY_SIZE - 1, 1, 1, sizes[i] + 1);
		copy(0, 1, 1, MEMORY_SIZE - 1, sizes[i] + 1);
		fill(0, MEMORY_SIZE - 1, 0x55, sizes[i] + 1);
	}
	expect_model();
}
END_TEST

START_TEST(only_memories_of_the_table_are_touched)
{
	static const uint32_t none[] = {1, 3, 4, 5, UINT32_MAX};
	for (unsigned i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		ck_assert(!berth_table_copy(&table.header, none[i], 0, 0, 0, 1));
		ck_assert(!berth_table_copy(&table.header, 0, 0, none[i], 0, 1));
		ck_assert(!berth_table_copy(&table.header, 0, 0, none[i], 0, 0));
		ck_assert(!berth_table_fill(&table.header, none[i], 0, 1, 1));
	}
	expect_model();
}
END_TEST

START_TEST(carves_and_shared_memory_are_moved_alike)
{
	static const uint32_t kinds[] = {BERTH_KIND_CARVE, BERTH_KIND_SHARED};
	for (unsigned i = 0; i < 2; i++) {
		table.regions[2].kind = kinds[i];
		copy(1, 10, 0, 20, 100);
		fill(1, MEMORY_SIZE - 1, 3, 2);
	}
	expect_model();
	table.regions[2].kind = BERTH_KIND_CARVE;
	ck_assert_uint_eq(berth_table_memory(&table.header, 1, 0), 2);
}
END_TEST

START_TEST(memories_are_found_by_owner_and_index)
{
	ck_assert_uint_eq(berth_table_memory(&table.header, 0, 0), 0);
	ck_assert_uint_eq(berth_table_memory(&table.header, 1, 0), 2);
	ck_assert_uint_eq(berth_table_memory(&table.header, 1, 1), BERTH_NONE);
	ck_assert_uint_eq(berth_table_memory(&table.header, 2, 0), BERTH_NONE);
	ck_assert_uint_eq(berth_table_memory(&table.header, 0, BERTH_NONE), BERTH_NONE);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("move");
	TCase *cases = tcase_create("move");
	tcase_set_timeout(cases, 60);
	tcase_add_checked_fixture(cases, setup, target_clear);
	tcase_add_test(cases, random_operations_do_what_the_model_does);
	tcase_add_test(cases, ranges_that_overlap_are_moved_whole);
	tcase_add_test(cases, no_bytes_at_the_end_are_fine_and_one_further_is_not);
	tcase_add_test(cases, what_would_trap_writes_nothing);
	tcase_add_test(cases, only_memories_of_the_table_are_touched);
	tcase_add_test(cases, carves_and_shared_memory_are_moved_alike);
	tcase_add_test(cases, memories_are_found_by_owner_and_index);
	suite_add_tcase(suite, cases);
	return unit_run(suite);
}
