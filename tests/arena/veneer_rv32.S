/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The source of the veneers for RV32; veneer_thumb.S says what it is for. */
	.option	norelax
	.option	norvc

	.macro	through_the_runtime
	lui	a4, %hi(arena)
	addi	a4, a4, %lo(arena)
	tail	berth_arena_realloc
	.endm

	.section .text.plain, "ax", %progbits
	.balign	4
	.global	veneer_plain
	.type	veneer_plain, %function
veneer_plain:
	through_the_runtime

	.section .text.bump, "ax", %progbits
	.balign	4
	.global	veneer_bump
	.type	veneer_bump, %function
veneer_bump:
	bnez	a1, call
	beqz	a3, call
	addi	t0, a2, -1
	ori	t1, a2, -8
	and	t1, t1, t0
	bnez	t1, call
	auipc	t2, 0
	lw	t0, 64(t2)	/* from the auipc to the words */
	neg	t1, a2
	lw	t3, 4(t0)
	and	t3, t3, t1
	sub	t4, t3, a3
	bltu	t3, a3, call
	sw	t3, 0(t0)
	sw	t4, 4(t0)
	lw	a0, 68(t2)
	sub	a0, a0, t3
	ret
call:	through_the_runtime
words:	.word	STATE
	.word	END
