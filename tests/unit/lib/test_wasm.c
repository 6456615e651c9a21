/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Core modules: what is read from real ones, and that damaged ones are refused. */
#include <string.h>

#include "lib/wasm.h"
#include "tests/unit/unit.h"

#define FUSED "tests/fixtures/sensors/fused.wasm"

static struct wasm_module *read_fixture(const char *path)
{
	struct diag diag = DIAG_INIT("test");
	struct wasm_module *module = wasm_read(&diag, path);
	ck_assert_ptr_nonnull(module);
	return module;
}

/* A module in memory; BYTES stand behind the header. */
static struct wasm_module *parse(struct diag *diag, const uint8_t *bytes, size_t size)
{
	static const uint8_t header[] = {0, 'a', 's', 'm', 1, 0, 0, 0};
	struct blob file = {.bytes = malloc(sizeof(header) + size), .size = sizeof(header) + size};
	ck_assert_ptr_nonnull(file.bytes);
	memcpy(file.bytes, header, sizeof(header));
	memcpy(file.bytes + sizeof(header), bytes, size);
	return wasm_parse(diag, "m.wasm", &file);
}

/* Checks that the bytes are refused with a message that holds EXPECTED. */
static void refused(const uint8_t *bytes, size_t size, const char *expected)
{
	struct caught caught;
	caught_start(&caught);
	struct wasm_module *module = parse(&caught.diag, bytes, size);
	ck_assert_msg(module == NULL, "accepted; expected: %s", expected);
	ck_assert_msg(strstr(caught_text(&caught), expected) != NULL, "'%s' is not in: %s",
		expected, caught_text(&caught));
	ck_assert_uint_eq(caught.diag.errors, 1);
	caught_end(&caught);
}

/* Checks that the bytes are a module, which the caller frees. */
static struct wasm_module *accepted(const uint8_t *bytes, size_t size)
{
	struct caught caught;
	caught_start(&caught);
	struct wasm_module *module = parse(&caught.diag, bytes, size);
	ck_assert_msg(module != NULL, "%s", caught_text(&caught));
	caught_end(&caught);
	return module;
}

#define BYTES(...) (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})

/* --- real modules ---------------------------------------------------------------------- */

START_TEST(imports_of_a_fused_module_are_read)
{
	static const char *const pairs[][2] = {{"cabi-arena-realloc", ""}, {"tick-now", ""},
		{"read-pressure", ""}, {"cabi-arena-realloc", "$2"}, {"tick-now", "$2"},
		{"read-rate", ""}};
	struct wasm_module *module = read_fixture(FUSED);
	ck_assert_uint_eq(module->import_count, 6);
	ck_assert_uint_eq(module->imported_function_count, 6);
	ck_assert_uint_eq(module->function_count, 50);
	for (size_t i = 0; i < 6; i++) {
		ck_assert_str_eq(module->imports[i].module, pairs[i][0]);
		ck_assert_str_eq(module->imports[i].field, pairs[i][1]);
		ck_assert_uint_eq(module->imports[i].index, i);
		ck_assert_uint_eq(module->functions[i].import, i);
		ck_assert(module->functions[i].imported);
	}
	wasm_free(module);
}
END_TEST

START_TEST(memories_globals_tables_and_data_are_read)
{
	struct wasm_module *module = read_fixture(FUSED);
	ck_assert_uint_eq(module->memory_count, 2);
	ck_assert_uint_eq(module->memories[1].size, 65536);
	ck_assert_uint_eq(module->memories[1].maximum, 1);
	ck_assert_uint_eq(module->global_count, 2);
	ck_assert(module->globals[0].mutable && module->globals[0].constant);
	ck_assert_uint_eq(module->globals[0].type, WASM_I32);
	ck_assert_uint_eq(module->globals[0].initial, 5200);
	ck_assert_uint_eq(module->globals[1].initial, 5184);
	ck_assert_uint_eq(module->table_count, 2);
	ck_assert_uint_eq(module->tables[0].minimum, 4);
	ck_assert_uint_eq(module->data_count, 3);
	ck_assert(module->data[0].active && module->data[0].constant);
	ck_assert(!module->has_start);
	wasm_free(module);
}
END_TEST

