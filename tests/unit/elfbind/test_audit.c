/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the audit takes for a WebAssembly name, and which Thumb instructions it takes for calls. */
#include <string.h>

#include "elfbind/audit.h"
#include "elfbind/thumb.h"
#include "tests/unit/unit.h"

START_TEST(names_that_only_webassembly_gives_are_recognised)
{
	static const char *const wasm[] = {"", "$2", "$14", "poll-task", "cabi-arena-realloc",
		"tick-now$4", "a-1", "ns:pkg/iface@1.0.0#get-all", "cabi_post_ns:pkg/iface#run",
		"meld:realloc/0", "berth:sensors/imu"};
	for (size_t i = 0; i < sizeof(wasm) / sizeof(wasm[0]); i++)
		ck_assert_msg(audit_is_wasm_name(wasm[i]), "%s", wasm[i]);
}
END_TEST

START_TEST(names_of_native_code_are_not_taken_for_webassembly)
{
	static const char *const native[] = {"main", "poll_task", "$", "$t", "$d.1", "$2x",
		"_ZN4core3fmt9Formatter3padE", "f.constprop.0", "-a", "a-", "a--b", "1-a", "a-$",
		"a$1", "__aeabi_uidiv", "std::vec", "foo@@V1", "-", ":a/b"};
	for (size_t i = 0; i < sizeof(native) / sizeof(native[0]); i++)
		ck_assert_msg(!audit_is_wasm_name(native[i]), "%s", native[i]);
}
END_TEST

/* Lists the calls in HALFWORDS at 0x1000, which SYMBOLS, the first reserved, point into. */
static size_t list(const uint16_t *halfwords, size_t count, const struct object_symbol *symbols,
	size_t symbol_count, struct code_call *out)
{
	uint8_t bytes[64];
	struct caught caught;
	struct code_calls calls = {0};
	for (size_t i = 0; i < count; i++) {
		bytes[2 * i] = (uint8_t)halfwords[i];
		bytes[2 * i + 1] = (uint8_t)(halfwords[i] >> 8);
	}
	struct object_section sections[2] = {
		{.name = ""}, {.name = ".text",
				      .flags = SHF_ALLOC | SHF_EXECINSTR,
				      .address = 0x1000,
				      .size = 2 * count,
				      .bytes = bytes}};
	const struct object image = {.path = (char *)"x",
		.sections = sections,
		.section_count = 2,
		.symbols = (struct object_symbol *)symbols,
		.symbol_count = symbol_count};
	caught_start(&caught);
	ck_assert(thumb_calls(&caught.diag, &image, &calls));
	ck_assert_uint_le(calls.count, 8);
	if (calls.count > 0)
		memcpy(out, calls.list, calls.count * sizeof(*out));
	free(calls.list);
	caught_end(&caught);
	return calls.count;
}

static const struct object_symbol function = {
	.name = "f", .value = 0x1001, .size = 16, .type = STT_FUNC, .section = 1};

static void expect_target(uint16_t first, uint16_t second, uint32_t target, bool links)
{
	const struct object_symbol symbols[] = {{.name = ""}, function};
	const uint16_t code[] = {first, second};
	struct code_call calls[8];
	ck_assert_uint_eq(list(code, 2, symbols, 2, calls), 1);
	ck_assert_uint_eq(calls[0].address, 0x1000);
	ck_assert_uint_eq(calls[0].target, target);
	ck_assert_int_eq(calls[0].links, links);
}

/* DDI 0403, A7.7.18 and A7.7.12: S:I1:I2:imm10:imm11:0, from the address behind it. */
START_TEST(targets_of_calls_are_those_of_the_manual)
{
	expect_target(0xf000, 0xf800, 0x1004, true);
	expect_target(0xf7ff, 0xfffe, 0x1000, true);
	expect_target(0xf7fe, 0xfffe, 0, true);
	expect_target(0xf7fe, 0xbffe, 0, false);
	expect_target(0xf000, 0xf801, 0x1006, true);
	expect_target(0xf001, 0xf800, 0x2004, true);
	/* The ends of the reach: J1 and J2 are the inverse of the offset's bits and its sign. */
	expect_target(0xf3ff, 0xd7ff, 0x01001002, true);
	expect_target(0xf400, 0xd000, 0xff001004, true);
	expect_target(0xf000, 0x9000, 0x00c01004, false);
}
END_TEST

START_TEST(other_instructions_of_two_halfwords_are_stepped_over)
{
	const struct object_symbol symbols[] = {{.name = ""}, function};
	/* movw r0, #0; a conditional branch; ldr.w whose second halfword looks like a first. */
	const uint16_t code[] = {0xf240, 0x0000, 0xf000, 0x8000, 0xf8d1, 0xf000, 0xf800, 0x4770};
	struct code_call calls[8];
	ck_assert_uint_eq(list(code, 8, symbols, 2, calls), 0);
}
END_TEST

/* That CODE, at 0x1000, is one jump at ADDRESS, to TARGET. */
static void expect_jump(const uint16_t *code, size_t count, uint32_t address, uint32_t target)
{
	const struct object_symbol symbols[] = {{.name = ""}, function};
	struct code_call calls[8];
	ck_assert_uint_eq(list(code, count, symbols, 2, calls), 1);
	ck_assert_uint_eq(calls[0].address, address);
	ck_assert_uint_eq(calls[0].target, target);
	ck_assert(!calls[0].links);
}

