/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Map files: what is read, and where a fault is said to be. */
#include "symmap/map.h"

#include <string.h>

#include "tests/unit/unit.h"

static struct symbol_map *parse(struct diag *diag, const char *text, size_t size)
{
	/* A copy of exactly that size, so that a sanitizer sees every byte read beyond. */
	struct blob file = {.bytes = malloc(size == 0 ? 1 : size), .size = size};
	ck_assert_ptr_nonnull(file.bytes);
	memcpy(file.bytes, text, size);
	struct symbol_map *map = map_parse(diag, "a.map", &file);
	blob_free(&file);
	return map;
}

static struct symbol_map *accepted(const char *text)
{
	struct caught caught;
	caught_start(&caught);
	struct symbol_map *map = parse(&caught.diag, text, strlen(text));
	ck_assert_msg(map != NULL, "%s", caught_text(&caught));
	ck_assert_str_eq(caught_text(&caught), "");
	caught_end(&caught);
	return map;
}

START_TEST(symbols_and_imports_are_found_by_their_names)
{
	struct symbol_map *map = accepted("# natives\n"
					  "poll-task poll_task\n"
					  "\n"
					  "  \t zz aa   # last comes first\r\n"
					  "\"tick-now\" \"$2\" -> tick_now\n"
					  "tick-now \"\" -> tick_now");
	ck_assert_uint_eq(map->count, 4);
	ck_assert_uint_eq(map->symbol_count, 2);
	ck_assert_str_eq(map_find_symbol(map, "poll-task")->new, "poll_task");
	ck_assert_str_eq(map_find_symbol(map, "zz")->new, "aa");
	ck_assert_ptr_null(map_find_symbol(map, "tick-now"));
	ck_assert_str_eq(map_find_import(map, "tick-now", "$2")->new, "tick_now");
	ck_assert_str_eq(map_find_import(map, "tick-now", "")->new, "tick_now");
	ck_assert_ptr_null(map_find_import(map, "poll-task", ""));
	map_free(map);
}
END_TEST

START_TEST(entries_know_their_line_and_column)
{
	struct symbol_map *map = accepted("# one\n\n   a b\n");
	ck_assert_uint_eq(map->entries[0].line, 3);
	ck_assert_uint_eq(map->entries[0].column, 4);
	ck_assert(!map->entries[0].is_import);
	map_free(map);
}
END_TEST

START_TEST(quotes_and_escapes_write_any_name)
{
	struct symbol_map *map = accepted("\"\" empty\n"
					  "\"# a \\\"b\\\" \\\\ \\n\\t\\x1B\" odd\n"
					  "a#b c#d\n"
					  "\"->\" arrow\n");
	ck_assert_str_eq(map_find_symbol(map, "")->new, "empty");
	ck_assert_str_eq(map_find_symbol(map, "# a \"b\" \\ \n\t\x1b")->new, "odd");
	ck_assert_str_eq(map_find_symbol(map, "a#b")->new, "c#d");
	ck_assert_str_eq(map_find_symbol(map, "->")->new, "arrow");
	map_free(map);
}
END_TEST

START_TEST(several_imports_may_share_a_native)
{
	struct symbol_map *map = accepted("a \"\" -> x\n"
					  "b \"\" -> x\n"
					  "c x\n");
	ck_assert_uint_eq(map->count, 3);
	map_free(map);
}
END_TEST

START_TEST(an_empty_map_is_a_map)
{
	struct symbol_map *map = accepted("");
	ck_assert_uint_eq(map->count, 0);
	ck_assert_ptr_null(map_find_symbol(map, ""));
	map_free(map);
}
END_TEST

