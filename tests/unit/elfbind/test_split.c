/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What elfbind/split.h promises: every call is known, or the object is refused. */
#include <string.h>

#include "elfbind/split.h"
#include "lib/object_fields.h"
#include "tests/unit/unit.h"

#define FIXTURES "tests/fixtures/sensors/"

static const struct object_form arm = {.wide = false, .big = false};

/* The sections of gps.o by number. */
enum { GPS_STRTAB = 2, GPS_SYMTAB = 3, GPS_REL_TEXT = 7 };

/* An object, a module and how they were aligned. */
struct bench {
	struct caught caught;
	struct object *object;
	struct wasm_module *module;
	struct split split;
	bool split_done;
};

static void bench_start(struct bench *bench, struct blob *object, const char *module)
{
	*bench = (struct bench){0};
	caught_start(&bench->caught);
	bench->object = object_parse(&bench->caught.diag, "object.o", object);
	ck_assert_msg(bench->object != NULL, "%s", caught_text(&bench->caught));
	bench->module = wasm_read(&bench->caught.diag, module);
	ck_assert_msg(bench->module != NULL, "%s", caught_text(&bench->caught));
	bench->split_done =
		split_object(&bench->caught.diag, bench->object, bench->module, &bench->split);
}

static void bench_end(struct bench *bench)
{
	split_free(&bench->split);
	wasm_free(bench->module);
	object_free(bench->object);
	caught_end(&bench->caught);
}

static struct blob read_file(const char *path)
{
	struct diag diag = DIAG_INIT("test");
	struct blob blob;
	ck_assert(file_read(&diag, path, &blob));
	return blob;
}

