/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * A message taken apart by its format.
 *
 * The message is written out piece by piece, and beside each character it is
 * kept where it came from: the format, a name, a number.  Only what the format
 * says is a border.
 */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elfbind/findings.h"

enum origin { WORD = 'w', NUMBER = 'n', NAME = 's', DETAIL = 'd' };

/* A conversion of a format: "%08zx" has the length "z" and the type 'x'. */
struct conversion {
	char spec[24]; /* the same for an unsigned long long: "%08llx" */
	char length[3];
	char type;
	bool left; /* the flag - */
};

/* A message and, of the same length, the origin of each of its characters. */
struct rendering {
	FILE *streams[2];
	char *text;
	char *origins;
	size_t sizes[2];
};

/* --- rendering ----------------------------------------------------------------------------- */

static void put(struct rendering *rendering, enum origin origin, const char *text, size_t length)
{
	fwrite(text, 1, length, rendering->streams[0]);
	/* The first character of a piece is in capitals, so that two names stay two. */
	for (size_t i = 0; i < length; i++)
		fputc(i == 0 ? toupper((int)origin) : (int)origin, rendering->streams[1]);
}

/* Reads the conversion behind a percent sign; NULL for one that no message has. */
static const char *parse_conversion(const char *at, struct conversion *conversion)
{
	const char *start = at;
	size_t flags = strspn(at, "-+ #0");
	conversion->left = memchr(at, '-', flags) != NULL;
	at += flags;
	at += strspn(at, "0123456789");
	size_t width = (size_t)(at - start);
	size_t length = strspn(at, "lz");
	char type = at[length];
	if (width > 16 || length >= sizeof(conversion->length) || type == '\0' ||
		strchr("suxX", type) == NULL)
		return NULL;
	memcpy(conversion->length, at, length);
	conversion->length[length] = '\0';
	conversion->type = type;
	snprintf(conversion->spec, sizeof(conversion->spec), "%%%.*sll%c", (int)width, start, type);
	return at + length + 1;
}

/* Takes the next argument, a number of the conversion's length. */
static unsigned long long take_number(const char *length, va_list *arguments)
{
	if (strcmp(length, "ll") == 0)
		return va_arg(*arguments, unsigned long long);
	if (strcmp(length, "l") == 0)
		return va_arg(*arguments, unsigned long);
	if (strcmp(length, "z") == 0)
		return va_arg(*arguments, size_t);
	return va_arg(*arguments, unsigned);
}

/* Takes the next argument and writes it as the conversion says. */
static void put_argument(
	struct rendering *rendering, const struct conversion *conversion, va_list *arguments)
{
	char text[64];
	if (conversion->type == 's') {
		const char *name = va_arg(*arguments, const char *);
		put(rendering, conversion->left ? DETAIL : NAME, name, strlen(name));
		return;
	}
	unsigned long long number = take_number(conversion->length, arguments);
	int length = snprintf(text, sizeof(text), conversion->spec, number);
	put(rendering, NUMBER, text, length < 0 ? 0 : strlen(text));
}

static bool render_pieces(struct rendering *rendering, const char *format, va_list *arguments)
{
	while (*format != '\0') {
		struct conversion conversion;
		size_t words = strcspn(format, "%");
		put(rendering, WORD, format, words);
		format += words;
		if (*format == '\0')
			break;
		if (format[1] == '%') {
			put(rendering, WORD, "%", 1);
			format += 2;
			continue;
		}
		format = parse_conversion(format + 1, &conversion);
		if (format == NULL)
			return false;
		put_argument(rendering, &conversion, arguments);
	}
	return true;
}

static bool render(struct rendering *rendering, const char *format, va_list *arguments)
{
	rendering->streams[0] = open_memstream(&rendering->text, &rendering->sizes[0]);
	rendering->streams[1] = open_memstream(&rendering->origins, &rendering->sizes[1]);
	bool good = rendering->streams[0] != NULL && rendering->streams[1] != NULL &&
		    render_pieces(rendering, format, arguments);
	for (int i = 0; i < 2; i++)
		if (rendering->streams[i] != NULL && fclose(rendering->streams[i]) != 0)
			good = false;
	return good;
}

/* --- borders --------------------------------------------------------------------------------- */

/* Whether the format has MARK at position AT of the message. */
static bool is_mark(const struct rendering *rendering, size_t at, const char *mark)
{
	size_t length = strlen(mark);
	if (at + length > rendering->sizes[0] || memcmp(rendering->text + at, mark, length) != 0)
		return false;
	for (size_t i = 0; i < length; i++)
		if (tolower((unsigned char)rendering->origins[at + i]) != WORD)
			return false;
	return true;
}

/* The last MARK in front of END and not before START; SIZE_MAX when there is none. */
static size_t last_mark(
	const struct rendering *rendering, size_t start, size_t end, const char *mark)
{
	for (size_t at = end; at > start; at--)
		if (is_mark(rendering, at - 1, mark))
			return at - 1;
	return SIZE_MAX;
}

