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

/* The RASR bits that say how the memory behaves and who may do what; 0 when there are none. */
static uint32_t attributes(enum layout_kind kind, unsigned access)
{
	bool writable = (access & LAYOUT_WRITE) != 0;
	bool executable = (access & LAYOUT_EXECUTE) != 0;
	if ((access & LAYOUT_READ) == 0 || access > (LAYOUT_READ | LAYOUT_WRITE | LAYOUT_EXECUTE))
		return 0;
	/* Outside of code the privileged side keeps writing: it zeroes and fills memories. */
	uint32_t ap = writable ? AP_WRITE_WRITE : AP_WRITE_READ;
	switch (kind) {
	case LAYOUT_CODE:
		if (writable)
			return 0;
		return (uint32_t)AP_READ_READ << AP_SHIFT | RASR_C | (executable ? 0 : RASR_XN);
	case LAYOUT_MEMORY:
	case LAYOUT_DATA:
	case LAYOUT_SHARED:
	case LAYOUT_CARVE:
		return executable ? 0 : ap << AP_SHIFT | RASR_S | RASR_C | RASR_XN;
	case LAYOUT_PERIPHERAL:
		return executable ? 0 : ap << AP_SHIFT | RASR_S | RASR_B | RASR_XN;
	}
	return 0;
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
	uint32_t bits = attributes(request->kind, request->access);
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