START_TEST(function_table_of_a_fused_module_is_read)
{
	struct wasm_module *module = read_fixture(FUSED);
	ck_assert_uint_eq(module->elements_count, 1);
	ck_assert(module->elements[0].active && module->elements[0].constant);
	ck_assert_uint_eq(module->elements[0].offset, 1);
	ck_assert_uint_eq(module->elements[0].count, 3);
	ck_assert_uint_eq(module->elements[0].functions[2], 20);
	wasm_free(module);
}
END_TEST

START_TEST(exports_and_custom_sections_are_found)
{
	struct wasm_module *module = read_fixture(FUSED);
	ck_assert_uint_eq(module->export_count, 13);
	ck_assert_str_eq(module->exports[3].name, "berth:sensors/imu@1.0.0#describe");
	ck_assert_uint_eq(module->exports[3].index, 25);
	const struct wasm_custom *custom = wasm_custom(module, "component-provenance");
	ck_assert_ptr_nonnull(custom);
	ck_assert_uint_eq(custom->bytes[0], 'S');
	ck_assert_ptr_null(wasm_custom(module, "no such section"));
	wasm_free(module);
}
END_TEST

/* What visit_all saw. */
struct seen {
	size_t count;
	size_t calls;
	size_t indirect;
	uint32_t first_call;
	size_t previous; /* offset */
	struct wasm_instruction last;
	size_t stop_after; /* 0: never */
};

static bool visit_all(const struct wasm_instruction *instruction, void *context)
{
	struct seen *seen = context;
	ck_assert(seen->count == 0 || instruction->offset > seen->previous);
	seen->previous = instruction->offset;
	if (instruction->opcode == WASM_OP_CALL && seen->calls++ == 0)
		seen->first_call = instruction->index;
	seen->indirect += instruction->opcode == WASM_OP_CALL_INDIRECT;
	seen->last = *instruction;
	seen->count++;
	return seen->count != seen->stop_after;
}

START_TEST(calls_come_in_program_order)
{
	struct diag diag = DIAG_INIT("test");
	struct wasm_module *module = read_fixture(FUSED);
	struct seen seen = {0};
	/* imu's wrapper of read-rate, import 5, calls nothing else. */
	ck_assert(wasm_scan(&diag, module, 24, visit_all, &seen));
	ck_assert_uint_ge(seen.calls, 1);
	ck_assert_uint_eq(seen.first_call, 5);
	ck_assert_uint_eq(seen.last.opcode, 0x0b);
	ck_assert_uint_eq(seen.last.offset + 1, module->functions[24].body_end);
	wasm_free(module);
}
END_TEST

/* The number of instructions that `wasm-tools dump` lists for each module. */
static const struct {
	const char *path;
	size_t instructions;
} dumped[] = {
	{FUSED, 2972},
	{"tests/fixtures/sensors/gps.wasm", 654},
	{"tests/fixtures/sensors/baro.core.wasm", 1421},
};

START_TEST(every_instruction_of_real_modules_is_decoded)
{
	struct diag diag = DIAG_INIT("test");
	struct wasm_module *module = read_fixture(dumped[_i].path);
	size_t total = 0;
	for (size_t i = module->imported_function_count; i < module->function_count; i++) {
		struct seen seen = {0};
		ck_assert(wasm_scan(&diag, module, (uint32_t)i, visit_all, &seen));
		total += seen.count;
	}
	ck_assert_uint_eq(total, dumped[_i].instructions);
	wasm_free(module);
}
END_TEST

START_TEST(scan_stops_where_the_visitor_says)
{
	struct caught caught;
	caught_start(&caught);
	struct wasm_module *module = read_fixture(FUSED);
	struct seen seen = {.stop_after = 3};
	ck_assert(!wasm_scan(&caught.diag, module, 10, visit_all, &seen));
	ck_assert_uint_eq(seen.count, 3);
	ck_assert_uint_eq(caught.diag.errors, 0);
	wasm_free(module);
	caught_end(&caught);
}
END_TEST

/* --- instructions by hand ------------------------------------------------------------- */

/*
 * A module whose one function, of type () -> (), holds CODE and an end: types
 * () -> () and (i32) -> i32, one table, two memories, one global, one element
 * segment, one data segment, one tag.
 */
