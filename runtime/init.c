/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Initial data: the section .berth.init (berth/regions.h has its picture).
 *
 * The records are walked twice, first to check all of them and then to apply
 * them, so that a wrong one stops the boot before anything was written.
 */
#include "runtime/init.h"

#include <stddef.h>

#include "runtime/address.h"
#include "runtime/bytes.h"
#include "runtime/table.h"

static bool holds_state(const struct berth_region *region)
{
	return region->kind == BERTH_KIND_MEMORY || region->kind == BERTH_KIND_DATA ||
	       region->kind == BERTH_KIND_SHARED || region->kind == BERTH_KIND_CARVE ||
	       region->kind == BERTH_KIND_JOINT;
}

/* A context that no region or record belongs to. */
#define NOBODY (BERTH_NONE - 1)

/* Components with one globals table call each other directly: one state, restarted as one. */
static bool is_meant(const struct berth_regions_header *table, uint32_t component, uint32_t context)
{
	const struct berth_context *one = berth_table_context(table, component);
	const struct berth_context *other = berth_table_context(table, context);
	return context == BERTH_NONE ||
	       (one != NULL && other != NULL && one->globals == other->globals);
}

static bool has_place(const struct berth_regions_header *table, const struct berth_init *record)
{
	const struct berth_region *region = berth_table_regions(table);
	for (uint32_t count = table->region_count; count > 0; count--, region++) {
		if (holds_state(region) && region->component == record->context &&
			berth_within(record->address, record->size, region->base, region->size))
			return true;
	}
	return false;
}

/* Applies the records of CONTEXT; false at the first of all that is not good. */
static __attribute__((noinline)) bool walk(const struct berth_regions_header *table,
	const void *records, uint32_t size, uint32_t context)
{
	const uint8_t *at = records;
	while (size != 0) {
		const struct berth_init *record = (const void *)at;
		if (size < sizeof(*record))
			return false;
		at += sizeof(*record);
		size -= (uint32_t)sizeof(*record);
		uint32_t padded = (record->size + 3) & ~3u;
		if (record->size > size || padded > size || !has_place(table, record))
			return false;
		if (is_meant(table, record->context, context))
			berth_copy(berth_bytes(record->address, record->size), at, record->size);
		at += padded;
		size -= padded;
	}
	return true;
}

/* What the rows open is zeroed, not only what is in use: nobody's leftovers are in it. */
static void zero_regions(const struct berth_regions_header *table, uint32_t context)
{
	const struct berth_region *region = berth_table_regions(table);
	for (uint32_t count = table->region_count; count > 0; count--, region++) {
		if (holds_state(region) && is_meant(table, region->component, context))
			berth_zero(berth_bytes(region->base, region->reserved), region->reserved);
	}
}

bool berth_init_apply(const struct berth_regions_header *table, const void *records, uint32_t size,
	uint32_t context)
{
	if (!walk(table, records, size, NOBODY))
		return false;
	zero_regions(table, context);
	return walk(table, records, size, context);
}
