/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Loading the rows of a context on Armv8-M (PMSAv8; DDI 0553, D1.2: MPU_TYPE,
 * MPU_CTRL, MPU_RNR, MPU_RBAR, MPU_RLAR, MPU_MAIR0).  Privileged code has the default
 * memory map besides (MPU_CTRL.PRIVDEFENA).
 *
 * The MPU is off while slots change: where a new row and an old one overlap,
 * every access faults, and the code that does it has none of its own.  Only
 * privileged code, this and interrupts, can run in between.
 *
 * PSPLIM is a second fence at the lower end of the stack (DDI 0553, D1.2:
 * PSPLIM): an instruction that would move the stack pointer beyond it faults
 * before anything is written.
 */
#include <stddef.h>

#include "runtime/cortexm/registers.h"
#include "runtime/port.h"
#include "runtime/table.h"

static uint32_t slots(void)
{
	/* MPU_TYPE.DREGION */
	return (MPU_TYPE >> 8) & 0xffu;
}

static void write_slot(uint32_t slot, uint32_t rbar, uint32_t rlar)
{
	MPU_RNR = slot;
	MPU_RBAR = rbar;
	MPU_RLAR = rlar;
}

void berth_port_protect(const void *rows, uint32_t count, uint32_t stack)
{
	const struct berth_row_v8m *row = rows;
	__asm__ volatile("dmb" ::: "memory");
	MPU_CTRL = 0;
	for (uint32_t slot = slots(); slot-- > 0;) {
		bool is_open = slot < count;
		write_slot(slot, is_open ? row[slot].rbar : 0, is_open ? row[slot].rlar : 0);
	}
	__asm__ volatile("msr psplim, %0" ::"r"(stack));
	MPU_CTRL = MPU_CTRL_PRIVDEFENA | MPU_CTRL_ENABLE;
	/* No ISB: until the next one, or the next return from an exception, only native code runs,
	 * for which it makes no difference. */
	__asm__ volatile("dsb" ::: "memory");
}

/*
 * Whether the hardware holds every row as it is written: bits that a part does not
 * have, such as PXN before Armv8.1-M, read as zero.  All slots are alike, so that
 * one is enough.
 */
static bool takes_rows(const struct berth_regions_header *table)
{
	const void *first = (const uint8_t *)table + table->rows;
	const struct berth_row_v8m *row = first;
	for (uint32_t count = table->row_count; count > 0; count--, row++) {
		write_slot(0, row->rbar, row->rlar);
		if (MPU_RBAR != row->rbar || MPU_RLAR != row->rlar)
			return false;
	}
	return true;
}

bool berth_port_suits(const struct berth_regions_header *table)
{
	/* Where Secure code shares the part with Non-secure code, its components could branch
	 * there (BXNS) and be privileged. */
	bool is_shared = (SAU_CTRL & (SAU_CTRL_ENABLE | SAU_CTRL_ALLNS)) != 0;
	if (is_shared || slots() < table->mpu_regions)
		return false;
	MPU_CTRL = 0;
	MPU_MAIR0 = table->target[BERTH_TARGET_MAIR0];
	MPU_MAIR1 = table->target[BERTH_TARGET_MAIR1];
	bool good = takes_rows(table);
	berth_port_protect(NULL, 0, 0);
	MPU_CTRL = 0; /* as when a component has left */
	barrier();
	return good;
}
