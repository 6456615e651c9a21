/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * From a range and rights to MPU_RBAR and MPU_RASR pairs (DDI 0403, B3.5.8 and B3.5.9):
 *
 *          31                               5   4   3    0
 *   RBAR  | ADDR                            | VALID | REGION |
 *
 *          28   26:24  21:19  18  17  16  15:8   5:1    0
 *   RASR  | XN | AP   | TEX  | S | C | B | SRD | SIZE | ENABLE |    others zero
 *
 * A range is cut into pieces that one row each can open.  A row opens a run of
 * the eight subregions of a window that is a power of two and aligned to
 * itself, so a piece that starts at a multiple of a granule G may go on to the
 * next multiple of 8 G.
 */
#include "mpu-table/armv7m_encode.h"

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
	/* B3.5.9, table B3-15: the privileged side first. */
	AP_WRITE_READ = 2,
	AP_WRITE_WRITE = 3,
	AP_READ_READ = 6,
	SUBREGIONS = 8,
	SMALLEST_DIVIDED = 256, /* smaller regions have no subregions */
	LARGEST_SHIFT = 29,	/* granule of the largest window, 2^32 */
};

static const uint64_t addresses = UINT64_C(1) << 32;

/* A range that one row opens. */
struct piece {
	uint64_t start;
	uint64_t end;
};

uint64_t armv7m_reserve(uint64_t size)
{
	if (size == 0 || size > addresses)
		return 0;
	uint64_t reserve = ARMV7M_SMALLEST;
	while (reserve < size)
		reserve *= 2;
	return reserve;
}

/* The largest power of two that divides ADDRESS and can be a subregion. */
static uint64_t granule_at(uint64_t address)
{
	uint64_t largest = UINT64_C(1) << LARGEST_SHIFT;
	uint64_t lowest = address & (~address + 1);
	return lowest == 0 || lowest > largest ? largest : lowest;
}

/* Start of the first window of eight granules behind ADDRESS. */
static uint64_t window_end(uint64_t address)
{
	uint64_t window = SUBREGIONS * granule_at(address);
	return (address / window + 1) * window;
}

/* Start of the window of eight granules whose last byte may be the one before ADDRESS. */
static uint64_t window_start(uint64_t address)
{
	uint64_t window = SUBREGIONS * granule_at(address);
	return (address - 1) / window * window;
}

/*
 * Cuts [START, END) into the fewest pieces, ascending; their number, or 0 when
 * there are more than MAX.
 *
 * From the left every piece goes to the end of its window as long as that is
 * not beyond END: whatever row another cut would use next also works from
 * there, for its granule divides the window's end.  The same from the right.
 * What is left lies in one window of the finer of the two granules.
 */
static size_t cut(uint64_t start, uint64_t end, struct piece *pieces, size_t max)
{
	size_t left = 0;
	size_t right = 0;
	struct piece tail[ARMV7M_SLOTS];
	for (; start < end && window_end(start) <= end; start = pieces[left++].end) {
		if (left == max)
			return 0;
		pieces[left] = (struct piece){start, window_end(start)};
	}
	for (; start < end && window_start(end) >= start; end = tail[right++].start) {
		if (left + right == max)
			return 0;
		tail[right] = (struct piece){window_start(end), end};
	}
	if (start < end) {
		if (left + right == max)
			return 0;
		pieces[left++] = (struct piece){start, end};
	}
	while (right > 0)
		pieces[left++] = tail[--right];
	return left;
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
		return executable ? 0 : ap << AP_SHIFT | RASR_S | RASR_C | RASR_XN;
	case LAYOUT_PERIPHERAL:
		return executable ? 0 : ap << AP_SHIFT | RASR_S | RASR_B | RASR_XN;
	}
	return 0;
}

/* The row for PIECE: the smallest region that holds it, with the subregions outside of it off. */
static struct armv7m_row row_of(const struct piece *piece, uint32_t bits, unsigned slot)
{
	unsigned shift = 5;
	while (piece->start >> shift != (piece->end - 1) >> shift)
		shift++;
	uint64_t size = UINT64_C(1) << shift;
	uint32_t off = 0;
	if (piece->end - piece->start != size) {
		while (size < SMALLEST_DIVIDED)
			size = UINT64_C(1) << ++shift;
		uint64_t base = piece->start & ~(size - 1);
		for (unsigned i = 0; i < SUBREGIONS; i++) {
			uint64_t at = base + i * (size / SUBREGIONS);
			if (at < piece->start || at >= piece->end)
				off |= 1u << i;
		}
	}
	uint32_t base = (uint32_t)(piece->start & ~(size - 1));
	return (struct armv7m_row){
		.rbar = base | RBAR_VALID | slot,
		.rasr = bits | off << SRD_SHIFT | (shift - 1) << SIZE_SHIFT | RASR_ENABLE,
	};
}

size_t armv7m_encode(uint64_t base, uint64_t size, unsigned access, enum layout_kind kind,
	unsigned slot, struct armv7m_row *rows, size_t max)
{
	struct piece pieces[ARMV7M_SLOTS];
	uint32_t bits = attributes(kind, access);
	if (bits == 0 || size == 0 || size > addresses || base > addresses - size)
		return 0;
	if (base % ARMV7M_SMALLEST != 0 || size % ARMV7M_SMALLEST != 0 || slot >= ARMV7M_SLOTS)
		return 0;
	if (max > ARMV7M_SLOTS - slot)
		max = ARMV7M_SLOTS - slot;

	size_t count = cut(base, base + size, pieces, max);
	for (size_t i = 0; i < count; i++)
		rows[i] = row_of(&pieces[i], bits, slot + (unsigned)i);
	return count;
}
