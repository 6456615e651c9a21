/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Which native serves an import: the order of the rules, and what is refused. */
#include "symmap/resolve.h"

#include <string.h>

#include "tests/unit/unit.h"

#define FUSED "tests/fixtures/sensors/fused.wasm"
#define FUSED_MAP "tests/fixtures/sensors/fused.imports.json"

enum { BARO = 0, IMU = 2 };

/* --- help ------------------------------------------------------------------------------- */

static struct caught caught;
static struct natives *natives;
static struct resolve_input input;
static struct meld_owners owners;
static struct wasm_module *module;
static struct symbol_map *map;
static struct resolution *result;
static size_t count;
static struct component_name components[] = {
	{BARO, "baro", false}, {IMU, "imu", false}, {7, "gps", false}};

static void start(void)
{
	caught_start(&caught);
	natives = natives_new(&caught.diag);
	ck_assert_ptr_nonnull(natives);
	module = NULL;
	map = NULL;
	result = NULL;
	count = 0;
	owners = (struct meld_owners){0};
	input = (struct resolve_input){.owners = &owners, .natives = natives};
}

static void end(void)
{
	resolution_free(result, count);
	meld_owners_free(&owners);
	wasm_free(module);
	map_free(map);
	natives_free(natives);
	caught_end(&caught);
}

struct pair {
	const char *module;
	const char *field; /* NULL: a memory, of no use here but to shift the indices */
	uint8_t type;
};

static void put_name(struct blob *file, const char *name)
{
	size_t length = strlen(name);
	ck_assert_uint_lt(length, 128);
	file->bytes[file->size++] = (uint8_t)length;
	memcpy(file->bytes + file->size, name, length);
	file->size += length;
}

/* Makes the module under test: imports of type 0, () -> (), or type 1, (i32) -> i32. */
static void use_imports(const struct pair *pairs, size_t pair_count)
{
	static const uint8_t head[] = {0, 'a', 's', 'm', 1, 0, 0, 0, 1, 9, 2, 0x60, 0, 0, 0x60, 1,
		0x7f, 1, 0x7f, 2, 0x80, 0};
	struct blob file = {.bytes = calloc(1, 8192)};
	ck_assert_ptr_nonnull(file.bytes);
	memcpy(file.bytes, head, sizeof(head));
	file.size = sizeof(head);
	file.bytes[file.size++] = (uint8_t)pair_count;
	for (size_t i = 0; i < pair_count; i++) {
		put_name(&file, pairs[i].module);
		put_name(&file, pairs[i].field == NULL ? "" : pairs[i].field);
		file.bytes[file.size++] = pairs[i].field == NULL ? 2 : 0;
		if (pairs[i].field == NULL)
			file.bytes[file.size++] = 0;
		file.bytes[file.size++] = pairs[i].type;
	}
	size_t size = file.size - sizeof(head);
	file.bytes[sizeof(head) - 2] = (uint8_t)(0x80 | (size & 0x7f));
	file.bytes[sizeof(head) - 1] = (uint8_t)(size >> 7);
	module = wasm_parse(&caught.diag, "m.wasm", &file);
	ck_assert_msg(module != NULL, "%s", caught_text(&caught));
	ck_assert(meld_owners(&caught.diag, module, NULL, &owners));
	input.module = module;
}

static void use_fixture(void)
{
	module = wasm_read(&caught.diag, FUSED);
	ck_assert_ptr_nonnull(module);
	ck_assert(meld_owners(&caught.diag, module, FUSED_MAP, &owners));
	input.module = module;
	input.components = components;
	input.component_count = 2;
}

static void use_map(const char *text)
{
	struct blob file = {.bytes = (uint8_t *)text, .size = strlen(text)};
	map = map_parse(&caught.diag, "a.map", &file);
	ck_assert_msg(map != NULL, "%s", caught_text(&caught));
	input.map = map;
}

static void define(const char *name)
{
	ck_assert(natives_add(natives, name, "tcb.o"));
}

