/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Into a component and out of it; the parts that C cannot say.
 *
 * The native stack while a component runs:
 *
 *     native caller | what native code needs back |
 *                                                 ^ mscratch
 *
 * mscratch is zero while native code runs, so that the first instruction of the
 * handler tells whose trap it is.  It takes the native stack from there and
 * nothing from the component.
 *
 * References: RISC-V ISA Manual, Volume II, 3.1.6.1 (mret), 3.1.7 (mtvec), 3.1.13
 * (mscratch); RISC-V ELF psABI, "Register Convention".
 */
#include "runtime/riscv/csr.h"
#include "runtime/riscv/saved.h"

	.equ	NATIVE_GP, 4
	.equ	NATIVE_TP, 8
	.equ	NATIVE_S0, 12	/* to s11 */
	.equ	NATIVE_STATUS, 60
	.equ	NATIVE_BYTES, 64

/* No relaxation against gp: it is the component's word in parts of this file. */
	.option	norelax

/* s0 to s11, and others that have numbers without a gap, at OFFSET. */
	.macro	each op, offset, registers:vararg
	.set	at, \offset
	.irp	register, \registers
	\op	\register, at(sp)
	.set	at, at + 4
	.endr
	.endm

/*
 * void berth_port_enter(const uint32_t *arguments, uint32_t stack, berth_export *function,
 *	const struct berth_context *context)
 *
 * A component begins like one that another has called: with the registers that
 * berth_port_begin makes, a struct berth_saved on the native stack.
 */
	.section .text.berth_handlers, "ax", %progbits
	.balign	4
	.global	berth_port_enter
	.type	berth_port_enter, %function
berth_port_enter:
	addi	sp, sp, -NATIVE_BYTES
	each	sw, 0, ra, gp, tp, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11
	csrrci	t0, mstatus, MSTATUS_MIE
	sw	t0, NATIVE_STATUS(sp)
	addi	sp, sp, -SAVED_BYTES
	mv	a4, a3
	mv	a3, a2
	mv	a2, a1
	mv	a1, a0
	mv	a0, sp
	call	berth_port_begin
	j	resume
	.size	berth_port_enter, . - berth_port_enter

/* Where a component's export returns to, in user mode: asks for the end of the call. */
	.section .text.berth.common.return, "ax", %progbits
	.balign	4
	.global	berth_return
	.type	berth_return, %function
berth_return:
	li	t0, 255
	ecall
	unimp
	.size	berth_return, . - berth_return

/*
 * For mtvec in direct mode.  A component's registers all go to a struct
 * berth_saved on the native stack; native code keeps those that C preserves.
 */
	.section .text.berth_handlers, "ax", %progbits
	.balign	4	/* mtvec has no room for lower bits */
	.global	berth_trap_handler
	.type	berth_trap_handler, %function
berth_trap_handler:
	csrrw	sp, mscratch, sp
	beqz	sp, native
	addi	sp, sp, -SAVED_BYTES
	sw	ra, 4(sp)
	each	sw, 12, gp, tp, t0, t1, t2, s0, s1, a0, a1, a2, a3, a4, a5, a6, a7, \
		s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, t3, t4, t5, t6
	csrrw	t0, mscratch, zero	/* a trap from here on is native */
	sw	t0, 8(sp)
	csrr	t0, mepc
	sw	t0, SAVED_PC(sp)
	lw	gp, (SAVED_BYTES + NATIVE_GP)(sp)
	lw	tp, (SAVED_BYTES + NATIVE_TP)(sp)
	mv	a0, sp
	call	berth_on_trap
	bnez	a0, leave
resume:
	lw	t0, SAVED_PC(sp)
	csrw	mepc, t0
	li	t0, MSTATUS_MPP
	csrc	mstatus, t0
	li	t0, MSTATUS_MPIE
	csrs	mstatus, t0
	addi	t0, sp, SAVED_BYTES
	csrw	mscratch, t0
	lw	ra, 4(sp)
	each	lw, 12, gp, tp, t0, t1, t2, s0, s1, a0, a1, a2, a3, a4, a5, a6, a7, \
		s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, t3, t4, t5, t6
	lw	sp, 8(sp)
	mret

/* The component's registers are forgotten; back to the caller of berth_port_enter. */
leave:
	addi	sp, sp, SAVED_BYTES
	each	lw, 0, ra, gp, tp, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11
	lw	t0, NATIVE_STATUS(sp)
	addi	sp, sp, NATIVE_BYTES
	csrw	mstatus, t0
	ret

/* A trap of native code: an interrupt, or the end. */
native:
	csrrw	sp, mscratch, sp	/* as they were: the stack, and zero */
	addi	sp, sp, -80
	each	sw, 0, ra, t0, t1, t2, a0, a1, a2, a3, a4, a5, a6, a7, t3, t4, t5, t6
	csrr	t0, mepc
	sw	t0, 64(sp)
	csrr	t0, mstatus
	sw	t0, 68(sp)
	call	berth_on_native_trap
	lw	t0, 64(sp)
	csrw	mepc, t0
	lw	t0, 68(sp)
	csrw	mstatus, t0
	each	lw, 0, ra, t0, t1, t2, a0, a1, a2, a3, a4, a5, a6, a7, t3, t4, t5, t6
	addi	sp, sp, 80
	mret
	.size	berth_trap_handler, . - berth_trap_handler
