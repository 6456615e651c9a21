/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Which RISC-V instructions are taken for calls and jumps, and where they go. */
#include <stdlib.h>
#include <string.h>

#include "elfbind/rv32.h"
#include "tests/unit/unit.h"

enum { MOST = 8 };

static const struct object_symbol function = {
	.name = "f", .value = 0x1000, .size = 64, .type = STT_FUNC, .section = 1};

/* Lists the calls in the SIZE bytes of CODE at 0x1000, which SYMBOLS, the first reserved, point
 * into. */
static size_t list(const void *code, size_t size, const struct object_symbol *symbols,
	size_t symbol_count, struct code_call *out)
{
	struct caught caught;
	struct code_calls calls = {0};
	struct object_section sections[2] = {
		{.name = ""}, {.name = ".text",
				      .flags = SHF_ALLOC | SHF_EXECINSTR,
				      .address = 0x1000,
				      .size = size,
				      .bytes = code}};
	const struct object image = {.path = (char *)"x",
		.machine = EM_RISCV,
		.sections = sections,
		.section_count = 2,
		.symbols = (struct object_symbol *)symbols,
		.symbol_count = symbol_count};
	caught_start(&caught);
	ck_assert(rv32_calls(&caught.diag, &image, &calls));
	ck_assert_uint_le(calls.count, MOST);
	if (calls.count > 0)
		memcpy(out, calls.list, calls.count * sizeof(*out));
	free(calls.list);
	caught_end(&caught);
	return calls.count;
}

/* That the SIZE bytes of WORDS are one call, at 0x1000. */
static void expect(const uint32_t *words, size_t size, uint32_t target, bool links)
{
	const struct object_symbol symbols[] = {{.name = ""}, function};
	struct code_call calls[MOST];
	ck_assert_uint_eq(list(words, size, symbols, 2, calls), 1);
	ck_assert_uint_eq(calls[0].address, 0x1000);
	ck_assert_uint_eq(calls[0].target, target);
	ck_assert_int_eq(calls[0].links, links);
}

/* Volume I, 2.5: imm[20|10:1|11|19:12], from the address of the instruction. */
START_TEST(targets_of_jal_are_those_of_the_manual)
{
	expect((uint32_t[]){0x008000ef}, 4, 0x1008, true);
	expect((uint32_t[]){0xffdff06f}, 4, 0x0ffc, false);
	expect((uint32_t[]){0x7ffff0ef}, 4, 0x100ffe, true);
	expect((uint32_t[]){0x800000ef}, 4, 0xfff01000, true);
	expect((uint32_t[]){0x001000ef}, 4, 0x1800, true);
	expect((uint32_t[]){0x55aab0ef}, 4, 0xac55a, true);
}
END_TEST

/* Volume I, 16.4: offset[11|4|9:8|10|6|7|3:1|5]. */
START_TEST(targets_of_compressed_jumps_are_those_of_the_manual)
{
	expect((uint32_t[]){0xa011}, 2, 0x1004, false);
	expect((uint32_t[]){0x3ffd}, 2, 0x0ffe, true);
	expect((uint32_t[]){0xaffd}, 2, 0x17fe, false);
	expect((uint32_t[]){0x3001}, 2, 0x0800, true);
	expect((uint32_t[]){0xa475}, 2, 0x12ac, false);
	expect((uint32_t[]){0xab89}, 2, 0x1552, false);
}
END_TEST

START_TEST(a_pair_of_auipc_and_jalr_is_one_call)
{
	expect((uint32_t[]){0x12345097, 0x9ac080e7}, 8, 0x123459ac, true);
	expect((uint32_t[]){0xfffff317, 0x7fe30067}, 8, 0x7fe, false);
	const struct object_symbol symbols[] = {{.name = ""}, function};
	struct code_call calls[MOST];
	/* A jump through another register, and a pair that is cut off. */
	ck_assert_uint_eq(list((uint32_t[]){0x00001317, 0x000380e7}, 8, symbols, 2, calls), 0);
	ck_assert_uint_eq(list((uint32_t[]){0x12345097, 0x9ac080e7}, 6, symbols, 2, calls), 0);
}
END_TEST

START_TEST(other_instructions_are_stepped_over)
{
	const struct object_symbol symbols[] = {{.name = ""}, function};
	struct code_call calls[MOST];
	/* beq; c.beqz; lui, whose upper half looks like c.jal; c.jal. */
	const uint16_t code[] = {0x0463, 0x00b5, 0xc501, 0x0537, 0x2001, 0x2011};
	ck_assert_uint_eq(list(code, sizeof(code), symbols, 2, calls), 1);
	ck_assert_uint_eq(calls[0].address, 0x100a);
	/* Behind an instruction of 48 bits nothing is known. */
	const uint16_t longer[] = {0x001f, 0x2011, 0x2011, 0x2011};
	ck_assert_uint_eq(list(longer, sizeof(longer), symbols, 2, calls), 0);
}
END_TEST

START_TEST(code_with_several_names_is_listed_once)
{
	const struct object_symbol symbols[] = {{.name = ""},
		{.name = "f", .value = 0x1000, .size = 6, .type = STT_FUNC, .section = 1},
		{.name = "again", .value = 0x1000, .size = 6, .type = STT_FUNC, .section = 1},
		{.name = "inner", .value = 0x1002, .size = 2, .type = STT_FUNC, .section = 1},
		{.name = "end", .value = 0x1004, .size = 4, .type = STT_FUNC, .section = 1}};
	const uint16_t code[] = {0x2011, 0x2011, 0x2011, 0x2011};
	struct code_call calls[MOST];
	ck_assert_uint_eq(list(code, sizeof(code), symbols, 5, calls), 4);
	for (size_t i = 0; i < 4; i++)
		ck_assert_uint_eq(calls[i].address, 0x1000 + 2 * i);
}
END_TEST

START_TEST(symbols_outside_of_their_section_are_harmless)
{
	const struct object_symbol symbols[] = {{.name = ""},
		{.name = "low", .value = 2, .size = 8, .type = STT_FUNC, .section = 1},
		{.name = "odd", .value = 0x1001, .size = 8, .type = STT_FUNC, .section = 1},
		{.name = "high",
			.value = 0xfffffffffffffff0,
			.size = 0xfffffff0,
			.type = STT_FUNC,
			.section = 1},
		{.name = "long",
			.value = 0x1002,
			.size = 0xffffffffffffffff,
			.type = STT_FUNC,
			.section = 1},
		{.name = "none", .value = 0x1000, .size = 8, .type = STT_FUNC, .section = 77}};
	const uint16_t code[] = {0x2011, 0x2011};
	struct code_call calls[MOST];
	ck_assert_uint_eq(list(code, sizeof(code), symbols, 6, calls), 1);
	ck_assert_uint_eq(calls[0].address, 0x1002);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("rv32");
	TCase *cases = tcase_create("rv32");
	tcase_add_test(cases, targets_of_jal_are_those_of_the_manual);
	tcase_add_test(cases, targets_of_compressed_jumps_are_those_of_the_manual);
	tcase_add_test(cases, a_pair_of_auipc_and_jalr_is_one_call);
	tcase_add_test(cases, other_instructions_are_stepped_over);
	tcase_add_test(cases, code_with_several_names_is_listed_once);
	tcase_add_test(cases, symbols_outside_of_their_section_are_harmless);
	suite_add_tcase(suite, cases);
	return unit_run(suite);
}
