/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Registers by number, and finding out whether a hart has one.
 *
 * References: RISC-V ISA Manual, Volume II, 2.1 (CSR numbers), 3.1.7 (mtvec), 3.7.1;
 * Volume I, 9.1 (csrrw).
 */
#include "runtime/riscv/csr.h"
#include "runtime/riscv/registers.h"

	.option	norelax
	.option	rvc	/* the return has two bytes */

	.equ	STEP, 6	/* bytes for each register */

/* uint32_t berth_register_swap(uint32_t number, uint32_t value) */
	.section .text.berth_register_swap, "ax", %progbits
	.balign	4
	.global	berth_register_swap
	.type	berth_register_swap, %function
berth_register_swap:
	slli	t0, a0, 1
	add	t0, t0, a0
	slli	t0, t0, 1	/* STEP * number */
	la	t1, list
	add	t1, t1, t0
	jr	t1
list:
	.irp	number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	csrrw	a0, pmpaddr\number, a1
	ret
	.endr
	.irp	number, 0, 1, 2, 3
	csrrw	a0, pmpcfg\number, a1
	ret
	.endr
	.irp	register, CSR_PMPCFG4, CSR_PMPCFG4 + 1, CSR_PMPCFG4 + 2, CSR_PMPCFG4 + 3, \
		CSR_PMPCFG4 + 4, CSR_PMPCFG4 + 5, CSR_PMPCFG4 + 6, CSR_PMPCFG4 + 7, \
		CSR_PMPCFG4 + 8, CSR_PMPCFG4 + 9, CSR_PMPCFG4 + 10, CSR_PMPCFG4 + 11, \
		CSR_MSECCFG, medeleg, mideleg, satp
	csrr	a0, \register
	ret
	.endr
	.if	. - list - STEP * REGISTERS
	.error	"the list is not the one of registers.h"
	.endif
	.size	berth_register_swap, . - berth_register_swap

/*
 * struct berth_probed berth_register_probe(uint32_t number)
 *
 * A trap of the one instruction is skipped; the function above changes neither
 * t3 to t6 nor a1.
 */
	.section .text.berth_register_probe, "ax", %progbits
	.balign	4
	.global	berth_register_probe
	.type	berth_register_probe, %function
berth_register_probe:
	csrrci	t3, mstatus, MSTATUS_MIE
	la	t4, skip
	csrrw	t4, mtvec, t4
	mv	t5, ra
	li	t6, 1
	li	a1, 0
	call	berth_register_swap
	csrw	mtvec, t4
	csrw	mstatus, t3
	mv	a1, t6
	jr	t5

	.balign	4	/* mtvec has no room for lower bits */
skip:
	csrr	t0, mepc
	addi	t0, t0, 4
	csrw	mepc, t0
	li	t6, 0
	li	a0, 0
	mret
	.size	berth_register_probe, . - berth_register_probe
