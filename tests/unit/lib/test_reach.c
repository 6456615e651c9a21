/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What exports may touch: random modules against a simple model, and hostile ones. */
#include <stdint.h>
#include <string.h>

#include "lib/reach.h"
#include "tests/unit/unit.h"

static struct caught caught;
static struct wasm_module *module;
static struct reach reach;

static void setup(void)
{
	caught_start(&caught);
}

static void teardown(void)
{
	reach_free(&reach);
	wasm_free(module);
	module = NULL;
	caught_end(&caught);
}

/* --- a module that is put together ----------------------------------------------------- */

static void put_leb(FILE *stream, size_t value)
{
	for (; value >= 0x80; value >>= 7)
		fputc((int)(value & 0x7f) | 0x80, stream);
	fputc((int)value, stream);
}

/* Bytes that grow. */
struct part {
	FILE *stream;
	char *bytes;
	size_t size;
};

static FILE *part_start(struct part *part)
{
	part->stream = open_memstream(&part->bytes, &part->size);
	return part->stream;
}

/* Appends PART to STREAM behind its size. */
static void part_end(FILE *stream, struct part *part)
{
	fclose(part->stream);
	put_leb(stream, part->size);
	fwrite(part->bytes, 1, part->size, stream);
	free(part->bytes);
}

/* What one function does. */
struct code {
	uint8_t access[4]; /* by memory: REACH_READ, REACH_WRITE, REACH_GROW */
	bool indirect;	   /* calls through the table */
	uint32_t calls[4]; /* functions */
	size_t call_count;
};

/* IMPORTS functions "m" "f", then CODES; every function is an export. */
struct plan {
	size_t imports;
	bool integer; /* they take an i32, which their callers leave on the stack */
	size_t memories;
	const struct code *codes;
	size_t count;
	const uint32_t *elements; /* of the table */
	size_t element_count;
	bool table_exported;
};

static void put_access(FILE *stream, unsigned access, size_t memory)
{
	if ((access & REACH_READ) != 0) {
		fwrite("\x41\0\x2d\x40", 1, 4, stream); /* i32.const 0; i32.load8_u */
		put_leb(stream, memory);
		fwrite("\0\x1a", 1, 2, stream);
	}
	if ((access & REACH_WRITE) != 0) {
		fwrite("\x41\0\x41\0\x3a\x40", 1, 6, stream); /* i32.store8 */
		put_leb(stream, memory);
		fputc(0, stream);
	}
	if ((access & REACH_GROW) != 0) {
		fwrite("\x41\0\x40", 1, 3, stream);
		put_leb(stream, memory);
		fputc(0x1a, stream);
	}
}

static void put_body(FILE *stream, const struct plan *plan, const struct code *code)
{
	struct part part;
	FILE *at = part_start(&part);
	fputc(0, at);
	for (size_t i = 0; i < plan->memories && i < 4; i++)
		put_access(at, code->access[i], i);
	for (size_t i = 0; i < code->call_count; i++) {
		fputc(0x10, at);
		put_leb(at, code->calls[i]);
	}
	if (code->indirect)
		fwrite("\x41\0\x11\0\0", 1, 5, at);
	fputc(0x0b, at);
	part_end(stream, &part);
}

static void put_imports(FILE *stream, const struct plan *plan)
{
	struct part part;
	FILE *at = part_start(&part);
	put_leb(at, plan->imports);
	for (size_t i = 0; i < plan->imports; i++) {
		fwrite("\1m\1f\0", 1, 5, at);
		fputc(plan->integer ? 1 : 0, at);
	}
	fputc(2, stream);
	part_end(stream, &part);
}

/* Sections 3 to 5: functions, a table of 1, memories of no page. */
static void put_declarations(FILE *stream, const struct plan *plan)
{
	struct part part;
	FILE *at = part_start(&part);
	put_leb(at, plan->count);
	for (size_t i = 0; i < plan->count; i++)
		fputc(0, at);
	fputc(3, stream);
	part_end(stream, &part);
	fwrite("\4\4\1\x70\0\1", 1, 6, stream);
	at = part_start(&part);
	put_leb(at, plan->memories);
	for (size_t i = 0; i < plan->memories; i++)
		fwrite("\0\0", 1, 2, at);
	fputc(5, stream);
	part_end(stream, &part);
}

static void put_exports(FILE *stream, const struct plan *plan)
{
	struct part part;
	FILE *at = part_start(&part);
	put_leb(at, plan->count + (plan->table_exported ? 1u : 0u));
	for (size_t i = 0; i < plan->count; i++) {
		fprintf(at, "\x8%08zx", i);
		fputc(0, at);
		put_leb(at, plan->imports + i);
	}
	if (plan->table_exported)
		fwrite("\1t\1\0", 1, 4, at);
	fputc(7, stream);
	part_end(stream, &part);
}

static void put_elements(FILE *stream, const struct plan *plan)
{
	struct part part;
	FILE *at = part_start(&part);
	fwrite("\1\0\x41\0\x0b", 1, 5, at);
	put_leb(at, plan->element_count);
	for (size_t i = 0; i < plan->element_count; i++)
		put_leb(at, plan->elements[i]);
	fputc(9, stream);
	part_end(stream, &part);
}

