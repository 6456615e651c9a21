/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the exports of a core module reach, on which way, and at what cost. */
#include <stdint.h>
#include <string.h>

#include "lib/call_graph.h"
#include "tests/unit/unit.h"

enum { LARGEST = 200000 };

/* A module that is put together: signature 0 and 2 are () -> (), 1 is (i32) -> (). */
static struct {
	struct {
		uint8_t *bytes;
		size_t size;
	} bodies[LARGEST];
	uint8_t signatures[LARGEST];
	size_t count;
	uint32_t exported; /* a function called run, or UINT32_MAX */
	bool table_exported;
	uint32_t *elements; /* of table 0 */
	size_t element_count;
	bool passive;	  /* the segment is not put into the table by itself */
	const char *name; /* of every function, or NULL */
} made;

static struct caught caught;
static struct wasm_module *module;
static struct call_graph graph;

static void put_leb(FILE *stream, size_t value)
{
	for (; value >= 0x80; value >>= 7)
		fputc((int)(value & 0x7f) | 0x80, stream);
	fputc((int)value, stream);
}

/* Adds a function of SIGNATURE with the SIZE bytes of code in front of its end. */
static uint32_t add(uint8_t signature, const uint8_t *code, size_t size)
{
	ck_assert_uint_lt(made.count, LARGEST);
	made.bodies[made.count].bytes = malloc(size + 1);
	if (size > 0)
		memcpy(made.bodies[made.count].bytes, code, size);
	made.bodies[made.count].size = size;
	made.signatures[made.count] = signature;
	return (uint32_t)made.count++;
}

/* A call instruction with a callee of five bytes. */
static void put_call(uint8_t code[6], uint32_t callee)
{
	code[0] = 0x10;
	for (unsigned i = 0; i < 5; i++)
		code[1 + i] = (uint8_t)((callee >> 7 * i & 0x7f) | (i < 4 ? 0x80 : 0));
}

static uint32_t add_caller(uint32_t callee)
{
	uint8_t code[6];
	put_call(code, callee);
	return add(0, code, sizeof(code));
}

static const uint8_t grow[] = {0x41, 1, 0x40, 0, 0x1a};	 /* i32.const 1; memory.grow; drop */
static const uint8_t by_index[] = {0x41, 0, 0x11, 0, 0}; /* call_indirect signature 0 */
static const uint8_t by_index_1[] = {0x41, 0, 0x41, 0, 0x11, 1, 0}; /* signature 1 */
static const uint8_t by_index_2[] = {0x41, 0, 0x11, 2, 0};	    /* signature 2, equal to 0 */
static const uint8_t table_get[] = {0x41, 0, 0x25, 0, 0x1a};

static void put_section(FILE *stream, int id, char *bytes, size_t size)
{
	fputc(id, stream);
	put_leb(stream, size);
	fwrite(bytes, 1, size, stream);
	free(bytes);
}

/* Writes one section through a stream of its own. */
#define SECTION(id, statements)                                                                    \
	do {                                                                                       \
		char *bytes = NULL;                                                                \
		size_t size = 0;                                                                   \
		FILE *at = open_memstream(&bytes, &size);                                          \
		statements;                                                                        \
		fclose(at);                                                                        \
		put_section(stream, id, bytes, size);                                              \
	} while (0)

static void put_bytes(FILE *stream, const char *bytes, size_t size)
{
	fwrite(bytes, 1, size, stream);
}

static void put_functions(FILE *stream)
{
	put_leb(stream, made.count);
	for (size_t i = 0; i < made.count; i++)
		fputc(made.signatures[i], stream);
}

static void put_exports(FILE *stream)
{
	bool function = made.exported != UINT32_MAX;
	put_leb(stream, (function ? 1u : 0u) + (made.table_exported ? 1u : 0u));
	if (function) {
		put_bytes(stream, "\3run\0", 5);
		put_leb(stream, made.exported);
	}
	if (made.table_exported)
		put_bytes(stream, "\5table\1\0", 8);
}

