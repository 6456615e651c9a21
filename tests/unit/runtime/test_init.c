/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The initial state of the components' memories. */
#include <string.h>

#include "runtime/init.h"
#include "tests/unit/runtime/sample_table.h"
#include "tests/unit/runtime/target.h"
#include "tests/unit/unit.h"

static struct sample table;
static uint8_t *memory[2];
static uint8_t *data[2];

/* Every byte is dirty before. */
static void setup(void)
{
	table = sample_table();
	memory[0] = target_add(MEMORY_0, ROOM);
	data[0] = target_add(DATA_0, ROOM);
	memory[1] = target_add(MEMORY_1, ROOM);
	data[1] = target_add(DATA_1, ROOM);
	for (unsigned i = 0; i < 2; i++) {
		memset(memory[i], 0xaa, ROOM);
		memset(data[i], 0xaa, ROOM);
	}
}

/* Records in exactly as many bytes as they take. */
struct records {
	uint8_t *bytes;
	uint32_t size;
};

static void add_record(struct records *records, uint32_t context, uint32_t address,
	const void *bytes, uint32_t size)
{
	uint32_t padded = (size + 3) / 4 * 4;
	struct berth_init init = {context, address, size};
	records->bytes = realloc(records->bytes, records->size + sizeof(init) + padded);
	ck_assert_ptr_nonnull(records->bytes);
	memcpy(records->bytes + records->size, &init, sizeof(init));
	memset(records->bytes + records->size + sizeof(init), 0, padded);
	memcpy(records->bytes + records->size + sizeof(init), bytes, size);
	records->size += (uint32_t)sizeof(init) + padded;
}

static struct records good_records(void)
{
	struct records records = {0};
	add_record(&records, 0, MEMORY_0 + 0x400, "hello", 5);
	add_record(&records, 1, MEMORY_1 + MEMORY_SIZE - 3, "end", 3);
	add_record(&records, 0, DATA_0 + 0x800, "glob", 4);
	add_record(&records, 1, MEMORY_1, "", 0);
	return records;
}

static bool is_zero(const uint8_t *bytes, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++) {
		if (bytes[i] != 0)
			return false;
	}
	return true;
}

static bool is_untouched(const uint8_t *bytes)
{
	for (uint32_t i = 0; i < ROOM; i++) {
		if (bytes[i] != 0xaa)
			return false;
	}
	return true;
}

START_TEST(everything_the_rows_open_is_zero_but_for_the_records)
{
	struct records records = good_records();
	ck_assert(berth_init_apply(&table.header, records.bytes, records.size, BERTH_NONE));
	ck_assert(is_zero(memory[0], 0, 0x400));
	ck_assert_mem_eq(memory[0] + 0x400, "hello", 5);
	ck_assert(is_zero(memory[0], 0x405, ROOM));
	ck_assert_mem_eq(memory[1] + MEMORY_SIZE - 3, "end", 3);
	ck_assert(is_zero(memory[1], MEMORY_SIZE, ROOM));
	ck_assert_mem_eq(data[0] + 0x800, "glob", 4);
	ck_assert(is_zero(data[0], 0, 0x800));
	ck_assert(is_zero(data[1], 0, ROOM));
	free(records.bytes);
}
END_TEST

START_TEST(one_component_is_restarted_and_the_others_keep_theirs)
{
	struct records records = good_records();
	ck_assert(berth_init_apply(&table.header, records.bytes, records.size, 0));
	ck_assert_mem_eq(memory[0] + 0x400, "hello", 5);
	ck_assert(is_zero(memory[0], 0, 0x400));
	ck_assert(is_untouched(memory[1]));
	ck_assert(is_untouched(data[1]));
	free(records.bytes);
}
END_TEST

