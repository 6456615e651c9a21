/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the files of placement hand each other; whoever wants a layout calls place. */
#ifndef BERTH_LDGEN_PLACING_H
#define BERTH_LDGEN_PLACING_H

#include "ldgen/pack.h"
#include "ldgen/place.h"

/* A region that wants a place. */
struct item {
	size_t region;
	const struct manifest_room *room;
	uint64_t guard;	    /* bytes below it that its contexts do not open */
	struct position at; /* for messages */
	bool carved;	    /* its carves are opened, it is not */
};

struct placing {
	struct diag *diag;
	const struct manifest *manifest;
	const struct sizes *sizes;
	struct layout *layout;
	struct item *items;
	size_t item_count;
};

/*
 * The regions that the context of component CONTEXT opens beside the code of
 * whole banks, in the order of its rows, into LIST, which has room for all regions;
 * their number.
 */
size_t context_regions(
	const struct manifest *manifest, const struct layout *layout, size_t context, size_t *list);

/* The rights that context CONTEXT has to REGION, which it opens: enum layout_access. */
unsigned context_access(
	const struct manifest *manifest, size_t context, const struct layout_region *region);

/*
 * Makes the layout's regions and components, and an item of each region that wants a
 * place.  Where a component's parts lie in its data or joint region is counted from the
 * start of that until place adds its address.  False after a report.  In place_regions.c.
 */
bool make_regions(struct placing *placing);

/* The problem of placing the items, and what it points to. */
struct problem {
	struct pack_problem pack;
	struct pack_item *items; /* those of the placing, in its order */
	struct pack_bank *banks; /* those of the layout; what is not writable has no room */
	struct pack_range *holes;
	struct pack_carve *carves;
	size_t *carve_regions; /* the region of each carve */
	unsigned *budgets;
	size_t *contexts;
};

/* Whether the context's rows for CODE and peripherals leave any, and how many, into *LEFT; reports
 * a region that rows cannot open.  In rows.c, like the next two. */
bool rows_left(struct placing *placing, size_t context, unsigned *left);

/* Reports that context CONTEXT has too few rows for what it opens; returns false. */
bool refuse_rows(const struct placing *placing, size_t context);

/* What rows of the manifest's target can open. */
struct pack_shape placing_shape(const struct manifest *manifest);

/* Places all items, with the strategy that the manifest asks for; false after a report. */
bool place_items(struct placing *placing);

/* Reports why PROBLEM could not be solved; returns false.  In place_refuse.c. */
bool refuse_placement(
	const struct placing *placing, struct problem *problem, enum pack_result result);

#endif