static void put_code(FILE *stream, const struct plan *plan)
{
	struct part part;
	FILE *at = part_start(&part);
	put_leb(at, plan->count);
	for (size_t i = 0; i < plan->count; i++)
		put_body(at, plan, &plan->codes[i]);
	fputc(10, stream);
	part_end(stream, &part);
}

static void make(const struct plan *plan)
{
	struct blob file = {0};
	FILE *stream = open_memstream((char **)&file.bytes, &file.size);
	fwrite("\0asm\1\0\0\0\1\x8\2\x60\0\0\x60\1\x7f\0", 1, 18, stream);
	put_imports(stream, plan);
	put_declarations(stream, plan);
	put_exports(stream, plan);
	put_elements(stream, plan);
	put_code(stream, plan);
	fclose(stream);
	module = wasm_parse(&caught.diag, "m.wasm", &file);
	ck_assert_msg(module != NULL, "%s", caught_text(&caught));
}

/* --- the model --------------------------------------------------------------------------- */

/* Marks what is reached from FUNCTION, plainly. */
static void walk(const struct plan *plan, size_t function, bool *met)
{
	if (met[function])
		return;
	met[function] = true;
	if (function < plan->imports)
		return;
	const struct code *code = &plan->codes[function - plan->imports];
	for (size_t i = 0; i < code->call_count; i++)
		walk(plan, code->calls[i], met);
	for (size_t i = 0; code->indirect && i < plan->element_count; i++)
		walk(plan, plan->elements[i], met);
}

static void expect_model(const struct plan *plan, size_t function)
{
	bool met[64] = {0};
	walk(plan, function, met);
	bool outside = false;
	for (size_t m = 0; m < plan->memories; m++) {
		unsigned access = 0;
		for (size_t i = 0; i < plan->count; i++)
			if (met[plan->imports + i])
				access |= plan->codes[i].access[m];
		ck_assert_uint_eq(reach_memory(&reach, (uint32_t)function, m), access);
	}
	for (size_t i = 0; i < plan->imports; i++)
		ck_assert_int_eq(reach_import(&reach, (uint32_t)function, i), met[i]);
	for (size_t i = 0; i < plan->count; i++)
		outside = outside || (met[plan->imports + i] && plan->codes[i].indirect);
	ck_assert_int_eq(
		reach_outside(&reach, (uint32_t)function), outside && plan->table_exported);
}

static uint32_t state;

static uint32_t draw(uint32_t below)
{
	state = state * 1664525u + 1013904223u;
	return (uint32_t)((uint64_t)state * below >> 32);
}

static void draw_code(struct code *code, const struct plan *plan)
{
	size_t all = plan->imports + plan->count;
	*code = (struct code){.indirect = draw(6) == 0, .call_count = draw(4)};
	for (size_t i = 0; i < 4; i++)
		code->access[i] = draw(5) == 0 ? (uint8_t)draw(8) : 0;
	for (size_t i = 0; i < code->call_count; i++)
		code->calls[i] = draw((uint32_t)all);
}

START_TEST(random_modules_touch_what_the_model_says)
{
	state = (uint32_t)_i + 1;
	struct code codes[24];
	uint32_t elements[5];
	struct plan plan = {.imports = draw(4),
		.memories = draw(5),
		.codes = codes,
		.count = 1 + draw(24),
		.elements = elements,
		.element_count = draw(6),
		.table_exported = draw(2) == 0};
	for (size_t i = 0; i < plan.count; i++)
		draw_code(&codes[i], &plan);
	for (size_t i = 0; i < plan.element_count; i++)
		elements[i] = draw((uint32_t)(plan.imports + plan.count));
	make(&plan);
	ck_assert(reach_make(&caught.diag, module, &reach));
	for (size_t i = 0; i < plan.imports + plan.count; i++)
		expect_model(&plan, i);
}
END_TEST

/* --- components --------------------------------------------------------------------------- */

/* f0 of component 4 reads memory 0 and calls f1 of component 7, which writes memory 1. */
static const struct code two[] = {
	{.access = {REACH_READ}, .calls = {1}, .call_count = 1}, {.access = {0, REACH_WRITE}}};

static void expect_needs(const uint32_t *of_function, uint32_t component, const char *expected)
{
	uint32_t components[] = {4, 7};
	uint8_t touched[2] = {0xff, 0xff};
	char text[16];
	struct meld_owners owners = {.of_function = (uint32_t *)of_function,
		.count = module->function_count,
		.components = components,
		.component_count = 2};
	ck_assert(reach_component(&caught.diag, &reach, &owners, component, touched));
	snprintf(text, sizeof(text), "%u %u", touched[0], touched[1]);
	ck_assert_str_eq(text, expected);
}

