/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the decoders of MPU registers share.  No encoder includes this. */
#ifndef BERTH_DECODE_FIELDS_H
#define BERTH_DECODE_FIELDS_H

#include "mpu-table/row_view.h"

/* Bits HIGH down to LOW of WORD. */
static inline uint32_t field(uint32_t word, unsigned high, unsigned low)
{
	return (word >> low) & ((2u << (high - low)) - 1);
}

/* Fills the covers of VIEW with the eighths of it that are on, joined where they touch. */
static inline void list_eighths(struct row_view *view)
{
	uint64_t step = view->size / 8;
	for (unsigned i = 0; i < 8; i++) {
		uint64_t at = view->base + i * step;
		if ((view->subregions_off >> i & 1) != 0)
			continue;
		struct layout_range *last =
			view->cover_count == 0 ? NULL : &view->covers[view->cover_count - 1];
		if (last != NULL && last->base + last->size == at)
			last->size += step;
		else
			view->covers[view->cover_count++] = (struct layout_range){at, step};
	}
}

/*
 * How Normal memory of PMSAv7 is cached, by TEX and C, B together: TEX[2] set
 * gives the outer policy in TEX[1:0] and the inner in C, B (DDI 0403, tables
 * B3-13 and B3-14; DDI 0406, B5.2).
 */
static inline enum row_cache pmsa_cache(uint32_t tex, uint32_t cb)
{
	static const enum row_cache policies[4] = {ROW_CACHE_NONE, ROW_CACHE_WRITE_BACK,
		ROW_CACHE_WRITE_THROUGH, ROW_CACHE_WRITE_BACK};
	if (tex >= 4)
		return policies[tex & 3] == policies[cb] ? policies[cb] : ROW_CACHE_USUAL;
	if (cb == 0)
		return ROW_CACHE_NONE;
	return tex == 0 && cb == 2 ? ROW_CACHE_WRITE_THROUGH : ROW_CACHE_WRITE_BACK;
}

/* Rights by a three-bit AP field, privileged and unprivileged; the same in PMSAv6-M and PMSAv7,
 * but for the values that a version reserves. */
struct ap_rights {
	unsigned privileged;
	unsigned unprivileged;
};

/* Adds the right to execute, unless XN is set, for each side that may read. */
static inline void set_rights(struct row_view *view, struct ap_rights rights, bool xn)
{
	unsigned execute = xn ? 0 : LAYOUT_EXECUTE;
	view->privileged = rights.privileged;
	view->access = rights.unprivileged;
	if ((view->privileged & LAYOUT_READ) != 0)
		view->privileged |= execute;
	if ((view->access & LAYOUT_READ) != 0)
		view->access |= execute;
}

#endif
