/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Words of a line, as in berth-map(5):
 *
 *   bare     runs to the next blank; no quotes, no control characters
 *   "quoted" runs to the next quote; \" \\ \n \t \xNN
 *   #        where a word could begin: the rest of the line is a comment
 */
#include "symmap/map_words.h"

#include <stdlib.h>
#include <string.h>

struct cursor {
	struct diag *diag;
	const char *path;
	const char *text;
	size_t length;
	size_t at;
	struct map_line *line;
};

static bool fault(const struct cursor *cursor, size_t at, const char *what)
{
	return diag_error_at(cursor->diag, cursor->path, cursor->line->number, at + 1, "%s", what);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static bool is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

static bool at_end(const struct cursor *cursor)
{
	return cursor->at >= cursor->length;
}

static void skip_blanks(struct cursor *cursor)
{
	while (!at_end(cursor) && is_blank(cursor->text[cursor->at]))
		cursor->at++;
	if (!at_end(cursor) && cursor->text[cursor->at] == '#')
		cursor->at = cursor->length;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	if (c >= 'A' && c <= 'F')
		c = (char)(c - 'A' + 'a');
	const char *found = c == '\0' ? NULL : strchr(digits, c);
	return found == NULL ? -1 : (int)(found - digits);
}

/* Reads the two digits of \xNN. */
static bool read_hex(struct cursor *cursor, size_t start, char *value)
{
	int high = cursor->at < cursor->length ? hex_digit(cursor->text[cursor->at]) : -1;
	int low = cursor->at + 1 < cursor->length ? hex_digit(cursor->text[cursor->at + 1]) : -1;
	if (high < 0 || low < 0)
		return fault(cursor, start, "\\x needs two hexadecimal digits: write \\x0a");
	if (high == 0 && low == 0)
		return fault(cursor, start, "a name cannot hold a NUL character: remove \\x00");
	cursor->at += 2;
	*value = (char)(high << 4 | low);
	return true;
}

/* Reads what follows a backslash. */
static bool read_escape(struct cursor *cursor, char *value)
{
	size_t start = cursor->at - 1;
	char c = '\0';
	if (!at_end(cursor))
		c = cursor->text[cursor->at++];
	switch (c) {
	case '"':
	case '\\':
		*value = c;
		return true;
	case 'n':
		*value = '\n';
		return true;
	case 't':
		*value = '\t';
		return true;
	case 'x':
		return read_hex(cursor, start, value);
	default:
		return fault(cursor, start, "unknown escape: use \\\", \\\\, \\n, \\t or \\xNN");
	}
}

static bool read_quoted(struct cursor *cursor, char *word)
{
	size_t start = cursor->at++;
	size_t size = 0;
	while (!at_end(cursor) && cursor->text[cursor->at] != '"') {
		char c = cursor->text[cursor->at++];
		if (is_control(c))
			return fault(cursor, cursor->at - 1,
				"control character in a name: write it as \\xNN");
		if (c == '\\' && !read_escape(cursor, &c))
			return false;
		word[size++] = c;
	}
	if (at_end(cursor))
		return fault(cursor, start, "the quote is not closed: end the name with \"");
	cursor->at++;
	word[size] = '\0';
	return at_end(cursor) || is_blank(cursor->text[cursor->at]) ||
	       fault(cursor, cursor->at, "something follows the closing quote: put a blank there");
}

static bool read_bare(struct cursor *cursor, char *word)
{
	size_t size = 0;
	while (!at_end(cursor) && !is_blank(cursor->text[cursor->at])) {
		char c = cursor->text[cursor->at++];
		if (c == '"')
			return fault(cursor, cursor->at - 1,
				"quote within a name: quote the whole name");
		if (is_control(c))
			return fault(cursor, cursor->at - 1,
				"control character in a name: quote the name and write \\xNN");
		word[size++] = c;
	}
	word[size] = '\0';
	return true;
}

static bool read_word(struct cursor *cursor)
{
	struct map_line *line = cursor->line;
	if (line->count == MAP_WORDS)
		return fault(cursor, cursor->at,
			"too many words: write OLD NEW, or "
			"\"MODULE\" \"FIELD\" -> NEW");
	struct map_word *word = &line->words[line->count];
	word->text = malloc(cursor->length - cursor->at + 1);
	if (word->text == NULL)
		return diag_no_memory(cursor->diag);
	line->count++;
	word->column = cursor->at + 1;
	word->quoted = cursor->text[cursor->at] == '"';
	return word->quoted ? read_quoted(cursor, word->text) : read_bare(cursor, word->text);
}

bool map_words(
	struct diag *diag, const char *path, const char *text, size_t length, struct map_line *line)
{
	struct cursor cursor = {
		.diag = diag, .path = path, .text = text, .length = length, .line = line};
	for (skip_blanks(&cursor); !at_end(&cursor); skip_blanks(&cursor))
		if (!read_word(&cursor))
			return false;
	return true;
}

void map_line_free(struct map_line *line)
{
	for (size_t i = 0; i < line->count; i++)
		free(line->words[i].text);
	line->count = 0;
}

bool map_lines(struct diag *diag, const char *path, const struct blob *file, map_take_line *take,
	void *into)
{
	const char *text = (const char *)file->bytes;
	bool good = true;
	size_t at = 0;
	for (size_t number = 1; at < file->size; number++) {
		const char *newline = memchr(text + at, '\n', file->size - at);
		size_t length = newline == NULL ? file->size - at : (size_t)(newline - text) - at;
		struct map_line line = {.number = number};
		bool read = map_words(diag, path, text + at, length, &line) &&
			    (line.count == 0 || take(diag, into, &line));
		good = read && good;
		map_line_free(&line);
		at += length + 1;
	}
	return good;
}
