/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What a component may try, one function each.  Entry as from the compiler:
 * r0-r3 arguments, r9 globals, r10 size of the memory, r11 its base.
 */
#include "places.h"

	.syntax unified
	.thumb
	.text

	.macro	guest name
	.balign	4
	.global	\name
	.type	\name, %function
	.thumb_func
\name:
	.endm

/* --- what a good component does ------------------------------------------------ */

	guest guest_echo	/* r0 + 2 r1 + 3 r2 + 4 r3 */
	add	r0, r0, r1, lsl #1
	add	r0, r0, r2
	add	r0, r0, r2, lsl #1
	add	r0, r0, r3, lsl #2
	bx	lr

	guest guest_registers	/* r0-r8, r12, sp, lr, flags into the memory at 0x100 */
	add	r11, r11, #0x100
	stm	r11, {r0-r8}
	str	r12, [r11, #36]
	str	sp, [r11, #40]
	str	lr, [r11, #44]
	mrs	r0, apsr
	str	r0, [r11, #48]
	sub	r11, r11, #0x100
	strd	r9, r10, [r11, #0x134]
	str	r11, [r11, #0x13c]
	bx	lr

	guest guest_clobber	/* everything that a callee should have saved */
	ldr	r4, =0xbadbad00
	mov	r5, r4
	mov	r6, r4
	mov	r7, r4
	mov	r8, r4
	mov	r9, r4
	mov	r10, r4
	mov	r11, r4
	mov	r12, r4
	mov	r1, r4
	mov	r2, r4
	mov	r3, r4
	bx	lr

	guest guest_peek
	ldr	r0, [r11, r0]
	bx	lr

	guest guest_poke
	str	r1, [r11, r0]
	bx	lr

	guest guest_add		/* through a gate; r4 and r12 must survive it */
	push	{r4, lr}
	ldr	r4, =0x12345678
	bl	gate_add
	ldr	r1, =0x12345678
	cmp	r4, r1
	it	ne
	movne	r0, #0
	pop	{r4, pc}

	guest guest_allocate	/* (size) from the arena of alpha, with the native veneer's call */
	push	{r4, lr}
	mov	r3, r0
	movs	r0, #0
	movs	r1, #0
	movs	r2, #8
	ldr	r4, =alpha_arena
	str	r4, [sp, #-8]!
	bl	berth_arena_realloc
	add	sp, #8
	pop	{r4, pc}

	guest guest_spin	/* until the word at r0 in the memory changes */
	ldr	r1, [r11, r0]
1:	ldr	r2, [r11, r0]
	cmp	r1, r2
	beq	1b
	movs	r0, #1
	bx	lr

	guest guest_words	/* r0 + 2 r1 + 3 r2 + 4 r3 + 5, 6 ... times four words of the stack */
	add	r0, r0, r1, lsl #1
	add	r0, r0, r2
	add	r0, r0, r2, lsl #1
	add	r0, r0, r3, lsl #2
	movs	r1, #5
1:	sub	r2, r1, #5
	ldr	r2, [sp, r2, lsl #2]
	mla	r0, r1, r2, r0
	adds	r1, #1
	cmp	r1, #9
	bne	1b
	mov	r1, sp
	tst	r1, #7
	it	ne
	movne	r0, #0
	bx	lr

	guest guest_wide	/* 64 bits: the arguments, exchanged */
	mov	r2, r0
	mov	r0, r1
	mov	r1, r2
	bx	lr

/* --- calls of other components, and gates that look at pointers -------------------- */

	/* Does svc NUMBER with every register known that must survive it: 0xbad if one does not. */
	.macro	careful number
	push	{r4-r11, lr}
	mov	r4, #4
	mov	r5, #5
	mov	r6, #6
	mov	r7, sp
	mov	r8, #8
	svc	#\number
	sub	r4, r4, #4
	sub	r5, r5, #5
	orr	r4, r4, r5
	sub	r6, r6, #6
	orr	r4, r4, r6
	mov	r5, sp
	subs	r7, r7, r5
	orr	r4, r4, r7
	sub	r8, r8, #8
	orr	r4, r4, r8
	ldr	r5, [sp, #20]
	eor	r5, r5, r9
	orr	r4, r4, r5
	ldr	r5, [sp, #24]
	eor	r5, r5, r10
	orr	r4, r4, r5
	ldr	r5, [sp, #28]
	eor	r5, r5, r11
	orrs	r4, r4, r5
	it	ne
	movwne	r0, #0xbad
	pop	{r4-r11, pc}
	.endm

	guest guest_six	/* (a, b, pointer, count) */
	push	{r4, lr}
	push	{r2, r3}
	movs	r2, #3
	movs	r3, #4
	svc	#SVC_SIX
	add	sp, #8
	pop	{r4, pc}

	guest guest_six_odd	/* the same with the stack at an odd word */
	push	{r4, r5, lr}
	push	{r2, r3}
	movs	r2, #3
	movs	r3, #4
	svc	#SVC_SIX
	add	sp, #8
	pop	{r4, r5, pc}

	guest guest_six_stack	/* with the stack words just behind its stack */
	sub	r3, r9, #(GLOBALS - STACK_SIZE)
	mov	sp, r3
	movs	r2, #3
	movs	r3, #4
	svc	#SVC_SIX
	udf	#0

	guest guest_beta_words	/* (a, b, c, d), and 5, 6 on the stack */
	push	{r4, lr}
	movs	r4, #6
	push	{r3, r4}
	movs	r4, #5
	str	r4, [sp]
	bl	guest_beta_svc
	add	sp, #8
	pop	{r4, pc}
guest_beta_svc:
	svc	#SVC_BETA_WORDS
	bx	lr

	guest guest_beta_careful
	careful	SVC_BETA_WORDS

	guest guest_beta_spoils
	careful	SVC_BETA_SPOILS

	guest guest_beta_spoils_caught
	careful	SVC_BETA_SPOILS_CAUGHT

	guest guest_beta_caught_reason	/* the second word of that */
	svc	#SVC_BETA_SPOILS_CAUGHT
	mov	r0, r1
	bx	lr

	guest guest_beta_back
	careful	SVC_BETA_BACK

	guest guest_beta_back_caught
	careful	SVC_BETA_BACK_CAUGHT

	guest guest_beta_stack
	svc	#SVC_BETA_STACK
	bx	lr

	guest guest_beta_stack_caught
	svc	#SVC_BETA_STACK_CAUGHT
	bx	lr

	guest guest_beta_recurses
	svc	#SVC_BETA_RECURSES
	bx	lr

	guest guest_spoil	/* changes its memory, then traps */
	movs	r0, #1
	str	r0, [r11, #0x20]
	udf	#0

	guest guest_back
	svc	#SVC_ALPHA
	bx	lr

	guest guest_back_caught	/* the answer, and the reason */
	svc	#SVC_ALPHA_CAUGHT
	add	r0, r0, r1
	bx	lr

	guest guest_svc_bytes
	svc	#SVC_BYTES
	bx	lr

	guest guest_svc_halves
	svc	#SVC_HALVES
	bx	lr

	guest guest_svc_fixed
	svc	#SVC_FIXED
	bx	lr

/* --- traps and faults ----------------------------------------------------------- */

	guest guest_trap
	udf	#0

	guest guest_divide
	movs	r0, #0
	udiv	r0, r0, r0
	bx	lr

	guest guest_unaligned
	add	r0, r11, #2
	ldrd	r0, r1, [r0]
	bx	lr

	guest guest_recurse
	push	{r0-r8, lr}
	b	guest_recurse

	guest guest_jump	/* to r0, with the Thumb bit as given */
	bx	r0

	guest guest_jump_memory	/* to its own memory: bytes that it could have written */
	ldr	r0, =0x47704770	/* bx lr, twice */
	str	r0, [r11]
	orr	r0, r11, #1
	bx	r0

#if __ARM_ARCH >= 8
	guest guest_bxns	/* to r0 in the Non-secure state, perhaps privileged there */
	bxns	r0

	guest guest_blxns	/* the same with a way back on the stack */
	blxns	r0
	bx	lr

	guest guest_limit	/* the stack limit, after trying to change it */
	movs	r0, #0
	msr	psplim, r0
	mrs	r0, psplim
	bx	lr
#endif

	guest guest_breakpoint
	bkpt	#0

	guest guest_semihosting	/* a debugger's service: end the emulation */
	mov	r0, #0x18
	ldr	r1, =0x20026
	bkpt	#0xab
	bx	lr

	guest guest_svc_waits
	svc	#SVC_WAITS
	bx	lr

	guest guest_svc_beyond
	svc	#SVC_BEYOND
	bx	lr

	guest guest_svc_high
	svc	#254
	bx	lr

	guest guest_svc_beta
	svc	#SVC_BETA_ONLY
	bx	lr

	guest guest_svc_refuses
	svc	#SVC_REFUSES
	bx	lr

	guest guest_svc_calls
	svc	#SVC_CALLS
	bx	lr

/* --- attempts at privilege ------------------------------------------------------- */

	guest guest_return_twice	/* the second return must never run, nor the store between */
	movs	r0, #7
	svc	#255
	movs	r1, #1
	str	r1, [r11, #0x200]
	movs	r0, #8
	svc	#255

	guest guest_privilege	/* CONTROL | PRIMASK << 8 | BASEPRI << 16 | MSP, after trying to change them */
	movs	r0, #0
	msr	control, r0
	isb
	cpsid	i
	cpsid	f
	movs	r0, #0x20
	msr	basepri, r0
	ldr	r0, =0x20000000
	msr	msp, r0
	mrs	r0, control
	mrs	r1, primask
	orr	r0, r0, r1, lsl #8
	mrs	r1, basepri
	orr	r0, r0, r1, lsl #16
	mrs	r1, msp
	orr	r0, r0, r1
	bx	lr

	guest guest_stack_svc	/* stack pointer to r0, then each kind of exception */
	mov	sp, r0
	svc	#255

	guest guest_stack_gate
	mov	sp, r0
	movs	r0, #1
	movs	r1, #2
	svc	#SVC_ADD
	mov	r0, sp
	svc	#255

	guest guest_stack_trap
	mov	sp, r0
	udf	#0

	guest guest_stack_data
	mov	sp, r0
	movs	r1, #0
	ldr	r1, [r1, #-4]	/* 0xfffffffc */
	svc	#255

	guest guest_stack_breakpoint
	mov	sp, r0
	bkpt	#0

	guest guest_stack_interrupt	/* waits for an interrupt to find the stack pointer */
	mov	sp, r0
	b	.

	.pool

/* --- native: calls berth_call(ALPHA, guest_clobber) with known r4-r11 ------------- */

	guest native_keeps	/* 0 when all of them are as before */
	push	{r4-r11, lr}
	sub	sp, #12
	ldr	r4, =0x44444444
	add	r5, r4, #1
	add	r6, r4, #2
	add	r7, r4, #3
	add	r8, r4, #4
	add	r9, r4, #5
	add	r10, r4, #6
	add	r11, r4, #7
	movs	r1, #0
	str	r1, [sp]
	ldr	r0, =clobber_entry
	movs	r2, #0
	movs	r3, #0
	bl	berth_call
	ldr	r1, =0x44444444
	eors	r4, r1
	orrs	r0, r4
	adds	r1, #1
	eors	r5, r1
	orrs	r0, r5
	adds	r1, #1
	eors	r6, r1
	orrs	r0, r6
	adds	r1, #1
	eors	r7, r1
	orrs	r0, r7
	adds	r1, #1
	eor	r8, r8, r1
	orr	r0, r0, r8
	adds	r1, #1
	eor	r9, r9, r1
	orr	r0, r0, r9
	adds	r1, #1
	eor	r10, r10, r1
	orr	r0, r0, r10
	adds	r1, #1
	eor	r11, r11, r1
	orr	r0, r0, r11
	add	sp, #12
	pop	{r4-r11, pc}
	.pool

	.section .rodata.clobber_entry, "a", %progbits
	.balign	4
clobber_entry:	/* struct berth_entry */
	.word	ALPHA
	.word	guest_clobber
