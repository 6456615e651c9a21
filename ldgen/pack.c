/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "ldgen/pack.h"

#include <stdlib.h>
#include <string.h>

#define ADDRESSES UINT64_C(0x100000000)
#define NOWHERE UINT64_MAX

enum { SUBREGIONS = 8, SMALLEST = 32 };

/* Rounds of improvement when there are too many for the table; each moves by half a window. */
enum { ROUNDS = 8, STEP = PACK_EXACT / 2 };

/* --- one region -------------------------------------------------------------------------- */

/* The lowest run of COUNT units of UNIT bytes at or behind FROM that stays in one block. */
static uint64_t lowest_run(uint64_t from, uint64_t unit, uint64_t count)
{
	uint64_t first = (from + unit - 1) / unit;
	if (first % SUBREGIONS + count > SUBREGIONS)
		first += SUBREGIONS - first % SUBREGIONS;
	return first * unit;
}

bool pack_fit(uint64_t from, uint64_t size, uint64_t *base, uint64_t *reserved)
{
	uint64_t best = NOWHERE;
	if (size == 0 || size > ADDRESSES || from > ADDRESSES)
		return false;
	for (uint64_t unit = SMALLEST; unit <= ADDRESSES / SUBREGIONS; unit *= 2) {
		uint64_t count = (size + unit - 1) / unit;
		if (count > SUBREGIONS)
			continue;
		uint64_t start = lowest_run(from, unit, count);
		uint64_t end = start + count * unit;
		if (end < best || (end == best && count * unit < *reserved)) {
			best = end;
			*base = start;
			*reserved = count * unit;
		}
		/* A larger unit starts no lower, and one that holds it all ends no lower. */
		if (count == 1)
			break;
	}
	return best <= ADDRESSES;
}

uint64_t pack_least(uint64_t size)
{
	uint64_t base = 0;
	uint64_t reserved = 0;
	return pack_fit(0, size, &base, &reserved) ? reserved : NOWHERE;
}

/* --- a few regions, in the best order ----------------------------------------------------- */

/* For every set of items, as bits: the least end, and which item is the last. */
struct table {
	uint64_t *end;
	uint8_t *last;
};

/* Where ITEM ends when it comes behind END. */
static uint64_t end_behind(const struct pack_item *item, uint64_t end)
{
	uint64_t base = 0;
	uint64_t reserved = 0;
	if (end == NOWHERE || !pack_fit(end, item->size, &base, &reserved))
		return NOWHERE;
	return base + reserved;
}

static void fill_table(
	const struct table *table, const struct pack_item *items, size_t count, uint64_t start)
{
	table->end[0] = start;
	for (size_t set = 1; set < (size_t)1 << count; set++) {
		table->end[set] = NOWHERE;
		for (size_t i = 0; i < count; i++) {
			if ((set >> i & 1) == 0)
				continue;
			uint64_t end = end_behind(&items[i], table->end[set ^ (size_t)1 << i]);
			if (end >= table->end[set])
				continue;
			table->end[set] = end;
			table->last[set] = (uint8_t)i;
		}
	}
}

/* Brings the items into the best order; they are placed afterwards. */
static bool order_exactly(
	const struct table *table, struct pack_item *items, size_t count, uint64_t start)
{
	struct pack_item ordered[PACK_EXACT];
	size_t set = ((size_t)1 << count) - 1;
	fill_table(table, items, count, start);
	if (table->end[set] == NOWHERE)
		return false;
	for (size_t at = count; at-- > 0;) {
		ordered[at] = items[table->last[set]];
		set ^= (size_t)1 << table->last[set];
	}
	memcpy(items, ordered, count * sizeof(*items));
	return true;
}

/* Places the items in their order; where the last ends, or NOWHERE. */
static uint64_t place_in_order(struct pack_item *items, size_t count, uint64_t start)
{
	uint64_t end = start;
	for (size_t i = 0; i < count; i++) {
		if (!pack_fit(end, items[i].size, &items[i].base, &items[i].reserved))
			return NOWHERE;
		end = items[i].base + items[i].reserved;
	}
	return end;
}

/* --- many regions ------------------------------------------------------------------------- */

/*
 * Takes, again and again, the item that leaves the fewest bytes unused before
 * it, beyond what its own row wastes anywhere; large ones first, for small ones
 * fit in where large ones do not.
 */
static void order_greedily(struct pack_item *items, size_t count, uint64_t start)
{
	uint64_t end = start;
	for (size_t at = 0; at < count; at++) {
		size_t chosen = at;
		uint64_t least = NOWHERE;
		for (size_t i = at; i < count; i++) {
			uint64_t behind = end_behind(&items[i], end);
			uint64_t waste = behind == NOWHERE
						 ? NOWHERE
						 : behind - end - pack_least(items[i].size);
			if (waste < least ||
				(waste == least && items[i].size > items[chosen].size)) {
				least = waste;
				chosen = i;
			}
		}
		struct pack_item item = items[chosen];
		memmove(&items[at + 1], &items[at], (chosen - at) * sizeof(*items));
		items[at] = item;
		end = least == NOWHERE ? end : end_behind(&item, end);
	}
}

/* Finds the best order within windows that overlap, until a round changes nothing. */
static uint64_t improve(
	const struct table *table, struct pack_item *items, size_t count, uint64_t start)
{
	uint64_t end = place_in_order(items, count, start);
	for (int round = 0; round < ROUNDS && end != NOWHERE; round++) {
		for (size_t at = 0; at < count; at += STEP) {
			size_t window = count - at < PACK_EXACT ? count - at : PACK_EXACT;
			uint64_t from =
				at == 0 ? start : items[at - 1].base + items[at - 1].reserved;
			if (!order_exactly(table, &items[at], window, from))
				return NOWHERE;
			place_in_order(&items[at], window, from);
		}
		uint64_t now = place_in_order(items, count, start);
		if (now >= end)
			return now;
		end = now;
	}
	return end;
}

/* --- all of them ---------------------------------------------------------------------------- */

/* Gives the caller's items, in the caller's order, what their twins in ORDERED have. */
static void hand_back(struct pack_item *items, size_t count, struct pack_item *ordered, bool *taken)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++)
			if (!taken[k] && ordered[k].size == items[i].size) {
				items[i] = ordered[k];
				taken[k] = true;
				break;
			}
}

static uint64_t arrange(
	const struct table *table, struct pack_item *items, size_t count, uint64_t start)
{
	if (count <= PACK_EXACT)
		return order_exactly(table, items, count, start)
			       ? place_in_order(items, count, start)
			       : NOWHERE;
	order_greedily(items, count, start);
	return improve(table, items, count, start);
}

bool pack_all(struct pack_item *items, size_t count, uint64_t start, uint64_t *end, bool *optimal)
{
	struct table table = {
		.end = malloc(sizeof(*table.end) << PACK_EXACT),
		.last = malloc(sizeof(*table.last) << PACK_EXACT),
	};
	struct pack_item *ordered = calloc(count + 1, sizeof(*ordered));
	bool *taken = calloc(count + 1, sizeof(*taken));
	uint64_t least = start;
	*end = NOWHERE;
	if (table.end != NULL && table.last != NULL && ordered != NULL && taken != NULL) {
		memcpy(ordered, items, count * sizeof(*items));
		*end = arrange(&table, ordered, count, start);
		hand_back(items, count, ordered, taken);
	}
	for (size_t i = 0; i < count; i++)
		least += pack_least(items[i].size);
	*optimal = count <= PACK_EXACT || *end == least;
	free(taken);
	free(ordered);
	free(table.last);
	free(table.end);
	return *end != NOWHERE;
}
