/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/diag.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*
 * Length in bytes of the well-formed UTF-8 sequence at TEXT that shows
 * something, or 0: a control character (C0, DEL, C1) or a malformed sequence
 * (Unicode 15, table 3-7).
 */
static size_t printable_length(const unsigned char *text, size_t length)
{
	unsigned char first = text[0];
	if (first < 0x80)
		return first >= 0x20 && first != 0x7f;
	size_t need = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
	if (first < 0xc2 || first > 0xf4 || length < need)
		return 0;
	for (size_t i = 1; i < need; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	if ((first == 0xc2 && text[1] < 0xa0) || (first == 0xe0 && text[1] < 0xa0) ||
		(first == 0xed && text[1] > 0x9f) || (first == 0xf0 && text[1] < 0x90) ||
		(first == 0xf4 && text[1] > 0x8f))
		return 0;
	return need;
}

/* Bidirectional overrides and line separators reorder or break a line: U+2028-202E, U+2066-2069. */
static bool reorders(const unsigned char *text, size_t length)
{
	if (length != 3 || text[0] != 0xe2)
		return false;
	return (text[1] == 0x80 && text[2] >= 0xa8 && text[2] <= 0xae) ||
	       (text[1] == 0x81 && text[2] >= 0xa6 && text[2] <= 0xa9);
}

/* Writes TEXT; a backslash is doubled only when DOUBLE_BACKSLASH. */
static void escape(FILE *stream, const char *text, size_t length, bool double_backslash)
{
	const unsigned char *at = (const unsigned char *)text;
	while (length > 0) {
		size_t step = printable_length(at, length);
		if (step == 0 || reorders(at, step)) {
			step = step == 0 ? 1 : step;
			for (size_t i = 0; i < step; i++)
				fprintf(stream, "\\x%02x", at[i]);
		} else {
			if (*at == '\\' && double_backslash)
				fputc('\\', stream);
			fwrite(at, 1, step, stream);
		}
		at += step;
		length -= step;
	}
}

void diag_escape(FILE *stream, const char *text, size_t length)
{
	escape(stream, text, length, true);
}

char *diag_escaped(const char *text, size_t length)
{
	char *result = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&result, &size);
	if (stream == NULL)
		return NULL;
	diag_escape(stream, text, length);
	if (fclose(stream) != 0) {
		free(result);
		return NULL;
	}
	return result;
}

/* The arguments as one line, not yet safe for a terminal; NULL when memory ran out. */
static char *make_line(const struct diag *diag, const char *file, const char *position,
	const char *format, va_list arguments, size_t *size)
{
	char *line = NULL;
	FILE *stream = open_memstream(&line, size);
	if (stream == NULL)
		return NULL;
	fprintf(stream, "%s: ", diag->tool);
	if (file != NULL)
		fprintf(stream, "%s:%s ", file, position);
	vfprintf(stream, format, arguments);
	if (fclose(stream) == 0)
		return line;
	free(line);
	return NULL;
}

/* Writes LINE, made safe as a whole, in one piece: errors have no buffer, and other processes may
 * write to the same terminal. */
static bool write_line(struct diag *diag, const char *line, size_t size)
{
	char *safe = NULL;
	size_t safe_size = 0;
	FILE *stream = open_memstream(&safe, &safe_size);
	if (stream == NULL)
		return false;
	escape(stream, line, size, false);
	fputc('\n', stream);
	bool made = fclose(stream) == 0;
	if (made)
		fwrite(safe, 1, safe_size, diag->stream);
	free(safe);
	return made;
}

static void report(struct diag *diag, const char *file, const char *position, const char *format,
	va_list arguments)
{
	size_t size = 0;
	char *line = make_line(diag, file, position, format, arguments, &size);
	if (line == NULL || !write_line(diag, line, size))
		fprintf(diag->stream, "%s: out of memory\n", diag->tool);
	free(line);
}

static bool sink_takes(struct diag *diag, enum diag_level level, const char *file,
	const char *format, va_list arguments)
{
	va_list copy;
	if (diag->sink == NULL || file == NULL)
		return false;
	va_copy(copy, arguments);
	bool taken = diag->sink(diag->sink_context, level, file, format, copy);
	va_end(copy);
	return taken;
}

bool diag_error_list(struct diag *diag, const char *file, const char *format, va_list arguments)
{
	if (!sink_takes(diag, DIAG_ERROR, file, format, arguments))
		report(diag, file, "", format, arguments);
	diag->errors++;
	return false;
}

bool diag_error(struct diag *diag, const char *file, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	diag_error_list(diag, file, format, arguments);
	va_end(arguments);
	return false;
}

bool diag_error_at(
	struct diag *diag, const char *file, size_t line, size_t column, const char *format, ...)
{
	char position[48];
	snprintf(position, sizeof(position), "%zu:%zu:", line, column);
	va_list arguments;
	va_start(arguments, format);
	report(diag, file, position, format, arguments);
	va_end(arguments);
	diag->errors++;
	return false;
}

void diag_note(struct diag *diag, const char *file, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	if (!sink_takes(diag, DIAG_NOTE, file, format, arguments))
		report(diag, file, file == NULL ? "" : " note:", format, arguments);
	va_end(arguments);
}

bool diag_no_memory(struct diag *diag)
{
	return diag_error(diag, NULL, "out of memory");
}

static bool swallow(void *context, enum diag_level level, const char *file, const char *format,
	va_list arguments)
{
	(void)context;
	(void)level;
	(void)file;
	(void)format;
	(void)arguments;
	return true;
}

struct diag diag_quiet(void)
{
	return (struct diag){.tool = "", .stream = stderr, .sink = swallow};
}
