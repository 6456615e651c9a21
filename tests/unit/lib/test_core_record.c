/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* An object remembers the core module it was bound with, and no other passes for it. */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/core_record.h"

static struct wasm_module module_of(const char *text)
{
	return (struct wasm_module){
		.file = {.bytes = (uint8_t *)(uintptr_t)text, .size = strlen(text)}};
}

START_TEST(record_is_size_and_checksum_in_the_objects_byte_order)
{
	struct wasm_module module = module_of("123456789");
	uint8_t record[CORE_RECORD_BYTES];
	core_record_make(&module, ELFDATA2LSB, record);
	/* CRC-32 of "123456789" is 0xcbf43926, the standard's check value. */
	ck_assert_mem_eq(record, "\x09\0\0\0\x26\x39\xf4\xcb", CORE_RECORD_BYTES);
	core_record_make(&module, ELFDATA2MSB, record);
	ck_assert_mem_eq(record, "\0\0\0\x09\xcb\xf4\x39\x26", CORE_RECORD_BYTES);
}
END_TEST

START_TEST(linked_records_are_searched_and_damaged_ones_count_as_missing)
{
	uint8_t bytes[2 * CORE_RECORD_BYTES];
	struct wasm_module one = module_of("one");
	struct wasm_module two = module_of("two");
	struct wasm_module three = module_of("six");
	core_record_make(&one, ELFDATA2LSB, bytes);
	core_record_make(&two, ELFDATA2LSB, bytes + CORE_RECORD_BYTES);
	struct object_section sections[] = {
		{.name = ""}, {.name = ".berth.core", .size = sizeof(bytes), .bytes = bytes}};
	struct object object = {.data = ELFDATA2LSB, .sections = sections, .section_count = 2};
	ck_assert_int_eq(core_record_compare(&object, &one), CORE_RECORD_SAME);
	ck_assert_int_eq(core_record_compare(&object, &two), CORE_RECORD_SAME);
	ck_assert_int_eq(core_record_compare(&object, &three), CORE_RECORD_OTHER);
	ck_assert_uint_eq(core_record_count(&object), 2);
	core_record_make(&one, ELFDATA2LSB, bytes + CORE_RECORD_BYTES);
	ck_assert_uint_eq(core_record_count(&object), 1);
	sections[1].size--;
	ck_assert_uint_eq(core_record_count(&object), 0);
	ck_assert_int_eq(core_record_compare(&object, &one), CORE_RECORD_MISSING);
	object.section_count = 1;
	ck_assert_int_eq(core_record_compare(&object, &one), CORE_RECORD_MISSING);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("core_record");
	TCase *tests = tcase_create("records");
	tcase_add_test(tests, record_is_size_and_checksum_in_the_objects_byte_order);
	tcase_add_test(tests, linked_records_are_searched_and_damaged_ones_count_as_missing);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
