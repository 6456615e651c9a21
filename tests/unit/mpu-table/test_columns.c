/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Text in columns: as wide as need be, narrower by whole columns, never cut. */
#include <string.h>

#include "mpu-table/columns.h"
#include "tests/unit/unit.h"

static const struct column titles[] = {
	{"name", false, 0}, {"bytes", true, 0}, {"slack", true, 1}, {"type", false, 2}};

static struct caught caught;
static struct columns *columns;

static void setup(void)
{
	caught_start(&caught);
	columns = columns_start(&caught.diag, titles, 4);
	ck_assert(columns_add(columns, (const char *[]){"a", "1", "2", "Device"}, 4));
	ck_assert(columns_add(columns, (const char *[]){"longer", "12345678"}, 2));
	ck_assert(columns_add(columns, (const char *[]){"", "5", "", "x"}, 4));
}

static void teardown(void)
{
	columns_free(columns);
	caught_end(&caught);
}

static void expect(size_t width, bool left_out, const char *expected)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	ck_assert_int_eq(columns_print(columns, width, stream), left_out);
	fclose(stream);
	ck_assert_str_eq(text, expected);
	free(text);
}

START_TEST(columns_are_as_wide_as_what_is_in_them)
{
	const char *all = "  name       bytes  slack  type\n"
			  "  a              1      2  Device\n"
			  "  longer  12345678\n"
			  "                 5         x\n";
	expect(0, false, all);
	expect(33, false, all);
	expect(1000, false, all);
}
END_TEST

START_TEST(the_least_important_columns_are_left_out_first)
{
	expect(32, true,
		"  name       bytes  slack\n"
		"  a              1      2\n"
		"  longer  12345678\n"
		"                 5\n");
	expect(24, true,
		"  name       bytes\n"
		"  a              1\n"
		"  longer  12345678\n"
		"                 5\n");
	expect(1, true,
		"  name       bytes\n"
		"  a              1\n"
		"  longer  12345678\n"
		"                 5\n");
}
END_TEST

START_TEST(what_could_change_a_terminal_is_escaped)
{
	ck_assert(columns_add(columns, (const char *[]){"\x1b[2J\n"}, 1));
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	columns_print(columns, 0, stream);
	fclose(stream);
	ck_assert_ptr_null(strchr(text, '\x1b'));
	ck_assert_ptr_nonnull(strstr(text, "[2J"));
	free(text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("columns");
	TCase *cases = tcase_create("columns");
	tcase_add_checked_fixture(cases, setup, teardown);
	tcase_add_test(cases, columns_are_as_wide_as_what_is_in_them);
	tcase_add_test(cases, the_least_important_columns_are_left_out_first);
	tcase_add_test(cases, what_could_change_a_terminal_is_escaped);
	suite_add_tcase(suite, cases);
	return unit_run(suite);
}