static void resolve(void)
{
	ck_assert_msg(
		resolve_imports(&caught.diag, &input, &result, &count), "%s", caught_text(&caught));
	ck_assert_uint_eq(caught.diag.errors, 0);
}

static void refused(const char *message)
{
	ck_assert(!resolve_imports(&caught.diag, &input, &result, &count));
	ck_assert_ptr_null(result);
	ck_assert_uint_eq(count, 0);
	ck_assert_msg(strstr(caught_text(&caught), message) != NULL, "'%s' is not in: %s", message,
		caught_text(&caught));
}

static void assert_resolved(
	size_t index, const char *native, enum resolve_reason reason, const char *source)
{
	ck_assert_uint_lt(index, count);
	ck_assert_uint_eq(result[index].import, index);
	ck_assert_str_eq(result[index].native, native);
	ck_assert_int_eq(result[index].reason, reason);
	ck_assert_str_eq(result[index].source, source);
}

#define ONE(module, field) use_imports(&(struct pair){module, field, 0}, 1)
#define PAIRS(...)                                                                                 \
	use_imports((const struct pair[]){__VA_ARGS__},                                            \
		sizeof((const struct pair[]){__VA_ARGS__}) / sizeof(struct pair))

/* --- the order of the rules ---------------------------------------------------------------- */

START_TEST(map_by_pair_comes_first)
{
	ONE("tick-now", "");
	use_map("\"tick-now\" \"\" -> by_pair\ntick-now by_name\n");
	define("by_pair");
	define("by_name");
	define("tick-now");
	define("tick_now");
	resolve();
	assert_resolved(0, "by_pair", RESOLVE_BY_MAP, "tcb.o (a.map:1)");
}
END_TEST

START_TEST(map_by_name_comes_before_natives)
{
	ONE("env", "tickNow");
	use_map("tickNow by_name\n");
	define("by_name");
	define("tickNow");
	resolve();
	assert_resolved(0, "by_name", RESOLVE_BY_MAP, "tcb.o (a.map:1)");
}
END_TEST

START_TEST(map_by_kebab_name_is_understood)
{
	ONE("env", "tickNow");
	use_map("tick-now by_kebab\n");
	define("by_kebab");
	resolve();
	assert_resolved(0, "by_kebab", RESOLVE_BY_MAP, "tcb.o (a.map:1)");
}
END_TEST

START_TEST(exact_name_comes_before_kebab)
{
	ONE("$root", "tick-now");
	define("tick_now");
	define("tick-now");
	resolve();
	assert_resolved(0, "tick-now", RESOLVE_BY_NAME, "tcb.o");
	ck_assert_str_eq(result[0].kebab, "tick-now");
}
END_TEST

START_TEST(kebab_of_a_native_serves)
{
	ONE("tick-now", "");
	define("TickNow");
	resolve();
	assert_resolved(0, "TickNow", RESOLVE_BY_KEBAB, "tcb.o");
}
END_TEST

START_TEST(weak_native_serves_and_is_said_to_be_weak)
{
	ONE("tick-now", "");
	ck_assert(natives_add_definition(natives, "tick_now", "tcb.o", true));
	resolve();
	assert_resolved(0, "tick_now", RESOLVE_BY_KEBAB, "tcb.o, weak");
}
END_TEST

START_TEST(without_natives_those_of_the_map_are_believed)
{
	ONE("tick-now", "");
	use_map("# here\ntick-now nobody_knows\n");
	input.natives = NULL;
	resolve();
	assert_resolved(0, "nobody_knows", RESOLVE_BY_MAP, "a.map:2");
}
END_TEST

START_TEST(imports_of_other_kinds_do_not_shift_the_indices)
{
	PAIRS({"env", "a", 0}, {"env", NULL, 0}, {"env", "b", 0});
	define("a");
	define("b");
	resolve();
	ck_assert_uint_eq(count, 2);
	assert_resolved(0, "a", RESOLVE_BY_NAME, "tcb.o");
	assert_resolved(1, "b", RESOLVE_BY_NAME, "tcb.o");
}
END_TEST

