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
#include "runtime/include/berth/regions.h"

#define TABLE_SECTION ".berth.regions"
#define TABLE_NAMES_SECTION ".berth.names"

/* Makes the two sections' contents from LAYOUT, in its byte order; the caller frees both. */
bool table_make(struct diag *diag, const struct layout *layout, struct blob *table,
    struct blob *names);

/* Offset of arena ARENA (counted over the components that have one) in the table. */
uint32_t table_arena_offset(const struct layout *layout, size_t component);

/* A table as read back: host byte order, every offset and index checked. */
struct table {
	struct berth_regions_header header;
	struct berth_region *regions;
	struct berth_context *contexts;
	struct berth_arena *arenas;
	uint32_t *row_owners;
	struct berth_row *rows;
	char *names; /* the names section with a NUL behind it; "" when it is missing */
	size_t names_size;
	uint64_t address; /* of the table in the image */
};

/*
 * Reads the table out of IMAGE.  NULL after a report: no such section, wrong
 * magic, version or architecture, an offset or index beyond the table, a
 * checksum that differs.  Freed with table_free.
 */
struct table *table_read(struct diag *diag, const struct object *image);

void table_free(struct table *table);

/* The name at offset NAME, or "?" when it has none. */
const char *table_name(const struct table *table, uint32_t name);

/*
 * Compares the table with the ELF that holds it and with what the hardware
 * makes of its rows; every difference is a finding that is reported with
 * diag_error and names context, row and region.  True when there was none.
 */
bool table_check(struct diag *diag, const struct object *image, const struct table *table);

#endif