/* The length of "A001", or 0 when the message does not start with an identifier. */
static size_t id_length(const struct rendering *rendering)
{
	const char *text = rendering->text;
	size_t digits = rendering->sizes[0] == 0 ? 0 : strspn(text + 1, "0123456789");
	if ((text[0] != 'A' && text[0] != 'R') || digits < 2 || digits > 3 ||
		!is_mark(rendering, 1 + digits, ": "))
		return 0;
	return 1 + digits;
}

/* --- parts of the place ------------------------------------------------------------- */

/* Splits "symbol 'x'", the characters START to END, into kind and name. */
static bool add_part(
	struct finding *finding, const struct rendering *rendering, size_t start, size_t end)
{
	const char *text = rendering->text;
	struct finding_part *part = &finding->parts[finding->part_count];
	size_t blank = start;
	while (blank < end && !is_mark(rendering, blank, " "))
		blank++;
	bool worded = blank < end && tolower((unsigned char)rendering->origins[start]) == WORD;
	size_t name = worded ? blank + 1 : start;
	if (worded && is_mark(rendering, name, "of "))
		name += 3;
	if (is_mark(rendering, name, "'") && end - name >= 2 && is_mark(rendering, end - 1, "'")) {
		name++;
		end--;
	}
	part->kind = worded ? strndup(text + start, blank - start) : NULL;
	part->name = strndup(text + name, end - name);
	finding->part_count++;
	return part->name != NULL && (!worded || part->kind != NULL);
}

static bool split_place(
	struct finding *finding, const struct rendering *rendering, size_t start, size_t end)
{
	size_t commas = 0;
	for (size_t at = start; at < end; at++)
		commas += is_mark(rendering, at, ", ");
	finding->parts = calloc(commas + 1, sizeof(*finding->parts));
	if (finding->parts == NULL)
		return false;
	for (size_t at = start; at < end; at++)
		if (is_mark(rendering, at, ", ")) {
			if (!add_part(finding, rendering, start, at))
				return false;
			start = at + 2;
		}
	return add_part(finding, rendering, start, end);
}

/* --- the key ------------------------------------------------------------------------ */

/* Writes a name in braces, in which no brace is left. */
static void put_key_name(FILE *stream, const char *name, size_t length)
{
	fputc('{', stream);
	while (length > 0) {
		size_t plain = 0;
		while (plain < length && name[plain] != '{' && name[plain] != '}')
			plain++;
		diag_escape(stream, name, plain);
		if (plain < length)
			fprintf(stream, "\\x%02x", (unsigned)name[plain++]);
		name += plain;
		length -= plain;
	}
	fputc('}', stream);
}

static char *make_key(const struct rendering *rendering, size_t start, size_t end)
{
	char *key = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&key, &size);
	if (stream == NULL)
		return NULL;
	while (start < end) {
		int origin = tolower((unsigned char)rendering->origins[start]);
		size_t next = start + 1;
		while (next < end && rendering->origins[next] == origin)
			next++;
		if (origin == NAME)
			put_key_name(stream, rendering->text + start, next - start);
		else if (origin == NUMBER)
			fputc('*', stream);
		else if (origin == WORD)
			fwrite(rendering->text + start, 1, next - start, stream);
		start = next;
	}
	if (fclose(stream) == 0)
		return key;
	free(key);
	return NULL;
}

/* --- the whole ---------------------------------------------------------------------- */

static bool take_apart(struct finding *finding, const struct rendering *rendering)
{
	size_t id = id_length(rendering);
	size_t size = rendering->sizes[0];
	if (id == 0)
		return false;
	size_t start = id + 2;
	size_t close = last_mark(rendering, start, size, "]: ");
	size_t open = close == SIZE_MAX ? SIZE_MAX : last_mark(rendering, start, close, " [");
	size_t remedy = close;
	bool placed = open != SIZE_MAX;
	if (!placed)
		close = open = remedy = last_mark(rendering, start, size, ": ");
	if (open == SIZE_MAX)
		close = open = remedy = size;
	else
		remedy += placed ? 3 : 2;
	memcpy(finding->id, rendering->text, id);
	finding->id[id] = '\0';
	finding->message = strndup(rendering->text + start, open - start);
	finding->place =
		placed ? strndup(rendering->text + open + 2, close - open - 2) : strdup("");
	finding->remedy = strndup(rendering->text + remedy, size - remedy);
	finding->key = make_key(rendering, start, placed ? close + 1 : close);
	return finding->message != NULL && finding->place != NULL && finding->remedy != NULL &&
	       finding->key != NULL &&
	       (!placed || split_place(finding, rendering, open + 2, close));
}

bool finding_parse(struct finding *finding, const char *format, va_list arguments)
{
	struct rendering rendering = {0};
	va_list copy;
	*finding = (struct finding){0};
	va_copy(copy, arguments);
	bool good = render(&rendering, format, &copy) && take_apart(finding, &rendering);
	va_end(copy);
	free(rendering.text);
	free(rendering.origins);
	if (!good)
		finding_free(finding);
	return good;
}

void finding_free(struct finding *finding)
{
	for (size_t i = 0; i < finding->part_count; i++) {
		free(finding->parts[i].kind);
		free(finding->parts[i].name);
	}
	free(finding->parts);
	free(finding->file);
	free(finding->message);
	free(finding->place);
	free(finding->remedy);
	free(finding->key);
	*finding = (struct finding){0};
}
