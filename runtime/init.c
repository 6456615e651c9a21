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
	       region->kind == BERTH_KIND_SHARED || region->kind == BERTH_KIND_CARVE;
}

static bool is_meant(uint32_t component, uint32_t context)
{
	return context == BERTH_NONE || component == context;
}

/* The record at OFFSET, and the offset of the next; NULL when it is cut off. */
static const struct berth_init *record_at(
	const void *records, uint32_t size, uint32_t offset, uint32_t *next)
{
	const struct berth_init *record = (const void *)((const uint8_t *)records + offset);
	uint32_t room = size - offset;
	if (room < sizeof(*record) || record->size > room - sizeof(*record))
		return NULL;
	uint32_t padded = (record->size + 3) & ~3u;
	if (padded > room - sizeof(*record))
		return NULL;
	*next = offset + (uint32_t)sizeof(*record) + padded;
	return record;
}

static bool has_place(const struct berth_regions_header *table, const struct berth_init *record)
{
	for (uint32_t i = 0; i < table->region_count; i++) {
		const struct berth_region *region = berth_table_region(table, i);
		if (holds_state(region) && region->component == record->context &&
			berth_within(record->address, record->size, region->base, region->size))
			return true;
	}
	return false;
}

static bool check_records(
	const struct berth_regions_header *table, const void *records, uint32_t size)
{
	for (uint32_t offset = 0; offset < size;) {
		const struct berth_init *record = record_at(records, size, offset, &offset);
		if (record == NULL || !has_place(table, record))
			return false;
	}
	return true;
}

/* What the rows open is zeroed, not only what is in use: nobody's leftovers are in it. */
static void zero_regions(const struct berth_regions_header *table, uint32_t context)
{
	for (uint32_t i = 0; i < table->region_count; i++) {
		const struct berth_region *region = berth_table_region(table, i);
		if (holds_state(region) && is_meant(region->component, context))
			berth_zero(berth_bytes(region->base, region->reserved), region->reserved);
	}
}

static void apply_records(const void *records, uint32_t size, uint32_t context)
{
	for (uint32_t offset = 0; offset < size;) {
		const struct berth_init *record = record_at(records, size, offset, &offset);
		if (is_meant(record->context, context))
			berth_copy(berth_bytes(record->address, record->size), record + 1,
				record->size);
	}
}

bool berth_init_apply(const struct berth_regions_header *table, const void *records, uint32_t size,
	uint32_t context)
{
	if (!check_records(table, records, size))
		return false;
	zero_regions(table, context);
	apply_records(records, size, context);
	return true;
}