static void put_elements(FILE *stream)
{
	if (made.passive)
		put_bytes(stream, "\1\1\0", 3);
	else
		put_bytes(stream, "\1\0\x41\0\x0b", 5);
	put_leb(stream, made.element_count);
	for (size_t i = 0; i < made.element_count; i++)
		put_leb(stream, made.elements[i]);
}

static void put_code(FILE *stream)
{
	put_leb(stream, made.count);
	for (size_t i = 0; i < made.count; i++) {
		put_leb(stream, made.bodies[i].size + 2);
		fputc(0, stream);
		fwrite(made.bodies[i].bytes, 1, made.bodies[i].size, stream);
		fputc(0x0b, stream);
	}
}

static void put_names(FILE *stream)
{
	char *bytes = NULL;
	size_t size = 0;
	FILE *names = open_memstream(&bytes, &size);
	put_leb(names, made.count);
	for (size_t i = 0; i < made.count; i++) {
		put_leb(names, i);
		fprintf(names, "%c%s", (char)(strlen(made.name) + (i > 9 ? 2 : 1)), made.name);
		fprintf(names, "%zu", i % 100);
	}
	fclose(names);
	put_bytes(stream, "\4name\1", 6);
	put_leb(stream, size);
	fwrite(bytes, 1, size, stream);
	free(bytes);
}

/* Writes the module down, reads it, and makes its graph. */
static void make(void)
{
	struct blob file = {0};
	FILE *stream = open_memstream((char **)&file.bytes, &file.size);
	put_bytes(stream, "\0asm\1\0\0\0", 8);
	SECTION(1, put_bytes(at, "\3\x60\0\0\x60\1\x7f\0\x60\0\0", 11));
	SECTION(3, put_functions(at));
	SECTION(4, put_bytes(at, "\2\x70\0\1\x70\0\1", 7));
	SECTION(5, put_bytes(at, "\1\0\1", 3));
	SECTION(7, put_exports(at));
	SECTION(9, put_elements(at));
	SECTION(10, put_code(at));
	if (made.name != NULL)
		SECTION(0, put_names(at));
	fclose(stream);
	module = wasm_parse(&caught.diag, "m.wasm", &file);
	ck_assert_msg(module != NULL, "%s", caught_text(&caught));
	ck_assert(call_graph_make(&caught.diag, module, &graph));
}

static void setup(void)
{
	memset(&made, 0, sizeof(made));
	made.exported = UINT32_MAX;
	caught_start(&caught);
}

static void teardown(void)
{
	call_graph_free(&graph);
	wasm_free(module);
	module = NULL;
	for (size_t i = 0; i < made.count; i++)
		free(made.bodies[i].bytes);
	free(made.elements);
	caught_end(&caught);
}

static void set_elements(const uint32_t *functions, size_t count)
{
	made.elements = malloc(count * sizeof(*functions));
	memcpy(made.elements, functions, count * sizeof(*functions));
	made.element_count = count;
}

static bool reached(uint32_t function)
{
	return graph.root[function] != CALL_GRAPH_NONE;
}

static void expect_path(uint32_t function, const char *expected)
{
	char *path = call_graph_path(&graph, function);
	ck_assert_str_eq(path, expected);
	free(path);
}

START_TEST(direct_calls_are_followed_and_the_way_is_told)
{
	uint32_t grows = add(0, grow, sizeof(grow));
	uint32_t middle = add_caller(grows);
	made.exported = add_caller(middle);
	uint32_t dead = add_caller(grows);
	make();
	ck_assert(reached(grows) && !reached(dead));
	ck_assert_uint_eq(graph.growth[grows], 1);
	ck_assert_uint_eq(graph.growth[middle], 0);
	expect_path(grows, "export run → function 2 → function 1 → function 0");
}
END_TEST

START_TEST(the_way_has_the_names_of_the_name_section)
{
	uint32_t grows = add(0, grow, sizeof(grow));
	made.exported = add_caller(grows);
	made.name = "f";
	make();
	expect_path(grows, "export run → f1 → f0");
}
END_TEST

START_TEST(the_shortest_way_is_told)
{
	uint32_t grows = add(0, grow, sizeof(grow));
	uint32_t longer = add_caller(add_caller(grows));
	uint8_t code[12];
	put_call(code, longer);
	put_call(code + 6, grows);
	made.exported = add(0, code, sizeof(code));
	make();
	expect_path(grows, "export run → function 3 → function 0");
}
END_TEST