/* --- a real fused module ------------------------------------------------------------ */

static void define_sensors(void)
{
	define("tick_now");
	define("read_pressure");
	define("read_rate");
}

START_TEST(each_component_has_its_own_arena_and_shares_the_clock)
{
	struct component_name with_arenas[] = {{BARO, "baro", true}, {IMU, "imu", true}};
	use_fixture();
	define_sensors();
	input.components = with_arenas;
	resolve();
	ck_assert_uint_eq(count, 6);
	assert_resolved(0, "baro___cabi_arena_realloc", RESOLVE_BY_ARENA, "arena of baro");
	assert_resolved(1, "tick_now", RESOLVE_BY_KEBAB, "tcb.o");
	assert_resolved(2, "read_pressure", RESOLVE_BY_KEBAB, "tcb.o");
	assert_resolved(3, "imu___cabi_arena_realloc", RESOLVE_BY_ARENA, "arena of imu");
	assert_resolved(4, "tick_now", RESOLVE_BY_KEBAB, "tcb.o");
	assert_resolved(5, "read_rate", RESOLVE_BY_KEBAB, "tcb.o");
	ck_assert_uint_eq(result[2].component, BARO);
	ck_assert_uint_eq(result[3].component, IMU);
}
END_TEST

START_TEST(an_arena_serves_its_own_component_only)
{
	struct component_name one_arena[] = {{BARO, "baro", true}, {IMU, "imu", false}};
	use_fixture();
	define_sensors();
	input.components = one_arena;
	refused("no native serves import 3 \"cabi-arena-realloc\" \"$2\" of component imu "
		"[cabi-arena-realloc]: define cabi_arena_realloc");
	ck_assert_uint_eq(caught.diag.errors, 1);
}
END_TEST

START_TEST(arena_and_native_are_two_candidates)
{
	struct component_name one_arena[] = {{BARO, "baro", true}, {IMU, "imu", false}};
	use_fixture();
	define_sensors();
	define("__cabi_arena_realloc");
	input.components = one_arena;
	refused("import 0 \"cabi-arena-realloc\" \"\" of component baro has 2 candidates "
		"[cabi-arena-realloc]: the arena of baro, __cabi_arena_realloc in tcb.o");
}
END_TEST

START_TEST(the_map_may_name_an_arena)
{
	struct component_name with_arenas[] = {{BARO, "baro", true}, {IMU, "imu", true}};
	use_fixture();
	define_sensors();
	use_map("cabi-arena-realloc \"\" -> imu___cabi_arena_realloc\n");
	input.components = with_arenas;
	resolve();
	assert_resolved(0, "imu___cabi_arena_realloc", RESOLVE_BY_MAP, "a.map:1");
}
END_TEST

START_TEST(every_failing_import_is_reported)
{
	use_fixture();
	refused("no native serves import 0");
	ck_assert_uint_eq(caught.diag.errors, 6);
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), "no native serves import 5"));
}
END_TEST

/* --- refusals ----------------------------------------------------------------------- */

START_TEST(missing_native_is_refused_with_near_names)
{
	ONE("read-pressure", "");
	define("read_presure");
	define("readPressures");
	define("other");
	refused("no native serves import 0 \"read-pressure\" \"\" [read-pressure]: define "
		"read_pressure in one of the natives, or name the native in a map; near it: "
		"read_presure in tcb.o, readPressures in tcb.o\n");
}
END_TEST

START_TEST(two_spellings_are_refused_and_listed)
{
	ONE("poll-task", "");
	define("poll_task");
	ck_assert(natives_add(natives, "PollTask", "lib.a(x.o)"));
	refused("has 2 candidates [poll-task]: poll_task in tcb.o, PollTask in lib.a(x.o): take "
		"all but one out");
}
END_TEST

