/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 *   "!<arch>\n"
 *   header   name[16] date[12] owner[6] group[6] mode[8] size[10] "`\n"
 *   member   SIZE bytes, and "\n" when SIZE is odd
 *   …
 *
 * Everything is text, filled up with blanks.  Names: "uart.o/" (GNU), "uart.o"
 * (System V, BSD), "/18" a place in the member "//" where the name ends with
 * "/\n" (GNU), "#1/18" the first 18 bytes of the member (BSD).  The members "/",
 * "/SYM64/" and "__.SYMDEF…" are tables of symbols.
 *
 * A thin archive (GNU) begins with "!<thin>\n". It holds the tables, but of the
 * members only the headers; their names are paths. "/18:86" is the member at
 * offset 86 of the archive whose path is at place 18.
 */
#include "symmap/archive.h"

#include <stdlib.h>
#include <string.h>

enum {
	MAGIC_SIZE = 8,
	HEADER_SIZE = 60,
	NAME_SIZE = 16,
	SIZE_FIELD = 48,
	SIZE_SIZE = 10,
	END_FIELD = 58
};

static bool starts_with(const struct blob *file, const char *magic)
{
	return file->size >= MAGIC_SIZE && memcmp(file->bytes, magic, MAGIC_SIZE) == 0;
}

bool archive_is(const struct blob *file)
{
	return starts_with(file, "!<arch>\n") || starts_with(file, "!<thin>\n");
}

void archive_start_thin(
	struct diag *diag, const char *path, const struct blob *file, struct archive *archive)
{
	*archive = (struct archive){.diag = diag,
		.path = path,
		.bytes = file->bytes,
		.size = file->size,
		.at = MAGIC_SIZE,
		.thin = starts_with(file, "!<thin>\n")};
}

bool archive_start(
	struct diag *diag, const char *path, const struct blob *file, struct archive *archive)
{
	archive_start_thin(diag, path, file, archive);
	return !archive->thin ||
	       diag_error(diag, path,
		       "is a thin archive, which holds no code: make it without --thin");
}

void archive_member_free(struct archive_member *member)
{
	free(member->name);
	free(member->path);
	*member = (struct archive_member){0};
}

static bool damaged(const struct archive *archive, const char *what)
{
	return diag_error(archive->diag, archive->path,
		"is a damaged archive: %s at offset %zu: make it again", what, archive->at);
}

/* Reads the decimal number in the LENGTH bytes at TEXT, filled up with blanks. */
static bool parse_number(const uint8_t *text, size_t length, size_t *number)
{
	size_t at = 0;
	*number = 0;
	for (; at < length && text[at] >= '0' && text[at] <= '9'; at++)
		*number = *number * 10 + (size_t)(text[at] - '0');
	if (at == 0)
		return false;
	while (at < length && text[at] == ' ')
		at++;
	return at == length;
}

/* Finds the name at OFFSET of the table of long names. */
static bool long_name(
	const struct archive *archive, size_t offset, const uint8_t **name, size_t *length)
{
	if (offset >= archive->names_size)
		return false;
	*name = archive->names + offset;
	const uint8_t *end = memchr(*name, '\n', archive->names_size - offset);
	if (end == NULL)
		return false;
	*length = (size_t)(end - *name);
	if (*length > 0 && (*name)[*length - 1] == '/')
		(*length)--;
	return true;
}

/* The name in the header at NAME without what fills it up. */
static size_t short_name(const uint8_t *name)
{
	size_t length = NAME_SIZE;
	while (length > 0 && name[length - 1] == ' ')
		length--;
	/* "//" is a name of its own: that of the table of long names. */
	if (length > 1 && name[length - 1] == '/' && (length > 2 || name[0] != '/'))
		length--;
	return length;
}

