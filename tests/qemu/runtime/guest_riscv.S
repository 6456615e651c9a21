/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What a component may try on RISC-V, one function each.  Entry as from the
 * compiler: a0-a7 arguments, s11 base of the memory.
 */
#include "places.h"

	.option	norelax
	.text

	.macro	guest name
	.balign	4
	.global	\name
	.type	\name, %function
\name:
	.endm

	/* Asks for gate NUMBER. */
	.macro	gate number
	li	t0, \number
	ecall
	.endm

/* --- what a good component does ------------------------------------------------ */

	guest guest_echo	/* a0 + 2 a1 + 3 a2 + 4 a3 */
	slli	a1, a1, 1
	add	a0, a0, a1
	add	a0, a0, a2
	slli	a2, a2, 1
	add	a0, a0, a2
	slli	a3, a3, 2
	add	a0, a0, a3
	ret

	guest guest_registers	/* x1 to x31 into the memory from 0x104 */
	sw	ra, 0x104(s11)
	sw	sp, 0x108(s11)
	sw	gp, 0x10c(s11)
	sw	tp, 0x110(s11)
	sw	t0, 0x114(s11)
	sw	t1, 0x118(s11)
	sw	t2, 0x11c(s11)
	sw	s0, 0x120(s11)
	sw	s1, 0x124(s11)
	sw	a0, 0x128(s11)
	sw	a1, 0x12c(s11)
	sw	a2, 0x130(s11)
	sw	a3, 0x134(s11)
	sw	a4, 0x138(s11)
	sw	a5, 0x13c(s11)
	sw	a6, 0x140(s11)
	sw	a7, 0x144(s11)
	sw	s2, 0x148(s11)
	sw	s3, 0x14c(s11)
	sw	s4, 0x150(s11)
	sw	s5, 0x154(s11)
	sw	s6, 0x158(s11)
	sw	s7, 0x15c(s11)
	sw	s8, 0x160(s11)
	sw	s9, 0x164(s11)
	sw	s10, 0x168(s11)
	sw	s11, 0x16c(s11)
	sw	t3, 0x170(s11)
	sw	t4, 0x174(s11)
	sw	t5, 0x178(s11)
	sw	t6, 0x17c(s11)
	li	a0, 0
	ret

	guest guest_clobber	/* everything but the way back */
	.irp	register, gp, tp, t0, t1, t2, s0, s1, a0, a1, a2, a3, a4, a5, a6, a7, s2, s3, s4, s5, \
		s6, s7, s8, s9, s10, s11, t3, t4, t5, t6
	li	\register, 0xbad
	.endr
	ret

	guest guest_peek
	add	t0, s11, a0
1:	lw	a0, 0(t0)
	ret

	guest guest_poke
	add	t0, s11, a0
1:	sw	a1, 0(t0)
	ret

	guest guest_add		/* through a gate; s0, t1 and a7 must survive it */
	addi	sp, sp, -16
	sw	ra, 0(sp)
	sw	s0, 4(sp)
	li	s0, 0x12345678
	li	t1, 0x1234
	li	a7, 0x4321
	call	gate_add
	li	a1, 0x12345678
	bne	s0, a1, 1f
	li	a1, 0x1234
	bne	t1, a1, 1f
	li	a1, 0x4321
	beq	a7, a1, 2f
1:	li	a0, 0
2:	lw	s0, 4(sp)
	lw	ra, 0(sp)
	addi	sp, sp, 16
	ret

	guest guest_allocate	/* (size) from the arena of alpha, as the native veneer would */
	mv	a3, a0
	li	a0, 0
	li	a1, 0
	li	a2, 8
	lui	a4, %hi(alpha_arena)
	addi	a4, a4, %lo(alpha_arena)
	tail	berth_arena_realloc

	guest guest_spin	/* until the word at a0 in the memory changes */
	add	a0, a0, s11
	lw	a1, 0(a0)
