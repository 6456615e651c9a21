/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * From a range and rights to DRBAR, DRSR and DRACR (DDI 0406C, B6.1):
 *
 *           31                                   5     0
 *   DRBAR  | base address                       | zero |
 *
 *           15:8                5:1     0
 *   DRSR   | subregions off |  | size | enable |    others zero
 *
 *           12   10:8   5:3   2   1   0
 *   DRACR  | XN | AP  | TEX | S | C | B |           others zero
 */
#include "mpu-table/armv7r_encode.h"

#include "mpu-table/subregions.h"

enum {
	DRSR_ENABLE = 1u,
	DRACR_XN = 1u << 12,
	DRACR_S = 1u << 2,
	DRACR_UNCACHED = 1u << 3 | DRACR_S,	   /* TEX 0b001: Normal, shareable */
	DRACR_WRITE_THROUGH = 1u << 1,		   /* TEX 0, C */
	DRACR_WRITE_BACK = 1u << 3 | 1u << 1 | 1u, /* TEX 0b001, C, B: with write allocate */
	DRACR_SHARED_DEVICE = 1u,		   /* TEX 0, B */
	AP_SHIFT = 8,
	OFF_SHIFT = 8,
	SIZE_SHIFT = 1,
	SMALLEST_SHIFT = 5,
	/* B5.2: the privileged side first. */
	AP_WRITE_READ = 2,
	AP_WRITE_WRITE = 3,
	AP_READ_READ = 6,
};

/* TEX, S, C and B of Normal memory (B5.2): usually RAM is write-back, code write-through. */
static uint32_t cache_bits(enum layout_kind kind, enum row_cache cache)
{
	if (cache == ROW_CACHE_USUAL && kind == LAYOUT_CODE)
		return DRACR_WRITE_THROUGH;
	switch (cache) {
	case ROW_CACHE_NONE:
		return DRACR_UNCACHED;
	case ROW_CACHE_WRITE_THROUGH:
		return DRACR_WRITE_THROUGH;
	default:
		return DRACR_WRITE_BACK;
	}
}

static uint32_t code_bits(const struct row_request *request)
{
	if ((request->access & LAYOUT_WRITE) != 0)
		return 0;
	return (uint32_t)AP_READ_READ << AP_SHIFT | cache_bits(request->kind, request->cache) |
	       ((request->access & LAYOUT_EXECUTE) != 0 ? 0 : DRACR_XN);
}

/* DRACR, or 0 when the rights cannot be expressed. */
static uint32_t attributes(const struct row_request *request)
{
	unsigned access = request->access;
	if ((access & LAYOUT_READ) == 0 || access > (LAYOUT_READ | LAYOUT_WRITE | LAYOUT_EXECUTE))
		return 0;
	if (request->kind == LAYOUT_CODE)
		return code_bits(request);
	if ((access & LAYOUT_EXECUTE) != 0)
		return 0;
	/* The privileged side keeps writing: it zeroes and fills memories. */
	uint32_t ap = (access & LAYOUT_WRITE) != 0 ? AP_WRITE_WRITE : AP_WRITE_READ;
	if (request->kind != LAYOUT_PERIPHERAL)
		return ap << AP_SHIFT | DRACR_XN | cache_bits(request->kind, request->cache);
	return request->cache == ROW_CACHE_USUAL
		       ? ap << AP_SHIFT | DRACR_XN | DRACR_SHARED_DEVICE | DRACR_S
		       : 0;
}

size_t armv7r_encode(const struct row_request *request, struct row *rows)
{
	struct subregion_piece pieces[SUBREGION_PIECES];
	uint32_t dracr = attributes(request);
	uint64_t size = request->size;
	if (dracr == 0 || size == 0 || size > LAYOUT_ADDRESSES ||
		request->base > LAYOUT_ADDRESSES - size || request->slot >= ARMV7R_SLOTS ||
		request->base % ARMV7R_GRANULE != 0 || size % ARMV7R_GRANULE != 0)
		return 0;
	size_t room = ARMV7R_SLOTS - request->slot;
	size_t count = subregions_cut(request->base, request->base + size, SMALLEST_SHIFT, pieces,
		request->max < room ? request->max : room);
	for (size_t i = 0; i < count; i++)
		rows[i] = (struct row){{
			(uint32_t)pieces[i].base,
			(uint32_t)pieces[i].off << OFF_SHIFT | (pieces[i].shift - 1) << SIZE_SHIFT |
				DRSR_ENABLE,
			dracr,
		}};
	return count;
}
