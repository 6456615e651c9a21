/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The kebab-case rule, compared with a table that the heck crate made. */
#include "symmap/kebab.h"

#include <string.h>

#include "tests/unit/unit.h"

#define TABLE "tests/unit/symmap/kebab.tsv"

enum { FEWEST_NAMES = 300 };

static void check_name(const char *name, const char *expected)
{
	char *kebab = kebab_case(name);
	ck_assert_ptr_nonnull(kebab);
	ck_assert_msg(strcmp(kebab, expected) == 0, "'%s' became '%s' and not '%s'", name, kebab,
		expected);
	free(kebab);
}

/* Checks one line, NAME and a tab and the result; what is left of line says whether it was one. */
static bool check_line(char *line)
{
	line[strcspn(line, "\n")] = '\0';
	if (line[0] == '#')
		return false;
	char *tab = strchr(line, '\t');
	ck_assert_msg(tab != NULL, "no tab in: %s", line);
	*tab = '\0';
	check_name(line, tab + 1);
	return true;
}

START_TEST(every_name_of_the_table_becomes_what_heck_makes_of_it)
{
	FILE *file = fopen(TABLE, "r");
	ck_assert_ptr_nonnull(file);
	char *line = NULL;
	size_t room = 0;
	size_t names = 0;
	while (getline(&line, &room, file) > 0)
		names += check_line(line);
	free(line);
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_uint_ge(names, FEWEST_NAMES);
}
END_TEST

START_TEST(a_name_of_separators_only_is_empty)
{
	check_name("", "");
	check_name("___", "");
	check_name("$.@", "");
}
END_TEST

/* What kebab.h says of characters that it does not know. */
START_TEST(characters_of_other_blocks_are_caseless_letters)
{
	check_name("\xe2\x86\x92"
		   "Ab",
		"\xe2\x86\x92"
		"ab"); /* an arrow */
	check_name("a\xe2\x86\x92"
		   "B",
		"a\xe2\x86\x92-b");
	check_name("\xf0\x90\x90\x80"
		   "a",
		"\xf0\x90\x90\x80"
		"a"); /* Deseret capital long I */
}
END_TEST

START_TEST(bytes_that_are_not_utf8_are_kept)
{
	check_name("a\xff"
		   "B",
		"a\xff-b");
	check_name("\xc3", "\xc3");
	check_name("A\xed\xa0\x80", "a\xed\xa0\x80"); /* a surrogate */
}
END_TEST

START_TEST(a_long_name_takes_no_longer_than_its_length)
{
	enum { LENGTH = 1 << 20 };
	char *name = malloc(LENGTH + 1);
	ck_assert_ptr_nonnull(name);
	for (size_t i = 0; i < LENGTH; i++)
		name[i] = i % 2 == 0 ? 'a' : '_';
	name[LENGTH] = '\0';
	char *kebab = kebab_case(name);
	ck_assert_ptr_nonnull(kebab);
	ck_assert_uint_eq(strlen(kebab), LENGTH - 1);
	free(kebab);
	free(name);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kebab");
	TCase *tests = tcase_create("names");
	tcase_add_test(tests, every_name_of_the_table_becomes_what_heck_makes_of_it);
	tcase_add_test(tests, a_name_of_separators_only_is_empty);
	tcase_add_test(tests, characters_of_other_blocks_are_caseless_letters);
	tcase_add_test(tests, bytes_that_are_not_utf8_are_kept);
	tcase_add_test(tests, a_long_name_takes_no_longer_than_its_length);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
