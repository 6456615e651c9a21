/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What a component's context must hold, with whom it is joined, and what is refused. */
#include <string.h>

#include "ldgen/needs.h"
#include "tests/unit/unit.h"

/*
 * Memories 0 and 1; f0 reads memory 0 and is an export; f1 reads memory 0, calls f2 and is one;
 * f2 writes memory 1; f3 writes memory 0 and is no export.
 */
static const uint8_t plain[] = {0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 5, 4, 0, 0, 0,
	0, 5, 5, 2, 0, 1, 0, 1, 7, 9, 2, 1, 'a', 0, 0, 1, 'b', 0, 1, 10, 42, 4, 8, 0, 0x41, 0, 0x28,
	2, 0, 0x1a, 0x0b, 10, 0, 0x41, 0, 0x28, 2, 0, 0x1a, 0x10, 2, 0x0b, 10, 0, 0x41, 0, 0x41, 0,
	0x36, 0x42, 1, 0, 0x0b, 9, 0, 0x41, 0, 0x41, 0, 0x36, 2, 0, 0x0b};

/*
 * Imports 0, "read", and 1, the arena, both of an integer; two memories, a mutable global.  f2, f3
 * and f4 are exports and call f5, which sets the global, f6, which calls import 0, and f7,
 * import 1.
 */
static const uint8_t joining[] = {0, 97, 115, 109, 1, 0, 0, 0, 1, 8, 2, 96, 1, 127, 0, 96, 0, 0, 2,
	33, 2, 4, 114, 101, 97, 100, 0, 0, 0, 18, 99, 97, 98, 105, 45, 97, 114, 101, 110, 97, 45,
	114, 101, 97, 108, 108, 111, 99, 2, 36, 50, 0, 0, 3, 7, 6, 1, 1, 1, 1, 1, 1, 5, 5, 2, 0, 1,
	0, 1, 6, 6, 1, 127, 1, 65, 0, 11, 7, 13, 3, 1, 97, 0, 2, 1, 98, 0, 3, 1, 99, 0, 4, 10, 37,
	6, 4, 0, 16, 5, 11, 4, 0, 16, 6, 11, 4, 0, 16, 7, 11, 6, 0, 65, 1, 36, 0, 11, 6, 0, 65, 0,
	16, 0, 11, 6, 0, 65, 0, 16, 1, 11};

/*
 * f0, an export, calls by index through a table of 300 entries, and f1, which writes memory 0.
 * One byte of data is there, at 1199; the first byte of that number is the one at DATA_AT.
 */
static const uint8_t by_index[] = {0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 3, 2, 0, 0, 4,
	5, 1, 112, 0, 172, 2, 5, 5, 2, 0, 1, 0, 1, 7, 5, 1, 1, 97, 0, 0, 10, 21, 2, 9, 0, 65, 0, 17,
	0, 0, 16, 1, 11, 9, 0, 65, 0, 65, 0, 58, 0, 0, 11, 11, 8, 1, 0, 65, 175, 9, 11, 1, 120};

enum { DATA_AT = 68 };

/* f0, an export, calls f1, which calls through table 1, of 3 entries; f2 calls through table 0,
 * of 2.
 */
static const uint8_t by_another[] = {0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 4, 3, 0, 0,
	0, 4, 7, 2, 112, 0, 2, 112, 0, 3, 5, 5, 2, 0, 1, 0, 1, 7, 9, 2, 1, 97, 0, 0, 1, 98, 0, 2,
	10, 22, 3, 4, 0, 16, 1, 11, 7, 0, 65, 0, 17, 0, 1, 11, 7, 0, 65, 0, 17, 0, 0, 11};

/* Two memories.  f0, an export, calls f1, which asks for the size of memory 0. */
static const uint8_t asking[] = {0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 3, 2, 0, 0, 5,
	5, 2, 0, 1, 0, 1, 7, 5, 1, 1, 97, 0, 0, 10, 12, 2, 4, 0, 16, 1, 11, 5, 0, 63, 0, 26, 11};

/* Two memories and a mutable global.  f0 and f1 are exports and call f2, which sets the global. */
static const uint8_t by_adapter[] = {0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 4, 3, 0, 0,
	0, 5, 5, 2, 0, 1, 0, 1, 6, 6, 1, 127, 1, 65, 0, 11, 7, 9, 2, 1, 97, 0, 0, 1, 98, 0, 1, 10,
	18, 3, 4, 0, 16, 2, 11, 4, 0, 16, 2, 11, 6, 0, 65, 1, 36, 0, 11};

