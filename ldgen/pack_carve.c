/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Items of which only parts are opened, each by rows of its own.
 *
 * What the rows of a part open may be more than the part, as long as the bytes
 * are in no other one.  Whether that can be depends on the item's base, up to
 * the largest block that a row can need.
 */
#include "ldgen/pack_bank.h"

#include <stdlib.h>

/* More bases than these are not looked at one by one: of large memories only multiples of more
 * than a granule, which most carves need anyway. */
enum { BLOCKS = 8, BASES_MOST = 1 << 16 };

/* --- one part ------------------------------------------------------------------------------- */

/* The bytes that the rows of part NUMBER may open when the item lies at BASE. */
static struct pack_range gap_around(
	const struct pack_item *item, size_t number, uint64_t base, uint64_t from)
{
	const struct pack_carve *next = &item->carves[number + 1];
	bool last = number + 1 == item->carve_count;
	return (struct pack_range){from, last ? PACK_ADDRESSES : base + next->offset};
}

/*
 * The range from FROM on with PART's bytes in it that its rows open and that
 * ends lowest, of those the smallest.
 */
static bool open_part(const struct pack_shape *shape, const struct pack_carve *part, uint64_t base,
	uint64_t from, struct pack_range *range)
{
	uint64_t first = base + part->offset;
	uint64_t end = first + part->size;
	range->end = PACK_NOWHERE;
	for (uint64_t low = shape->granule; low <= PACK_ADDRESSES; low *= 2) {
		uint64_t start = first & ~(low - 1);
		uint64_t behind = 0;
		if (start < from)
			break;
		if (!pack_fit_at(shape, start, end - start, part->rows, &behind))
			continue;
		if (behind < range->end)
			*range = (struct pack_range){start, behind};
	}
	return range->end != PACK_NOWHERE;
}

bool carve_open_all(const struct pack_shape *shape, const struct pack_item *item, uint64_t base,
	struct pack_carve *carves, uint64_t *end)
{
	uint64_t from = base;
	for (size_t i = 0; i < item->carve_count; i++) {
		struct pack_range range;
		struct pack_range gap = gap_around(item, i, base, from);
		if (!open_part(shape, &item->carves[i], base, gap.base, &range) ||
			range.end > gap.end)
			return false;
		if (carves != NULL)
			carves[i].range = range;
		from = range.end;
	}
	*end = pack_align(base + item->size, shape->granule);
	*end = from > *end ? from : *end;
	return *end <= PACK_ADDRESSES;
}

/* --- the whole ------------------------------------------------------------------------------- */

/* Bytes after which bases repeat themselves. */
static uint64_t period_of(const struct pack_shape *shape, const struct pack_item *item)
{
	uint64_t period = shape->granule;
	while ((shape->units != 0 || shape->seam) && period < item->size)
		period *= 2;
	return shape->units > 1 ? BLOCKS * period : period;
}

struct carve_map *carve_map_make(const struct pack_shape *shape, const struct pack_item *item)
{
	struct carve_map *map = calloc(1, sizeof(*map));
	if (map == NULL)
		return NULL;
	map->period = period_of(shape, item);
	map->step = shape->granule;
	while (map->period / map->step > BASES_MOST)
		map->step *= 2;
	size_t count = (size_t)(map->period / map->step);
	map->ends = calloc(count, sizeof(*map->ends));
	if (map->ends == NULL) {
		free(map);
		return NULL;
	}
	for (size_t i = 0; i < count; i++) {
		uint64_t base = i * map->step;
		uint64_t end = 0;
		if (carve_open_all(shape, item, base, NULL, &end))
			map->ends[i] = (uint32_t)((end - base) / shape->granule);
	}
	return map;
}

void carve_map_free(const struct carve_map *map)
{
	if (map == NULL)
		return;
	free(map->ends);
	free((void *)map);
}

