/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What enter.S keeps of a component that a trap has stopped. */
#ifndef BERTH_RISCV_SAVED_H
#define BERTH_RISCV_SAVED_H

/* Offsets in struct berth_saved, for enter.S: register N at 4 * N. */
#define SAVED_PC 0
#define SAVED_BYTES 128

#ifndef __ASSEMBLER__
#include <stdint.h>

/* a0 to a7 (RISC-V ELF psABI, "Integer Calling Convention"). */
#define BERTH_PORT_REGISTERS 8u

/* Where the stack pointer must be aligned to, in bytes (the same place). */
#define BERTH_PORT_STACK_ALIGN 16u

/* Bytes of a row: struct berth_row_pmp. */
#define BERTH_PORT_ROW_BYTES 8u

/* Whose tables the library takes, and what it is called. */
#define BERTH_PORT_NAME "rv32"
#define BERTH_PORT_TAKES(arch) ((arch) == BERTH_ARCH_RISCV)

/* The hardware stores nothing on the component's stack: all of it is here. */
struct berth_saved {
	uint32_t pc;	/* mepc */
	uint32_t x[31]; /* x1 (ra) to x31 */
};

_Static_assert(sizeof(struct berth_saved) == SAVED_BYTES, "enter.S knows the size");
#endif

#endif
