/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Labels over sets: see pack_search.h.
 *
 * Sets are bits.  The labels of a set come from those of the sets with one
 * region less, which are smaller numbers, so going up through the numbers is
 * enough.  A label is dropped when another one of its set is as good in all that
 * matters for what is still to be placed, and when what is still to be placed
 * cannot end low enough any more.
 */
#include "ldgen/pack_search.h"

#include <stdlib.h>
#include <string.h>

enum { ROOT = 0, LABELS_MOST = 1 << 18, COMPARED = 16 };

struct label {
	uint64_t end;
	uint32_t parent;
	uint16_t rows;
	uint8_t item;	 /* the last one, counted from search->at */
	uint8_t allowed; /* rows that it was placed with */
	bool open;	 /* its last row is one that a region right behind it can continue */
};

struct table {
	struct search *search;
	struct bank_run *run;
	struct bank_item *items; /* of the run, from search->at on */
	struct label *labels;
	size_t label_count;
	size_t label_room;
	uint32_t *first;    /* label of each set; those of set S end where those of S + 1 begin */
	uint64_t *rest;	    /* bytes that those not in each set take at the least */
	uint8_t *rest_rows; /* and rows */
	uint32_t twins[PACK_EXACT]; /* items with a higher number that are the same */
	bool guards;
	uint64_t end; /* what is to be beaten */
	unsigned rows;
	size_t steps;
	bool full; /* steps or labels ran out */
	bool no_memory;
};

/* --- what a label means ----------------------------------------------------------------------- */

/* Where ITEM may start behind LABEL: a guard keeps it from what its contexts open too. */
static uint64_t start_behind(const struct table *table, uint32_t number, size_t item)
{
	const struct label *label = &table->labels[number];
	const struct pack_item *wanted = table->items[item].item;
	uint64_t end = label->end;
	uint64_t from = end;
	if (wanted->guard == 0)
		return from;
	for (; number != ROOT; number = label->parent) {
		label = &table->labels[number];
		if (label->end + wanted->guard > from &&
			items_meet(table->items[label->item].item, wanted))
			from = label->end + wanted->guard;
	}
	for (size_t i = table->search->at; i-- > 0;) {
		const struct bank_item *before = &table->run->items[i];
		if (before->range.end + wanted->guard <= end)
			break;
		if (before->range.end + wanted->guard > from && items_meet(before->item, wanted))
			from = before->range.end + wanted->guard;
	}
	return from;
}

/* Whether what is not in SET can tell from its last row that ITEM was placed last. */
static bool leaves_trace(const struct table *table, size_t set, size_t item)
{
	for (size_t i = 0; i < table->search->count; i++)
		if ((set >> i & 1) == 0 &&
			items_meet(table->items[i].item, table->items[item].item))
			return true;
	return false;
}

/* Whether A is as good as B, two labels of SET, for all that may follow. */
static bool is_as_good(const struct table *table, size_t set, uint32_t a, uint32_t b)
{
	const struct label *left = &table->labels[a];
	const struct label *right = &table->labels[b];
	if (left->end > right->end)
		return false;
	if (table->search->rows) {
		/* What continues the last row of B saves one row that it may not save with A. */
		bool saves =
			table->run->shape->seam && right->open &&
			(left->item != right->item || !left->open || left->end != right->end) &&
			leaves_trace(table, set, right->item);
		if (left->rows + (saves ? 1 : 0) > right->rows)
			return false;
	}
	for (size_t i = 0; table->guards && i < table->search->count; i++)
		if ((set >> i & 1) == 0 && start_behind(table, a, i) > start_behind(table, b, i))
			return false;
	return true;
}

/* --- making labels ---------------------------------------------------------------------------- */

static bool is_hopeless(const struct table *table, size_t set, const struct label *label)
{
	uint64_t bound = bank_bound(table->run, label->end, table->rest[set]);
	if (!table->search->rows)
		return bound >= table->end;
	return bound > table->end || label->rows + table->rest_rows[set] >= table->rows;
}

/* Room for one more label. */
static bool grow(struct table *table)
{
	if (table->label_count < table->label_room)
		return true;
	size_t room = table->label_room == 0 ? 1024 : 2 * table->label_room;
	struct label *labels = realloc(table->labels, room * sizeof(*labels));
	if (labels == NULL) {
		table->no_memory = true;
		return false;
	}
	table->labels = labels;
	table->label_room = room;
	return true;
}

/* Keeps LABEL among those of SET, from FIRST on, unless one of them is as good. */
static void keep(struct table *table, size_t set, uint32_t first, const struct label *label)
{
	if (is_hopeless(table, set, label) || !grow(table))
		return;
	uint32_t new = (uint32_t)table->label_count;
	/* Comparing is quicker than looking for a place, but not free. */
	table->steps += (new - first) / COMPARED;
	table->labels[new] = *label;
	for (uint32_t i = first; i < new; i++)
		if (is_as_good(table, set, i, new))
			return;
	uint32_t kept = first;
	for (uint32_t i = first; i < new; i++)
		if (!is_as_good(table, set, new, i))
			table->labels[kept++] = table->labels[i];
	table->labels[kept++] = *label;
	table->label_count = kept;
}

/* The rows that RANGE takes behind the label BEFORE; *OPEN whether it can be continued. */
static unsigned rows_behind(const struct table *table, uint32_t before, size_t item,
	const struct pack_range *range, bool *open)
{
	const struct label *label = &table->labels[before];
	const struct pack_item *wanted = table->items[item].item;
	bool goes_on = before != ROOT && label->open && label->end == range->base &&
		       items_meet(table->items[label->item].item, wanted);
	return bank_rows(table->run->shape, wanted, range, goes_on, open);
}