static struct wasm_module *parse_code(struct diag *diag, const uint8_t *code, size_t size)
{
	static const uint8_t before[] = {
		1, 9, 2, 0x60, 0, 0, 0x60, 1, 0x7f, 1, 0x7f, /* types */
		3, 2, 1, 0,				     /* function 0 of type 0 */
		4, 4, 1, 0x70, 0, 1,			     /* one table */
		5, 6, 2, 3, 1, 1, 0, 1,			     /* memories, the first shared */
		13, 3, 1, 0, 0,				     /* one tag */
		6, 6, 1, 0x7f, 1, 0x41, 5, 0x0b,	     /* one global */
		9, 5, 1, 1, 0, 1, 0,			     /* passive elements */
		12, 1, 1,				     /* data count */
	};
	static const uint8_t after[] = {11, 3, 1, 1, 0}; /* one passive data segment, empty */
	uint8_t bytes[256];
	size_t at = 0;
	ck_assert_uint_lt(size, 100);
	memcpy(bytes, before, sizeof(before));
	at += sizeof(before);
	/* The body holds one group of one local, CODE and the end. */
	bytes[at++] = 10;
	bytes[at++] = (uint8_t)(size + 6);
	bytes[at++] = 1;
	bytes[at++] = (uint8_t)(size + 4);
	bytes[at++] = 1;
	bytes[at++] = 1;
	bytes[at++] = 0x7f;
	memcpy(bytes + at, code, size);
	at += size;
	bytes[at++] = 0x0b;
	memcpy(bytes + at, after, sizeof(after));
	at += sizeof(after);
	return parse(diag, bytes, at);
}

/* An instruction and what is to be understood of it. */
static const struct {
	const char *what;
	uint8_t code[24];
	size_t size;
	struct wasm_instruction expected;
} decoded[] = {
	{"call", {0x10, 0}, 2, {.opcode = WASM_OP_CALL}},
	{"return_call", {0x12, 0}, 2, {.opcode = WASM_OP_RETURN_CALL}},
	{"call_indirect", {0x11, 1, 0}, 3,
		{.opcode = WASM_OP_CALL_INDIRECT, .index = 1, .uses_table = true}},
	{"return_call_indirect", {0x13, 1, 0}, 3,
		{.opcode = WASM_OP_RETURN_CALL_INDIRECT, .index = 1, .uses_table = true}},
	{"global.set", {0x24, 0}, 2, {.opcode = WASM_OP_GLOBAL_SET}},
	{"table.get", {0x25, 0}, 2, {.opcode = 0x25, .uses_table = true}},
	{"i32.load of memory 0", {0x28, 2, 0x80, 1}, 4, {.opcode = 0x28, .uses_memory = true}},
	{"i64.store of memory 1", {0x37, 0x43, 1, 8}, 4,
		{.opcode = 0x37, .memory = 1, .uses_memory = true}},
	{"memory.size", {0x3f, 1}, 2,
		{.opcode = WASM_OP_MEMORY_SIZE, .memory = 1, .uses_memory = true}},
	{"memory.grow", {0x40, 0}, 2, {.opcode = WASM_OP_MEMORY_GROW, .uses_memory = true}},
	{"i32.const", {0x41, 0x7f}, 2, {.opcode = WASM_OP_I32_CONST, .index = UINT32_MAX}},
	{"i64.const", {0x42, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f}, 11,
		{.opcode = 0x42}},
	{"f64.const holding an end", {0x44, 0x0b, 0x0b, 0, 0, 0, 0, 0, 0}, 9, {.opcode = 0x44}},
	{"i64.extend32_s", {0xc4}, 1, {.opcode = 0xc4}},
	{"select with a type", {0x1c, 1, 0x7f}, 3, {.opcode = 0x1c}},
	{"ref.null extern", {0xd0, 0x6f}, 2, {.opcode = 0xd0}},
	{"ref.func", {0xd2, 0}, 2, {.opcode = WASM_OP_REF_FUNC}},
	{"i32.trunc_sat_f32_s", {0xfc, 0}, 2, {.opcode = 0xfc000000}},
	{"memory.init", {0xfc, 8, 0, 1}, 4,
		{.opcode = WASM_OP_MEMORY_INIT, .memory = 1, .uses_memory = true}},
	{"data.drop", {0xfc, 9, 0}, 3, {.opcode = 0xfc000009}},
	{"memory.copy from 0 to 1", {0xfc, 10, 1, 0}, 4,
		{.opcode = WASM_OP_MEMORY_COPY, .memory = 1, .uses_memory = true}},
	{"memory.copy from 1 to 0", {0xfc, 10, 0, 1}, 4,
		{.opcode = WASM_OP_MEMORY_COPY, .memory2 = 1, .uses_memory = true}},
	{"memory.fill", {0xfc, 11, 1}, 3,
		{.opcode = WASM_OP_MEMORY_FILL, .memory = 1, .uses_memory = true}},
	{"table.init", {0xfc, 12, 0, 0}, 4, {.opcode = WASM_OP_TABLE_INIT, .uses_table = true}},
	{"table.copy", {0xfc, 14, 0, 0}, 4, {.opcode = WASM_OP_TABLE_COPY, .uses_table = true}},
	{"a long sub-opcode", {0xfc, 0x8b, 0x80, 0, 0}, 5,
		{.opcode = WASM_OP_MEMORY_FILL, .uses_memory = true}},
	{"v128.load of memory 1", {0xfd, 0, 0x44, 1, 0}, 5,
		{.opcode = 0xfd000000, .memory = 1, .uses_memory = true}},
	{"v128.const",
		{0xfd, 12, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b,
			0x0b, 0x0b, 0x0b, 0x0b},
		18, {.opcode = 0xfd00000c}},
	{"i8x16.shuffle", {0xfd, 13, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 31}, 18,
		{.opcode = 0xfd00000d}},
	{"i64x2.replace_lane", {0xfd, 30, 1}, 3, {.opcode = 0xfd00001e}},
	{"v128.store16_lane", {0xfd, 0x59, 1, 0, 7}, 5,
		{.opcode = 0xfd000059, .uses_memory = true}},
	{"f64x2.convert_low_i32x4_u", {0xfd, 0xff, 1}, 3, {.opcode = 0xfd0000ff}},
	{"relaxed dot product", {0xfd, 0x93, 2}, 3, {.opcode = 0xfd000113}},
	{"memory.atomic.notify", {0xfe, 0, 2, 0}, 4, {.opcode = 0xfe000000, .uses_memory = true}},
	{"atomic.fence", {0xfe, 3, 0}, 3, {.opcode = 0xfe000003}},
	{"i64.atomic.rmw32.cmpxchg_u", {0xfe, 0x4e, 2, 0}, 4,
		{.opcode = 0xfe00004e, .uses_memory = true}},
	{"throw", {0x08, 0}, 2, {.opcode = 0x08}},
	{"throw_ref", {0x0a}, 1, {.opcode = 0x0a}},
	{"br to the function", {0x0c, 0}, 2, {.opcode = 0x0c}},
	{"br_table", {0x0e, 2, 0, 0, 0}, 5, {.opcode = 0x0e}},
	{"local.tee", {0x22, 0}, 2, {.opcode = 0x22}},
};

