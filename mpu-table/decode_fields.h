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
