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
	barrier();
}

/* Loads the rows and looks whether the hardware holds each as it was written: bits that a part
 * does not have, such as PXN before Armv8.1-M, read as zero. */
static bool takes_rows(const struct berth_row_v8m *rows, uint32_t count)
{
	berth_port_protect(rows, count, 0);
	for (uint32_t i = 0; i < count; i++) {
		MPU_RNR = i;
		if (MPU_RBAR != rows[i].rbar || MPU_RLAR != rows[i].rlar)
			return false;
	}
	return true;
}

static bool takes_contexts(const struct berth_regions_header *table)
{
	for (uint32_t i = 0; i < table->context_count; i++) {
		const struct berth_context *context = berth_table_context(table, i);
		if (!takes_rows(berth_table_rows(table, context), context->row_count))
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
	bool good = takes_contexts(table);
	berth_port_protect(NULL, 0, 0);
	MPU_CTRL = 0; /* as when a component has left */
	barrier();
	return good;
}
