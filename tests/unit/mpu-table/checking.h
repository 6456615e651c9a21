/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * A sample, its image, and what mpu-table check says of them when words of the
 * table have changed.
 */
#ifndef BERTH_TEST_CHECKING_H
#define BERTH_TEST_CHECKING_H

#include "lib/crc32.h"
#include "tests/unit/mpu-table/image.h"

static struct sample sample;
static struct image image;
static struct caught caught;

/* Around each test of the plain sample. */
static inline void setup_plain(void)
{
	caught_start(&caught);
	sample_make(&sample);
	image_make(&image, &sample, &caught.diag);
}

static inline void teardown_plain(void)
{
	image_free(&image);
	caught_end(&caught);
}

/* Reads and checks the image as it is now; the findings are in `caught`. */
static inline bool check(void)
{
	struct object *object = image_object(&image, &caught.diag);
	ck_assert_msg(object != NULL, "%s", caught_text(&caught));
	struct table *table = table_read(&caught.diag, object);
	bool good = table != NULL && table_check(&caught.diag, object, table);
	table_free(table);
	object_free(object);
	return good;
}

/* The check must report a finding with this identifier, and these words in its line. */
static inline void expect_finding(const char *id, const char *words)
{
	ck_assert_msg(!check(), "nothing found, expected %s %s", id, words);
	char line_start[32];
	snprintf(line_start, sizeof(line_start), "test: firmware.elf: %s: ", id);
	const char *text = caught_text(&caught);
	for (const char *at = strstr(text, line_start); at != NULL;
		at = strstr(at + 1, line_start)) {
		const char *end = strchr(at, '\n');
		const char *found = strstr(at, words);
		if (found != NULL && found < end)
			return;
	}
	ck_abort_msg("no %s with '%s' in:\n%s", id, words, text);
}

/* Word INDEX of the table, in the image. */
static inline uint32_t get_word(size_t index)
{
	const uint8_t *at = image.table.bytes + 4 * index;
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline void put_word(size_t index, uint32_t word)
{
	for (unsigned i = 0; i < 4; i++)
		image.table.bytes[4 * index + i] = (uint8_t)(word >> 8 * i);
}

#define HEADER_WORD(field) (offsetof(struct berth_regions_header, field) / 4)
#define REGION_WORD(index, field)                                                                  \
	(get_word(HEADER_WORD(regions)) / 4 + (index) * (sizeof(struct berth_region) / 4) +        \
		offsetof(struct berth_region, field) / 4)
#define CONTEXT_WORD(index, field)                                                                 \
	(get_word(HEADER_WORD(contexts)) / 4 + (index) * (sizeof(struct berth_context) / 4) +      \
		offsetof(struct berth_context, field) / 4)
#define ARENA_WORD(index, field)                                                                   \
	(get_word(HEADER_WORD(arenas)) / 4 + (index) * (sizeof(struct berth_arena) / 4) +          \
		offsetof(struct berth_arena, field) / 4)
#define OWNER_WORD(row) (get_word(HEADER_WORD(row_owners)) / 4 + (row))

/* Makes the checksum hold again. */
static inline void seal(void)
{
	put_word(HEADER_WORD(crc32), 0);
	put_word(HEADER_WORD(crc32), crc32_more(CRC32_START, image.table.bytes, image.table.size));
}

/* Changes a word and makes the checksum hold, so that only what it means is wrong. */
static inline void change(size_t index, uint32_t word)
{
	put_word(index, word);
	seal();
}

/* The number of a word of ROW, of two registers. */
#define ROW_WORD(row, field)                                                                       \
	(get_word(HEADER_WORD(rows)) / 4 + 2 * (row) + offsetof(struct berth_row, field) / 4)

#endif
