/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Cutting a range into pieces that one row with subregions can open, for the
 * encoders of the architectures that have them (PMSAv6-M, PMSAv7-M, PMSAv7-R).
 *
 * A row opens a run of the eight subregions of a window that is a power of two
 * and aligned to itself, so a piece that starts at a multiple of a granule G
 * may go on to the next multiple of 8 G.
 */
#ifndef BERTH_SUBREGIONS_H
#define BERTH_SUBREGIONS_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of the smallest subregion, and of the smallest region that has them. */
enum { SUBREGION_SMALLEST = 32, SUBREGION_DIVIDED = 256, SUBREGION_PIECES = 32 };

/* A range that one row opens. */
struct subregion_piece {
	uint64_t base;	/* of the region, a multiple of its size */
	unsigned shift; /* the region has 2^SHIFT bytes */
	uint8_t off;	/* subregions that are off */
};

/*
 * Cuts [START, END), whose ends are multiples of 32, into the fewest pieces,
 * ascending.  No region is smaller than 2^SMALLEST.  Their number, or 0 when
 * there are more than MAX or more than SUBREGION_PIECES.
 */
size_t subregions_cut(uint64_t start, uint64_t end, unsigned smallest,
	struct subregion_piece *pieces, size_t max);

#endif