static bool keep_first(const struct wasm_instruction *instruction, void *context)
{
	struct seen *seen = context;
	if (seen->count++ == 0)
		seen->last = *instruction;
	return true;
}

START_TEST(operands_are_understood)
{
	struct caught caught;
	caught_start(&caught);
	const struct wasm_instruction *expected = &decoded[_i].expected;
	struct wasm_module *module = parse_code(&caught.diag, decoded[_i].code, decoded[_i].size);
	ck_assert_msg(module != NULL, "%s: %s", decoded[_i].what, caught_text(&caught));
	struct seen seen = {0};
	ck_assert(wasm_scan(&caught.diag, module, 0, keep_first, &seen));
	/* The instruction and the end: its operands were not taken for more. */
	ck_assert_uint_eq(seen.count, 2);
	ck_assert_msg(seen.last.opcode == expected->opcode, "%s", decoded[_i].what);
	ck_assert_uint_eq(seen.last.index, expected->index);
	ck_assert_uint_eq(seen.last.table, expected->table);
	ck_assert_uint_eq(seen.last.memory, expected->memory);
	ck_assert_uint_eq(seen.last.memory2, expected->memory2);
	ck_assert_uint_eq(seen.last.uses_memory, expected->uses_memory);
	ck_assert_uint_eq(seen.last.uses_table, expected->uses_table);
	wasm_free(module);
	caught_end(&caught);
}
END_TEST

