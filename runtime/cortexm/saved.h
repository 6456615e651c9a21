/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What enter.S keeps of a component that an exception has stopped. */
#ifndef BERTH_CORTEXM_SAVED_H
#define BERTH_CORTEXM_SAVED_H

#include <stdint.h>

/* r0 to r3 (AAPCS32 6.4). */
#define BERTH_PORT_REGISTERS 4u

/* Where the stack pointer must be aligned to, in bytes (AAPCS32 6.2.1.2). */
#define BERTH_PORT_STACK_ALIGN 8u

/* Bytes of a row: struct berth_row, struct berth_row_v8m. */
#define BERTH_PORT_ROW_BYTES 8u

/* Whose tables the library takes, and what it is called. */
#if __ARM_ARCH >= 8
#define BERTH_PORT_NAME "armv8m"
#define BERTH_PORT_TAKES(arch) ((arch) == BERTH_ARCH_ARMV8M || (arch) == BERTH_ARCH_ARMV8_1M)
#else
#define BERTH_PORT_NAME "armv7m"
#define BERTH_PORT_TAKES(arch) ((arch) == BERTH_ARCH_ARMV7M)
#endif

/*
 * The rest is in the exception frame at PSP.  Whoever reads that frame has
 * compared PSP with the component's stack before.
 */
struct berth_saved {
	uint32_t psp;
	uint32_t r4[8]; /* to r11 */
	uint32_t exc_return;
};

/* r0 to r3 are the first words of the frame (DDI 0403 B1.5.6). */
#ifdef __arm__
#define berth_port_registers(saved) ((uint32_t *)(uintptr_t)(saved)->psp)
#include "runtime/cortexm/may_enter.h"
#endif

#endif
