/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * From a range and rights to pmpaddr and pmpcfg (Volume II, 3.7.1):
 *
 *           7   6:5    4:3   2   1   0
 *   pmpcfg | L | zero | A   | X | W | R |     A: off, TOR, NA4, NAPOT
 *
 *   pmpaddr holds bits 33 to 2 of an address.  For NAPOT the lowest clear bit
 *   says the size: yyy...y0 is 8 bytes, yyy...01 is 16.
 */
#include "mpu-table/riscv_encode.h"

enum {
	CFG_R = 1u,
	CFG_W = 1u << 1,
	CFG_X = 1u << 2,
	CFG_TOR = 1u << 3,
	CFG_NA4 = 2u << 3,
	CFG_NAPOT = 3u << 3,
	ADDRESS_SHIFT = 2,
};

static const uint32_t no_bits = UINT32_MAX;

/* Whether a row of this kind may give these rights. */
static bool is_possible(enum layout_kind kind, unsigned access)
{
	if ((access & LAYOUT_READ) == 0 || access > (LAYOUT_READ | LAYOUT_WRITE | LAYOUT_EXECUTE))
		return false;
	return (access & (kind == LAYOUT_CODE ? LAYOUT_WRITE : LAYOUT_EXECUTE)) == 0;
}

/* R, W and X, or no_bits. */
static uint32_t permission_bits(bool mml, enum layout_kind kind, unsigned access)
{
	if (!is_possible(kind, access))
		return no_bits;
	bool writable = (access & LAYOUT_WRITE) != 0;
	/* Smepmp, shared data: W without R, and X where user mode may write too. */
	if (mml && kind != LAYOUT_CODE)
		return CFG_W | (writable ? CFG_X : 0);
	return CFG_R | (writable ? CFG_W : 0) | ((access & LAYOUT_EXECUTE) != 0 ? CFG_X : 0);
}

static struct row napot(uint64_t base, uint64_t size, uint32_t bits)
{
	if (size == 4)
		return (struct row){{(uint32_t)(base >> ADDRESS_SHIFT), bits | CFG_NA4}};
	return (struct row){
		{(uint32_t)(base >> ADDRESS_SHIFT) | (uint32_t)(size / 8 - 1), bits | CFG_NAPOT}};
}

/* The largest power of two at START that is a multiple of it and ends before END. */
static uint64_t largest_at(uint64_t start, uint64_t end)
{
	uint64_t size = LAYOUT_ADDRESSES;
	while (start % size != 0 || size > end - start)
		size /= 2;
	return size;
}

/* Powers of two, from the lowest address up; no cut into them has fewer. */
static size_t encode_napot(
	const struct row_request *request, uint32_t bits, struct row *rows, size_t max)
{
	uint64_t end = request->base + request->size;
	size_t count = 0;
	for (uint64_t at = request->base; at < end; count++) {
		uint64_t size = largest_at(at, end);
		if (count == max)
			return 0;
		rows[count] = napot(at, size, bits);
		at += size;
	}
	return count;
}

/* The entry before a TOR entry holds its base; before entry 0 it is 0. */
static size_t encode_tor(
	const struct row_request *request, uint32_t bits, struct row *rows, size_t max)
{
	size_t count = 0;
	if (max < (request->slot == 0 && request->base == 0 ? 1 : 2))
		return 0;
	if (request->slot != 0 || request->base != 0)
		rows[count++] = (struct row){{(uint32_t)(request->base >> ADDRESS_SHIFT), 0}};
	uint64_t end = request->base + request->size;
	rows[count++] = (struct row){{(uint32_t)(end >> ADDRESS_SHIFT), bits | CFG_TOR}};
	return count;
}

size_t riscv_encode(
	const struct row_target *target, const struct row_request *request, struct row *rows)
{
	uint64_t size = request->size;
	uint32_t bits = permission_bits(target->mml, request->kind, request->access);
	if (bits == no_bits || request->cache != ROW_CACHE_USUAL || target->granularity > 29 ||
		size == 0 || size > LAYOUT_ADDRESSES || request->base > LAYOUT_ADDRESSES - size ||
		request->slot >= RISCV_SLOTS)
		return 0;
	uint64_t granule = UINT64_C(4) << target->granularity;
	if (target->napot_only && granule < 8)
		granule = 8;
	if (request->base % granule != 0 || size % granule != 0)
		return 0;
	size_t room = RISCV_SLOTS - request->slot;
	size_t max = request->max < room ? request->max : room;
	/* One entry alone opens the range without a seam, and without help from its neighbour. */
	if (target->napot_only || largest_at(request->base, request->base + size) == size)
		return encode_napot(request, bits, rows, max);
	return encode_tor(request, bits, rows, max);
}