enum { MUTABLE_AT = 31 };

/* Two memories.  f1, an export, gives import 0, "n", an integer that it reads in memory 1. */
static const uint8_t handing[] = {0, 97, 115, 109, 1, 0, 0, 0, 1, 8, 2, 96, 1, 127, 0, 96, 0, 0, 2,
	6, 1, 1, 110, 0, 0, 0, 3, 2, 1, 1, 5, 5, 2, 0, 1, 0, 1, 7, 5, 1, 1, 97, 0, 1, 10, 12, 1, 10,
	0, 65, 0, 40, 66, 1, 0, 16, 0, 11};

/* Two memories.  f1, an export, calls import 0, of an integer, through a table that has it. */
static const uint8_t shim[] = {0, 97, 115, 109, 1, 0, 0, 0, 1, 8, 2, 96, 1, 127, 0, 96, 0, 0, 2, 6,
	1, 1, 110, 0, 0, 0, 3, 2, 1, 1, 4, 4, 1, 112, 0, 1, 5, 5, 2, 0, 1, 0, 1, 7, 5, 1, 1, 97, 0,
	1, 9, 7, 1, 0, 65, 0, 11, 1, 0, 10, 11, 1, 9, 0, 65, 1, 65, 0, 17, 0, 0, 11};

enum { ONE, TWO, BOTH, READ = 4, READ_WRITE = 6 };

static struct caught caught;
static struct unit unit;
static struct manifest_component components[BOTH];
static struct manifest manifest = {
	.path = (char *)"layout.yaml", .components = components, .component_count = BOTH};
static struct component_sizes measured[BOTH];
static struct sizes sizes = {.components = measured, .count = BOTH};

/* Component one is 4 and has memory 0, two is 7 and has memory 1; OWNERS are the functions'. */
static void setup_module(const uint8_t *bytes, size_t size, const uint32_t *owners)
{
	static const uint32_t numbers[] = {4, 7};
	struct blob file = {malloc(size), size};
	memcpy(file.bytes, bytes, size);
	unit = (struct unit){.core_path = (char *)"m.wasm"};
	unit.module = wasm_parse(&caught.diag, "m.wasm", &file);
	ck_assert_msg(unit.module != NULL, "%s", caught_text(&caught));
	unit.owners = (struct meld_owners){.of_function = (uint32_t *)owners,
		.count = unit.module->function_count,
		.components = (uint32_t *)numbers,
		.component_count = BOTH};
	unit.uses = calloc(BOTH, sizeof(*unit.uses));
	for (unsigned i = 0; i < BOTH; i++) {
		ck_assert(meld_use(
			&caught.diag, unit.module, &unit.owners, numbers[i], &unit.uses[i]));
		measured[i] = (struct component_sizes){
			.fused = numbers[i], .memory = i, .arena_offset = 65536};
	}
	ck_assert(reach_make(&caught.diag, unit.module, &unit.reach));
}

static void setup_plain(const uint32_t owners[4])
{
	setup_module(plain, sizeof(plain), owners);
}

static void setup_joining(const uint32_t owners[8])
{
	setup_module(joining, sizeof(joining), owners);
}

static void setup(void)
{
	caught_start(&caught);
	components[ONE] = (struct manifest_component){
		.named = {.name = (char *)"one", .at = {7, 3}}, .grants_auto = {9, 13}};
	components[TWO] = (struct manifest_component){
		.named = {.name = (char *)"two", .at = {17, 3}}, .grants_auto = {19, 13}};
}

static void teardown(void)
{
	for (unsigned i = 0; i < BOTH; i++) {
		meld_use_free(&unit.uses[i]);
		free(components[i].opens);
	}
	free(unit.uses);
	reach_free(&unit.reach);
	wasm_free(unit.module);
	caught_end(&caught);
}

static bool find(void)
{
	static const size_t unit_of[BOTH] = {0, 0};
	const struct needs needs = {&caught.diag, &manifest, &sizes, &unit, unit_of};
	return needs_find(&needs);
}

