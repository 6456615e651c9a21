/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* An object remembers how it was bound, and nothing else passes for that. */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/bind_record.h"

static struct wasm_module module_of(const char *text)
{
	return (struct wasm_module){
		.file = {.bytes = (uint8_t *)(uintptr_t)text, .size = strlen(text)}};
}

/* A record of two components, in byte order DATA. */
static struct blob sample(const struct wasm_module *module, uint8_t data)
{
	struct bind_record_component components[] = {{"baro", 0, true}, {"", 2, false}};
	struct bind_record_export exports[] = {
		{"a_b", "a#b", 1, 7}, {"x", "x", BIND_RECORD_NONE, 8}};
	struct bind_record_import imports[] = {{"poll-task", "$2", 0, "poll_task", 3}};
	struct bind_record record = {.components = components,
		.exports = exports,
		.imports = imports,
		.component_count = 2,
		.export_count = 2,
		.import_count = 1};
	struct diag diag = DIAG_INIT("test");
	struct blob bytes;
	bind_record_set_core(&record, module);
	ck_assert(bind_record_write(&diag, &record, data, &bytes));
	return bytes;
}

/* Reads the SIZE bytes at BYTES as the section of an object. */
static struct bind_records read_bytes(const uint8_t *bytes, size_t size, uint8_t data)
{
	static struct object_section sections[2];
	static struct object object;
	sections[0] = (struct object_section){.name = ""};
	sections[1] = (struct object_section){
		.name = BIND_RECORD_SECTION, .size = size, .bytes = size == 0 ? NULL : bytes};
	object = (struct object){.data = data, .sections = sections, .section_count = 2};
	struct diag diag = DIAG_INIT("test");
	struct bind_records records;
	ck_assert(bind_records_read(&diag, &object, &records));
	return records;
}

START_TEST(what_is_written_is_read_again_in_either_byte_order)
{
	const uint8_t orders[] = {ELFDATA2LSB, ELFDATA2MSB};
	struct wasm_module module = module_of("123456789");
	for (size_t i = 0; i < 2; i++) {
		struct blob bytes = sample(&module, orders[i]);
		struct bind_records records = read_bytes(bytes.bytes, bytes.size, orders[i]);
		ck_assert(!records.damaged);
		ck_assert_uint_eq(records.count, 1);
		const struct bind_record *record = &records.list[0];
		ck_assert_uint_eq(record->core_size, 9);
		/* The standard's check value of CRC-32. */
		ck_assert_uint_eq(record->core_crc, 0xcbf43926);
		ck_assert_str_eq(record->components[0].name, "baro");
		ck_assert(record->components[0].arena && !record->components[1].arena);
		ck_assert_uint_eq(record->components[1].number, 2);
		ck_assert_str_eq(record->exports[0].symbol, "a_b");
		ck_assert_str_eq(record->exports[0].name, "a#b");
		ck_assert_uint_eq(record->exports[0].component, 1);
		ck_assert_uint_eq(record->exports[1].component, BIND_RECORD_NONE);
		ck_assert_uint_eq(record->exports[1].function, 8);
		ck_assert_str_eq(record->imports[0].module, "poll-task");
		ck_assert_str_eq(record->imports[0].field, "$2");
		ck_assert_str_eq(record->imports[0].native, "poll_task");
		ck_assert_uint_eq(record->imports[0].function, 3);
		bind_records_free(&records);
		/* In the other order it is nothing. */
		records = read_bytes(bytes.bytes, bytes.size, orders[1 - i]);
		ck_assert(records.damaged);
		bind_records_free(&records);
		blob_free(&bytes);
	}
}
END_TEST

START_TEST(records_that_a_linker_joined_are_told_apart_by_their_module)
{
	struct wasm_module one = module_of("one");
	struct wasm_module two = module_of("two");
	struct wasm_module three = module_of("six");
	struct blob first = sample(&one, ELFDATA2LSB);
	struct blob second = sample(&two, ELFDATA2LSB);
	uint8_t joined[1024];
	size_t size = 0;
	ck_assert_uint_le(2 * first.size + second.size, sizeof(joined));
	memcpy(joined, first.bytes, first.size);
	memcpy(joined + first.size, second.bytes, second.size);
	size = first.size + second.size;
	memcpy(joined + size, first.bytes, first.size);
	size += first.size;
	struct bind_records records = read_bytes(joined, size, ELFDATA2LSB);
	ck_assert_uint_eq(records.count, 3);
	ck_assert_uint_eq(bind_records_cores(&records), 2);
	ck_assert_ptr_eq(bind_records_find(&records, &two), &records.list[1]);
	ck_assert_ptr_null(bind_records_find(&records, &three));
	ck_assert(bind_record_is_of(&records.list[0], &one));
	ck_assert(!bind_record_is_of(&records.list[0], &two));
	bind_records_free(&records);
	blob_free(&first);
	blob_free(&second);
}
END_TEST

/* Every word of the record, made something else, is noticed or harmless, and never read beyond. */
START_TEST(a_damaged_record_is_none)
{
	struct wasm_module module = module_of("one");
	struct blob bytes = sample(&module, ELFDATA2LSB);
	for (size_t size = 0; size < bytes.size; size++) {
		uint8_t *cut = malloc(size + 1);
		ck_assert_ptr_nonnull(cut);
		memcpy(cut, bytes.bytes, size);
		struct bind_records records = read_bytes(cut, size, ELFDATA2LSB);
		ck_assert(records.damaged);
		ck_assert_uint_eq(records.count, 0);
		bind_records_free(&records);
		free(cut);
	}
	const size_t fatal[] = {0, 4, 8, 20, 24, 28, 32, 44, 56, 60, 64};
	for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++) {
		bytes.bytes[fatal[i] + 3] ^= 0x40;
		struct bind_records records = read_bytes(bytes.bytes, bytes.size, ELFDATA2LSB);
		ck_assert_msg(records.damaged, "word at %zu", fatal[i]);
		bind_records_free(&records);
		bytes.bytes[fatal[i] + 3] ^= 0x40;
	}
	/* Strings may not lie before the strings, nor the last one be open. */
	bytes.bytes[32] = 0;
	struct bind_records records = read_bytes(bytes.bytes, bytes.size, ELFDATA2LSB);
	ck_assert(records.damaged);
	bind_records_free(&records);
	blob_free(&bytes);
	bytes = sample(&module, ELFDATA2LSB);
	bytes.bytes[bytes.size - 1] = 'x';
	records = read_bytes(bytes.bytes, bytes.size, ELFDATA2LSB);
	ck_assert(records.damaged);
	bind_records_free(&records);
	blob_free(&bytes);
}
END_TEST

START_TEST(an_object_without_the_section_has_no_record)
{
	struct object object = {.data = ELFDATA2LSB};
	struct diag diag = DIAG_INIT("test");
	struct bind_records records;
	ck_assert(bind_records_read(&diag, &object, &records));
	ck_assert(!records.damaged);
	ck_assert_uint_eq(records.count, 0);
	bind_records_free(&records);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("bind_record");
	TCase *tests = tcase_create("records");
	tcase_add_test(tests, what_is_written_is_read_again_in_either_byte_order);
	tcase_add_test(tests, records_that_a_linker_joined_are_told_apart_by_their_module);
	tcase_add_test(tests, a_damaged_record_is_none);
	tcase_add_test(tests, an_object_without_the_section_has_no_record);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
