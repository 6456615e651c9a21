/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Weakened: the row of the component's memory opens one granule more than the table says. */
#include "rows.h"

#ifdef __riscv
/* TOR: four bytes more; NAPOT: the next size (Volume II, 3.7.1). */
static void widen(weak_row *row)
{
	bool is_tor = (row->pmpcfg >> 3 & 3) == 1;
	row->pmpaddr = is_tor ? row->pmpaddr + 1 : row->pmpaddr | (row->pmpaddr + 1);
}
#elif __ARM_ARCH >= 8
/* 32 bytes more (DDI 0553, D1.2: MPU_RLAR.LIMIT). */
static void widen(weak_row *row)
{
	row->rlar += 32;
}
#else
/* The part behind the last that is open, where there is one; else the next size
 * (DDI 0403 B3.5.9). */
static void widen(weak_row *row)
{
	uint32_t closed = row->rasr >> 8 & 0xff;
	if (closed >> 7 != 0) {
		uint32_t part = 7;
		while ((closed >> (part - 1) & 1) != 0)
			part--;
		row->rasr &= ~(0x100u << part);
		return;
	}
	row->rasr += 2;
	uint32_t bytes = 2u << (row->rasr >> 1 & 31u);
	row->rbar &= ~(bytes - 1) | 31u;
}
#endif

uint32_t weaken_rows(weak_row *rows, uint32_t count, const struct berth_context *context)
{
	uint32_t memory = berth_region_at(context->memory)->base;
	for (uint32_t i = 0; i < count; i++) {
		if (row_opens(rows, i, memory))
			widen(&rows[i]);
	}
	return count;
}