/* Splits the object BLOB against MODULE, which must be refused with all of WORDS. */
static void expect_refused(struct blob *blob, const char *module, const char *const *words)
{
	struct bench bench;
	bench_start(&bench, blob, module);
	const char *said = caught_text(&bench.caught);
	ck_assert_msg(!bench.split_done, "was not refused");
	for (; *words != NULL; words++)
		ck_assert_msg(strstr(said, *words) != NULL, "'%s' is not in: %s", *words, said);
	ck_assert_uint_eq(bench.caught.diag.errors, 1);
	bench_end(&bench);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static uint8_t *contents_of(const struct blob *blob, size_t section)
{
	uint64_t headers = FIELD_GET(arm, blob->bytes, Ehdr, e_shoff);
	return blob->bytes + FIELD_GET(arm, blob->bytes + headers + section * sizeof(Elf32_Shdr),
				     Shdr, sh_offset);
}

static uint8_t *symbol_of(const struct blob *blob, size_t symbol)
{
	return contents_of(blob, GPS_SYMTAB) + symbol * sizeof(Elf32_Sym);
}

/* Makes relocation ENTRY of gps.o refer to SYMBOL. */
static void point_at(const struct blob *blob, size_t entry, uint32_t symbol)
{
	FIELD_PUT(arm, contents_of(blob, GPS_REL_TEXT) + entry * sizeof(Elf32_Rel), Rel, r_info,
		ELF32_R_INFO(symbol, R_ARM_THM_PC22));
}

/* --- what is found ------------------------------------------------------------------ */

START_TEST(every_call_of_the_fused_module_is_known)
{
	struct blob blob = read_file(FIXTURES "fused.o");
	struct bench bench;
	bench_start(&bench, &blob, FIXTURES "fused.wasm");
	ck_assert_msg(bench.split_done, "%s", caught_text(&bench.caught));

	/* Each import has one wrapper, whose name says which import it calls. */
	static const struct {
		uint32_t function;
		uint32_t import;
	} wrappers[] = {{22, 3}, {23, 4}, {24, 5}, {31, 0}, {32, 1}, {33, 2}};
	for (size_t i = 0; i < sizeof(wrappers) / sizeof(wrappers[0]); i++) {
		size_t at = bench.split.by_index[wrappers[i].function];
		ck_assert_uint_ne(at, SPLIT_NONE);
		const struct split_function *function = &bench.split.functions[at];
		size_t imports = 0;
		for (size_t k = 0; k < function->call_count; k++) {
			uint32_t callee = bench.split.calls[function->first_call + k].callee;
			if (callee < bench.module->imported_function_count) {
				ck_assert_uint_eq(callee, wrappers[i].import);
				imports++;
			}
		}
		ck_assert_uint_ge(imports, 1);
	}
	bench_end(&bench);
}
END_TEST

START_TEST(all_call_relocations_are_covered_and_no_others)
{
	struct blob blob = read_file(FIXTURES "fused.o");
	struct bench bench;
	bench_start(&bench, &blob, FIXTURES "fused.wasm");
	size_t calls = 0;
	for (size_t i = 0; i < bench.object->relocation_count; i++)
		calls += bench.object->relocations[i].type == R_ARM_THM_PC22;
	ck_assert_uint_eq(bench.split.call_count, calls);
	for (size_t i = 0; i < bench.split.call_count; i++) {
		const struct split_call *call = &bench.split.calls[i];
		ck_assert_uint_eq(bench.object->relocations[call->relocation].type, R_ARM_THM_PC22);
		if (i > 0)
			ck_assert_uint_lt(bench.split.calls[i - 1].relocation, call->relocation);
	}
	bench_end(&bench);
}
END_TEST

START_TEST(an_export_is_found_at_the_address_of_its_function)
{
	struct blob blob = read_file(FIXTURES "gps.o");
	struct bench bench;
	bench_start(&bench, &blob, FIXTURES "gps.wasm");
	ck_assert_msg(bench.split_done, "%s", caught_text(&bench.caught));
	const struct object_symbol *symbol = object_definition(bench.object, "cabi_realloc");
	const struct split_function *function =
		split_function_at(bench.object, &bench.split, symbol);
	ck_assert_ptr_nonnull(function);
	ck_assert_uint_eq(function->index, 16);
	struct object_symbol inside = *symbol;
	inside.value += 2;
	ck_assert_ptr_null(split_function_at(bench.object, &bench.split, &inside));
	bench_end(&bench);
}
END_TEST

START_TEST(calls_of_no_import_are_passed_over)
{
	/* The symbol of the imports gets a name that no import has: its calls are then passed
	 * over, and those of the module find no partner. */
	struct blob blob = read_file(FIXTURES "gps.o");
	FIELD_PUT(arm, symbol_of(&blob, 22), Sym, st_name,
		FIELD_GET(arm, symbol_of(&blob, 21), Sym, st_name));
	expect_refused(&blob, FIXTURES "gps.wasm",
		WORDS("call 1 of [symbol func_9]", "the object calls: nothing"));
}
END_TEST

/* --- what is refused ------------------------------------------------------------------ */

START_TEST(a_local_call_at_the_wrong_place_is_refused_and_both_are_shown)
{
	struct blob blob = read_file(FIXTURES "gps.o");
	point_at(&blob, 3, 2); /* func_8 calls func_3; let it call func_4 */
	expect_refused(&blob, FIXTURES "gps.wasm",
		WORDS("call 1 of [symbol func_8]", "the module calls: func_3",
			"the object calls: 'func_4' at 0x796"));
}
END_TEST

START_TEST(an_import_in_place_of_a_local_call_is_refused)
{
	struct blob blob = read_file(FIXTURES "gps.o");
	point_at(&blob, 3, 22);
	expect_refused(&blob, FIXTURES "gps.wasm", WORDS("call 1 of [symbol func_8]"));
}
END_TEST

START_TEST(a_local_call_in_place_of_an_import_is_refused)
{
	struct blob blob = read_file(FIXTURES "gps.o");
	point_at(&blob, 4, 1);
	expect_refused(&blob, FIXTURES "gps.wasm",
		WORDS("call 1 of [symbol func_9]", "the module calls: import"));
}
END_TEST

START_TEST(the_wrong_import_symbol_is_refused)
{
	/* $2 is symbol 59 of fused.o, the empty name 60; relocation 20 calls $2. */
	struct blob blob = read_file(FIXTURES "fused.o");
	uint64_t headers = FIELD_GET(arm, blob.bytes, Ehdr, e_shoff);
	uint64_t entries =
		FIELD_GET(arm, blob.bytes + headers + 8 * sizeof(Elf32_Shdr), Shdr, sh_offset);
	FIELD_PUT(arm, blob.bytes + entries + 20 * sizeof(Elf32_Rel), Rel, r_info,
		ELF32_R_INFO(60, R_ARM_THM_PC22));
	expect_refused(&blob, FIXTURES "fused.wasm",
		WORDS("call 1 of [symbol func_22]", "'cabi-arena-realloc' '$2'"));
}
END_TEST

START_TEST(a_missing_call_is_refused)
{
	struct blob blob = read_file(FIXTURES "gps.o");
	FIELD_PUT(arm, contents_of(&blob, GPS_REL_TEXT) + 3 * sizeof(Elf32_Rel), Rel, r_info,
		ELF32_R_INFO(1, R_ARM_ABS32));
	expect_refused(&blob, FIXTURES "gps.wasm",
		WORDS("call 1 of [symbol func_8]", "the object calls: nothing"));
}
END_TEST

START_TEST(the_object_of_another_module_is_refused)
{
	struct blob blob = read_file(FIXTURES "gps.o");
	expect_refused(&blob, FIXTURES "fused.wasm",
		WORDS("give the core module that this object was compiled from"));
	blob = read_file(FIXTURES "fused.o");
	expect_refused(&blob, FIXTURES "gps.wasm",
		WORDS("give the core module that this object was compiled from"));
}
END_TEST

START_TEST(a_machine_without_known_calls_is_refused)
{
	struct blob blob = read_file(FIXTURES "gps.o");
	FIELD_PUT(arm, blob.bytes, Ehdr, e_machine, EM_XTENSA);
	expect_refused(&blob, FIXTURES "gps.wasm", WORDS("is for Xtensa", "compile for ARM"));
}
END_TEST

START_TEST(an_import_called_outside_every_function_is_refused)
{
	struct blob blob = read_file(FIXTURES "gps.o");
	FIELD_PUT(arm, symbol_of(&blob, 7), Sym, st_info, ELF32_ST_INFO(STB_LOCAL, STT_NOTYPE));
	expect_refused(&blob, FIXTURES "gps.wasm",
		WORDS("outside every function [section .text, offset 0x7cc"));
}
END_TEST

START_TEST(code_that_two_functions_share_is_refused)
{
	struct blob blob = read_file(FIXTURES "gps.o");
	FIELD_PUT(arm, symbol_of(&blob, 1), Sym, st_size, 5);
	expect_refused(&blob, FIXTURES "gps.wasm", WORDS("func_3 and func_4"));
	blob = read_file(FIXTURES "gps.o");
	FIELD_PUT(arm, symbol_of(&blob, 2), Sym, st_value, 1);
	FIELD_PUT(arm, symbol_of(&blob, 2), Sym, st_size, 4);
	expect_refused(&blob, FIXTURES "gps.wasm", WORDS("one code for two functions"));
}
END_TEST

START_TEST(a_function_behind_its_section_is_refused)
{
	struct blob blob = read_file(FIXTURES "gps.o");
	FIELD_PUT(arm, symbol_of(&blob, 16), Sym, st_size, 0xffffffff);
	expect_refused(&blob, FIXTURES "gps.wasm", WORDS("[symbol func_19] ends behind"));
}
END_TEST

/* The name of symbol 1, func_3, is overwritten in the string table. */
static void rename_first(const struct blob *blob, const char *name)
{
	uint64_t at = FIELD_GET(arm, symbol_of(blob, 1), Sym, st_name);
	memcpy(contents_of(blob, GPS_STRTAB) + at, name, strlen("func_3"));
}

START_TEST(functions_that_the_module_lacks_are_refused)
{
	struct blob blob = read_file(FIXTURES "gps.o");
	rename_first(&blob, "func_0"); /* an import */
	expect_refused(&blob, FIXTURES "gps.wasm", WORDS("holds code that"));
	blob = read_file(FIXTURES "gps.o");
	rename_first(&blob, "func_4");
	expect_refused(&blob, FIXTURES "gps.wasm", WORDS("[symbol func_4] twice"));
}
END_TEST

START_TEST(only_one_way_to_write_a_number_is_a_function)
{
	static const char *const names[] = {"func_x", "func__", "funcs3", "func_ ", "func_-"};
	struct blob blob = read_file(FIXTURES "gps.o");
	rename_first(&blob, names[_i]);
	/* func_3 is then unknown, and func_8 calls it. */
	expect_refused(&blob, FIXTURES "gps.wasm", WORDS("call 1 of [symbol func_8]"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("split");
	TCase *tcase = tcase_create("aligning");
	tcase_add_test(tcase, every_call_of_the_fused_module_is_known);
	tcase_add_test(tcase, all_call_relocations_are_covered_and_no_others);
	tcase_add_test(tcase, an_export_is_found_at_the_address_of_its_function);
	tcase_add_test(tcase, calls_of_no_import_are_passed_over);
	tcase_add_test(tcase, a_local_call_at_the_wrong_place_is_refused_and_both_are_shown);
	tcase_add_test(tcase, an_import_in_place_of_a_local_call_is_refused);
	tcase_add_test(tcase, a_local_call_in_place_of_an_import_is_refused);
	tcase_add_test(tcase, the_wrong_import_symbol_is_refused);
	tcase_add_test(tcase, a_missing_call_is_refused);
	tcase_add_test(tcase, the_object_of_another_module_is_refused);
	tcase_add_test(tcase, a_machine_without_known_calls_is_refused);
	tcase_add_test(tcase, an_import_called_outside_every_function_is_refused);
	tcase_add_test(tcase, code_that_two_functions_share_is_refused);
	tcase_add_test(tcase, a_function_behind_its_section_is_refused);
	tcase_add_test(tcase, functions_that_the_module_lacks_are_refused);
	tcase_add_loop_test(tcase, only_one_way_to_write_a_number_is_a_function, 0, 5);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