START_TEST(a_call_by_index_reaches_the_elements_of_its_signature)
{
	uint32_t elements[2];
	elements[0] = add(0, grow, sizeof(grow));
	elements[1] = add(1, grow, sizeof(grow));
	uint32_t outside = add(0, grow, sizeof(grow));
	made.exported = add(0, by_index, sizeof(by_index));
	set_elements(elements, 2);
	make();
	ck_assert(reached(elements[0]));
	ck_assert(!reached(elements[1]));
	ck_assert(!reached(outside));
	expect_path(elements[0], "export run → function 3 → by index: function 0");
}
END_TEST

START_TEST(equal_signatures_are_one)
{
	uint32_t grows = add(0, grow, sizeof(grow));
	made.exported = add(0, by_index_2, sizeof(by_index_2));
	set_elements(&grows, 1);
	make();
	ck_assert(reached(grows));
}
END_TEST

START_TEST(a_call_by_another_signature_reaches_nothing)
{
	uint32_t grows = add(0, grow, sizeof(grow));
	made.exported = add(0, by_index_1, sizeof(by_index_1));
	set_elements(&grows, 1);
	make();
	ck_assert(!reached(grows));
}
END_TEST

START_TEST(a_call_through_another_table_reaches_nothing_unless_functions_move)
{
	uint8_t other[] = {0x41, 0, 0x11, 0, 1};
	uint32_t grows = add(0, grow, sizeof(grow));
	made.exported = add(0, other, sizeof(other));
	set_elements(&grows, 1);
	make();
	ck_assert(!reached(grows));
	call_graph_free(&graph);
	wasm_free(module);
	add(0, table_get, sizeof(table_get));
	make();
	ck_assert(reached(grows));
}
END_TEST

START_TEST(what_is_in_no_table_yet_may_be_in_any)
{
	uint8_t other[] = {0x41, 0, 0x11, 0, 1};
	uint32_t grows = add(0, grow, sizeof(grow));
	made.exported = add(0, other, sizeof(other));
	set_elements(&grows, 1);
	made.passive = true;
	make();
	ck_assert(reached(grows));
}
END_TEST

START_TEST(who_has_the_table_can_call_what_is_in_it)
{
	uint32_t grows = add(1, grow, sizeof(grow));
	set_elements(&grows, 1);
	made.table_exported = true;
	make();
	ck_assert(reached(grows));
	expect_path(grows, "table table → by index: function 0");
}
END_TEST

START_TEST(recursion_ends)
{
	uint8_t code[12];
	put_call(code, 0);
	put_call(code + 6, 1);
	made.exported = add(0, code, sizeof(code));
	add(0, grow, sizeof(grow));
	make();
	expect_path(1, "export run → function 0 → function 1");
}
END_TEST

START_TEST(the_middle_of_a_long_way_is_left_out)
{
	uint32_t at = add(0, grow, sizeof(grow));
	for (int i = 0; i < 19; i++)
		at = add_caller(at);
	made.exported = at;
	make();
	expect_path(0,
		"export run → … 12 more … → function 7 → function 6 → function 5 → function 4"
		" → function 3 → function 2 → function 1 → function 0");
}
END_TEST

/* 100,000 functions, each growing, each calling the next and every one of the table by index. */
START_TEST(a_hostile_module_costs_no_more_than_its_calls_and_elements)
{
	enum { MANY = 100000 };
	uint32_t *elements = calloc(MANY, sizeof(*elements));
	for (uint32_t i = 0; i < MANY; i++) {
		uint8_t code[6 + sizeof(by_index) + sizeof(grow)];
		put_call(code, i + 1 < MANY ? i + 1 : 0);
		memcpy(code + 6, by_index, sizeof(by_index));
		memcpy(code + 6 + sizeof(by_index), grow, sizeof(grow));
		elements[i] = add(0, code, sizeof(code));
	}
	set_elements(elements, MANY);
	free(elements);
	made.exported = 0;
	make();
	/* Calls, calls by index, elements twice, and the two nodes' ways to "any table". */
	ck_assert_uint_le(graph.edge_count, 4 * MANY + 4);
	ck_assert_uint_le(graph.steps, graph.edge_count);
	ck_assert_uint_le(graph.node_count, MANY + 4);
	for (uint32_t i = 0; i < MANY; i++)
		ck_assert(reached(i));
	size_t written = 0;
	for (uint32_t i = 0; i < MANY; i++) {
		char *path = call_graph_path(&graph, i);
		written += strlen(path);
		free(path);
	}
	ck_assert_uint_le(written, MANY * UINT64_C(300));
}
END_TEST

