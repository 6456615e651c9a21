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
	RASR_C = 1u << 17, /* alone: write-through; without C: Device when B is set */
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

static uint32_t code_bits(unsigned access)
{
	if ((access & LAYOUT_WRITE) != 0)
		return 0;
	return (uint32_t)AP_READ_READ << AP_SHIFT | RASR_C |
	       ((access & LAYOUT_EXECUTE) != 0 ? 0 : RASR_XN);
}

/* The RASR bits that say how the memory behaves and who may do what; 0 when there are none. */
static uint32_t attributes(enum layout_kind kind, unsigned access)
{
	if ((access & LAYOUT_READ) == 0 || access > (LAYOUT_READ | LAYOUT_WRITE | LAYOUT_EXECUTE))
		return 0;
	if (kind == LAYOUT_CODE)
		return code_bits(access);
	if ((access & LAYOUT_EXECUTE) != 0)
		return 0;
	/* The privileged side keeps writing: it zeroes and fills memories. */
	uint32_t ap = (access & LAYOUT_WRITE) != 0 ? AP_WRITE_WRITE : AP_WRITE_READ;
	return ap << AP_SHIFT | RASR_S | RASR_XN | (kind == LAYOUT_PERIPHERAL ? RASR_B : RASR_C);
}

size_t armv6m_encode(const struct row_request *request, struct row *rows)
{
	struct subregion_piece pieces[SUBREGION_PIECES];
	uint32_t bits = attributes(request->kind, request->access);
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
