/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Loading the rows of a context (PMSAv7; DDI 0403 B3.5).  Privileged code has the
 * default memory map besides (MPU_CTRL.PRIVDEFENA, B3.5.6).
 *
 * The MPU is on while a component runs, and the runtime's: it remembers which
 * slots are open.  Otherwise only native code runs, for which the MPU being off
 * and on without rows is the same (B3.5.6), and which shall not pay for it.
 *
 * It is off while slots change.  Otherwise the new base would meet the
 * old attributes for an instant, and a slot that goes from memory to flash
 * would make the code that does it not executable.  Only privileged code,
 * this and interrupts, can run in between.
 */
#include <stddef.h>

#include "runtime/cortexm/registers.h"
#include "runtime/port.h"

static uint32_t loaded; /* slots from here up are closed */

static uint32_t slots(void)
{
	/* MPU_TYPE.DREGION, B3.5.5 */
	return (MPU_TYPE >> 8) & 0xffu;
}

/* RBAR says the slot (MPU_RBAR.VALID, B3.5.8): the table was checked for that. */
static inline void load(const struct berth_row *row, uint32_t count)
{
	/* Four at once, and what is left one by one: the registers have aliases for this (B3.5.1).
	 * lr is among those that hold them, so that it is kept with the others. */
	__asm__ volatile("	subs	%1, #4\n"
			 "	blo	2f\n"
			 "1:	ldm	%0!, {r4-r10, lr}\n"
			 "	stm	%2, {r4-r10, lr}\n"
			 "	subs	%1, #4\n"
			 "	bhs	1b\n"
			 "2:	adds	%1, #4\n"
			 "	beq	4f\n"
			 "3:	ldm	%0!, {r4, r5}\n"
			 "	stm	%2, {r4, r5}\n"
			 "	subs	%1, #1\n"
			 "	bne	3b\n"
			 "4:\n"
			 : "+l"(row), "+l"(count)
			 : "r"(&MPU_RBAR)
			 : "r4", "r5", "r6", "r7", "r8", "r9", "r10", "lr", "cc", "memory");
}

/* Closes the slots below END, down to COUNT. */
static __attribute__((noinline, cold)) void close(uint32_t end, uint32_t count)
{
	loaded = count;
	while (end > count) {
		MPU_RBAR = MPU_RBAR_VALID | --end;
		MPU_RASR = 0;
	}
}

void berth_port_protect(const void *rows, uint32_t count, uint32_t stack)
{
	(void)stack; /* the row that opens the data region ends there */
	__asm__ volatile("dmb" ::: "memory");
	MPU_CTRL = 0;
	load(rows, count);
	if (loaded != count)
		close(loaded, count);
	MPU_CTRL = MPU_CTRL_PRIVDEFENA | MPU_CTRL_ENABLE;
	/* No ISB: until the next one, or the next return from an exception, only native code runs,
	 * for which it makes no difference. */
	__asm__ volatile("dsb" ::: "memory");
}

bool berth_port_suits(const struct berth_regions_header *table)
{
	uint32_t most = slots();
	MPU_CTRL = 0;
	close(most, 0); /* any may be open */
	barrier();
	return most >= table->mpu_regions;
}