static void expect_found(unsigned own, unsigned other, bool joined)
{
	ck_assert_msg(find(), "%s", caught_text(&caught));
	ck_assert_uint_eq(components[ONE].opens[ONE], own);
	ck_assert_uint_eq(components[ONE].opens[TWO], other);
	for (unsigned i = 0; i < BOTH; i++) {
		ck_assert_int_eq(components[i].joined, joined);
		ck_assert_uint_eq(components[i].joint, ONE);
	}
}

static void expect_refused(const char *text)
{
	ck_assert(!find());
	ck_assert_msg(strstr(caught_text(&caught), text) != NULL, "%s", caught_text(&caught));
}

/* Gives component one a context, which lists memory 1, component two's, or does not. */
static void list_other(bool listed)
{
	static struct word words[] = {{.text = (char *)"two.mem1"}};
	static struct manifest_reference reference = {MANIFEST_TO_MEMORY, TWO, 1, {30, 9}};
	static struct manifest_context context = {
		.named = {.name = (char *)"one", .at = {29, 3}}, .regions = {.list = &reference}};
	context.regions.words = (struct words){.list = words, .count = listed};
	components[ONE].context = &context;
}

/* --- its own memory --------------------------------------------------------------------- */

/* f1, which leads to the write, is of component two, like f2. */
static const uint32_t apart[] = {4, 7, 7, 4};

START_TEST(a_memory_that_is_only_read_gets_no_right_to_write)
{
	setup_plain(apart);
	ck_assert(find());
	ck_assert_uint_eq(components[ONE].opens[ONE], READ);
}
END_TEST

START_TEST(an_arena_is_written)
{
	setup_plain(apart);
	measured[ONE].has_arena = true;
	ck_assert(find());
	ck_assert_uint_eq(components[ONE].opens[ONE], READ_WRITE);
}
END_TEST

START_TEST(without_auto_the_rights_stay)
{
	setup_plain(apart);
	components[ONE].grants_auto = (struct position){0};
	ck_assert(find());
	ck_assert_uint_eq(components[ONE].opens[ONE], READ_WRITE);
}
END_TEST

/* --- the memory of another ------------------------------------------------------------------ */

/* f1 is component one's and calls f2, two's, which writes memory 1. */
static const uint32_t calling[] = {4, 4, 7, 7};

START_TEST(a_direct_call_into_another_component_opens_its_memory)
{
	setup_plain(calling);
	expect_found(READ, READ_WRITE, true);
	ck_assert_uint_eq(components[TWO].opens[ONE], 0);
}
END_TEST

START_TEST(without_auto_it_is_refused)
{
	setup_plain(calling);
	components[ONE].grants_auto = (struct position){0};
	expect_refused("layout.yaml:7:3: the exports of component one call code that touches "
		       "memory 1 of m.wasm, which belongs to component two: write 'grants: auto'");
}
END_TEST

START_TEST(a_context_that_lacks_it_is_refused)
{
	setup_plain(calling);
	list_other(false);
	expect_refused("layout.yaml:29:3: context one lacks two.mem1, which code that its exports "
		       "call touches: add it");
}
END_TEST

START_TEST(a_context_that_lists_it_opens_it)
{
	setup_plain(calling);
	list_other(true);
	components[ONE].grants_auto = (struct position){0};
	expect_found(READ_WRITE, READ_WRITE, true);
}
END_TEST

START_TEST(what_a_context_lists_without_need_it_reads_with_auto)
{
	static const uint32_t owners[] = {4, 7, 7, 7};
	setup_plain(owners);
	list_other(true);
	expect_found(READ, READ, true);
}
END_TEST

START_TEST(a_memory_of_nobody_is_refused)
{
	setup_plain(calling);
	measured[TWO].memory = 2;
	expect_refused("layout.yaml:7:3: the exports of component one call code that touches "
		       "memory 1 of m.wasm, which is no component's alone: ");
}
END_TEST

/* R10 and R11 of component two are for memory 1. */
START_TEST(the_size_of_another_s_memory_0_is_refused)
{
	static const uint32_t owners[] = {7, 4};
	setup_module(asking, sizeof(asking), owners);
	expect_refused("layout.yaml:17:3: the exports of component two call code that asks for the "
		       "size of memory 0 of m.wasm and does not touch that, ");
}
END_TEST

