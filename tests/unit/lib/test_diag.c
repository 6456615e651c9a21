/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Messages: their shape, and that no name in them reaches the terminal raw. */
#include "tests/unit/unit.h"

#include <string.h>

START_TEST(message_names_tool_file_and_text)
{
	struct caught caught;
	caught_start(&caught);
	ck_assert(!diag_error(&caught.diag, "app.o", "is %s: give another", "bad"));
	ck_assert_str_eq(caught_text(&caught), "test: app.o: is bad: give another\n");
	ck_assert_uint_eq(caught.diag.errors, 1);
	caught_end(&caught);
}
END_TEST

START_TEST(position_is_line_and_column)
{
	struct caught caught;
	caught_start(&caught);
	diag_error_at(&caught.diag, "a.yaml", 3, 7, "unknown key");
	ck_assert_str_eq(caught_text(&caught), "test: a.yaml:3:7: unknown key\n");
	caught_end(&caught);
}
END_TEST

START_TEST(note_counts_nothing)
{
	struct caught caught;
	caught_start(&caught);
	diag_note(&caught.diag, "a.map", "natives believed");
	ck_assert_str_eq(caught_text(&caught), "test: a.map: note: natives believed\n");
	ck_assert_uint_eq(caught.diag.errors, 0);
	caught_end(&caught);
}
END_TEST

static ssize_t count_write(void *cookie, const char *bytes, size_t size)
{
	size_t *count = cookie;
	(void)bytes;
	++*count;
	return (ssize_t)size;
}

START_TEST(message_is_written_in_one_piece)
{
	size_t count = 0;
	FILE *stream = fopencookie(&count, "w", (cookie_io_functions_t){.write = count_write});
	ck_assert_ptr_nonnull(stream);
	setvbuf(stream, NULL, _IONBF, 0);
	struct diag diag = {.tool = "test", .stream = stream};
	diag_error(&diag, "a.map", "the name %s holds a control character", "a\nb");
	ck_assert_uint_eq(count, 1);
	fclose(stream);
}
END_TEST

/* Input, and what may reach the terminal. */
static const struct {
	const char *raw;
	const char *shown;
} hostile[] = {
	{"\033[2J", "\\x1b[2J"},
	{"a\nb", "a\\x0ab"},
	{"\x7f", "\\x7f"},
	{"\xc2\x9b", "\\xc2\\x9b"},	     /* C1: CSI */
	{"\xff", "\\xff"},		     /* no UTF-8 */
	{"\xc0\x80", "\\xc0\\x80"},	     /* overlong */
	{"\xed\xa0\x80", "\\xed\\xa0\\x80"}, /* surrogate */
	{"\xe2\x80\xae", "\\xe2\\x80\\xae"}, /* right-to-left override */
	{"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
};

START_TEST(control_characters_are_escaped)
{
	struct caught caught;
	char expected[64];
	caught_start(&caught);
	diag_error(&caught.diag, NULL, "%s", hostile[_i].raw);
	snprintf(expected, sizeof(expected), "test: %s\n", hostile[_i].shown);
	ck_assert_str_eq(caught_text(&caught), expected);
	caught_end(&caught);
}
END_TEST

START_TEST(escaped_name_can_be_told_apart)
{
	char *one = diag_escaped("\\x41", 4);
	char *two = diag_escaped("\x01", 1);
	ck_assert_str_eq(one, "\\\\x41");
	ck_assert_str_eq(two, "\\x01");
	free(one);
	free(two);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("diag");
	TCase *tests = tcase_create("messages");
	tcase_add_test(tests, message_names_tool_file_and_text);
	tcase_add_test(tests, position_is_line_and_column);
	tcase_add_test(tests, note_counts_nothing);
	tcase_add_test(tests, message_is_written_in_one_piece);
	tcase_add_loop_test(tests, control_characters_are_escaped, 0,
		(int)(sizeof(hostile) / sizeof(hostile[0])));
	tcase_add_test(tests, escaped_name_can_be_told_apart);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