START_TEST(a_chain_of_a_hundred_thousand_is_told_in_short)
{
	enum { MANY = 100000 };
	for (uint32_t i = 0; i + 1 < MANY; i++)
		add_caller(i + 1);
	add(0, grow, sizeof(grow));
	made.exported = 0;
	make();
	ck_assert_uint_eq(graph.depth[MANY - 1], MANY - 1);
	char *path = call_graph_path(&graph, MANY - 1);
	ck_assert_ptr_nonnull(strstr(path, "… 99992 more …"));
	ck_assert_uint_lt(strlen(path), 300);
	free(path);
}
END_TEST

START_TEST(a_damaged_name_section_names_what_comes_before_the_damage)
{
	static const struct {
		const char *bytes;
		size_t size;
		bool named;
	} sections[] = {
		{"\1\4\1\0\1f", 6, true},      /* sound */
		{"\1\5\2\0\1f\1", 7, true},    /* the second name is cut off */
		{"\0\1x\1\4\1\0\1f", 9, true}, /* behind the module's name */
		{"\1\4\1\0\x7f"
		 "f",
			6, false},		      /* longer than its section */
		{"\1\x7f\1\0\1f", 6, false},	      /* the section is longer than the file */
		{"\1\x80\x80\x80\x80\x10", 6, false}, /* a number of more than 32 bits */
		{"\1\4\1\x7f\1f", 6, false},	      /* no such function */
		{"\1", 1, false},
		{"", 0, false},
	};
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		struct wasm_custom custom = {.name = (char *)"name",
			.bytes = (const uint8_t *)sections[i].bytes,
			.size = sections[i].size};
		struct wasm_module sample = {
			.customs = &custom, .custom_count = 1, .function_count = 1};
		struct wasm_names names;
		ck_assert(wasm_names_read(&sample, &names));
		const char *name = wasm_name_of(&names, 0);
		ck_assert_msg((name != NULL) == sections[i].named, "section %zu", i);
		ck_assert_ptr_null(wasm_name_of(&names, 1));
		wasm_names_free(&names);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("call graph");
	TCase *cases = tcase_create("call graph");
	tcase_set_timeout(cases, 120);
	tcase_add_checked_fixture(cases, setup, teardown);
	tcase_add_test(cases, direct_calls_are_followed_and_the_way_is_told);
	tcase_add_test(cases, the_way_has_the_names_of_the_name_section);
	tcase_add_test(cases, the_shortest_way_is_told);
	tcase_add_test(cases, a_call_by_index_reaches_the_elements_of_its_signature);
	tcase_add_test(cases, equal_signatures_are_one);
	tcase_add_test(cases, a_call_by_another_signature_reaches_nothing);
	tcase_add_test(cases, a_call_through_another_table_reaches_nothing_unless_functions_move);
	tcase_add_test(cases, what_is_in_no_table_yet_may_be_in_any);
	tcase_add_test(cases, who_has_the_table_can_call_what_is_in_it);
	tcase_add_test(cases, recursion_ends);
	tcase_add_test(cases, the_middle_of_a_long_way_is_left_out);
	tcase_add_test(cases, a_hostile_module_costs_no_more_than_its_calls_and_elements);
	tcase_add_test(cases, a_chain_of_a_hundred_thousand_is_told_in_short);
	tcase_add_test(cases, a_damaged_name_section_names_what_comes_before_the_damage);
	suite_add_tcase(suite, cases);
	return unit_run(suite);
}