START_TEST(a_component_needs_what_its_exports_reach_in_others)
{
	struct plan plan = {.memories = 2, .codes = two, .count = 2};
	make(&plan);
	ck_assert(reach_make(&caught.diag, module, &reach));
	expect_needs((const uint32_t[]){4, 7}, 4, "1 2");
	expect_needs((const uint32_t[]){4, 7}, 7, "0 2");
	expect_needs((const uint32_t[]){MELD_UNKNOWN, 7}, 7, "1 2");
}
END_TEST

/* An object has no symbol for a table that is exported: nobody else can fill it. */
START_TEST(an_imported_table_gives_pointers_into_everything_an_exported_one_none)
{
	const struct code codes[] = {
		{.access = {REACH_READ}, .indirect = true}, {.access = {0, REACH_WRITE}}};
	struct plan plan = {.memories = 2, .codes = codes, .count = 2, .table_exported = true};
	make(&plan);
	module->tables[0].imported = _i == 1;
	ck_assert(reach_make(&caught.diag, module, &reach));
	expect_needs((const uint32_t[]){4, 7}, 4, _i == 1 ? "9 8" : "1 0");
}
END_TEST

START_TEST(the_functions_of_a_component_are_those_that_its_exports_run)
{
	struct plan plan = {.memories = 2, .codes = two, .count = 2};
	uint32_t components[] = {4, 7};
	bool reached[2];
	struct meld_owners owners = {.of_function = (uint32_t[]){4, 7},
		.count = 2,
		.components = components,
		.component_count = 2};
	make(&plan);
	ck_assert(reach_make(&caught.diag, module, &reach));
	ck_assert(reach_functions(&caught.diag, &reach, &owners, 4, reached));
	ck_assert(reached[0] && reached[1]);
	ck_assert(reach_functions(&caught.diag, &reach, &owners, 7, reached));
	ck_assert(!reached[0] && reached[1]);
}
END_TEST

START_TEST(a_pointer_of_who_touches_nothing_may_go_anywhere)
{
	const struct code codes[] = {{.calls = {0}, .call_count = 1}, {.access = {0, REACH_WRITE}}};
	struct plan plan = {
		.imports = 1, .integer = true, .memories = 2, .codes = codes, .count = 2};
	make(&plan);
	ck_assert(reach_make(&caught.diag, module, &reach));
	expect_needs((const uint32_t[]){4, 4, 7}, 4, "8 8");
	expect_needs((const uint32_t[]){7, 4, 7}, 4, "0 8");
	expect_needs((const uint32_t[]){4, 4, 7}, 7, "0 2");
}
END_TEST

/* --- hostile ------------------------------------------------------------------------------ */

enum { MANY = 100000 };

static struct code *chain(bool closed)
{
	struct code *codes = calloc(MANY, sizeof(*codes));
	for (uint32_t i = 0; i < MANY; i++) {
		codes[i].call_count = i + 1 < MANY || closed ? 1 : 0;
		codes[i].calls[0] = i + 1 < MANY ? i + 1 : 0;
	}
	codes[MANY - 1].access[1] = REACH_WRITE;
	return codes;
}

START_TEST(a_chain_and_a_ring_of_a_hundred_thousand_are_followed_to_their_end)
{
	struct code *codes = chain(_i == 1);
	struct plan plan = {.memories = 2, .codes = codes, .count = MANY};
	make(&plan);
	ck_assert(reach_make(&caught.diag, module, &reach));
	for (uint32_t i = 0; i < MANY; i++)
		ck_assert_uint_eq(reach_memory(&reach, i, 1), REACH_WRITE);
	ck_assert_uint_eq(reach_memory(&reach, 0, 0), 0);
	ck_assert_uint_eq(reach.group_count, _i == 1 ? 1 : MANY);
	free(codes);
}
END_TEST

START_TEST(more_than_can_be_followed_is_refused)
{
	struct code *codes = calloc(MANY, sizeof(*codes));
	struct plan plan = {.memories = _i == 0 ? 60000 : 0,
		.imports = _i == 0 ? 0 : 60000,
		.codes = codes,
		.count = MANY};
	make(&plan);
	ck_assert(!reach_make(&caught.diag, module, &reach));
	ck_assert_ptr_nonnull(
		strstr(caught_text(&caught), "more than can be followed; split the module"));
	free(codes);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("reach");
	TCase *cases = tcase_create("reach");
	tcase_set_timeout(cases, 120);
	tcase_add_checked_fixture(cases, setup, teardown);
	tcase_add_loop_test(cases, random_modules_touch_what_the_model_says, 0, 400);
	tcase_add_test(cases, a_component_needs_what_its_exports_reach_in_others);
	tcase_add_loop_test(
		cases, an_imported_table_gives_pointers_into_everything_an_exported_one_none, 0, 2);
	tcase_add_test(cases, the_functions_of_a_component_are_those_that_its_exports_run);
	tcase_add_test(cases, a_pointer_of_who_touches_nothing_may_go_anywhere);
	tcase_add_loop_test(
		cases, a_chain_and_a_ring_of_a_hundred_thousand_are_followed_to_their_end, 0, 2);
	tcase_add_loop_test(cases, more_than_can_be_followed_is_refused, 0, 2);
	suite_add_tcase(suite, cases);
	return unit_run(suite);
}