START_TEST(what_a_native_may_get_a_pointer_into_is_open_for_writing)
{
	static const uint32_t owners[] = {4, 4};
	setup_module(handing, sizeof(handing), owners);
	expect_found(READ, READ_WRITE, true);
}
END_TEST

START_TEST(a_component_with_a_carve_opens_no_memory_of_another)
{
	setup_plain(calling);
	components[ONE].carve.present = true;
	expect_refused("touches memory 1 of m.wasm, which is no component's alone: ");
}
END_TEST

/* --- globals and imports ---------------------------------------------------------------------- */

START_TEST(a_global_of_another_joins)
{
	static const uint32_t owners[] = {7, 7, 4, 7, 7, 7, 7, 7};
	setup_joining(owners);
	expect_found(READ, 0, true);
}
END_TEST

/* But none that has a carve. */
START_TEST(a_global_of_nobody_joins_those_who_change_it)
{
	static const uint32_t owners[] = {4, 7, MELD_UNKNOWN};
	setup_module(by_adapter, sizeof(by_adapter), owners);
	if (_i < BOTH)
		components[_i].carve.present = true;
	expect_found(READ, 0, _i == BOTH);
}
END_TEST

START_TEST(a_global_that_cannot_change_joins_nobody)
{
	static const uint32_t owners[] = {4, 7, MELD_UNKNOWN};
	static const uint8_t get[] = {35, 0, 26, 1, 11}; /* and drop it, for nop */
	uint8_t bytes[sizeof(by_adapter)];
	memcpy(bytes, by_adapter, sizeof(bytes));
	bytes[MUTABLE_AT] = 0;
	memcpy(bytes + sizeof(bytes) - sizeof(get), get, sizeof(get));
	setup_module(bytes, sizeof(bytes), owners);
	expect_found(READ, 0, false);
}
END_TEST

START_TEST(components_that_do_not_meet_are_not_joined)
{
	static const uint32_t owners[] = {7, 7, 7, 7, 7, 7, 7, 7};
	setup_joining(owners);
	expect_found(READ, 0, false);
}
END_TEST

START_TEST(a_pointer_that_another_component_hands_to_a_native_is_refused)
{
	static const uint32_t owners[] = {7, 7, 7, 4, 7, 7, 7, 7};
	setup_joining(owners);
	expect_refused("layout.yaml:7:3: the exports of component one call code of component two "
		       "that calls import 'read' '' with an integer: ");
}
END_TEST

START_TEST(an_import_of_nobody_is_refused)
{
	static const uint32_t owners[] = {MELD_UNKNOWN, 7, 7, MELD_UNKNOWN, 7, 7, 7, 7};
	setup_joining(owners);
	expect_refused(
		"layout.yaml:7:3: the exports of component one call import 'read' '' with an "
		"integer, and nobody knows whose it is: ");
}
END_TEST

START_TEST(the_arena_of_another_joins_and_without_one_it_is_a_native)
{
	static const uint32_t owners[] = {7, 7, 7, 7, 4, 7, 7, 7};
	setup_joining(owners);
	measured[TWO].has_arena = _i == 0;
	if (_i == 0)
		/* Component two's code touches no memory: its pointers may go anywhere. */
		expect_found(READ_WRITE, READ_WRITE, true);
	else
		expect_refused("calls import 'cabi-arena-realloc' '$2' with an integer: ");
}
END_TEST

START_TEST(the_arena_of_another_is_open_where_the_context_says_so)
{
	static const uint32_t owners[] = {7, 7, 7, 7, 4, 7, 7, 7};
	setup_joining(owners);
	measured[TWO].has_arena = true;
	list_other(_i == 1);
	components[ONE].grants_auto = (struct position){0};
	if (_i == 1)
		expect_found(READ_WRITE, READ_WRITE, true);
	else
		expect_refused("layout.yaml:29:3: context one lacks two.mem1, ");
}
END_TEST

/* Who put it there may be anybody. */
START_TEST(an_import_of_nobody_in_a_table_is_refused)
{
	static const uint32_t owners[] = {MELD_UNKNOWN, 4};
	setup_module(shim, sizeof(shim), owners);
	expect_refused("layout.yaml:7:3: the exports of component one call import 'n' '' with an "
		       "integer, and nobody knows whose it is: ");
}
END_TEST

/* --- tables ------------------------------------------------------------------------- */

