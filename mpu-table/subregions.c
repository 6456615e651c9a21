/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The cut: see subregions.h for what a row can open. */
#include "mpu-table/subregions.h"

enum {
	SUBREGIONS = 8,
	LARGEST_SHIFT = 29, /* granule of the largest window, 2^32 */
};

struct range {
	uint64_t start;
	uint64_t end;
};

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
 * From the left every piece goes to the end of its window as long as that is
 * not beyond END: whatever row another cut would use next also works from
 * there, for its granule divides the window's end.  The same from the right.
 * What is left lies in one window of the finer of the two granules.
 */
static size_t cut(uint64_t start, uint64_t end, struct range *ranges, size_t max)
{
	size_t left = 0;
	size_t right = 0;
	struct range tail[SUBREGION_PIECES];
	for (; start < end && window_end(start) <= end; start = ranges[left++].end) {
		if (left == max)
			return 0;
		ranges[left] = (struct range){start, window_end(start)};
	}
	for (; start < end && window_start(end) >= start; end = tail[right++].start) {
		if (left + right == max)
			return 0;
		tail[right] = (struct range){window_start(end), end};
	}
	if (start < end) {
		if (left + right == max)
			return 0;
		ranges[left++] = (struct range){start, end};
	}
	while (right > 0)
		ranges[left++] = tail[--right];
	return left;
}

/* The smallest region that holds RANGE, with the subregions outside of it off. */
static struct subregion_piece piece_of(const struct range *range, unsigned smallest)
{
	unsigned shift = 5;
	uint8_t off = 0;
	while (range->start >> shift != (range->end - 1) >> shift)
		shift++;
	if (range->end - range->start != UINT64_C(1) << shift && shift < 8)
		shift = 8;
	if (shift < smallest)
		shift = smallest;
	uint64_t size = UINT64_C(1) << shift;
	uint64_t base = range->start & ~(size - 1);
	for (unsigned i = 0; size >= SUBREGION_DIVIDED && i < SUBREGIONS; i++) {
		uint64_t at = base + i * (size / SUBREGIONS);
		if (at < range->start || at >= range->end)
			off |= (uint8_t)(1u << i);
	}
	return (struct subregion_piece){base, shift, off};
}

size_t subregions_cut(
	uint64_t start, uint64_t end, unsigned smallest, struct subregion_piece *pieces, size_t max)
{
	struct range ranges[SUBREGION_PIECES];
	size_t count = cut(start, end, ranges, max < SUBREGION_PIECES ? max : SUBREGION_PIECES);
	for (size_t i = 0; i < count; i++)
		pieces[i] = piece_of(&ranges[i], smallest);
	return count;
}