/* The labels of SET where ITEM comes behind label BEFORE. */
static void extend(struct table *table, size_t set, uint32_t first, uint32_t before, size_t item)
{
	const struct bank_item *wanted = &table->items[item];
	uint64_t from = start_behind(table, before, item);
	uint64_t end = PACK_NOWHERE;
	for (unsigned rows = table->search->rows ? 1 : wanted->most; rows <= wanted->most; rows++) {
		struct pack_range range;
		if (table->steps >= table->search->steps) {
			table->full = true;
			return;
		}
		table->steps++;
		if (!bank_fit(table->run, wanted, from, rows, &range) || range.end >= end)
			continue;
		end = range.end;
		struct label label = {.end = end,
			.parent = before,
			.item = (uint8_t)item,
			.allowed = (uint8_t)rows};
		label.rows = (uint16_t)(table->labels[before].rows +
					rows_behind(table, before, item, &range, &label.open));
		keep(table, set, first, &label);
		if (range.base < from + table->run->shape->granule &&
			range.end - range.base < wanted->item->size + table->run->shape->granule)
			break; /* nothing ends lower */
	}
}

static void fill_set(struct table *table, size_t set)
{
	uint32_t first = (uint32_t)table->label_count;
	table->first[set] = first;
	for (size_t i = 0; i < table->search->count; i++) {
		size_t others = set ^ (size_t)1 << i;
		if ((set >> i & 1) == 0 || (set & table->twins[i]) != 0)
			continue;
		for (uint32_t k = table->first[others];
			k < table->first[others + 1] && !table->full && !table->no_memory; k++)
			extend(table, set, first, k, i);
	}
	table->first[set + 1] = (uint32_t)table->label_count;
	table->full = table->full || table->label_count > LABELS_MOST;
}

/* --- preparing ---------------------------------------------------------------------- */

static bool are_same(
	const struct table *table, const struct bank_item *a, const struct bank_item *b)
{
	const struct pack_item *left = a->item;
	const struct pack_item *right = b->item;
	bool alone = !table->guards && !table->run->shape->seam;
	return left->size == right->size && a->most == b->most && left->carve_count == 0 &&
	       right->carve_count == 0 && a->avoid_count == 0 && b->avoid_count == 0 && alone;
}

static void find_twins(struct table *table)
{
	for (size_t i = 0; i < table->search->count; i++) {
		table->guards = table->guards || table->items[i].item->guard != 0;
		table->twins[i] = 0;
	}
	for (size_t i = 0; i < table->search->count; i++)
		for (size_t k = i + 1; k < table->search->count; k++)
			if (are_same(table, &table->items[i], &table->items[k]))
				table->twins[i] |= 1u << k;
}

static void add_up_rest(struct table *table, size_t sets)
{
	for (size_t set = 0; set < sets; set++) {
		table->rest[set] = 0;
		for (size_t i = 0; i < table->search->count; i++)
			if ((set >> i & 1) == 0) {
				table->rest[set] += table->items[i].least;
				if (table->items[i].item->carve_count == 0)
					table->rest_rows[set]++;
			}
	}
}

static bool prepare(struct table *table, size_t sets)
{
	struct search *search = table->search;
	const struct bank_item *last = &table->items[search->count - 1];
	table->first = calloc(sets + 1, sizeof(*table->first));
	table->rest = calloc(sets, sizeof(*table->rest));
	table->rest_rows = calloc(sets, sizeof(*table->rest_rows));
	if (table->first == NULL || table->rest == NULL || table->rest_rows == NULL || !grow(table))
		return false;
	table->end = search->rows ? search->limit : last->range.end;
	for (size_t i = 0; i < search->count; i++)
		table->rows += table->items[i].taken;
	find_twins(table);
	add_up_rest(table, sets);
	table->labels[table->label_count++] = (struct label){
		.end = search->at == 0 ? table->run->start
				       : table->run->items[search->at - 1].range.end};
	table->first[1] = 1;
	return true;
}

/* --- the result --------------------------------------------------------------------- */

/* The best label of the full set, or ROOT. */
static uint32_t best_label(const struct table *table, size_t full)
{
	uint32_t best = ROOT;
	for (uint32_t i = table->first[full]; i < table->first[full + 1]; i++) {
		const struct label *label = &table->labels[i];
		const struct label *other = &table->labels[best];
		unsigned rows = table->search->rows ? label->rows : 0;
		unsigned least = table->search->rows ? other->rows : 0;
		if (best == ROOT || rows < least || (rows == least && label->end < other->end))
			best = i;
	}
	return best;
}

static void reorder(const struct table *table, uint32_t label)
{
	struct bank_item ordered[PACK_EXACT];
	for (size_t at = table->search->count; at-- > 0; label = table->labels[label].parent) {
		ordered[at] = table->items[table->labels[label].item];
		ordered[at].rows = table->labels[label].allowed;
	}
	memcpy(table->items, ordered, table->search->count * sizeof(*ordered));
}

bool search_order(struct search *search)
{
	struct table table = {
		.search = search, .run = search->run, .items = search->run->items + search->at};
	size_t sets = (size_t)1 << search->count;
	search->better = false;
	search->taken = 0;
	search->complete = search->count == 0;
	if (search->count == 0)
		return true;
	table.no_memory = !prepare(&table, sets);
	for (size_t set = 1; set < sets && !table.full && !table.no_memory; set++)
		fill_set(&table, set);
	search->complete = !table.full && !table.no_memory;
	search->taken = table.steps < search->steps ? table.steps : search->steps;
	uint32_t best = search->complete ? best_label(&table, sets - 1) : ROOT;
	search->better = best != ROOT;
	if (search->better)
		reorder(&table, best);
	free(table.labels);
	free(table.rest_rows);
	free(table.rest);
	free(table.first);
	return !table.no_memory;
}
