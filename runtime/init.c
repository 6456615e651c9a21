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

_Static_assert(BERTH_KIND_PERIPHERAL == BERTH_KIND_CODE + 1 && BERTH_KIND_JOINT == 7,
	"all kinds but these two, and none behind the last");

static bool holds_state(const struct berth_region *region)
{
	return region->kind <= BERTH_KIND_JOINT && region->kind - BERTH_KIND_CODE > 1;
}

/*
 * Whose state it is, by the address of the globals: components that have one table
 * of them call each other directly, and have one state.  No table has these addresses.
 */
#define EVERYBODY 1u
#define NOBODY 3u

/* That of component INDEX; EVERYBODY for none. */
static uint32_t state_of(const struct berth_regions_header *table, uint32_t index)
{
	const struct berth_context *context = berth_table_context(table, index);
	return context == NULL ? EVERYBODY : context->globals;
}

/* Whether what COMPONENT has belongs to the STATE that is meant. */
static bool is_meant(const struct berth_regions_header *table, uint32_t component, uint32_t state)
{
	return state == EVERYBODY || state_of(table, component) == state;
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

/* Applies the records of STATE; false at the first of all that is not good. */
static __attribute__((noinline)) bool walk(const struct berth_regions_header *table,
	const void *records, uint32_t size, uint32_t state)
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
		if (is_meant(table, record->context, state))
			berth_copy(berth_bytes(record->address, record->size), at, record->size);
		at += padded;
		size -= padded;
	}
	return true;
}

/* What the rows open is zeroed, not only what is in use: nobody's leftovers are in it. */
static void zero_regions(const struct berth_regions_header *table, uint32_t state)
{
	const struct berth_region *region = berth_table_regions(table);
	for (uint32_t count = table->region_count; count > 0; count--, region++) {
		if (holds_state(region) && is_meant(table, region->component, state))
			berth_zero(berth_bytes(region->base, region->reserved), region->reserved);
	}
}

bool berth_init_apply(const struct berth_regions_header *table, const void *records, uint32_t size,
	uint32_t context)
{
	if (!walk(table, records, size, NOBODY))
		return false;
	uint32_t state = state_of(table, context);
	zero_regions(table, state);
	return walk(table, records, size, state);
}
