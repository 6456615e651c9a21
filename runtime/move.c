/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Bounds first, then bytes: nothing is written before all of it is known to be
 * in the memories (Core Specification 4.4.7, memory.copy: trap, then move).
 */
#include "runtime/move.h"

#include <stddef.h>

#include "runtime/address.h"
#include "runtime/bytes.h"
#include "runtime/table.h"

typedef uint32_t __attribute__((may_alias)) word;

enum { WORD = sizeof(word) };

/* A part of a memory, and RAM that components share, are moved like a memory. */
static bool is_memory(uint32_t kind)
{
	return kind == BERTH_KIND_MEMORY || kind == BERTH_KIND_CARVE || kind == BERTH_KIND_SHARED;
}

/* The memory with this index among the regions, when the SIZE bytes from OFFSET lie in it. */
static const struct berth_region *memory_with(
	const struct berth_regions_header *table, uint32_t index, uint32_t offset, uint32_t size)
{
	const struct berth_region *region = berth_table_region(table, index);
	if (region == NULL || !is_memory(region->kind) ||
		!berth_within(offset, size, 0, region->size))
		return NULL;
	return region;
}

/* Copies from the last byte to the first: for a range that lies below where it goes. */
static void copy_down(uint8_t *to, const uint8_t *from, uint32_t size)
{
	if (((uintptr_t)to ^ (uintptr_t)from) % WORD == 0) {
		for (; size > 0 && (uintptr_t)(to + size) % WORD != 0; size--)
			to[size - 1] = from[size - 1];
		for (; size >= WORD; size -= WORD)
			*(word *)(void *)(to + size - WORD) =
				*(const word *)(const void *)(from + size - WORD);
	}
	for (; size > 0; size--)
		to[size - 1] = from[size - 1];
}

bool berth_table_copy(const struct berth_regions_header *table, uint32_t to_region, uint32_t to,
	uint32_t from_region, uint32_t from, uint32_t size)
{
	const struct berth_region *target = memory_with(table, to_region, to, size);
	const struct berth_region *source = memory_with(table, from_region, from, size);
	if (target == NULL || source == NULL)
		return false;
	if (size == 0)
		return true;
	uint32_t to_address = target->base + to;
	uint32_t from_address = source->base + from;
	if (to_address > from_address && to_address - from_address < size)
		copy_down(berth_bytes(to_address, size), berth_bytes(from_address, size), size);
	else
		berth_copy(berth_bytes(to_address, size), berth_bytes(from_address, size), size);
	return true;
}

bool berth_table_fill(const struct berth_regions_header *table, uint32_t region, uint32_t at,
	uint8_t value, uint32_t size)
{
	const struct berth_region *target = memory_with(table, region, at, size);
	if (target == NULL)
		return false;
	if (size == 0)
		return true;
	uint8_t *byte = berth_bytes(target->base + at, size);
	for (; size > 0 && (uintptr_t)byte % WORD != 0; size--)
		*byte++ = value;
	for (; size >= WORD; size -= WORD, byte += WORD)
		*(word *)(void *)byte = value * 0x01010101u;
	for (; size > 0; size--)
		*byte++ = value;
	return true;
}

uint32_t berth_table_memory(
	const struct berth_regions_header *table, uint32_t context, uint32_t index)
{
	for (uint32_t i = 0; i < table->region_count; i++) {
		const struct berth_region *region = berth_table_region(table, i);
		if (is_memory(region->kind) && region->component == context &&
			region->index == index)
			return i;
	}
	return BERTH_NONE;
}