/* Code with blocks, and how many instructions it has with the last end. */
static const struct {
	uint8_t code[24];
	size_t size;
	size_t count;
} structured[] = {
	{{0x02, 0x40, 0x03, 0x7f, 0x0c, 1, 0x0b, 0x0b}, 8, 6}, /* block loop br end end */
	{{0x04, 0x40, 0x01, 0x05, 0x01, 0x0b}, 6, 6},	       /* if nop else nop end */
	{{0x02, 1, 0x0b}, 3, 3},			       /* block of type 1 */
	{{0x06, 0x40, 0x07, 0, 0x19, 0x0b}, 6, 5},	       /* try catch catch_all end */
	{{0x06, 0x40, 0x18, 0}, 4, 3},			       /* try delegate */
	{{0x1f, 0x40, 2, 0, 0, 0, 3, 0, 0x0b}, 9, 3},	       /* try_table end */
	{{0x02, 0x40, 0x02, 0x40, 0x02, 0x40, 0x02, 0x40, 0x02, 0x40, 0x0c, 5, 0x0b, 0x0b, 0x0b,
		 0x0b, 0x0b},
		17, 12},
};

START_TEST(blocks_are_followed)
{
	struct caught caught;
	caught_start(&caught);
	struct wasm_module *module =
		parse_code(&caught.diag, structured[_i].code, structured[_i].size);
	ck_assert_msg(module != NULL, "%s", caught_text(&caught));
	struct seen seen = {0};
	ck_assert(wasm_scan(&caught.diag, module, 0, visit_all, &seen));
	ck_assert_uint_eq(seen.count, structured[_i].count);
	wasm_free(module);
	caught_end(&caught);
}
END_TEST

/* Code that is not to be read, and what is to be said. */
static const struct {
	uint8_t code[24];
	size_t size;
	const char *message;
} bad_code[] = {
	{{0xfb, 0}, 2, "opcode 0xfb 0x00 (garbage collection) at offset 0x"},
	{{0x14, 0}, 2, "typed reference opcode 0x14"},
	{{0xff}, 1, "unknown opcode 0xff"},
	{{0xfc, 0x12}, 2, "unknown opcode 0xfc 0x12"},
	{{0xfd, 0x9a, 1}, 3, "unknown opcode 0xfd 0x9a"},
	{{0xfe, 0x4f, 0, 0}, 4, "unknown opcode 0xfe 0x4f"},
	{{0x10, 1}, 2, "function 1 is named, but there are 1"},
	{{0x11, 2, 0}, 3, "type 2 is named"},
	{{0x11, 0, 1}, 3, "table 1 is named"},
	{{0x23, 1}, 2, "global 1 is named"},
	{{0x20, 1}, 2, "local 1 is named"},
	{{0x08, 1}, 2, "tag 1 is named"},
	{{0x3f, 2}, 2, "memory 2 is named"},
	{{0x28, 0x42, 2, 0}, 4, "memory 2 is named"},
	{{0x28, 5, 0}, 3, "alignment flags 0x5"},
	{{0x28, 0x80, 1, 0}, 4, "alignment flags 0x80"},
	{{0xfc, 8, 1, 0}, 4, "data segment 1 is named"},
	{{0xfc, 12, 1, 0}, 4, "element segment 1 is named"},
	{{0xfd, 30, 2}, 3, "lane 2 of 2 is named"},
	{{0xfd, 13, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32}, 18, "lane 32 of 32"},
	{{0xfe, 3, 1}, 3, "a reserved byte is 0x01"},
	{{0x0c, 1}, 2, "label 1 is named"},
	{{0x05}, 1, "opcode 0x05 is outside of its block"},
	{{0x02, 0x40, 0x05, 0x0b}, 4, "opcode 0x05 is outside of its block"},
	{{0x04, 0x40, 0x05, 0x05, 0x0b}, 5, "opcode 0x05 is outside of its block"},
	{{0x07, 0}, 2, "opcode 0x07 is outside of its block"},
	{{0x06, 0x40, 0x19, 0x07, 0, 0x0b}, 6, "opcode 0x07 is outside of its block"},
	{{0x02, 2, 0x0b}, 3, "a block has the type 2 of 2"},
	{{0x02, 0x41, 0x0b}, 3, "there is no value type 0x41"},
	{{0x02, 0x40}, 2, "it ends too early"},
	{{0x0b}, 1, "1 bytes follow the end"},
	{{0x41, 0x80, 0x80, 0x80, 0x80, 0x10}, 6, "more than its 32 bits"},
	{{0x41, 0x80, 0x80, 0x80, 0x80, 0x80, 0}, 7, "more than its 32 bits"},
	{{0x41, 0xff, 0xff, 0xff, 0xff, 0x4f}, 6, "more than its 32 bits"},
	{{0x10, 0x80, 0x80, 0x80, 0x80, 0x10}, 6, "more than its 32 bits"},
	{{0xd0, 0x01}, 2, "a null of a typed reference"},
	{{0x1f, 0x40, 1, 4, 0, 0x0b}, 6, "catch clause of kind 4"},
};

