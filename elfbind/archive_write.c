/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 *   "!<arch>\n"
 *   "/"    count (32 bits, big-endian), for each symbol the offset of its
 *          member's header, then the symbols' names, each with its NUL, and
 *          one NUL more where that makes the size even
 *   "//"   the long names, as they were
 *   members, each at an even offset
 */
#include "elfbind/archive_write.h"

#include <string.h>

enum { HEADER_SIZE = 60, SIZE_FIELD = 48, SIZE_SIZE = 10 };

static const char magic[] = "!<arch>\n";

static bool is_indexed(const struct plan *plan, size_t symbol)
{
	const struct object_symbol *of = &plan->object->symbols[symbol];
	return of->section != SHN_UNDEF && of->binding != STB_LOCAL && !plan->localized[symbol] &&
	       of->type != STT_SECTION && of->type != STT_FILE;
}

static void count_index(
	const struct archive_entry *entries, size_t count, size_t *symbols, size_t *bytes)
{
	*symbols = 0;
	*bytes = 0;
	for (size_t i = 0; i < count; i++)
		for (size_t k = 1;
			entries[i].plan != NULL && k < entries[i].plan->object->symbol_count; k++)
			if (is_indexed(entries[i].plan, k)) {
				(*symbols)++;
				*bytes += strlen(plan_name(entries[i].plan, (uint32_t)k)) + 1;
			}
}

static void put_word(FILE *stream, size_t value)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		fputc((int)(value >> shift & 0xff), stream);
}

/*
 * The header of a table, as GNU ar -D writes it: FIELD is "0" for the index and
 * blank for the names.
 */
static void put_table_header(FILE *stream, const char *name, const char *field, size_t size)
{
	fprintf(stream, "%-16s%-12s%-6s%-6s%-8s%-10zu`\n", name, field, field, field, field, size);
}

static void pad(FILE *stream, size_t size)
{
	if (size % 2 != 0)
		fputc('\n', stream);
}

static size_t whole(size_t size)
{
	return HEADER_SIZE + size + size % 2;
}

static void put_index(FILE *stream, const struct archive_entry *entries, size_t count,
	size_t symbols, size_t first)
{
	put_word(stream, symbols);
	for (size_t i = 0; i < count; i++) {
		const struct plan *plan = entries[i].plan;
		for (size_t k = 1; plan != NULL && k < plan->object->symbol_count; k++)
			if (is_indexed(plan, k))
				put_word(stream, first);
		first += whole(entries[i].size);
	}
	for (size_t i = 0; i < count; i++) {
		const struct plan *plan = entries[i].plan;
		for (size_t k = 1; plan != NULL && k < plan->object->symbol_count; k++)
			if (is_indexed(plan, k)) {
				const char *name = plan_name(plan, (uint32_t)k);
				fwrite(name, 1, strlen(name) + 1, stream);
			}
	}
}

static void put_member(FILE *stream, const struct archive_entry *entry)
{
	char size[SIZE_SIZE + 1];
	snprintf(size, sizeof(size), "%-10zu", entry->size);
	fwrite(entry->header, 1, SIZE_FIELD, stream);
	fwrite(size, 1, SIZE_SIZE, stream);
	fputs("`\n", stream);
	fwrite(entry->bytes, 1, entry->size, stream);
	pad(stream, entry->size);
}

static bool check(struct diag *diag, const char *path, const struct archive_entry *entries,
	size_t count, size_t first)
{
	for (size_t i = 0; i < count; i++) {
		if (memcmp(entries[i].header, "#1/", 3) == 0)
			return diag_error(diag, path,
				"has members with names of the BSD kind: make it with GNU or LLVM "
				"ar --format=gnu");
		first += whole(entries[i].size);
	}
	return first <= UINT32_MAX ||
	       diag_error(diag, path,
		       "would grow beyond 4 GiB, which its symbol index cannot hold: split it");
}

bool archive_write(struct diag *diag, const char *path, const struct archive_entry *entries,
	size_t count, const uint8_t *names, size_t names_size, struct blob *file)
{
	size_t symbols;
	size_t strings;
	count_index(entries, count, &symbols, &strings);
	size_t index_size = 4 + 4 * symbols + strings + strings % 2;
	size_t first = sizeof(magic) - 1 + whole(index_size);
	first += names == NULL ? 0 : whole(names_size);
	*file = (struct blob){0};
	if (!check(diag, path, entries, count, first))
		return false;
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	if (stream == NULL)
		return diag_no_memory(diag);
	fputs(magic, stream);
	put_table_header(stream, "/", "0", index_size);
	put_index(stream, entries, count, symbols, first);
	if (strings % 2 != 0)
		fputc('\0', stream);
	if (names != NULL) {
		put_table_header(stream, "//", "", names_size);
		fwrite(names, 1, names_size, stream);
		pad(stream, names_size);
	}
	for (size_t i = 0; i < count; i++)
		put_member(stream, &entries[i]);
	bool good = fclose(stream) == 0;
	*file = (struct blob){.bytes = (uint8_t *)text, .size = size};
	return good || diag_no_memory(diag);
}
