/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Protection left off: linked in front of the library, this takes the place of
 * the file that loads the MPU or PMP.  With it the attacks must succeed; if they
 * did not, the test would be unable to fail.
 */
#include "runtime/port.h"

bool berth_port_suits(const struct berth_regions_header *table)
{
	(void)table;
	return true;
}

void berth_port_protect(const void *rows, uint32_t count, uint32_t stack)
{
	(void)rows;
	(void)count;
	(void)stack;
#ifdef __riscv
	/* User mode may touch nothing until an entry says so: one opens everything. */
	__asm__ volatile("csrw pmpaddr0, %0\n\tcsrw pmpcfg0, %1" ::"r"(-1), "r"(0x1f));
#endif
}