START_TEST(bad_code_is_refused_by_opcode_and_offset)
{
	struct caught caught;
	caught_start(&caught);
	ck_assert_ptr_null(parse_code(&caught.diag, bad_code[_i].code, bad_code[_i].size));
	const char *text = caught_text(&caught);
	ck_assert_msg(strstr(text, bad_code[_i].message) != NULL, "'%s' is not in: %s",
		bad_code[_i].message, text);
	ck_assert_msg(strstr(text, "offset 0x") != NULL, "%s", text);
	ck_assert_msg(strstr(text, "[code section, function 0]") != NULL, "%s", text);
	caught_end(&caught);
}
END_TEST

/* --- sections by hand ----------------------------------------------------------------- */

START_TEST(empty_module_is_a_module)
{
	struct wasm_module *module = accepted((const uint8_t *)"", 0);
	ck_assert_uint_eq(module->function_count, 0);
	wasm_free(module);
}
END_TEST

START_TEST(component_is_refused_with_its_remedy)
{
	struct caught caught;
	caught_start(&caught);
	static const uint8_t component[8] = {0, 'a', 's', 'm', 13, 0, 1, 0};
	struct blob file = {.bytes = malloc(sizeof(component)), .size = sizeof(component)};
	memcpy(file.bytes, component, sizeof(component));
	ck_assert_ptr_null(wasm_parse(&caught.diag, "c.wasm", &file));
	ck_assert_str_eq(caught_text(&caught),
		"test: c.wasm: is a component and not a core module: fuse it first (meld fuse)\n");
	caught_end(&caught);
}
END_TEST

START_TEST(custom_page_sizes_give_sizes_in_bytes)
{
	/* 1000 pages of one byte, and one page of 65536. */
	struct wasm_module *module = accepted(BYTES(5, 8, 2, 8, 0xe8, 7, 0, 8, 1, 16));
	ck_assert_uint_eq(module->memories[0].page_size, 1);
	ck_assert_uint_eq(module->memories[0].size, 1000);
	ck_assert_uint_eq(module->memories[0].maximum, UINT64_MAX);
	ck_assert_uint_eq(module->memories[1].size, 65536);
	wasm_free(module);
}
END_TEST

START_TEST(initial_values_are_kept_where_they_are_one_number)
{
	/* i64 -1; f32 1.0; i32 2 + 3; v128 */
	struct wasm_module *module = accepted(BYTES(6, 43, 4, 0x7e, 0, 0x42, 0x7f, 0x0b, 0x7d, 1,
		0x43, 0, 0, 0x80, 0x3f, 0x0b, 0x7f, 0, 0x41, 2, 0x41, 3, 0x6a, 0x0b, 0x7b, 0, 0xfd,
		12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 0x0b));
	const struct wasm_global *globals = module->globals;
	ck_assert(globals[0].constant && globals[0].initial == UINT64_MAX);
	ck_assert(globals[1].constant && globals[1].initial == 0x3f800000);
	ck_assert(!globals[2].constant && !globals[3].constant);
	ck_assert(!globals[0].mutable && globals[1].mutable);
	wasm_free(module);
}
END_TEST

