/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What a module starts with: data, globals and function table by the rules of instantiation. */
#include "tests/unit/unit.h"

#include <gelf.h>
#include <string.h>

#include "elfbind/memory_image.h"

static struct wasm_data segment(uint32_t memory, uint64_t offset, const char *text)
{
	return (struct wasm_data){.active = true,
		.memory = memory,
		.constant = true,
		.offset = offset,
		.bytes = (const uint8_t *)text,
		.size = strlen(text)};
}

START_TEST(later_segment_wins_and_other_memories_stay_out)
{
	struct caught caught;
	struct blob image;
	struct wasm_data data[] = {segment(1, 4, "abcd"), segment(0, 0, "no"), segment(1, 6, "X")};
	struct wasm_module module = {.path = "m.wasm", .data = data, .data_count = 3};
	caught_start(&caught);
	ck_assert(memory_image(&caught.diag, &module, 1, 64, &image));
	ck_assert_uint_eq(image.size, 8);
	ck_assert_mem_eq(image.bytes, "\0\0\0\0abXd", 8);
	blob_free(&image);
	caught_end(&caught);
}
END_TEST

START_TEST(passive_segments_set_nothing)
{
	struct caught caught;
	struct blob image;
	struct wasm_data data[] = {segment(0, 0, "abc")};
	data[0].active = false;
	struct wasm_module module = {.path = "m.wasm", .data = data, .data_count = 1};
	caught_start(&caught);
	ck_assert(memory_image(&caught.diag, &module, 0, 64, &image));
	ck_assert_uint_eq(image.size, 0);
	caught_end(&caught);
}
END_TEST

static void expect_refusal(struct wasm_data data, const char *why)
{
	struct caught caught;
	struct blob image;
	struct wasm_module module = {.path = "m.wasm", .data = &data, .data_count = 1};
	caught_start(&caught);
	ck_assert(!memory_image(&caught.diag, &module, 0, 64, &image));
	ck_assert_ptr_null(image.bytes);
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), why));
	caught_end(&caught);
}

START_TEST(data_beyond_the_memory_is_refused)
{
	expect_refusal(segment(0, 61, "abcd"), "ends beyond the 64 bytes");
	expect_refusal(segment(0, UINT64_MAX - 1, "abcd"), "ends beyond");
	struct wasm_data data = segment(0, 0, "abcd");
	data.constant = false;
	expect_refusal(data, "not a constant");
}
END_TEST

static struct wasm_global globals[] = {
	{.type = WASM_I32, .constant = true, .initial = 0x11223344},
	{.type = WASM_I64, .constant = true, .initial = 0x1122334455667788},
	{.type = WASM_F32, .constant = true, .initial = 0x3f800000},
};

START_TEST(globals_lie_densely_in_index_order)
{
	struct caught caught;
	struct blob image;
	struct wasm_module module = {.path = "m.wasm", .globals = globals, .global_count = 3};
	caught_start(&caught);
	ck_assert(globals_image(&caught.diag, &module, ELFDATA2LSB, &image));
	ck_assert_uint_eq(image.size, 16);
	ck_assert_mem_eq(image.bytes,
		"\x44\x33\x22\x11\x88\x77\x66\x55\x44\x33\x22\x11\x00\x00\x80\x3f", 16);
	blob_free(&image);
	ck_assert(globals_image(&caught.diag, &module, ELFDATA2MSB, &image));
	ck_assert_mem_eq(image.bytes,
		"\x11\x22\x33\x44\x11\x22\x33\x44\x55\x66\x77\x88\x3f\x80\x00\x00", 16);
	blob_free(&image);
	caught_end(&caught);
}
END_TEST

START_TEST(global_that_only_a_runtime_knows_is_refused)
{
	struct caught caught;
	struct blob image;
	struct wasm_global global = {.type = WASM_I32, .imported = true};
	struct wasm_module module = {.path = "m.wasm", .globals = &global, .global_count = 1};
	caught_start(&caught);
	ck_assert(!globals_image(&caught.diag, &module, ELFDATA2LSB, &image));
	global = (struct wasm_global){.type = WASM_I32};
	ck_assert(!globals_image(&caught.diag, &module, ELFDATA2LSB, &image));
	ck_assert_uint_eq(caught.diag.errors, 2);
	caught_end(&caught);
}
END_TEST