/* Component two calls by index and uses component one's memory 0: its table lies over that. */
START_TEST(tables_of_code_that_uses_memory_0_lie_over_it_below_its_data)
{
	static const uint32_t owners[] = {7, 4};
	uint8_t bytes[sizeof(by_index)];
	memcpy(bytes, by_index, sizeof(bytes));
	bytes[DATA_AT] = (uint8_t)(bytes[DATA_AT] + _i);
	setup_module(bytes, sizeof(bytes), owners);
	meld_table_span(unit.module, &unit.uses[TWO], &measured[TWO].table_offset,
		&measured[TWO].table_count);
	if (_i == 0) {
		expect_refused("m.wasm: data segment 0 starts at byte 1199, where the compiler "
			       "expects the function table (1200 bytes)");
		return;
	}
	ck_assert_msg(find(), "%s", caught_text(&caught));
	ck_assert_uint_eq(components[TWO].opens[ONE], READ_WRITE);
	ck_assert(measured[TWO].borrows && !measured[ONE].borrows);
	ck_assert_uint_eq(measured[TWO].base, ONE);
	ck_assert_uint_eq(measured[ONE].table_count, 300);
	ck_assert_uint_eq(measured[TWO].table_count, 300);
}
END_TEST

/* f1 is of component two, or of none; component one has memory 0, or the other has. */
START_TEST(a_table_that_the_code_of_another_calls_through_is_there)
{
	static const uint32_t owners[][3] = {{4, 7, 7}, {4, MELD_UNKNOWN, 7}, {4, 7, 7}};
	setup_module(by_another, sizeof(by_another), owners[_i]);
	if (_i == 1) {
		expect_refused("layout.yaml:7:3: the exports of component one run code of no "
			       "component that calls through table 1 of m.wasm: ");
		return;
	}
	/* Over memory 0 there is room for the other's, too; a memory of its own has none but these.
	 */
	measured[ONE].memory = _i == 2;
	measured[TWO].memory = _i != 2;
	expect_found(READ, 0, true);
	ck_assert_uint_eq(measured[ONE].table_offset, 8);
	ck_assert_uint_eq(measured[ONE].table_count, 3);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("needs");
	TCase *cases = tcase_create("needs");
	tcase_add_checked_fixture(cases, setup, teardown);
	tcase_add_test(cases, a_memory_that_is_only_read_gets_no_right_to_write);
	tcase_add_test(cases, an_arena_is_written);
	tcase_add_test(cases, without_auto_the_rights_stay);
	tcase_add_test(cases, a_direct_call_into_another_component_opens_its_memory);
	tcase_add_test(cases, without_auto_it_is_refused);
	tcase_add_test(cases, a_context_that_lacks_it_is_refused);
	tcase_add_test(cases, a_context_that_lists_it_opens_it);
	tcase_add_test(cases, what_a_context_lists_without_need_it_reads_with_auto);
	tcase_add_test(cases, a_memory_of_nobody_is_refused);
	tcase_add_test(cases, the_size_of_another_s_memory_0_is_refused);
	tcase_add_test(cases, what_a_native_may_get_a_pointer_into_is_open_for_writing);
	tcase_add_test(cases, a_component_with_a_carve_opens_no_memory_of_another);
	tcase_add_test(cases, a_global_of_another_joins);
	tcase_add_loop_test(cases, a_global_of_nobody_joins_those_who_change_it, 0, BOTH + 1);
	tcase_add_test(cases, a_global_that_cannot_change_joins_nobody);
	tcase_add_test(cases, components_that_do_not_meet_are_not_joined);
	tcase_add_test(cases, a_pointer_that_another_component_hands_to_a_native_is_refused);
	tcase_add_test(cases, an_import_of_nobody_is_refused);
	tcase_add_loop_test(cases, the_arena_of_another_joins_and_without_one_it_is_a_native, 0, 2);
	tcase_add_loop_test(cases, the_arena_of_another_is_open_where_the_context_says_so, 0, 2);
	tcase_add_test(cases, an_import_of_nobody_in_a_table_is_refused);
	tcase_add_loop_test(
		cases, tables_of_code_that_uses_memory_0_lie_over_it_below_its_data, 0, 2);
	tcase_add_loop_test(cases, a_table_that_the_code_of_another_calls_through_is_there, 0, 3);
	suite_add_tcase(suite, cases);
	return unit_run(suite);
}
