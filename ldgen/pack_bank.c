/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Regions of one bank in an order, and good orders for many of them: see pack_bank.h. */
#include "ldgen/pack_bank.h"

#include <stdlib.h>
#include <string.h>

#include "ldgen/pack_search.h"

/*
 * A window is as wide as its table is quick; the next one begins in its middle.
 * The steps that one bank may take bound its time: a step is a place looked for.
 */
enum { WINDOW = 8, STEP = WINDOW / 2, ROUNDS = 8 };
enum { EXACT_STEPS = 1000000, WINDOW_STEPS = 20000, SAVE_STEPS = 400000 };

static size_t fewer(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Searches with at most STEPS of what the run has left. */
static bool search_within(struct search *search, size_t steps)
{
	search->steps = fewer(steps, *search->run->steps);
	if (!search_order(search))
		return false;
	*search->run->steps -= search->taken;
	return true;
}

/* --- one region --------------------------------------------------------------------------- */

bool items_meet(const struct pack_item *a, const struct pack_item *b)
{
	for (size_t i = 0; i < a->context_count; i++)
		for (size_t k = 0; k < b->context_count; k++)
			if (a->contexts[i] == b->contexts[k])
				return true;
	return false;
}

/* The end of the range of ITEM->avoid that [BASE, END) is on, or 0. */
static uint64_t end_of_avoided(const struct bank_item *item, const struct pack_range *range)
{
	for (size_t i = 0; i < item->avoid_count; i++)
		if (range->base < item->avoid[i].end && item->avoid[i].base < range->end)
			return item->avoid[i].end;
	return 0;
}

static bool fit_shape(const struct bank_run *run, const struct bank_item *item, uint64_t from,
	unsigned rows, struct pack_range *range)
{
	if (item->item->carve_count != 0)
		return carve_fit(run->shape, item->item, from, range);
	return pack_fit(run->shape, from, item->item->size, rows, range);
}

bool bank_fit(const struct bank_run *run, const struct bank_item *item, uint64_t from,
	unsigned rows, struct pack_range *range)
{
	for (size_t i = 0; i < run->free_count; i++) {
		const struct pack_range *free = &run->free[i];
		uint64_t at = from > free->base ? from : free->base;
		while (at < free->end && fit_shape(run, item, at, rows, range) &&
			range->end <= free->end) {
			at = end_of_avoided(item, range);
			if (at == 0)
				return true;
		}
	}
	return false;
}

uint64_t bank_bound(const struct bank_run *run, uint64_t end, uint64_t bytes)
{
	if (bytes == 0)
		return end;
	for (size_t i = 0; i < run->free_count; i++) {
		const struct pack_range *free = &run->free[i];
		uint64_t at = end > free->base ? end : free->base;
		if (at >= free->end)
			continue;
		if (bytes <= free->end - at)
			return at + bytes;
		bytes -= free->end - at;
	}
	return PACK_NOWHERE;
}

/* --- an order ------------------------------------------------------------------------------- */

/* Where item AT may start, behind those before it. */
static uint64_t earliest(const struct bank_run *run, size_t at)
{
	const struct bank_item *item = &run->items[at];
	uint64_t end = at == 0 ? run->start : run->items[at - 1].range.end;
	uint64_t guard = item->item->guard;
	uint64_t from = end;
	if (guard == 0)
		return from;
	for (size_t i = at; i-- > 0 && run->items[i].range.end + guard > end;)
		if (run->items[i].range.end + guard > from &&
			items_meet(run->items[i].item, item->item))
			from = run->items[i].range.end + guard;
	return from;
}

unsigned bank_rows(const struct pack_shape *shape, const struct pack_item *item,
	const struct pack_range *range, bool goes_on, bool *open)
{
	*open = false;
	if (item->carve_count != 0)
		return 0;
	unsigned rows = pack_rows(shape, range->base, range->end);
	if (!shape->seam)
		return rows;
	*open = goes_on || rows > 1;
	return goes_on ? 1 : rows;
}

/* Whether item AT continues the last row of the one before it. */
static bool goes_on(const struct bank_run *run, size_t at)
{
	if (at == 0)
		return false;
	const struct bank_item *before = &run->items[at - 1];
	return before->open && before->range.end == run->items[at].range.base &&
	       items_meet(before->item, run->items[at].item);
}

/* Places the items from AT on; false where one has no place. */
static bool place_from(struct bank_run *run, size_t at)
{
	for (size_t i = at; i < run->count; i++) {
		struct bank_item *item = &run->items[i];
		if (!bank_fit(run, item, earliest(run, i), item->rows, &item->range)) {
			run->end = PACK_NOWHERE;
			return false;
		}
		item->taken = bank_rows(
			run->shape, item->item, &item->range, goes_on(run, i), &item->open);
	}
	run->end = run->count == 0 ? run->start : run->items[run->count - 1].range.end;
	return true;
}

void bank_place(struct bank_run *run)
{
	place_from(run, 0);
}

/*
 * Takes, again and again, the item that leaves the fewest bytes unused before
 * it and in it; large ones first, for small ones fit in where large ones do not.
 */
static void order_greedily(struct bank_run *run)
{
	for (size_t at = 0; at < run->count; at++) {
		size_t chosen = at;
		uint64_t least = PACK_NOWHERE;
		uint64_t end = at == 0 ? run->start : run->items[at - 1].range.end;
		for (size_t i = at; i < run->count; i++) {
			struct bank_item other = run->items[at];
			struct pack_range range;
			run->items[at] = run->items[i];
			run->items[i] = other;
			const struct bank_item *item = &run->items[at];
			bool fits = bank_fit(run, item, earliest(run, at), item->rows, &range);
			uint64_t waste = fits ? range.end - end - item->least : PACK_NOWHERE;
			bool better = waste < least ||
				      (waste == least && fits &&
					      item->item->size > run->items[chosen].item->size);
			run->items[i] = *item;
			run->items[at] = other;
			if (better) {
				least = waste;
				chosen = i;
			}
		}
		struct bank_item item = run->items[chosen];
		memmove(&run->items[at + 1], &run->items[at], (chosen - at) * sizeof(item));
		run->items[at] = item;
		if (!bank_fit(run, &item, earliest(run, at), item.rows, &run->items[at].range))
			return;
	}
}

/* --- improving ------------------------------------------------------------------------------ */

/* Finds the best order within windows that overlap, until a round changes nothing. */
static bool improve(struct bank_run *run)
{
	for (int round = 0; round < ROUNDS && run->end > run->bound; round++) {
		uint64_t before = run->end;
		for (size_t at = 0; at < run->count && run->end > run->bound; at += STEP) {
			size_t count = run->count - at < WINDOW ? run->count - at : WINDOW;
			struct search search = {.run = run, .at = at, .count = count};
			if (!search_within(&search, WINDOW_STEPS))
				return false;
			if (search.better)
				place_from(run, at);
		}
		if (run->end >= before)
			break;
	}
	return true;
}

static int by_size(const void *a, const void *b)
{
	const struct bank_item *left = a;
	const struct bank_item *right = b;
	if (left->item->size != right->item->size)
		return left->item->size < right->item->size ? 1 : -1;
	return left->number > right->number ? 1 : -1;
}

/* Makes ITEMS those of the run where they end lower. */
static void keep_better(struct bank_run *run, struct bank_item *items, uint64_t *end)
{
	if (run->end < *end) {
		*end = run->end;
		memcpy(items, run->items, run->count * sizeof(*items));
	}
}

/* Tries the order that it was given, a greedy one, and the largest first. */
static bool order_well(struct bank_run *run, struct bank_item *best)
{
	uint64_t end = PACK_NOWHERE;
	for (int order = 0; order < 3 && end > run->bound; order++) {
		if (order == 1)
			order_greedily(run);
		if (order == 2)
			qsort(run->items, run->count, sizeof(*run->items), by_size);
		bank_place(run);
		if (order == 0 || run->count <= PACK_EXACT)
			keep_better(run, best, &end);
		if (run->end != PACK_NOWHERE && run->count > PACK_EXACT && !improve(run))
			return false;
		keep_better(run, best, &end);
	}
	if (end != PACK_NOWHERE) {
		memcpy(run->items, best, run->count * sizeof(*best));
		run->end = end;
	}
	return true;
}

/* Whether not every base of an item with carves was looked at: a lower end cannot be excluded. */
static bool is_coarse(const struct bank_run *run)
{
	for (size_t i = 0; i < run->count; i++)
		if (run->items[i].item->map != NULL &&
			run->items[i].item->map->step > run->shape->granule)
			return true;
	return false;
}

bool bank_order(struct bank_run *run)
{
	uint64_t bytes = 0;
	for (size_t i = 0; i < run->count; i++)
		bytes += run->items[i].least;
	run->bound = bank_bound(run, run->start, bytes);
	run->end = PACK_NOWHERE;
	if (run->bound == PACK_NOWHERE)
		return true;
	struct bank_item *best = calloc(run->count + 1, sizeof(*best));
	bool good = best != NULL && order_well(run, best);
	free(best);
	if (!good || run->count > PACK_EXACT || run->end <= run->bound)
		return good;
	struct search search = {.run = run, .count = run->count};
	if (!search_within(&search, EXACT_STEPS))
		return false;
	if (search.better)
		bank_place(run);
	if (search.complete && !is_coarse(run))
		run->bound = run->end;
	return true;
}

/* --- the last ones ---------------------------------------------------------------------------- */

static unsigned rows_taken(const struct bank_run *run)
{
	unsigned rows = 0;
	for (size_t i = 0; i < run->count; i++)
		rows += run->items[i].taken;
	return rows;
}

bool bank_put_last(struct bank_run *run)
{
	uint64_t end = run->end;
	unsigned rows = rows_taken(run);
	size_t to = 0;
	if (end == PACK_NOWHERE)
		return true;
	struct bank_item *before = calloc(run->count + 1, sizeof(*before));
	if (before == NULL)
		return false;
	memcpy(before, run->items, run->count * sizeof(*before));
	for (int last = 0; last <= 1; last++)
		for (size_t i = 0; i < run->count; i++)
			if (before[i].item->last == (last != 0))
				run->items[to++] = before[i];
	bank_place(run);
	if (run->end > end || rows_taken(run) > rows) {
		memcpy(run->items, before, run->count * sizeof(*before));
		run->end = end;
	}
	free(before);
	return true;
}

/* --- rows ------------------------------------------------------------------------------------ */

/* Takes from each item as many rows as leaves the end below the limit, one after the other. */
static bool save_one_by_one(struct bank_run *run, uint64_t limit)
{
	size_t steps = fewer(SAVE_STEPS, *run->steps);
	struct bank_item *before = calloc(run->count + 1, sizeof(*before));
	if (before == NULL)
		return false;
	for (size_t i = 0; i < run->count; i++)
		for (unsigned rows = 1; rows < run->items[i].taken && steps > run->count; rows++) {
			uint64_t end = run->end;
			memcpy(before, run->items, run->count * sizeof(*before));
			run->items[i].rows = rows;
			steps -= run->count - i;
			*run->steps -= run->count - i;
			if (place_from(run, i) && run->end <= limit)
				break;
			memcpy(run->items, before, run->count * sizeof(*before));
			run->end = end;
		}
	free(before);
	return true;
}

bool bank_save_rows(struct bank_run *run, uint64_t limit)
{
	if (run->end == PACK_NOWHERE || !save_one_by_one(run, limit))
		return run->end == PACK_NOWHERE;
	struct search search = {.run = run, .count = run->count, .rows = true, .limit = limit};
	if (run->count > PACK_EXACT)
		return true;
	if (!search_within(&search, EXACT_STEPS))
		return false;
	if (search.better)
		bank_place(run);
	return true;
}