/* Sections that are not to be read, and what is to be said. */
static const struct {
	uint8_t bytes[40];
	size_t size;
	const char *message;
} bad_sections[] = {
	{{14, 0}, 2, "there is no section 14"},
	{{3, 1, 0, 1, 1, 0}, 6, "the type section is repeated or out of order"},
	{{1, 1, 0, 1, 1, 0}, 6, "the type section is repeated or out of order"},
	{{1, 2, 0}, 3, "2 bytes are said to follow, but 1 do"},
	{{1, 2, 0, 0}, 4, "1 bytes are left over [type section]"},
	{{1, 0x81, 0x80, 0x80, 0x80, 0x10}, 6, "a number has more than its 32 bits"},
	{{1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f}, 7, "4294967295 items are said to follow in 0"},
	{{1, 2, 1, 0x5f}, 4, "1 items are said to follow"},
	{{1, 4, 1, 0x5f, 0, 0}, 6, "form 0x5f (garbage collection)"},
	{{1, 4, 1, 0x61, 0, 0}, 6, "no type of form 0x61"},
	{{1, 5, 1, 0x60, 1, 0x64, 0}, 7, "value type 0x64 (typed references"},
	{{1, 5, 1, 0x60, 1, 0x10, 0}, 7, "there is no value type 0x10"},
	{{3, 2, 1, 0}, 4, "type 0 is named, but there are 0"},
	{{2, 6, 1, 2, 0xc3, 0x28, 0, 0}, 8, "a name is not UTF-8"},
	{{2, 6, 1, 2, 'a', 0, 0, 0}, 8, "holds a NUL character"},
	{{2, 6, 1, 1, 'a', 1, 'b', 5}, 8, "no import or export of kind 5"},
	{{4, 4, 1, 0x7f, 0, 1}, 6, "type 0x7f is no reference type"},
	{{4, 5, 1, 0x70, 1, 2, 1}, 7, "the minimum 2 is above the maximum 1"},
	{{5, 3, 1, 4, 1}, 5, "uses 64-bit addresses"},
	{{5, 3, 1, 0x10, 1}, 5, "limits have the unknown flags 0x10"},
	{{5, 3, 1, 2, 1}, 5, "a shared memory has no maximum"},
	{{5, 4, 1, 8, 1, 3}, 6, "a page size of 2^3 bytes"},
	{{5, 5, 1, 0, 0x81, 0x80, 4}, 7, "a memory is larger than 4 GiB"},
	{{6, 5, 1, 0x7f, 2, 0x0b, 0}, 7, "a global has the mutability 2"},
	{{6, 5, 1, 0x7f, 0, 0x0b, 0}, 7, "an initial value is empty"},
	{{6, 6, 1, 0x7f, 0, 0x42, 0, 0x0b}, 8, "a global and its initial value differ"},
	{{6, 6, 1, 0x7f, 0, 0x23, 0, 0x0b}, 8, "global 0 is named, but there are 0"},
	{{6, 5, 1, 0x7f, 0, 0x01, 0x0b}, 7, "opcode 0x01 stands in an initial value"},
	{{7, 4, 1, 1, 'a', 0}, 6, "it ends too early [export section]"},
	{{7, 5, 1, 1, 'a', 0, 0}, 7, "export target 0 is named"},
	{{5, 3, 1, 0, 1, 7, 9, 2, 1, 'a', 2, 0, 1, 'a', 2, 0}, 16, "\"a\" is there twice"},
	{{8, 1, 0}, 3, "function 0 is named"},
	{{9, 6, 1, 0, 0x41, 0, 0x0b, 0}, 8, "an element segment is for a missing table"},
	{{9, 4, 1, 8, 0, 0}, 6, "an element segment has the flags 8"},
	{{10, 4, 1, 2, 0, 0x0b}, 6, "there are 1 function bodies for 0"},
	{{11, 6, 1, 0, 0x41, 0, 0x0b, 0}, 8, "a data segment is for memory 0 of 0"},
	{{11, 3, 1, 3, 0}, 5, "a data segment has the flags 3"},
	{{5, 3, 1, 0, 1, 11, 6, 1, 0, 0x42, 0, 0x0b, 0}, 13, "offset of a segment is no i32"},
	{{12, 1, 1}, 3, "there are 0 data segments and not 1"},
	{{13, 3, 1, 1, 0}, 5, "a tag has the attribute 1"},
	{{1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0}, 10, "function 0 has no code"},
	{{0, 2, 5, 'a'}, 4, "5 items are said to follow"},
};

START_TEST(bad_sections_are_refused)
{
	refused(bad_sections[_i].bytes, bad_sections[_i].size, bad_sections[_i].message);
}
END_TEST

START_TEST(locals_beyond_32_bits_are_refused)
{
	refused(BYTES(1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 17, 1, 15, 2, 0xff, 0xff, 0xff, 0xff,
			0x0f, 0x7f, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, 0x0b, 0),
		"more than 2^32 locals");
}
END_TEST

/* --- hostile input -------------------------------------------------------------------- */

static struct blob read_bytes(const char *path)
{
	struct diag diag = DIAG_INIT("test");
	struct blob blob;
	ck_assert(file_read(&diag, path, &blob));
	return blob;
}

/* Parses a copy of exactly SIZE bytes, so that a sanitizer sees every byte read beyond. */
static struct wasm_module *parse_copy(struct diag *diag, const uint8_t *bytes, size_t size)
{
	struct blob copy = {.bytes = malloc(size == 0 ? 1 : size), .size = size};
	ck_assert_ptr_nonnull(copy.bytes);
	memcpy(copy.bytes, bytes, size);
	return wasm_parse(diag, "m.wasm", &copy);
}

