/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The source of the veneers for Thumb in elfbind/veneer.c, where each instruction is
 * explained.  tests/cli/veneer.bats compares the bytes; tests/qemu/runtime/arena.c
 * runs the second one.
 *
 *     arena   a struct berth_arena          STATE   the address of its state
 *                                           END     offset of its end in the memory
 */
	.syntax	unified
	.thumb

	.macro	through_the_runtime
	movw	ip, #:lower16:arena
	movt	ip, #:upper16:arena
	push	{ip, lr}
	bl	berth_arena_realloc
	pop	{ip, pc}
	.endm

	.section .text.plain, "ax", %progbits
	.balign	4
	.global	veneer_plain
	.type	veneer_plain, %function
	.thumb_func
veneer_plain:
	through_the_runtime

	.section .text.bump, "ax", %progbits
	.balign	4
	.global	veneer_bump
	.type	veneer_bump, %function
	.thumb_func
veneer_bump:
	cbnz	r1, call
	cbz	r3, call
	subs	r0, r2, #1
	orn	ip, r2, #7
	tst	ip, r0
	bne	call
	ldrd	ip, r2, words
	ldr	r1, [ip, #4]
	bics	r1, r0
	subs	r3, r1, r3
	bcc	full
	strd	r1, r3, [ip]
	subs	r0, r2, r1
	bx	lr
full:	subs	r3, r1, r3
	adds	r2, r0, #1
	movs	r1, #0
call:	through_the_runtime
words:	.word	STATE
	.word	END