START_TEST(two_definitions_of_one_name_are_refused_and_listed)
{
	ONE("poll-task", "");
	define("poll-task");
	ck_assert(natives_add(natives, "poll-task", "b.o"));
	refused("has 2 candidates [poll-task]: poll-task in tcb.o, poll-task in b.o");
}
END_TEST

START_TEST(native_of_the_map_must_be_defined)
{
	ONE("poll-task", "");
	use_map("\n  poll-task missing\n");
	define("poll_task");
	refused("test: a.map:2:3: no native defines \"missing\"");
}
END_TEST

START_TEST(functions_of_two_interfaces_do_not_share_a_native_silently)
{
	PAIRS({"a:b/one", "get", 0}, {"a:b/two", "get", 0});
	define("get");
	refused("import 0 \"a:b/one\" \"get\" and import 1 \"a:b/two\" \"get\" are not the same "
		"function, but get would serve both: name a native for each in a map");
}
END_TEST

START_TEST(functions_of_two_interfaces_may_share_by_the_map)
{
	PAIRS({"a:b/one", "get", 0}, {"a:b/two", "get", 0});
	use_map("a:b/one get -> get\na:b/two get -> get\n");
	define("get");
	resolve();
	assert_resolved(1, "get", RESOLVE_BY_MAP, "tcb.o (a.map:2)");
}
END_TEST

START_TEST(half_a_map_does_not_make_two_functions_one)
{
	PAIRS({"a:b/one", "get", 0}, {"a:b/two", "get", 0});
	use_map("a:b/one get -> get\n");
	define("get");
	refused("are not the same function, but get would serve both");
}
END_TEST

START_TEST(imports_of_two_signatures_never_share)
{
	PAIRS({"tick-now", "", 0}, {"tick-now", "$2", 1});
	use_map("tick-now tick\n");
	define("tick");
	refused("import 0 \"tick-now\" \"\" and import 1 \"tick-now\" \"$2\" differ in parameters "
		"or results, but tick would serve both");
}
END_TEST

START_TEST(fields_numbered_by_the_fuser_are_one_function)
{
	PAIRS({"a:b/c", "get", 0}, {"a:b/c", "get$2", 0}, {"x:y/z", "put$2", 0});
	define("get");
	define("put_2");
	resolve();
	assert_resolved(0, "get", RESOLVE_BY_NAME, "tcb.o");
	assert_resolved(1, "get", RESOLVE_BY_NAME, "tcb.o");
	/* Nothing imports put, so that $2 belongs to the name. */
	assert_resolved(2, "put_2", RESOLVE_BY_KEBAB, "tcb.o");
}
END_TEST

START_TEST(hostile_names_are_escaped_in_messages)
{
	ONE("evil\033[2Jname", "");
	refused("\"evil\\x1b[2Jname\"");
}
END_TEST

/* --- names -------------------------------------------------------------------------- */

static const struct {
	const char *module;
	const char *field;
	const char *kebab;
} kebabs[] = {
	{"cabi-arena-realloc", "", "cabi-arena-realloc"},
	{"cabi-arena-realloc", "$2", "cabi-arena-realloc"},
	{"tick-now", "$10", "tick-now"},
	{"tick-now", "$", ""},
	{"tick-now", "$2a", "2a"},
	{"$root", "tick-now", "tick-now"},
	{"env", "tickNow", "tick-now"},
	{"wasi:io/streams@0.2.0", "[resource-drop]input-stream", "resource-drop-input-stream"},
};

START_TEST(kebab_of_an_import_is_of_module_or_field)
{
	struct wasm_import import = {
		.module = (char *)kebabs[_i].module, .field = (char *)kebabs[_i].field};
	char *kebab = import_kebab(&import);
	ck_assert_str_eq(kebab, kebabs[_i].kebab);
	free(kebab);
}
END_TEST