START_TEST(table_has_functions_where_segments_put_them)
{
	struct caught caught;
	uint32_t functions[] = {8, 9};
	struct wasm_elements elements[] = {{.active = true,
		.table = 1,
		.constant = true,
		.offset = 1,
		.functions = functions,
		.count = 2}};
	struct wasm_table tables[] = {{.minimum = 1}, {.minimum = 4, .initial = WASM_ELEMENT_NULL}};
	struct wasm_module module = {.path = "m.wasm",
		.tables = tables,
		.table_count = 2,
		.elements = elements,
		.elements_count = 1};
	uint32_t *slots;
	size_t count;
	caught_start(&caught);
	ck_assert(table_image(&caught.diag, &module, 1, &slots, &count));
	ck_assert_uint_eq(count, 4);
	ck_assert_uint_eq(slots[0], WASM_ELEMENT_NULL);
	ck_assert_uint_eq(slots[1], 8);
	ck_assert_uint_eq(slots[2], 9);
	ck_assert_uint_eq(slots[3], WASM_ELEMENT_NULL);
	free(slots);
	tables[1].initial = 7;
	ck_assert(table_image(&caught.diag, &module, 1, &slots, &count));
	ck_assert_uint_eq(slots[0], 7);
	ck_assert_uint_eq(slots[1], 8);
	ck_assert_uint_eq(slots[3], 7);
	free(slots);
	tables[1].initial = WASM_ELEMENT_UNKNOWN;
	ck_assert(!table_image(&caught.diag, &module, 1, &slots, &count));
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), "starts with the value of a global"));
	tables[1].initial = WASM_ELEMENT_NULL;
	functions[1] = WASM_ELEMENT_UNKNOWN;
	ck_assert(!table_image(&caught.diag, &module, 1, &slots, &count));
	functions[1] = 9;
	elements[0].offset = 3;
	ck_assert(!table_image(&caught.diag, &module, 1, &slots, &count));
	tables[1].minimum = UINT32_MAX;
	ck_assert(!table_image(&caught.diag, &module, 1, &slots, &count));
	caught_end(&caught);
}
END_TEST

/* Entries 1 to 3 of a module whose tables have two and three: the end of one, the start of the
 * next. */
START_TEST(entries_are_counted_over_all_tables)
{
	struct caught caught;
	uint32_t first[] = {5, 6};
	uint32_t second[] = {7};
	struct wasm_elements elements[] = {
		{.active = true, .table = 0, .constant = true, .functions = first, .count = 2},
		{.active = true,
			.table = 1,
			.constant = true,
			.offset = 1,
			.functions = second,
			.count = 1}};
	struct wasm_table tables[] = {{.minimum = 2, .initial = WASM_ELEMENT_NULL},
		{.minimum = 3, .initial = WASM_ELEMENT_NULL}};
	struct wasm_module module = {.path = "m.wasm",
		.tables = tables,
		.table_count = 2,
		.elements = elements,
		.elements_count = 2};
	uint32_t *slots;
	caught_start(&caught);
	ck_assert(tables_image(&caught.diag, &module, 1, 3, &slots));
	ck_assert_uint_eq(slots[0], 6);
	ck_assert_uint_eq(slots[1], WASM_ELEMENT_NULL);
	ck_assert_uint_eq(slots[2], 7);
	free(slots);
	ck_assert(tables_image(&caught.diag, &module, 2, 3, &slots));
	ck_assert_uint_eq(slots[1], 7);
	free(slots);
	ck_assert_str_eq(caught_text(&caught), "");
	ck_assert(!tables_image(&caught.diag, &module, 3, 3, &slots));
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), "has 5 entries in its tables, and the "
							   "layout takes entry 6 for the last"));
	ck_assert(!tables_image(&caught.diag, &module, UINT64_MAX, 2, &slots));
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), "has no 2 table entries from entry "));
	ck_assert(!tables_image(&caught.diag, &module, 0, 65537, &slots));
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), "has no 65537 table entries"));
	/* What is wrong with a table is told, and nothing is left to free. */
	tables[0].initial = WASM_ELEMENT_UNKNOWN;
	ck_assert(!tables_image(&caught.diag, &module, 1, 3, &slots));
	ck_assert_ptr_null(slots);
	caught_end(&caught);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("memory_image");
	TCase *tests = tcase_create("instantiation");
	tcase_add_test(tests, later_segment_wins_and_other_memories_stay_out);
	tcase_add_test(tests, passive_segments_set_nothing);
	tcase_add_test(tests, data_beyond_the_memory_is_refused);
	tcase_add_test(tests, globals_lie_densely_in_index_order);
	tcase_add_test(tests, global_that_only_a_runtime_knows_is_refused);
	tcase_add_test(tests, table_has_functions_where_segments_put_them);
	tcase_add_test(tests, entries_are_counted_over_all_tables);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
