/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Weakened: where components see their own code only, one row opens the whole bank to each. */
#include "rows.h"

enum { BANK_BYTES = 512 * 1024 }; /* layout.yaml; at a multiple of it */

#ifdef __riscv
/* Volume II, 3.7.1: X; NAPOT, R and X. */
static bool is_code(const weak_row *row)
{
	return (row->pmpcfg & 4) != 0;
}

static void open_bank(weak_row *row)
{
	row->pmpaddr = (row->pmpaddr & ~(BANK_BYTES / 4 - 1u)) | (BANK_BYTES / 8 - 1u);
	row->pmpcfg = 0x1d;
}

/* Where entries lie over each other, the first counts. */
static void close_row(weak_row *row)
{
	(void)row;
}
#elif __ARM_ARCH >= 8
/* DDI 0553, D1.2: MPU_RBAR.XN, MPU_RLAR.LIMIT and EN. */
static bool is_code(const weak_row *row)
{
	return (row->rbar & 1u) == 0;
}

static void open_bank(weak_row *row)
{
	row->rbar &= ~(BANK_BYTES - 32u);
	row->rlar |= BANK_BYTES - 32u;
}

/* Where rows lie over each other, nothing is open. */
static void close_row(weak_row *row)
{
	row->rlar = 0;
}
#else
/* DDI 0403 B3.5.9: XN, SRD, SIZE. */
static bool is_code(const weak_row *row)
{
	return (row->rasr & 1u << 28) == 0;
}

static void open_bank(weak_row *row)
{
	row->rbar &= ~(BANK_BYTES - 32u);
	row->rasr = (row->rasr & 0xffff00c1u) | 18u << 1;
}

/* Where rows lie over each other, the last counts, and has the same rights. */
static void close_row(weak_row *row)
{
	(void)row;
}
#endif

uint32_t weaken_rows(weak_row *rows, uint32_t count, const struct berth_context *context)
{
	bool done = false;
	(void)context;
	for (uint32_t i = 0; i < count; i++) {
		if (!is_code(&rows[i]))
			continue;
		if (done)
			close_row(&rows[i]);
		else
			open_bank(&rows[i]);
		done = true;
	}
	return count;
}
