/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Packing regions that one Armv7-M protection row each must open.
 *
 * A row opens a run of N of the eight subregions of a block: for a subregion
 * of G bytes (a power of two, at least 32) the run is 1 to 8 units of G, starts
 * at a multiple of G and does not cross a multiple of 8 G (Armv7-M ARM,
 * DDI 0403, B3.5.3 and B3.5.9: SRD).  Blocks below 256 bytes have no
 * subregions; each is a run in a block of 256.
 *
 * One bank is filled from START upwards.  What counts is where the last region
 * ends.  For a set of regions the least end only depends on which of them comes
 * last and on the least end of the others, for a region that starts later never
 * ends earlier: a table over all sets finds the best of all orders.
 */
#ifndef BERTH_LDGEN_PACK_H
#define BERTH_LDGEN_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Up to this many regions the best order is found; beyond, a good one. */
enum { PACK_EXACT = 12 };

struct pack_item {
	uint64_t size;	   /* bytes that it needs; at least 1 */
	uint64_t base;	   /* out: where it starts */
	uint64_t reserved; /* out: bytes that its row opens */
};

/*
 * The place for SIZE bytes at or behind FROM that ends lowest, into *BASE and
 * *RESERVED; of those with one end the smallest.  False when it would end
 * beyond 2^32.
 */
bool pack_fit(uint64_t from, uint64_t size, uint64_t *base, uint64_t *reserved);

/* The fewest bytes that one row can open for SIZE bytes, anywhere. */
uint64_t pack_least(uint64_t size);

/*
 * Places the COUNT items from START.  *END is where the last ends, *OPTIMAL
 * whether no order ends lower.  False when the address space or the host's
 * memory is too small.
 */
bool pack_all(struct pack_item *items, size_t count, uint64_t start, uint64_t *end, bool *optimal);

#endif
