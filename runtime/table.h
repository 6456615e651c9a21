/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The region table as the firmware finds it in flash.  berth_table_check
 * looks at everything once; the accessors believe it afterwards and check
 * only the index that they are given.
 */
#ifndef BERTH_RUNTIME_TABLE_H
#define BERTH_RUNTIME_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "berth/regions.h"

enum {
	BERTH_TABLE_MOST = 0x10000, /* bytes: what a damaged length field may make us read */
	BERTH_ROW_WORDS = 2,	    /* registers of a row; Armv7-R has three, and no runtime */
	BERTH_FRAME_BYTES = 32,	    /* what an exception puts on the stack (DDI 0403 B1.5.6) */
};

/*
 * Whether TABLE, aligned to 4, is a table of this version and for ARCH (enum berth_arch),
 * undamaged, with every offset, index and range inside of what it refers to.
 * Reads at most BERTH_TABLE_MOST bytes, and beyond the header only what the
 * header claims.
 */
bool berth_table_check(const struct berth_regions_header *table, uint32_t arch);

/* CRC-32 of IEEE 802.3 over the BYTES of TABLE (a multiple of 4) with the word crc32 as zero. */
uint32_t berth_table_crc(const struct berth_regions_header *table, uint32_t bytes);

/* The first of the regions. */
static inline const struct berth_region *berth_table_regions(
	const struct berth_regions_header *table)
{
	return (const void *)((const uint8_t *)table + table->regions);
}

/* Entry INDEX; NULL beyond the end. */
static inline const struct berth_region *berth_table_region(
	const struct berth_regions_header *table, uint32_t index)
{
	return index < table->region_count ? berth_table_regions(table) + index : NULL;
}

static inline const struct berth_context *berth_table_context(
	const struct berth_regions_header *table, uint32_t index)
{
	const void *first = (const uint8_t *)table + table->contexts;
	return index < table->context_count ? (const struct berth_context *)first + index : NULL;
}

static inline const struct berth_arena *berth_table_arena(
	const struct berth_regions_header *table, uint32_t index)
{
	const void *first = (const uint8_t *)table + table->arenas;
	return index < table->arena_count ? (const struct berth_arena *)first + index : NULL;
}

/* The first of the rows of CONTEXT, which lies in TABLE: words as berth/regions.h says for the
 * architecture, struct berth_row on Armv6-M and Armv7-M. */
static inline const void *berth_table_rows(
	const struct berth_regions_header *table, const struct berth_context *context)
{
	uint32_t before = context->first_row * BERTH_ROW_WORDS * (uint32_t)sizeof(uint32_t);
	return (const uint8_t *)table + table->rows + before;
}

#endif
