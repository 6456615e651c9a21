/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What rows of an architecture can open exactly, and so what a region of SIZE
 * bytes must set aside.
 *
 * A row opens a run: 1 to UNITS units of G bytes, G a power of two and at least
 * the granule, that starts at a multiple of G and does not cross a multiple of
 * UNITS * G.
 *
 *   UNITS 8   PMSAv6 and PMSAv7: a block with eight subregions (Armv7-M ARM,
 *             DDI 0403, B3.5.3 and B3.5.9; Armv6-M ARM, DDI 0419, B3.5.9; ARM
 *             DDI 0406C, B5).  Blocks below 256 bytes have no subregions; each
 *             of them is a run in a block of 256, which is why the smallest
 *             block of PMSAv6, 256 bytes, changes nothing.
 *   UNITS 1   a power of two at a multiple of itself: PMP entries NA4 and NAPOT
 *             (RISC-V ISA manual, volume II, 3.7.1), and strategy pow2.
 *   UNITS 0   from any multiple of the granule to any other: PMSAv8 (DDI 0553,
 *             D1.2) with one row, PMP with TOR with two, of which the first
 *             only holds the base: SEAM.  With one row a SEAM shape opens what
 *             a NAPOT entry does.
 */
#ifndef BERTH_LDGEN_PACK_SHAPE_H
#define BERTH_LDGEN_PACK_SHAPE_H

#include <stdbool.h>
#include <stdint.h>

#define PACK_ADDRESSES UINT64_C(0x100000000) /* bytes that 32-bit addresses reach */
#define PACK_NOWHERE UINT64_MAX

/* No region takes more rows than this; no range of 32-bit addresses needs more. */
enum { PACK_ROWS_MOST = 64 };

struct pack_shape {
	unsigned units;	  /* 8, 1 or 0, see above */
	bool seam;	  /* PMP with TOR; UNITS is 0 */
	uint64_t granule; /* bytes, a power of two: all bases and ends are multiples of it */
};

/* The bytes from BASE up to END, which is the first behind them. */
struct pack_range {
	uint64_t base;
	uint64_t end;
};

/* The fewest rows that open exactly [BASE, END); 0 when no number of them does. */
unsigned pack_rows(const struct pack_shape *shape, uint64_t base, uint64_t end);

/*
 * The place for SIZE bytes at or behind FROM that at most ROWS rows open and
 * that ends lowest, into *RANGE; of those with one end the smallest.  False
 * when there is none below 2^32, or when SIZE or ROWS is 0.
 */
bool pack_fit(const struct pack_shape *shape, uint64_t from, uint64_t size, unsigned rows,
	struct pack_range *range);

/* The lowest *END so that at most ROWS rows open [BASE, *END) and SIZE bytes are in it; false
 * when there is none. */
bool pack_fit_at(
	const struct pack_shape *shape, uint64_t base, uint64_t size, unsigned rows, uint64_t *end);

/* The fewest bytes that at most ROWS rows can open for SIZE bytes, anywhere; PACK_NOWHERE when
 * that is more than there are. */
uint64_t pack_least(const struct pack_shape *shape, uint64_t size, unsigned rows);

/* VALUE rounded up to a multiple of ALIGN, a power of two. */
uint64_t pack_align(uint64_t value, uint64_t align);

#endif
