/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * From a range and rights to MPU_RBAR and MPU_RASR pairs (DDI 0403, B3.5.8 and B3.5.9):
 *
 *          31                               5   4   3    0
 *   RBAR  | ADDR                            | VALID | REGION |
 *
 *          28   26:24  21:19  18  17  16  15:8   5:1    0
 *   RASR  | XN | AP   | TEX  | S | C | B | SRD | SIZE | ENABLE |    others zero
 */
#include "mpu-table/armv7m_encode.h"

#include "mpu-table/subregions.h"

enum {
	RBAR_VALID = 1u << 4,
	RASR_XN = 1u << 28,
	RASR_TEX0 = 1u << 19,
	RASR_S = 1u << 18,
	RASR_C = 1u << 17,
	RASR_B = 1u << 16,
	RASR_ENABLE = 1u,
	AP_SHIFT = 24,
	SRD_SHIFT = 8,
	SIZE_SHIFT = 1,
	SMALLEST_SHIFT = 5,
	/* B3.5.9, table B3-15: the privileged side first. */
	AP_WRITE_READ = 2,
	AP_WRITE_WRITE = 3,
	AP_READ_READ = 6,
};

uint64_t armv7m_reserve(uint64_t size)
{
	if (size == 0 || size > LAYOUT_ADDRESSES)
		return 0;
	uint64_t reserve = ARMV7M_SMALLEST;
	while (reserve < size)
		reserve *= 2;
	return reserve;
}

/*
 * TEX, S, C and B of Normal memory (table B3-13).  What is cached is not
 * shareable: a core with a cache, the Cortex-M7, does not cache what is
 * (DDI 0489, 5.1).  The usual caching is that of the default memory map, which
 * the privileged side has beside the rows: write-back RAM, write-through flash
 * (B3.1).
 */
static uint32_t cache_bits(enum layout_kind kind, enum row_cache cache)
{
	if (cache == ROW_CACHE_USUAL)
		cache = kind == LAYOUT_CODE ? ROW_CACHE_WRITE_THROUGH : ROW_CACHE_WRITE_BACK;
	switch (cache) {
	case ROW_CACHE_NONE:
		return RASR_TEX0 | RASR_S;
	case ROW_CACHE_WRITE_THROUGH:
		return RASR_C;
	default:
		return RASR_TEX0 | RASR_C | RASR_B;
	}
}

/* The RASR bits that say how the memory behaves and who may do what; 0 when there are none. */
static uint32_t attributes(const struct row_request *request)
{
	unsigned access = request->access;
	bool writable = (access & LAYOUT_WRITE) != 0;
	bool executable = (access & LAYOUT_EXECUTE) != 0;
	if ((access & LAYOUT_READ) == 0 || access > (LAYOUT_READ | LAYOUT_WRITE | LAYOUT_EXECUTE))
		return 0;
	if (request->kind == LAYOUT_CODE)
		return writable ? 0
				: (uint32_t)AP_READ_READ << AP_SHIFT |
					  cache_bits(request->kind, request->cache) |
					  (executable ? 0 : RASR_XN);
	if (executable)
		return 0;
	/* Outside of code the privileged side keeps writing: it zeroes and fills memories. */
	uint32_t ap = (uint32_t)(writable ? AP_WRITE_WRITE : AP_WRITE_READ) << AP_SHIFT;
	if (request->kind != LAYOUT_PERIPHERAL)
		return ap | RASR_XN | cache_bits(request->kind, request->cache);
	return request->cache == ROW_CACHE_USUAL ? ap | RASR_XN | RASR_S | RASR_B : 0;
}

static struct row row_of(const struct subregion_piece *piece, uint32_t bits, unsigned slot)
{
	return (struct row){{
		(uint32_t)piece->base | RBAR_VALID | slot,
		bits | (uint32_t)piece->off << SRD_SHIFT | (piece->shift - 1) << SIZE_SHIFT |
			RASR_ENABLE,
	}};
}

size_t armv7m_encode(const struct row_request *request, struct row *rows)
{
	struct subregion_piece pieces[SUBREGION_PIECES];
	uint32_t bits = attributes(request);
	uint64_t base = request->base;
	uint64_t size = request->size;
	if (bits == 0 || size == 0 || size > LAYOUT_ADDRESSES || base > LAYOUT_ADDRESSES - size)
		return 0;
	if (base % ARMV7M_SMALLEST != 0 || size % ARMV7M_SMALLEST != 0 ||
		request->slot >= ARMV7M_SLOTS)
		return 0;

	size_t room = ARMV7M_SLOTS - request->slot;
	size_t count = subregions_cut(base, base + size, SMALLEST_SHIFT, pieces,
		request->max < room ? request->max : room);
	for (size_t i = 0; i < count; i++)
		rows[i] = row_of(&pieces[i], bits, request->slot + (unsigned)i);
	return count;
}