/* Whether a cut at SIZE falls between two sections, which leaves a smaller module. */
static bool is_boundary(const uint8_t *bytes, size_t size)
{
	size_t at = 8;
	while (at < size) {
		size_t length = 0;
		unsigned shift = 0;
		at++;
		do {
			length |= (size_t)(bytes[at] & 0x7f) << shift;
			shift += 7;
		} while ((bytes[at++] & 0x80) != 0);
		at += length;
	}
	return at == size;
}

START_TEST(every_truncation_is_refused)
{
	struct blob file = read_bytes(FUSED);
	for (size_t size = 0; size < file.size; size++) {
		struct caught caught;
		caught_start(&caught);
		struct wasm_module *module = parse_copy(&caught.diag, file.bytes, size);
		ck_assert_msg(module == NULL || is_boundary(file.bytes, size),
			"accepted the first %zu bytes", size);
		ck_assert(module != NULL || caught.diag.errors == 1);
		wasm_free(module);
		caught_end(&caught);
	}
	blob_free(&file);
}
END_TEST

enum { MUTATIONS = 4000 };

START_TEST(mutated_modules_are_refused_or_read)
{
	struct blob file = read_bytes("tests/fixtures/sensors/gps.wasm");
	uint64_t state = 0x5eed + (uint64_t)_i;
	size_t read = 0;
	for (int i = 0; i < MUTATIONS; i++) {
		struct caught caught;
		caught_start(&caught);
		uint8_t kept[4];
		size_t places[4];
		for (size_t k = 0; k < 4; k++) {
			state = state * 6364136223846793005u + 1442695040888963407u;
			places[k] = (size_t)(state >> 33) % file.size;
			kept[k] = file.bytes[places[k]];
			if (k <= (size_t)i % 4)
				file.bytes[places[k]] = (uint8_t)(state >> 20);
		}
		struct wasm_module *module = parse_copy(&caught.diag, file.bytes, file.size);
		ck_assert((module == NULL) == (caught.diag.errors == 1));
		read += module != NULL;
		wasm_free(module);
		for (size_t k = 4; k-- > 0;)
			file.bytes[places[k]] = kept[k];
		caught_end(&caught);
	}
	/* Both ways were walked. */
	ck_assert_uint_gt(read, 0);
	ck_assert_uint_lt(read, MUTATIONS);
	blob_free(&file);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("wasm");
	TCase *real = tcase_create("real modules");
	tcase_add_test(real, imports_of_a_fused_module_are_read);
	tcase_add_test(real, memories_globals_tables_and_data_are_read);
	tcase_add_test(real, function_table_of_a_fused_module_is_read);
	tcase_add_test(real, exports_and_custom_sections_are_found);
	tcase_add_test(real, calls_come_in_program_order);
	tcase_add_loop_test(real, every_instruction_of_real_modules_is_decoded, 0, COUNT(dumped));
	tcase_add_test(real, scan_stops_where_the_visitor_says);
	suite_add_tcase(suite, real);
	TCase *code = tcase_create("code");
	tcase_add_loop_test(code, operands_are_understood, 0, COUNT(decoded));
	tcase_add_loop_test(code, blocks_are_followed, 0, COUNT(structured));
	tcase_add_loop_test(code, bad_code_is_refused_by_opcode_and_offset, 0, COUNT(bad_code));
	suite_add_tcase(suite, code);
	TCase *sections = tcase_create("sections");
	tcase_add_test(sections, empty_module_is_a_module);
	tcase_add_test(sections, component_is_refused_with_its_remedy);
	tcase_add_test(sections, custom_page_sizes_give_sizes_in_bytes);
	tcase_add_test(sections, initial_values_are_kept_where_they_are_one_number);
	tcase_add_loop_test(sections, bad_sections_are_refused, 0, COUNT(bad_sections));
	tcase_add_test(sections, locals_beyond_32_bits_are_refused);
	suite_add_tcase(suite, sections);
	TCase *hostile = tcase_create("hostile input");
	tcase_set_timeout(hostile, 120);
	tcase_add_test(hostile, every_truncation_is_refused);
	tcase_add_loop_test(hostile, mutated_modules_are_refused_or_read, 0, 2);
	suite_add_tcase(suite, hostile);
	return unit_run(suite);
}
