/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The region table (runtime/include/berth/regions.h) on the host: made from a
 * layout, and read back from an ELF file.
 */
#ifndef BERTH_TABLE_H
#define BERTH_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/diag.h"
#include "lib/file.h"
#include "lib/layout.h"
#include "lib/object.h"
#include "mpu-table/row_view.h"
#include "runtime/include/berth/regions.h"

#define TABLE_SECTION ".berth.regions"
#define TABLE_NAMES_SECTION ".berth.names"

/*
 * Makes the two sections' contents from LAYOUT, in its byte order; the caller
 * frees both.  False after a report: an unknown architecture, a number that
 * does not fit 32 bits, a row whose slot is not its position, or whose registers
 * open other bytes or rights than it says.
 */
bool table_make(
	struct diag *diag, const struct layout *layout, struct blob *table, struct blob *names);

/* The entry of the arena of COMPONENT, which has one. */
struct berth_arena table_arena(const struct layout *layout, size_t component);

/* Longest table that is read, as in the runtime: what a damaged length may make us believe. */
#define TABLE_LARGEST 0x10000u

/* A table as read back: host byte order, every offset and index checked. */
struct table {
	struct berth_regions_header header;
	const struct arch *arch; /* the one that header.arch names */
	struct berth_region *regions;
	struct berth_context *contexts;
	struct berth_arena *arenas;
	uint32_t *row_owners;
	uint32_t *rows; /* header.row_words each: table_row */
	char *names;	/* the names section with a NUL behind it; "" when it is missing */
	size_t names_size;
	uint64_t address;  /* of the table in the image */
	uint32_t *words;   /* the whole table; header.bytes / 4 of them */
	uint32_t checksum; /* as computed; header.crc32 is as found */
	/* Where the two differ by what one changed bit makes: that word and the
	 * bit in it.  TABLE_NO_BIT when more has changed or nothing. */
	uint32_t changed_word;
	unsigned changed_bit;
	char *changed_where; /* table_describe of that word, in the table as it was; or NULL */
};

#define TABLE_NO_BIT UINT32_MAX

/*
 * Reads the table out of IMAGE.  NULL after a report: no such section, wrong
 * magic, version or architecture, an offset, count or index that is not that
 * of a table as table_make makes it.  A checksum that differs is left to
 * table_check, so that it can say what else is wrong; when the table cannot be
 * read and one changed bit explains it, that bit is reported too.  Freed with
 * table_free.
 */
struct table *table_read(struct diag *diag, const struct object *image);

/*
 * The same for the contents of the two sections, which are copied; PATH is for
 * messages.  NAMES may be empty.  BIG: words are big-endian.
 */
struct table *table_parse(struct diag *diag, const char *path, const struct blob *table,
	const struct blob *names, bool big);

/* The table that the layout.json at PATH makes, whose address is 0; NULL after a report. */
struct table *table_of_layout(struct diag *diag, const char *path);

/* The table of the file at PATH: of an image when it is an ELF file, else of a layout.  NULL after
 * a report.  table_load_whole also refuses one whose checksum differs. */
struct table *table_load(struct diag *diag, const char *path);
struct table *table_load_whole(struct diag *diag, const char *path);

void table_free(struct table *table);

/* The name at offset NAME, or "?" when it has none. */
const char *table_name(const struct table *table, uint32_t name);

/* The name of the region, or "?" when INDEX is BERTH_NONE. */
const char *table_region_name(const struct table *table, uint32_t index);

/* The context that row ROW belongs to, or BERTH_NONE. */
uint32_t table_row_context(const struct table *table, uint32_t row);

/* The registers of row ROW; those that the architecture has not are zero. */
struct row table_row(const struct table *table, uint32_t row);

/* Whether a row of CONTEXT is for REGION. */
bool table_opens(const struct table *table, const struct berth_context *context, uint32_t region);

/* Whether code lies apart: there is a region of code that somebody owns. */
bool table_has_units(const struct table *table);

/* What the header says about the part. */
struct row_target table_target(const struct table *table);

/*
 * What the hardware makes of row ROW, decoded from the registers of its
 * context.  False when it is illegal or unpredictable; *WHY then says the rule.
 */
bool table_decode(const struct table *table, uint32_t row, struct row_view *view, const char **why);

/*
 * Says in words what is at word WORD of the table: "header: row_count",
 * "region imu.data: base", "context imu, row 1 [region imu.mem0]: rasr"; in a
 * new string, NULL when memory ran out.
 */
char *table_describe(const struct table *table, uint32_t word);

/*
 * Compares the table with the ELF that holds it and with what the hardware
 * makes of its rows; every difference is a finding that is reported with
 * diag_error and names context, row and region.  True when there was none.
 *
 * Findings start with an identifier that stays what it is (mpu-table(1) lists
 * them).  What cannot be seen, such as symbols of a stripped image, is not a
 * finding; table_sees_symbols tells.
 */
bool table_check(struct diag *diag, const struct object *image, const struct table *table);

/* Whether IMAGE has a symbol table that names can be compared with. */
bool table_sees_symbols(const struct object *image);

/*
 * Compares the table of the image at PATH with the one that LAYOUT makes, word
 * by word; every difference is a finding.  True when there was none.
 */
bool table_compare(struct diag *diag, const char *path, const struct table *table,
	const struct layout *layout);

#endif