1:	lw	a2, 0(a0)
	beq	a1, a2, 1b
	li	a0, 1
	ret

	.set	factor, 1

	guest guest_words	/* a0 + 2 a1 + ... + 8 a7; 0 when the stack is not aligned */
	.irp	argument, a1, a2, a3, a4, a5, a6, a7
	.set	factor, factor + 1
	li	t1, factor
	mul	\argument, \argument, t1
	add	a0, a0, \argument
	.endr
	andi	t0, sp, 15
	beqz	t0, 1f
	li	a0, 0
1:	ret

	guest guest_many	/* words 9 to 12, on the stack: the first and twice, three, four times the next */
	lw	a0, 0(sp)
	lw	a1, 4(sp)
	lw	a2, 8(sp)
	lw	a3, 12(sp)
	andi	t0, sp, 15
	beqz	t0, guest_echo
	li	a0, 0
	ret

	guest guest_wide	/* 64 bits: the arguments, exchanged */
	mv	a2, a0
	mv	a0, a1
	mv	a1, a2
	ret

/* --- calls of other components, and gates that look at pointers -------------------- */

	/* Asks for gate NUMBER with every register known that must survive it: 0xbad if one does not. */
	.macro	careful number
	addi	sp, sp, -64
	sw	ra, 0(sp)
	sw	s0, 4(sp)
	.set	value, 0x100
	.irp	register, ra, gp, tp, t1, t2, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, t3, t4, t5, t6, a7
	li	\register, value
	.set	value, value + 1
	.endr
	sw	sp, 8(sp)
	sw	s11, 12(sp)
	gate	\number
	.set	value, 0x100
	.irp	register, ra, gp, tp, t1, t2, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, t3, t4, t5, t6, a7
	li	t0, value
	bne	\register, t0, 1f
	.set	value, value + 1
	.endr
	lw	t0, 8(sp)
	bne	t0, sp, 1f
	lw	t0, 12(sp)
	beq	t0, s11, 2f
1:	li	a0, 0xbad
2:	lw	s0, 4(sp)
	lw	ra, 0(sp)
	addi	sp, sp, 64
	ret
	.endm

	guest guest_six	/* (a, b, pointer, count) */
	mv	a4, a2
	mv	a5, a3
	li	a2, 3
	li	a3, 4
	gate	SVC_SIX
	ret

	guest guest_beta_words	/* (a, b, c, d), 5, 6 */
	li	a4, 5
	li	a5, 6
	gate	SVC_BETA_WORDS
	ret

	guest guest_beta_careful
	careful	SVC_BETA_WORDS

	guest guest_beta_spoils
	careful	SVC_BETA_SPOILS

	guest guest_beta_spoils_caught
	careful	SVC_BETA_SPOILS_CAUGHT

	guest guest_beta_caught_reason	/* the second word of that */
	gate	SVC_BETA_SPOILS_CAUGHT
	mv	a0, a1
	ret

	guest guest_beta_back
	careful	SVC_BETA_BACK

	guest guest_beta_back_caught
	careful	SVC_BETA_BACK_CAUGHT

	guest guest_beta_stack
	gate	SVC_BETA_STACK
	ret

	guest guest_beta_stack_caught
	gate	SVC_BETA_STACK_CAUGHT
	ret

	guest guest_beta_recurses
	gate	SVC_BETA_RECURSES
	ret

	guest guest_spoil	/* changes its memory, then traps */
	li	a0, 1
	sw	a0, 0x20(s11)
	ebreak

	guest guest_back
	gate	SVC_ALPHA
	ret

	guest guest_back_caught	/* the answer, and the reason */
	gate	SVC_ALPHA_CAUGHT
	add	a0, a0, a1
	ret

	guest guest_svc_bytes
	gate	SVC_BYTES
	ret

	guest guest_svc_halves
	gate	SVC_HALVES
	ret

	guest guest_svc_fixed
	gate	SVC_FIXED
	ret

