/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What rows can open, and the lowest place for a region: see pack_shape.h. */
#include "ldgen/pack_shape.h"

enum { CHUNK_BITS = 3 };

uint64_t pack_align(uint64_t value, uint64_t align)
{
	return (value + align - 1) & ~(align - 1);
}

static uint64_t lowest_bit(uint64_t value)
{
	return value == 0 ? PACK_ADDRESSES : value & (~value + 1);
}

/* --- how many rows ------------------------------------------------------------------------ */

/* Where a run that starts at BASE must end at the latest. */
static uint64_t run_end(uint64_t base, unsigned units)
{
	uint64_t block = units * lowest_bit(base);
	return (base | (block - 1)) + 1;
}

/* Where a run that ends at END can start at the lowest. */
static uint64_t run_start(uint64_t end, unsigned units)
{
	uint64_t block = units * lowest_bit(end);
	return (end - 1) & ~(block - 1);
}

/*
 * From the low end the longest run each time, as long as it does not go beyond
 * END: any other cut goes on from there as well, for that is a multiple of a
 * larger power of two.  The same from the high end.  What is left is one run.
 * More than MOST are not counted.
 */
static unsigned count_runs(uint64_t base, uint64_t end, unsigned units, unsigned most)
{
	unsigned rows = 0;
	for (; base < end && rows <= most && run_end(base, units) <= end; rows++)
		base = run_end(base, units);
	for (; base < end && rows <= most && run_start(end, units) >= base; rows++)
		end = run_start(end, units);
	return rows + (base < end);
}

/* The rows that open [BASE, END), or 0; more than MOST are not counted. */
static unsigned rows_up_to(
	const struct pack_shape *shape, uint64_t base, uint64_t end, unsigned most)
{
	if (base >= end || end > PACK_ADDRESSES || ((base | end) & (shape->granule - 1)) != 0)
		return 0;
	if (shape->units != 0)
		return count_runs(base, end, shape->units, most);
	uint64_t size = end - base;
	bool power = (size & (size - 1)) == 0 && (base & (size - 1)) == 0;
	return shape->seam && !power ? 2 : 1;
}

unsigned pack_rows(const struct pack_shape *shape, uint64_t base, uint64_t end)
{
	return rows_up_to(shape, base, end, PACK_ROWS_MOST);
}

/* --- where ---------------------------------------------------------------------------------- */

/* Whether ROWS rows are enough for whatever range of whole granules. */
static bool opens_all(const struct pack_shape *shape, unsigned rows)
{
	return shape->units == 0 && rows >= (shape->seam ? 2u : 1u);
}

static bool opens(const struct pack_shape *shape, uint64_t base, uint64_t end, unsigned rows)
{
	unsigned needed = rows_up_to(shape, base, end, rows);
	return needed != 0 && needed <= rows;
}

/*
 * The lowest end is a multiple of a power of two that the next multiple behind
 * the SIZE bytes also is: a range that ends higher can be cut off there.
 */
bool pack_fit_at(
	const struct pack_shape *shape, uint64_t base, uint64_t size, unsigned rows, uint64_t *end)
{
	if (size == 0 || rows == 0 || size > PACK_ADDRESSES || base > PACK_ADDRESSES - size)
		return false;
	for (uint64_t align = shape->granule; align <= PACK_ADDRESSES; align *= 2) {
		*end = pack_align(base + size, align);
		if (*end > PACK_ADDRESSES)
			return false;
		if (opens(shape, base, *end, rows))
			return true;
	}
	return false;
}

/* The same below END; the highest base, which is not below FROM. */
static uint64_t highest_base(
	const struct pack_shape *shape, uint64_t from, uint64_t end, uint64_t size, unsigned rows)
{
	for (uint64_t align = shape->granule; align <= PACK_ADDRESSES; align *= 2) {
		uint64_t base = (end - size) & ~(align - 1);
		if (base < from)
			break;
		if (opens(shape, base, end, rows))
			return base;
	}
	return PACK_NOWHERE;
}

/*
 * The most bytes, at most LENGTH, that ROWS rows can open right below an address
 * that is a multiple of a power of two above LENGTH: each row takes the highest
 * bits that are left, three of them with subregions.
 */
static uint64_t most_below(uint64_t length, unsigned rows, unsigned units)
{
	uint64_t taken = 0;
	for (unsigned row = 0; row < rows && taken < length; row++) {
		uint64_t left = length - taken;
		uint64_t top = UINT64_C(1) << (63 - __builtin_clzll(left));
		uint64_t unit =
			units > 1 && top >> (CHUNK_BITS - 1) != 0 ? top >> (CHUNK_BITS - 1) : top;
		if (units > 1 && top >> (CHUNK_BITS - 1) == 0)
			unit = 1;
		taken += left / unit * unit;
	}
	return taken;
}

/* Looks for a lower end from BASE on. */
static void try_base(const struct pack_shape *shape, uint64_t base, uint64_t size, unsigned rows,
	uint64_t *lowest)
{
	for (uint64_t align = shape->granule; align <= PACK_ADDRESSES; align *= 2) {
		uint64_t end = pack_align(base + size, align);
		if (end >= *lowest)
			return;
		if (opens(shape, base, end, rows)) {
			*lowest = end;
			return;
		}
	}
}

/*
 * Some address in the range, or at its end, is a multiple of the largest power
 * of two; of the rows some lie below it and open as much as they can.
 */
static uint64_t lowest_end(
	const struct pack_shape *shape, uint64_t from, uint64_t size, unsigned rows)
{
	unsigned units = shape->units == 0 ? 1 : shape->units;
	uint64_t lowest = PACK_ADDRESSES + 1;
	uint64_t most = shape->granule;
	while (most < size)
		most *= 2;
	for (uint64_t align = shape->granule; align <= most; align *= 2) {
		uint64_t middle = pack_align(from, align);
		for (unsigned below = 0; below < rows; below++) {
			uint64_t left = most_below(middle - from, below, units);
			if (below > 0 && left == 0)
				break;
			left &= ~(shape->granule - 1);
			try_base(shape, middle - left, size, rows, &lowest);
			if (left == middle - from)
				break;
		}
	}
	return lowest;
}

bool pack_fit(const struct pack_shape *shape, uint64_t from, uint64_t size, unsigned rows,
	struct pack_range *range)
{
	if (size == 0 || rows == 0 || size > PACK_ADDRESSES || from > PACK_ADDRESSES - size)
		return false;
	from = pack_align(from, shape->granule);
	uint64_t exact = from + pack_align(size, shape->granule);
	if (opens_all(shape, rows) || (exact <= PACK_ADDRESSES && opens(shape, from, exact, rows)))
		range->end = exact;
	else
		range->end = lowest_end(shape, from, size, rows);
	if (range->end > PACK_ADDRESSES)
		return false;
	range->base = highest_base(shape, from, range->end, size, rows);
	return range->base != PACK_NOWHERE;
}

uint64_t pack_least(const struct pack_shape *shape, uint64_t size, unsigned rows)
{
	struct pack_range range;
	return pack_fit(shape, 0, size, rows, &range) ? range.end - range.base : PACK_NOWHERE;
}
