/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * For machine_mode.c: how a component is entered at its export, and resumed, in
 * machine mode (RISC-V ISA Manual, Volume II, 3.1.6.1: mret goes to the mode in MPP).
 */
#include "runtime/riscv/csr.h"
#include "runtime/riscv/saved.h"

	.option	norelax

	.section .text.berth.common.weak_raise, "ax", %progbits
	.balign	4
	.global	weak_raise
	.type	weak_raise, %function
weak_raise:
	ecall
	.size	weak_raise, . - weak_raise

/* void weak_resume(struct berth_saved *saved); as the end of berth_trap_handler, but for MPP */
	.section .text.weak_resume, "ax", %progbits
	.balign	4
	.global	weak_resume
	.type	weak_resume, %function
weak_resume:
	mv	sp, a0
	lw	t0, SAVED_PC(sp)
	csrw	mepc, t0
	li	t0, MSTATUS_MPP | MSTATUS_MPIE
	csrs	mstatus, t0
	addi	t0, sp, SAVED_BYTES
	csrw	mscratch, t0
	lw	ra, 4(sp)
	.set	at, 12
	.irp	register, gp, tp, t0, t1, t2, s0, s1, a0, a1, a2, a3, a4, a5, a6, a7, \
		s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, t3, t4, t5, t6
	lw	\register, at(sp)
	.set	at, at + 4
	.endr
	lw	sp, 8(sp)
	mret
	.size	weak_resume, . - weak_resume