/* Refused, wherever it stands, and nothing is written. */
static void check_refused(uint32_t context, uint32_t address, uint32_t size)
{
	struct records records = good_records();
	uint8_t *bytes = calloc(1, size + 1);
	ck_assert_ptr_nonnull(bytes);
	add_record(&records, context, address, bytes, size);
	ck_assert(!berth_init_apply(&table.header, records.bytes, records.size, BERTH_NONE));
	ck_assert(is_untouched(memory[0]) && is_untouched(memory[1]));
	ck_assert(is_untouched(data[0]) && is_untouched(data[1]));
	free(bytes);
	free(records.bytes);
}

/* They run each other's code: their state is one. */
START_TEST(components_with_one_globals_table_are_restarted_together)
{
	struct records records = good_records();
	table.contexts[1].globals = table.contexts[0].globals;
	ck_assert(berth_init_apply(&table.header, records.bytes, records.size, 1));
	ck_assert_mem_eq(memory[0] + 0x400, "hello", 5);
	ck_assert(is_zero(memory[1], 0, MEMORY_SIZE - 3));
	ck_assert(is_zero(data[1], 0, ROOM));
	free(records.bytes);
}
END_TEST

START_TEST(a_record_beside_its_own_component_stops_the_boot)
{
	check_refused(0, MEMORY_1, 4);			 /* another's memory */
	check_refused(1, DATA_0, 4);			 /* another's data */
	check_refused(0, MEMORY_0 - 4, 4);		 /* before it */
	check_refused(0, MEMORY_0 - 4, 8);		 /* begins before it */
	check_refused(0, MEMORY_0 + MEMORY_SIZE - 2, 4); /* ends behind it */
	check_refused(0, MEMORY_0 + MEMORY_SIZE, 4);	 /* reserved, not in use */
	check_refused(0, 0x100, 4);			 /* code */
	check_refused(0, 0xfffffffe, 4);		 /* wraps */
	check_refused(2, MEMORY_0, 4);			 /* no such component */
	check_refused(BERTH_NONE, MEMORY_0, 4);		 /* nobody's */
}
END_TEST

START_TEST(records_that_are_cut_off_stop_the_boot)
{
	struct records records = good_records();
	uint32_t whole = records.size;
	uint32_t ends[] = {20, 36, 52}; /* where a record ends, the cut is none */
	for (uint32_t size = 1; size < whole; size++) {
		uint8_t *cut = malloc(size);
		ck_assert_ptr_nonnull(cut);
		memcpy(cut, records.bytes, size);
		bool at_end = size == ends[0] || size == ends[1] || size == ends[2];
		if (!at_end) {
			ck_assert_msg(!berth_init_apply(&table.header, cut, size, BERTH_NONE),
				"%u bytes", size);
			ck_assert(is_untouched(memory[0]));
		}
		free(cut);
	}
	free(records.bytes);
}
END_TEST

START_TEST(a_size_that_wraps_stops_the_boot)
{
	static const uint32_t sizes[] = {
		0xffffffff, 0xfffffffd, 0xfffffff4, 0xfffffff0, 0x80000000};
	for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct records records = good_records();
		memcpy(records.bytes + 8, &sizes[i], 4);
		ck_assert(
			!berth_init_apply(&table.header, records.bytes, records.size, BERTH_NONE));
		ck_assert(is_untouched(memory[0]));
		free(records.bytes);
	}
}
END_TEST

START_TEST(no_records_are_fine)
{
	ck_assert(berth_init_apply(&table.header, NULL, 0, BERTH_NONE));
	ck_assert(is_zero(memory[1], 0, ROOM));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("init");
	TCase *tests = tcase_create("apply");
	tcase_add_checked_fixture(tests, setup, target_clear);
	tcase_add_test(tests, everything_the_rows_open_is_zero_but_for_the_records);
	tcase_add_test(tests, one_component_is_restarted_and_the_others_keep_theirs);
	tcase_add_test(tests, components_with_one_globals_table_are_restarted_together);
	tcase_add_test(tests, a_record_beside_its_own_component_stops_the_boot);
	tcase_add_test(tests, records_that_are_cut_off_stop_the_boot);
	tcase_add_test(tests, a_size_that_wraps_stops_the_boot);
	tcase_add_test(tests, no_records_are_fine);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
