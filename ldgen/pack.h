/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Packing: regions into banks, so that few bytes are used, and then few rows.
 *
 * A solution is better than another if fewer regions had to leave the bank that
 * they prefer (each bank further down its list counts one); then if the banks
 * end lower, added up; then if it takes fewer rows.
 *
 * One bank is filled from its start upwards.  What counts is where the last
 * region ends.  For a set of regions the least end only depends on which of them
 * comes last and on the least end of the others, for a region that may start
 * later never ends earlier: a table over all sets finds the best of all orders
 * (pack_bank.h).
 *
 * How many rows a context has limits what its regions may take together.  They
 * are packed as if there were no such limit; where a context then has too many,
 * the ways to share its rows are tried one by one.
 *
 * Nothing here looks at a clock or at the machine: the work is counted, so that
 * the same problem always has the same answer.  Sizes and addresses are bytes.
 */
#ifndef BERTH_LDGEN_PACK_H
#define BERTH_LDGEN_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ldgen/pack_shape.h"

#define PACK_NONE SIZE_MAX

/* A part of an item that is opened by itself; see struct pack_item. */
struct pack_carve {
	uint64_t offset; /* in the item */
	uint64_t size;
	unsigned rows;		 /* most rows that it may take */
	struct pack_range range; /* out: what its rows open */
};

struct pack_item {
	uint64_t size;		/* bytes that it needs; at least 1 */
	unsigned rows;		/* most rows that it may take; 0: what its contexts have */
	uint64_t guard;		/* bytes below it that no other item of one of its contexts opens */
	const size_t *contexts; /* that open it */
	size_t context_count;
	const size_t *banks; /* the preferred one first */
	size_t bank_count;
	bool fixed; /* it must lie at AT, in the one bank of its list */
	uint64_t at;
	bool last; /* goes behind the others of its bank where that costs neither bytes nor rows */
	/* Where there are any, they are opened and the item as a whole is not: ascending, none on
	 * another.  What their rows open beside them belongs to none of the others. */
	struct pack_carve *carves;
	size_t carve_count;
	const struct carve_map *map; /* of the solver's own */

	size_t bank;		 /* out */
	struct pack_range range; /* out: what its rows open, or what it takes */
	unsigned taken;		 /* out: rows; 0 when it has carves */
};

struct pack_bank {
	struct pack_range room;		/* what lies before its base is not counted as used */
	const struct pack_range *holes; /* in the room, where nothing may lie */
	size_t hole_count;

	uint64_t used;	/* out: bytes from the start of the room to the end of the highest item */
	uint64_t bound; /* out: no placement of its items uses fewer; equal to USED where proven */
};

struct pack_problem {
	struct pack_shape shape;
	struct pack_item *items;
	size_t count;
	struct pack_bank *banks;
	size_t bank_count;
	const unsigned *budgets; /* rows that the items of each context may take together */
	size_t context_count;

	uint64_t used;	/* out: the banks' added up */
	uint64_t bound; /* out: no solution that moves as few items uses less */
	bool optimal;	/* out: proven, in the regions moved and in bytes used */
	unsigned rows;	/* out: of all items and carves, each counted once */

	/* Out, where it fails: */
	size_t item;	 /* that cannot be placed at all, or lies where it may not, or PACK_NONE */
	size_t bank;	 /* that is too small, or PACK_NONE */
	uint64_t wanted; /* bytes that the items of that bank take from its start on; PACK_NOWHERE
			    when they do not fit below 2^32 */
	size_t context;	 /* that has fewer rows than items, or PACK_NONE */
};

enum pack_result {
	PACK_DONE,
	PACK_NO_ROOM,	/* BANK, WANTED */
	PACK_NO_ROWS,	/* CONTEXT */
	PACK_NO_PLACE,	/* ITEM fits nowhere, whatever else there is */
	PACK_BAD_PLACE, /* ITEM is fixed where rows cannot open it, or on something else */
	PACK_NO_MEMORY,
};

/* Packs as tightly as the shape allows. */
enum pack_result pack_solve(struct pack_problem *problem);

/*
 * Strategy pow2: every item a power of two at a multiple of itself, at least
 * LEAST bytes; the largest first, each at the lowest place that is free in the
 * first bank of its list that has one.  Carves are opened by the shape's rows.
 */
enum pack_result pack_powers(struct pack_problem *problem, uint64_t least);

/*
 * Why no base suits an item with carves: the fewest bytes of others that the
 * rows of carve NUMBER must open with its own, whatever the base, into *LEAK,
 * and into *ALIGN a power of two: there is a base when all carves are moved up and
 * made larger to multiples of it.  SCRATCH has room for the item's carves.  False
 * when carve NUMBER, taken for itself, leaks nothing.
 */
bool pack_carve_leaks(const struct pack_shape *shape, const struct pack_item *item, size_t number,
	struct pack_carve *scratch, uint64_t *leak, uint64_t *align);

#endif
