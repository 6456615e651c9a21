/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Loading the rows of a context (PMSAv7; DDI 0403 B3.5).  Privileged code has the
 * default memory map besides (MPU_CTRL.PRIVDEFENA, B3.5.6).
 *
 * The MPU is off while slots change.  Otherwise the new base would meet the
 * old attributes for an instant, and a slot that goes from memory to flash
 * would make the code that does it not executable.  Only privileged code,
 * this and interrupts, can run in between.
 */
#include "runtime/cortexm/registers.h"
#include "runtime/port.h"

static uint32_t slots(void)
{
	/* MPU_TYPE.DREGION, B3.5.5 */
	return (MPU_TYPE >> 8) & 0xffu;
}

static void write_slot(uint32_t slot, uint32_t rbar, uint32_t rasr)
{
	MPU_RNR = slot;
	MPU_RBAR = rbar;
	MPU_RASR = rasr;
}

void berth_port_protect(const void *rows, uint32_t count, uint32_t stack)
{
	const struct berth_row *row = rows;
	(void)stack; /* the row that opens the data region ends there */
	__asm__ volatile("dmb" ::: "memory");
	MPU_CTRL = 0;
	for (uint32_t slot = slots(); slot-- > 0;)
		write_slot(slot, 0, 0);
	for (uint32_t i = 0; i < count; i++)
		write_slot(row[i].rbar & MPU_RBAR_REGION, row[i].rbar, row[i].rasr);
	MPU_CTRL = MPU_CTRL_PRIVDEFENA | MPU_CTRL_ENABLE;
	barrier();
}

bool berth_port_suits(const struct berth_regions_header *table)
{
	return slots() >= table->mpu_regions;
}