static const struct {
	const char *name;
	const char *identifier;
} exports[] = {
	{"ns:pkg/iface@1.0.0#get-all", "ns_pkg_iface_get_all"},
	{"cabi_post_ns:pkg/iface@1.0.0#get-all", "cabi_post_ns_pkg_iface_get_all"},
	{"ns:pkg/iface@1.0.0-rc.1+build.5#get", "ns_pkg_iface_get"},
	{"ns:pkg/iface@1.0.0#get$0", "ns_pkg_iface_get_0"},
	{"cabi_realloc$1", "cabi_realloc_1"},
	{"meld:realloc/0", "meld_realloc_0"},
	{"memory", "memory"},
	{"_start", "_start"},
	{"__x--y", "_x_y"},
	{"2fast", "_2fast"},
	{"double", "double_"},
	{"co-await", "co_await_"},
	{"linux", "linux_"},
	{"doubles", "doubles"},
	{"a@b", "a_b"},
	{"", "_"},
	{"\xc3\xbc\"\n", "_"},
};

START_TEST(export_becomes_a_c_identifier)
{
	char *identifier = export_identifier(exports[_i].name);
	ck_assert_str_eq(identifier, exports[_i].identifier);
	free(identifier);
}
END_TEST

START_TEST(component_stands_before_its_symbol)
{
	char *symbol = component_symbol("baro", "__cabi_arena_realloc");
	ck_assert_str_eq(symbol, "baro___cabi_arena_realloc");
	free(symbol);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof((table)[0])))

static void add_rules(TCase *tests)
{
	tcase_add_test(tests, map_by_pair_comes_first);
	tcase_add_test(tests, map_by_name_comes_before_natives);
	tcase_add_test(tests, map_by_kebab_name_is_understood);
	tcase_add_test(tests, exact_name_comes_before_kebab);
	tcase_add_test(tests, kebab_of_a_native_serves);
	tcase_add_test(tests, weak_native_serves_and_is_said_to_be_weak);
	tcase_add_test(tests, without_natives_those_of_the_map_are_believed);
	tcase_add_test(tests, imports_of_other_kinds_do_not_shift_the_indices);
	tcase_add_test(tests, each_component_has_its_own_arena_and_shares_the_clock);
	tcase_add_test(tests, an_arena_serves_its_own_component_only);
	tcase_add_test(tests, arena_and_native_are_two_candidates);
	tcase_add_test(tests, the_map_may_name_an_arena);
	tcase_add_test(tests, every_failing_import_is_reported);
}

static void add_refusals(TCase *tests)
{
	tcase_add_test(tests, missing_native_is_refused_with_near_names);
	tcase_add_test(tests, two_spellings_are_refused_and_listed);
	tcase_add_test(tests, two_definitions_of_one_name_are_refused_and_listed);
	tcase_add_test(tests, native_of_the_map_must_be_defined);
	tcase_add_test(tests, functions_of_two_interfaces_do_not_share_a_native_silently);
	tcase_add_test(tests, functions_of_two_interfaces_may_share_by_the_map);
	tcase_add_test(tests, half_a_map_does_not_make_two_functions_one);
	tcase_add_test(tests, imports_of_two_signatures_never_share);
	tcase_add_test(tests, fields_numbered_by_the_fuser_are_one_function);
	tcase_add_test(tests, hostile_names_are_escaped_in_messages);
}

int main(void)
{
	Suite *suite = suite_create("resolve");
	TCase *tests = tcase_create("imports");
	tcase_add_checked_fixture(tests, start, end);
	add_rules(tests);
	add_refusals(tests);
	suite_add_tcase(suite, tests);
	TCase *names = tcase_create("names");
	tcase_add_loop_test(names, kebab_of_an_import_is_of_module_or_field, 0, COUNT(kebabs));
	tcase_add_loop_test(names, export_becomes_a_c_identifier, 0, COUNT(exports));
	tcase_add_test(names, component_stands_before_its_symbol);
	suite_add_tcase(suite, names);
	return unit_run(suite);
}
