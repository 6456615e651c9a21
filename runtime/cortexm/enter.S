/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Into a component and out of it; the parts that C cannot say.
 *
 * The main stack during a call:
 *
 *     native caller | r3-r11, lr | frames of handlers that run meanwhile
 *                                     ^ MSP while the component runs
 *
 * References: Armv7-M ARM (DDI 0403) B1.4.4 CONTROL, B1.5.6 exception entry,
 * B1.5.8 exception return (EXC_RETURN); AAPCS32 6.1.1 for what a callee saves.
 */
	.syntax unified
	.thumb

	.equ	CONTEXT_MEMORY_BASE, 16	/* struct berth_context; memory_size behind it */
	.equ	CONTEXT_GLOBALS, 24
	.equ	MPU_CTRL, 0xe000ed94
	.equ	CONTROL_UNPRIVILEGED_PSP, 3
	.equ	EXC_RETURN_SPSEL, 4
	.equ	EXC_RETURN_THREAD_MSP, 0xfffffff9
	.equ	EXC_RETURN_NO_FP, 16
	.equ	EXC_RETURN_S, 6	/* number of the bit; that of ES is 0 */
	.equ	EXC_RETURN_DCRS, 0x20	/* no more than the usual frame */
	.equ	XPSR_THUMB, 0x01000000
	.equ	FRAME_BYTES, 32
	.equ	SAVED_BYTES, 40	/* struct berth_saved */
	.equ	SAVED_EXC_RETURN, 36

/*
 * void berth_port_enter(const uint32_t *arguments, uint32_t stack, berth_export *function,
 *	const struct berth_context *context)
 *
 * Every register that the component finds is set here: its arguments, the
 * compiler's base registers, the address of its own function in r12; the rest
 * is zero.  All loads happen before privilege is dropped.  berth_port_protect has
 * waited for its own stores; what they say holds from the ISB on.  r3 is pushed
 * to keep the stack aligned.
 */
	.section .text.berth.common.enter, "ax", %progbits
	.balign	4
	.global	berth_port_enter
	.type	berth_port_enter, %function
	.thumb_func
berth_port_enter:
	push	{r3-r11, lr}
	msr	psp, r1
	mov	r12, r2
	ldrd	r11, r10, [r3, #CONTEXT_MEMORY_BASE]
	ldr	r9, [r3, #CONTEXT_GLOBALS]
	ldr	lr, =berth_return
	ldm	r0, {r0-r3}
	movs	r4, #CONTROL_UNPRIVILEGED_PSP
	msr	control, r4
	isb
	movs	r4, #0
	movs	r5, #0
	movs	r6, #0
	movs	r7, #0
	mov	r8, r4
	msr	apsr_nzcvq, r4
	bx	r12
	.pool
	.size	berth_port_enter, . - berth_port_enter

/* Where a component's export returns to, unprivileged: asks for the end of the call. */
	.section .text.berth.common.return, "ax", %progbits
	.balign	4
	.global	berth_return
	.type	berth_return, %function
	.thumb_func
berth_return:
	svc	#255
	udf	#0
	.size	berth_return, . - berth_return

/*
 * The two handlers.  What the exception has not stored of the component goes onto
 * the main stack as struct berth_saved.  C may put another component's state in its place.
 */
	.section .text.berth_handlers, "ax", %progbits
	.balign	4
	.global	berth_svcall_handler
	.type	berth_svcall_handler, %function
	.thumb_func
berth_svcall_handler:
	mrs	r1, psp
	push	{r1, r4-r11, lr}
	mov	r0, sp
	bl	berth_on_svcall	/* r1 is PSP */
	cbz	r0, leave
resume:
	pop	{r3-r11, lr}
	msr	psp, r3
	bx	lr
	.size	berth_svcall_handler, . - berth_svcall_handler

	.global	berth_fault_handler
	.type	berth_fault_handler, %function
	.thumb_func
berth_fault_handler:
	mrs	r3, psp
	push	{r3-r11, lr}
	mov	r0, sp
	bl	berth_on_fault
	cmp	r0, #0
	bne	resume

/*
 * Ends the call.  The component's frame on PSP is forgotten.  A frame on MSP,
 * made here, lets the exception return to left, privileged.  Nothing of
 * the component is in it; of its registers only pc and xPSR matter.
 *
 * The MPU goes off: only native code runs, which no row shall bind.  The stores of
 * the component are done, for the handlers began with a barrier; the exception
 * return is the barrier that CONTROL and the MPU need (DDI 0403, glossary:
 * context synchronization operation).
 */
leave:		/* r0 is 0 */
#if __ARM_ARCH >= 8
	ldr	r4, [sp, #SAVED_EXC_RETURN]
#endif
	add	sp, #SAVED_BYTES - FRAME_BYTES
	ldr	r1, =MPU_CTRL
	str	r0, [r1]
	adr	r2, left
	mov	r3, #XPSR_THUMB
	strd	r2, r3, [sp, #24]
	msr	control, r0
	dsb
#if __ARM_ARCH >= 8
	msr	psplim, r0
	bic	r4, r4, #EXC_RETURN_SPSEL
	orr	r4, r4, #EXC_RETURN_NO_FP + EXC_RETURN_DCRS
	bfi	r4, r4, #EXC_RETURN_S, #1	/* ES: a Secure exception returns to Secure code */
#else
	mvn	r4, #~EXC_RETURN_THREAD_MSP
#endif
	bx	r4
	.balign	4
left:	/* not a function: the address has no bit for Thumb, as in a frame */
	pop	{r3-r11, pc}
	.pool
	.size	berth_fault_handler, . - berth_fault_handler
