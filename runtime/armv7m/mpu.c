/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Loading the rows of a context.
 *
 * The MPU is off while slots change.  Otherwise the new base would meet the
 * old attributes for an instant, and a slot that goes from memory to flash
 * would make the code that does it not executable.  Only privileged code,
 * this and interrupts, can run in between.
 */
#include "runtime/armv7m/mpu.h"

#include "runtime/armv7m/registers.h"

uint32_t berth_mpu_slots(void)
{
	return (MPU_TYPE >> 8) & 0xffu;
}

static void write_slot(uint32_t slot, uint32_t rbar, uint32_t rasr)
{
	MPU_RNR = slot;
	MPU_RBAR = rbar;
	MPU_RASR = rasr;
}

void berth_mpu_load(const struct berth_row *rows, uint32_t count)
{
	__asm__ volatile("dmb" ::: "memory");
	MPU_CTRL = 0;
	for (uint32_t slot = berth_mpu_slots(); slot-- > 0;)
		write_slot(slot, 0, 0);
	for (uint32_t i = 0; i < count; i++)
		write_slot(rows[i].rbar & MPU_RBAR_REGION, rows[i].rbar, rows[i].rasr);
	MPU_CTRL = MPU_CTRL_PRIVDEFENA | MPU_CTRL_ENABLE;
	barrier();
}
