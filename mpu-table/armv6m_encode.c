/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * From a range and rights to MPU_RBAR and MPU_RASR pairs (DDI 0419, B3.5.8 and B3.5.9):
 *
 *          31                        8         4   3    0
 *   RBAR  | ADDR                     |  zero | VALID | REGION |
 *
 *          28   26:24   18  17  16  15:8   5:1    0
 *   RASR  | XN | AP   | S | C | B | SRD | SIZE | ENABLE |    others zero
 */
#include "mpu-table/armv6m_encode.h"

#include "mpu-table/subregions.h"

enum {
	RBAR_VALID = 1u << 4,
	RASR_XN = 1u << 28,
	RASR_S = 1u << 18,
	RASR_C = 1u << 17, /* alone: write-through, with B: write-back; B alone: Device */
	RASR_B = 1u << 16,
	RASR_ENABLE = 1u,
	AP_SHIFT = 24,
	SRD_SHIFT = 8,
	SIZE_SHIFT = 1,
	SMALLEST_SHIFT = 8,
	/* B3.5.9, field AP: the privileged side first. */
	AP_WRITE_READ = 2,
	AP_WRITE_WRITE = 3,
	AP_READ_READ = 6,
};

/* C and B of Normal memory (B3.5.9): there is none that is not cached.  The usual caching is
 * that of the default memory map: write-back RAM, write-through flash (B3.1). */
static uint32_t cache_bits(enum layout_kind kind, enum row_cache cache)
{
	if (cache == ROW_CACHE_USUAL)
		cache = kind == LAYOUT_CODE ? ROW_CACHE_WRITE_THROUGH : ROW_CACHE_WRITE_BACK;
	return cache == ROW_CACHE_WRITE_THROUGH ? RASR_C : RASR_C | RASR_B;
}

static uint32_t code_bits(const struct row_request *request)
{
	if ((request->access & LAYOUT_WRITE) != 0)
		return 0;
	return (uint32_t)AP_READ_READ << AP_SHIFT | cache_bits(LAYOUT_CODE, request->cache) |
	       ((request->access & LAYOUT_EXECUTE) != 0 ? 0 : RASR_XN);
}

/* The RASR bits that say how the memory behaves and who may do what; 0 when there are none. */
static uint32_t attributes(const struct row_request *request)
{
	unsigned access = request->access;
	if ((access & LAYOUT_READ) == 0 || access > (LAYOUT_READ | LAYOUT_WRITE | LAYOUT_EXECUTE) ||
		request->cache == ROW_CACHE_NONE)
		return 0;
	if (request->kind == LAYOUT_CODE)
		return code_bits(request);
	if ((access & LAYOUT_EXECUTE) != 0)
		return 0;
	/* The privileged side keeps writing: it zeroes and fills memories. */
	uint32_t ap = (access & LAYOUT_WRITE) != 0 ? AP_WRITE_WRITE : AP_WRITE_READ;
	if (request->kind != LAYOUT_PERIPHERAL)
		return ap << AP_SHIFT | RASR_XN | cache_bits(request->kind, request->cache);
	return request->cache == ROW_CACHE_USUAL ? ap << AP_SHIFT | RASR_XN | RASR_S | RASR_B : 0;
}

size_t armv6m_encode(const struct row_request *request, struct row *rows)
{
	struct subregion_piece pieces[SUBREGION_PIECES];
	uint32_t bits = attributes(request);
	uint64_t size = request->size;
	if (bits == 0 || size == 0 || size > LAYOUT_ADDRESSES ||
		request->base > LAYOUT_ADDRESSES - size || request->slot >= ARMV6M_SLOTS ||
		request->base % ARMV6M_GRANULE != 0 || size % ARMV6M_GRANULE != 0)
		return 0;
	size_t room = ARMV6M_SLOTS - request->slot;
	size_t count = subregions_cut(request->base, request->base + size, SMALLEST_SHIFT, pieces,
		request->max < room ? request->max : room);
	for (size_t i = 0; i < count; i++) {
		uint32_t slot = request->slot + (uint32_t)i;
		rows[i] = (struct row){{
			(uint32_t)pieces[i].base | RBAR_VALID | slot,
			bits | (uint32_t)pieces[i].off << SRD_SHIFT |
				(pieces[i].shift - 1) << SIZE_SHIFT | RASR_ENABLE,
		}};
	}
	return count;
}