/* Finds the member's name; a BSD name is cut from the front of the member. */
static bool find_name(const struct archive *archive, const uint8_t *header,
	struct archive_member *member, const uint8_t **name, size_t *length)
{
	size_t number;
	*name = header;
	*length = short_name(header);
	if (header[0] == '/' && parse_number(header + 1, NAME_SIZE - 1, &number))
		return long_name(archive, number, name, length) ||
		       damaged(archive, "a name that is not in the table of names");
	if (header[0] == '/' && header[1] >= '0' && header[1] <= '9' && archive->thin)
		return diag_error(archive->diag, archive->path,
			"has a member that lies in another archive, at offset %zu: give that "
			"archive too, and make this one without it",
			archive->at);
	if (memcmp(header, "#1/", 3) != 0)
		return true;
	if (archive->thin)
		return damaged(archive, "a name that stands in its member");
	if (!parse_number(header + 3, NAME_SIZE - 3, &number) || number > member->size)
		return damaged(archive, "a name longer than its member");
	*name = member->bytes;
	*length = strnlen((const char *)*name, number);
	member->bytes += number;
	member->size -= number;
	return true;
}

static bool is_name(const uint8_t *name, size_t length, const char *expected)
{
	return length == strlen(expected) && memcmp(name, expected, length) == 0;
}

/* Whether the member is a table and no file; the table of long names is kept. */
static bool is_table(struct archive *archive, const struct archive_member *member,
	const uint8_t *name, size_t length)
{
	static const char bsd[] = "__.SYMDEF";
	if (is_name(name, length, "//")) {
		archive->names = member->bytes;
		archive->names_size = member->size;
		return true;
	}
	/* short_name took the last slash off "/SYM64/". */
	return is_name(name, length, "/") || is_name(name, length, "/SYM64") ||
	       (length >= sizeof(bsd) - 1 && memcmp(name, bsd, sizeof(bsd) - 1) == 0);
}

/* Whether a thin archive holds the member itself: only the tables. */
static bool is_inside(const uint8_t *header)
{
	return header[0] == '/' && (header[1] < '0' || header[1] > '9');
}

/* Reads the header and finds its member. */
static bool read_header(
	struct archive *archive, const uint8_t **header, struct archive_member *member)
{
	size_t left = archive->size - archive->at;
	if (left < HEADER_SIZE)
		return damaged(archive, "a header that is cut off");
	*header = archive->bytes + archive->at;
	if (memcmp(*header + END_FIELD, "`\n", 2) != 0 ||
		!parse_number(*header + SIZE_FIELD, SIZE_SIZE, &member->size))
		return damaged(archive, "no header of a member");
	member->bytes = *header + HEADER_SIZE;
	if (archive->thin && !is_inside(*header)) {
		member->bytes = NULL;
		return true;
	}
	return member->size <= left - HEADER_SIZE || damaged(archive, "a member that is cut off");
}

/* Where the next header is. */
static size_t behind(
	const struct archive *archive, const uint8_t *header, const struct archive_member *member)
{
	size_t end = (size_t)(header - archive->bytes) + HEADER_SIZE;
	if (member->bytes == NULL)
		return end;
	end += member->size;
	return end + (end % 2 != 0 && end < archive->size);
}

/* Names the member, and the file that holds it in a thin archive. */
static bool take_name(const struct archive *archive, const uint8_t *name, size_t length,
	struct archive_member *member)
{
	const char *slash = strrchr(archive->path, '/');
	size_t folder = slash == NULL ? 0 : (size_t)(slash - archive->path) + 1;
	member->path = NULL;
	member->name = strndup((const char *)name, length);
	if (member->name != NULL && member->bytes == NULL) {
		if (member->name[0] == '/')
			folder = 0;
		if (asprintf(&member->path, "%.*s%s", (int)folder, archive->path, member->name) < 0)
			member->path = NULL;
	}
	if (member->name != NULL && (member->path != NULL || member->bytes != NULL))
		return true;
	archive_member_free(member);
	return diag_no_memory(archive->diag);
}

bool archive_next(struct archive *archive, struct archive_member *member, bool *good)
{
	*good = true;
	while (archive->at < archive->size) {
		const uint8_t *header = NULL;
		const uint8_t *name;
		size_t length;
		*good = read_header(archive, &header, member);
		size_t next = *good ? behind(archive, header, member) : 0;
		member->header = header;
		*good = *good && find_name(archive, header, member, &name, &length);
		if (!*good)
			return false;
		archive->at = next;
		if (member->bytes != NULL && is_table(archive, member, name, length))
			continue;
		*good = take_name(archive, name, length, member);
		return *good;
	}
	return false;
}