/* Where a branch does not reach, linkers put one of these in between. */
START_TEST(long_branches_of_linkers_are_followed)
{
	/* ldr.w pc, [pc, #-0]; ldr.w pc, [pc, #4], not at a multiple of four. */
	expect_jump((const uint16_t[]){0xf85f, 0xf000, 0x0041, 0x1000}, 4, 0x1000, 0x10000040);
	expect_jump((const uint16_t[]){0xbf00, 0xf8df, 0xf008, 0xbf00, 0, 0, 0x5679, 0x1234}, 8,
		0x1002, 0x12345678);
	/* movw ip, #0x5679; movt ip, #0x9a34; bx ip */
	expect_jump(
		(const uint16_t[]){0xf245, 0x6c79, 0xf6c9, 0x2c34, 0x4760}, 5, 0x1008, 0x9a345678);
}
END_TEST

START_TEST(what_only_looks_like_a_long_branch_is_not_followed)
{
	const struct object_symbol symbols[] = {{.name = ""}, function};
	struct code_call calls[8];
	/* Behind the end of the section and before its start; into r0. */
	static const uint16_t loads[][4] = {
		{0xf8df, 0xf004, 0, 0}, {0xf85f, 0xf008, 0, 0}, {0xf85f, 0x0000, 0, 0}};
	for (size_t i = 0; i < sizeof(loads) / sizeof(loads[0]); i++)
		ck_assert_uint_eq(list(loads[i], 4, symbols, 2, calls), 0);
	/* Other registers in each place, blx, two instructions only. */
	static const uint16_t moves[][5] = {{0xf245, 0x6b79, 0xf6c9, 0x2c34, 0x4760},
		{0xf245, 0x6c79, 0xf6c9, 0x2b34, 0x4760}, {0xf245, 0x6c79, 0xf6c9, 0x2c34, 0x4758},
		{0xf245, 0x6c79, 0xf6c9, 0x2c34, 0x47e0}, {0xf245, 0x6c79, 0xf245, 0x6c79, 0x4760},
		{0xbf00, 0xbf00, 0xf6c9, 0x2c34, 0x4760}};
	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++)
		ck_assert_uint_eq(list(moves[i], 5, symbols, 2, calls), 0);
	ck_assert_uint_eq(list(moves[0] + 2, 3, symbols, 2, calls), 0);
}
END_TEST

START_TEST(literals_that_mapping_symbols_mark_are_not_read_as_code)
{
	const struct object_symbol symbols[] = {{.name = ""}, function,
		{.name = "$d", .value = 0x1002, .section = 1},
		{.name = "$t.1", .value = 0x1006, .section = 1}};
	const uint16_t code[] = {0x4770, 0xf7fe, 0xfffe, 0xf000, 0xf800};
	struct code_call calls[8];
	ck_assert_uint_eq(list(code, 5, symbols, 4, calls), 1);
	ck_assert_uint_eq(calls[0].address, 0x1006);
}
END_TEST

/* GNU ld puts one there for objects without mapping symbols; a label without a
 * size proves nothing. */
START_TEST(a_function_is_code_where_the_linker_marks_data)
{
	struct object_symbol symbols[] = {{.name = ""},
		{.name = "$d", .value = 0x1000, .section = 1}, function,
		{.name = "$t", .value = 0x1000, .section = 1}};
	const uint16_t code[] = {0xf000, 0xf800, 0x4770};
	struct code_call calls[8];
	ck_assert_uint_eq(list(code, 3, symbols, 4, calls), 1);
	symbols[2].size = 0;
	ck_assert_uint_eq(list(code, 3, symbols, 4, calls), 0);
}
END_TEST

START_TEST(code_that_ends_in_half_an_instruction_is_read_to_its_end_only)
{
	const struct object_symbol symbols[] = {{.name = ""}, function};
	const uint16_t code[] = {0x4770, 0xf000};
	struct code_call calls[8];
	ck_assert_uint_eq(list(code, 2, symbols, 2, calls), 0);
}
END_TEST

START_TEST(symbols_outside_of_their_section_are_harmless)
{
	const struct object_symbol symbols[] = {{.name = ""},
		{.name = "low", .value = 1, .type = STT_FUNC, .section = 1},
		{.name = "high", .value = 0xfffffffffffffff1, .type = STT_FUNC, .section = 1},
		{.name = "none", .value = 1, .type = STT_FUNC, .section = 77}};
	const uint16_t code[] = {0xf000, 0xf800};
	struct code_call calls[8];
	ck_assert_uint_eq(list(code, 2, symbols, 4, calls), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("audit");
	TCase *cases = tcase_create("audit");
	tcase_add_test(cases, names_that_only_webassembly_gives_are_recognised);
	tcase_add_test(cases, names_of_native_code_are_not_taken_for_webassembly);
	tcase_add_test(cases, targets_of_calls_are_those_of_the_manual);
	tcase_add_test(cases, other_instructions_of_two_halfwords_are_stepped_over);
	tcase_add_test(cases, long_branches_of_linkers_are_followed);
	tcase_add_test(cases, what_only_looks_like_a_long_branch_is_not_followed);
	tcase_add_test(cases, literals_that_mapping_symbols_mark_are_not_read_as_code);
	tcase_add_test(cases, a_function_is_code_where_the_linker_marks_data);
	tcase_add_test(cases, code_that_ends_in_half_an_instruction_is_read_to_its_end_only);
	tcase_add_test(cases, symbols_outside_of_their_section_are_harmless);
	suite_add_tcase(suite, cases);
	return unit_run(suite);
}