/* --- traps and faults ----------------------------------------------------------- */

	guest guest_trap
	ebreak

	guest guest_unimplemented
	unimp

	guest guest_zeros	/* what erased memory reads as on many parts */
	.half	0
	ret

	guest guest_recurse
	addi	sp, sp, -48
	sw	ra, 44(sp)
	j	guest_recurse

	guest guest_jump	/* to a0 */
	jr	a0

	guest guest_jump_memory	/* to its own memory: bytes that it could have written */
	li	a0, 0x8082	/* c.ret */
	sw	a0, 0(s11)
	jr	s11

	guest guest_svc_waits
	gate	SVC_WAITS
	ret

	guest guest_svc_beyond
	gate	SVC_BEYOND
	ret

	guest guest_svc_high
	gate	-1
	ret

	guest guest_svc_beta
	gate	SVC_BETA_ONLY
	ret

	guest guest_svc_refuses
	gate	SVC_REFUSES
	ret

	guest guest_svc_calls
	gate	SVC_CALLS
	ret

/* --- attempts at privilege ------------------------------------------------------- */

	guest guest_return_twice	/* the second return must never run, nor the store between */
	li	a0, 7
	gate	255
	li	a1, 1
	sw	a1, 0x200(s11)
	li	a0, 8
	gate	255

	guest guest_read_status
	csrr	a0, mstatus
	ret

	guest guest_write_trap_vector
	csrw	mtvec, zero
	ret

	guest guest_write_entry
	csrw	pmpcfg0, zero
	ret

	guest guest_write_scratch
	csrw	mscratch, zero
	ret

	guest guest_mret
	mret

	guest guest_sret
	sret

	guest guest_wait	/* gives up the processor: no harm */
	wfi
	li	a0, 1
	ret

	guest guest_float	/* whose registers hold nobody else's */
	.word	0x00000053	/* fadd.s ft0, ft0, ft0 */
	ret

	guest guest_stack_svc	/* stack pointer to a0, then each kind of trap */
	mv	sp, a0
	li	a0, 5
	gate	255

	guest guest_stack_gate
	mv	sp, a0
	li	a0, 1
	li	a1, 2
	gate	SVC_ADD
	gate	255

	guest guest_stack_trap
	mv	sp, a0
	ebreak

	guest guest_stack_data
	mv	sp, a0
	sw	zero, 0(zero)
	ret

	guest guest_stack_push
	mv	sp, a0
	sw	ra, -4(sp)
	ret

	guest guest_stack_interrupt	/* waits for an interrupt to find the stack pointer */
	mv	sp, a0
	mv	a0, a1
	j	guest_spin_here
guest_spin_here:
	add	a0, a0, s11
	lw	a1, 0(a0)
1:	lw	a2, 0(a0)
	beq	a1, a2, 1b
	li	a0, 1
	gate	255

/* --- native: calls berth_call with known registers ----------------------------------- */

	guest native_keeps	/* 0 when all that a callee saves are as before */
	addi	sp, sp, -64
	.set	place, 0
	.irp	register, ra, gp, tp, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11
	sw	\register, place(sp)
	.set	place, place + 4
	.endr
	.set	value, 0x440
	.irp	register, tp, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11
	li	\register, value
	.set	value, value + 1
	.endr
	lui	a0, %hi(clobber_entry)
	addi	a0, a0, %lo(clobber_entry)
	li	a1, 0
	li	a2, 0
	li	a3, 0
	li	a4, 0
	call	berth_call
	.set	value, 0x440
	.irp	register, tp, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11
	xori	\register, \register, value
	or	a0, a0, \register
	.set	value, value + 1
	.endr
	lw	t0, 4(sp)
	xor	t0, t0, gp
	or	a0, a0, t0
	.set	place, 0
	.irp	register, ra, gp, tp, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11
	lw	\register, place(sp)
	.set	place, place + 4
	.endr
	addi	sp, sp, 64
	ret

	.section .rodata.clobber_entry, "a", %progbits
	.balign	4
clobber_entry:	/* struct berth_entry */
	.word	ALPHA
	.word	guest_clobber
