/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The table of an image against the layout that it should have been made from. */
#include <stdlib.h>
#include <string.h>

#include "mpu-table/table.h"

#define REMEDY "make table and image anew from this layout"

enum { WORD = 4 };

/* Reports counts that differ; words cannot be compared then. */
static bool compare_counts(struct diag *diag, const char *path,
	const struct berth_regions_header *found, const struct berth_regions_header *expected)
{
	const struct {
		const char *what;
		uint32_t found;
		uint32_t expected;
	} counts[] = {
		{"regions", found->region_count, expected->region_count},
		{"contexts", found->context_count, expected->context_count},
		{"arenas", found->arena_count, expected->arena_count},
		{"rows", found->row_count, expected->row_count},
		{"words a row", found->row_words, expected->row_words},
	};
	bool same = true;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		if (counts[i].found != counts[i].expected)
			same = diag_error(diag, path,
				"R17: has %u %s, the layout has %u [section %s]: " REMEDY,
				counts[i].found, counts[i].what, counts[i].expected, TABLE_SECTION);
	return same;
}

/* Whether word WORD is the offset of a name: those are compared as text. */
static bool is_name(const struct table *table, uint32_t word)
{
	const struct berth_regions_header *header = &table->header;
	uint32_t at = word * WORD;
	if (at >= header->regions && at < header->contexts)
		return (at - header->regions) % sizeof(struct berth_region) == 0;
	if (at >= header->contexts && at < header->arenas)
		return (at - header->contexts) % sizeof(struct berth_context) == 0;
	return false;
}

static bool compare_word(struct diag *diag, const char *path, const struct table *found,
	const struct table *expected, uint32_t word)
{
	uint32_t is = found->words[word];
	uint32_t should = expected->words[word];
	if (word == offsetof(struct berth_regions_header, crc32) / WORD)
		return true;
	if (is_name(expected, word)) {
		const char *name = table_name(found, is);
		const char *should_name = table_name(expected, should);
		return strcmp(name, should_name) == 0 ||
		       diag_error(diag, path, "R17: is called %s in the image [%s]: " REMEDY, name,
			       should_name);
	}
	if (is == should)
		return true;
	char *where = table_describe(expected, word);
	diag_error(diag, path, "R17: is 0x%08x, the layout makes it 0x%08x [%s]: " REMEDY, is,
		should, where == NULL ? "?" : where);
	free(where);
	return false;
}

bool table_compare(
	struct diag *diag, const char *path, const struct table *table, const struct layout *layout)
{
	struct blob bytes = {0};
	struct blob names = {0};
	struct table *expected = NULL;
	bool same = table_make(diag, layout, &bytes, &names);
	if (same) {
		expected =
			table_parse(diag, path, &bytes, &names, strcmp(layout->endian, "big") == 0);
		same = expected != NULL &&
		       compare_counts(diag, path, &table->header, &expected->header);
	}
	bool comparable = same;
	for (uint32_t i = 0; comparable && i < expected->header.bytes / WORD; i++)
		same = compare_word(diag, path, table, expected, i) && same;
	table_free(expected);
	blob_free(&names);
	blob_free(&bytes);
	return same;
}
