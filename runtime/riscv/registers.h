/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The registers of the PMP, and others that tell whether this hart is what a table
 * is for, by a number of our own: the number of a CSR is part of the instruction,
 * so that each has instructions in a list (registers.S).  Machine mode only.
 */
#ifndef BERTH_RISCV_REGISTERS_H
#define BERTH_RISCV_REGISTERS_H

/* In the order of the list. */
#define REGISTER_PMPADDR0 0 /* and those of the entries behind */
#define REGISTER_PMPCFG0 16 /* and the next three */
#define REGISTER_READ_ONLY 20
#define REGISTER_PMPCFG4 20 /* to pmpcfg15: entries that are not the runtime's */
#define REGISTER_MSECCFG 32
#define REGISTER_MEDELEG 33
#define REGISTER_MIDELEG 34
#define REGISTER_SATP 35
#define REGISTERS 36

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>

/*
 * Writes VALUE into register NUMBER, below REGISTERS, and returns what it held;
 * from REGISTER_READ_ONLY on it only reads.  The hart has the register.
 */
uint32_t berth_register_swap(uint32_t number, uint32_t value);

struct berth_probed {
	uint32_t value; /* 0 where there is no such register */
	bool is_there;
};

/* What register NUMBER, which this hart may not have, holds; 0 is in it then, unless it is only
 * read.  Interrupts are off meanwhile; mtvec is kept. */
struct berth_probed berth_register_probe(uint32_t number);
#endif

#endif
