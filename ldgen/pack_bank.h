/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * One bank: which order of its regions ends lowest.  Part of pack.h.
 *
 * A label is a way to place a set of regions: where it ends and how many rows
 * it takes.  For every set only those labels are kept that no other is as good
 * as in both.  Up to PACK_EXACT regions this goes over all sets and finds the
 * best order; of more, windows that overlap are brought into their best order
 * again and again.
 */
#ifndef BERTH_LDGEN_PACK_BANK_H
#define BERTH_LDGEN_PACK_BANK_H

#include "ldgen/pack.h"

enum { PACK_EXACT = 12 };

/* A region on its way. */
struct bank_item {
	const struct pack_item *item;
	size_t number;			/* which of the problem's items */
	unsigned most;			/* rows that it may take */
	unsigned rows;			/* that it is placed with, at most MOST */
	const struct pack_range *avoid; /* where it may not lie, ascending */
	size_t avoid_count;
	uint64_t least; /* bytes that it takes at the least */
	struct pack_range range;
	unsigned taken; /* rows that open the range */
	bool open;	/* a region right behind it can continue its last row */
};

struct bank_run {
	const struct pack_shape *shape;
	const struct pack_range *free; /* ascending */
	size_t free_count;
	uint64_t start;
	struct bank_item *items; /* in the order in which they lie */
	size_t count;
	size_t *steps;	/* places that may still be looked for; fewer afterwards */
	uint64_t end;	/* out: of the last item, or PACK_NOWHERE */
	uint64_t bound; /* out: no order ends lower */
};

/* The lowest place for ITEM at or behind FROM in what is free, into *RANGE. */
bool bank_fit(const struct bank_run *run, const struct bank_item *item, uint64_t from,
	unsigned rows, struct pack_range *range);

/* Places the items in their order with the rows that they may take; sets the end. */
void bank_place(struct bank_run *run);

/* Brings the items into the best order that it finds, sets end and bound; false when memory ran
 * out.  EXACTLY: with no more than PACK_EXACT items END is then the bound. */
bool bank_order(struct bank_run *run);

/* Puts the items that are to be last behind the others where neither the end nor the rows get
 * more; false when memory ran out. */
bool bank_put_last(struct bank_run *run);

/* Takes rows away where the end does not get above LIMIT, which it is not yet; false when memory
 * ran out. */
bool bank_save_rows(struct bank_run *run, uint64_t limit);

/* Whether two items are opened by one context. */
bool items_meet(const struct pack_item *a, const struct pack_item *b);

/* Where BYTES more end at the lowest when those so far end at END. */
uint64_t bank_bound(const struct bank_run *run, uint64_t end, uint64_t bytes);

/*
 * Rows that RANGE takes for ITEM.  GOES_ON: right before it a region of the same
 * context ends whose last row is a TOR entry, so that it needs none for its
 * base.  *OPEN says whether it can be continued in turn.
 */
unsigned bank_rows(const struct pack_shape *shape, const struct pack_item *item,
	const struct pack_range *range, bool goes_on, bool *open);

/*
 * For each base of an item with carves, up to the period after which they
 * repeat themselves: where the item ends when its carves can be opened there.
 */
struct carve_map {
	uint64_t period; /* bytes, a power of two */
	uint64_t step;	 /* bytes between two bases that were looked at, a power of two */
	uint32_t *ends;	 /* granules from each base to the end; 0 where a carve cannot be opened */
};

/* The map of ITEM, which the caller frees with carve_map_free; NULL when memory ran out. */
struct carve_map *carve_map_make(const struct pack_shape *shape, const struct pack_item *item);

void carve_map_free(const struct carve_map *map);

/* Makes the maps of the COUNT items; false when memory ran out.  They are freed by the other. */
bool carve_maps_make(const struct pack_shape *shape, struct pack_item *items, size_t count);
void carve_maps_free(struct pack_item *items, size_t count);

/* pack_powers, for items that have their maps. */
enum pack_result powers_place(struct pack_problem *problem, uint64_t least);

/* The place for an item with carves and a map; part of bank_fit. */
bool carve_fit(const struct pack_shape *shape, const struct pack_item *item, uint64_t from,
	struct pack_range *range);

/* Sets what the rows of the carves open, where the item lies; false when they cannot. */
bool carve_open_all(const struct pack_shape *shape, const struct pack_item *item, uint64_t base,
	struct pack_carve *carves, uint64_t *end);

#endif