bool carve_maps_make(const struct pack_shape *shape, struct pack_item *items, size_t count)
{
	bool good = true;
	for (size_t i = 0; i < count; i++)
		items[i].map = NULL;
	for (size_t i = 0; i < count && good; i++)
		if (items[i].carve_count != 0) {
			items[i].map = carve_map_make(shape, &items[i]);
			good = items[i].map != NULL;
		}
	return good;
}

void carve_maps_free(struct pack_item *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		carve_map_free(items[i].map);
		items[i].map = NULL;
	}
}

bool carve_fit(const struct pack_shape *shape, const struct pack_item *item, uint64_t from,
	struct pack_range *range)
{
	const struct carve_map *map = item->map;
	uint64_t first = pack_align(from, map->step);
	range->end = PACK_NOWHERE;
	for (uint64_t base = first; base < first + map->period && base + item->size < range->end &&
				    base + item->size <= PACK_ADDRESSES;
		base += map->step) {
		uint64_t bytes = map->ends[(base % map->period) / map->step] * shape->granule;
		if (bytes != 0 && base + bytes < range->end)
			*range = (struct pack_range){base, base + bytes};
	}
	return range->end <= PACK_ADDRESSES;
}

/* --- what is wrong ---------------------------------------------------------------------------- */

/* The fewest bytes of other parts that the rows of part NUMBER open with it, whatever the base. */
static uint64_t least_leak(
	const struct pack_shape *shape, const struct pack_item *item, size_t number)
{
	const struct pack_carve *part = &item->carves[number];
	uint64_t least = PACK_NOWHERE;
	uint64_t before =
		number == 0 ? 0 : item->carves[number - 1].offset + item->carves[number - 1].size;
	uint64_t period = period_of(shape, item);
	uint64_t step = shape->granule;
	/* So that there is something below. */
	uint64_t origin = period < PACK_ADDRESSES / 2 ? period : 0;
	while (period / step > BASES_MOST)
		step *= 2;
	for (uint64_t base = origin; base < origin + period && least != 0; base += step) {
		uint64_t first = base + part->offset;
		for (uint64_t low = shape->granule; low <= period; low *= 2) {
			uint64_t start = first & ~(low - 1);
			uint64_t end = 0;
			if (!pack_fit_at(
				    shape, start, first + part->size - start, part->rows, &end))
				continue;
			struct pack_range gap = gap_around(item, number, base, base + before);
			uint64_t leak = (start < gap.base ? gap.base - start : 0) +
					(end > gap.end ? end - gap.end : 0);
			least = leak < least ? leak : least;
		}
	}
	return least;
}

/* Whether some base suits the item when all its parts begin and end at multiples of ALIGN. */
static bool is_mended(const struct pack_shape *shape, const struct pack_item *item, uint64_t align,
	struct pack_carve *parts)
{
	struct pack_item mended = *item;
	struct pack_range range;
	uint64_t end = 0;
	bool good = false;
	for (size_t i = 0; i < item->carve_count; i++) {
		parts[i] = item->carves[i];
		uint64_t wanted = pack_align(parts[i].offset, align);
		parts[i].offset = wanted > end ? wanted : end;
		parts[i].size = pack_align(parts[i].size, align);
		end = parts[i].offset + parts[i].size;
	}
	mended.carves = parts;
	mended.size = end > item->size ? end : item->size;
	if (end >= PACK_ADDRESSES)
		return false;
	mended.map = carve_map_make(shape, &mended);
	good = mended.map != NULL && carve_fit(shape, &mended, 0, &range);
	carve_map_free(mended.map);
	return good;
}

bool pack_carve_leaks(const struct pack_shape *shape, const struct pack_item *item, size_t number,
	struct pack_carve *scratch, uint64_t *leak, uint64_t *align)
{
	*leak = least_leak(shape, item, number);
	*align = shape->granule;
	while (*align < item->size && !is_mended(shape, item, *align, scratch))
		*align *= 2;
	return *leak != 0;
}