static const struct {
	const char *text;
	const char *message;
} faults[] = {
	{"one", "a.map:1:1: the new name is missing"},
	{"\n  a b c", "a.map:2:7: too many words"},
	{"a b c d", "a.map:1:5: too many words"},
	{"a b -> c d", "a.map:1:10: too many words"},
	{"a b ->", "a.map:1:5: the new name is missing"},
	{"a -> b", "a.map:1:3: an import is named by two words"},
	{"a \"b", "a.map:1:3: the quote is not closed"},
	{"a \"b\\", "a.map:1:5: unknown escape"},
	{"a \"b\\\"", "a.map:1:3: the quote is not closed"},
	{"a \"b\\q\"", "a.map:1:5: unknown escape"},
	{"a \"b\\x4\"", "a.map:1:5: \\x needs two"},
	{"a \"b\\x\"", "a.map:1:5: \\x needs two"},
	{"a \"b\\x00\"", "a.map:1:5: a name cannot hold a NUL"},
	{"a \"b\"c", "a.map:1:6: something follows the closing quote"},
	{"a b\"c\"", "a.map:1:4: quote within a name"},
	{"a b\001", "a.map:1:4: control character in a name"},
	{"a \"b\001\"", "a.map:1:5: control character in a name"},
	{"a \"\"", "a.map:1:3: the new name is empty"},
	{"a \"\\x1b\"", "a.map:1:3: the new name holds a control character"},
	{"a b\na c", "a.map:2:1: the symbol \"a\" is in line 1 already"},
	{"a b\na b", "a.map:2:1: the symbol \"a\" is in line 1 already"},
	{"m f -> a\n m f -> a", "a.map:2:2: the import \"m\" \"f\" is in line 1 already"},
	{"a c\nx y\nb c", "a.map:3:1: \"b\" and, in line 1, \"a\" would both become \"c\""},
};

START_TEST(faults_are_reported_where_they_are)
{
	struct caught caught;
	caught_start(&caught);
	const char *text = faults[_i].text;
	ck_assert_ptr_null(parse(&caught.diag, text, strlen(text)));
	ck_assert_msg(strstr(caught_text(&caught), faults[_i].message) != NULL,
		"'%s' is not in: %s", faults[_i].message, caught_text(&caught));
	caught_end(&caught);
}
END_TEST

START_TEST(all_faults_are_reported)
{
	struct caught caught;
	caught_start(&caught);
	static const char text[] = "one\na b\nc \"\ntwo\n";
	ck_assert_ptr_null(parse(&caught.diag, text, strlen(text)));
	ck_assert_uint_eq(caught.diag.errors, 3);
	caught_end(&caught);
}
END_TEST

START_TEST(nul_bytes_are_refused)
{
	struct caught caught;
	caught_start(&caught);
	ck_assert_ptr_null(parse(&caught.diag, "a\0b c", 5));
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), "a.map:1:2: control character"));
	caught_end(&caught);
}
END_TEST

START_TEST(random_text_is_refused_or_read)
{
	static const char letters[] = "ab\"\\->#x0 \t\n\r\x01\xff\0$";
	uint64_t state = 4711;
	char text[48];
	for (int i = 0; i < 5000; i++) {
		struct caught caught;
		caught_start(&caught);
		for (size_t k = 0; k < sizeof(text); k++) {
			state = state * 6364136223846793005u + 1442695040888963407u;
			text[k] = letters[(state >> 33) % sizeof(letters)];
		}
		struct symbol_map *map =
			parse(&caught.diag, text, (size_t)(state >> 20) % sizeof(text));
		ck_assert((map == NULL) == (caught.diag.errors > 0));
		map_free(map);
		caught_end(&caught);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("map");
	TCase *tests = tcase_create("map files");
	tcase_add_test(tests, symbols_and_imports_are_found_by_their_names);
	tcase_add_test(tests, entries_know_their_line_and_column);
	tcase_add_test(tests, quotes_and_escapes_write_any_name);
	tcase_add_test(tests, several_imports_may_share_a_native);
	tcase_add_test(tests, an_empty_map_is_a_map);
	tcase_add_loop_test(tests, faults_are_reported_where_they_are, 0,
		(int)(sizeof(faults) / sizeof(faults[0])));
	tcase_add_test(tests, all_faults_are_reported);
	tcase_add_test(tests, nul_bytes_are_refused);
	tcase_add_test(tests, random_text_is_refused_or_read);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
