/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the components of the benchmark do: nothing, or nothing through a gate N times. */
#include "gates.h"

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

	guest guest_return
	bx	lr

	/* Four instructions for each round besides the SVC. */
	.macro	rounds name, number
	guest	\name
	mov	r4, r0
	cbz	r4, 2f
1:	movs	r0, #64
	movs	r1, #4
	svc	#\number
	subs	r4, #1
	bne	1b
2:	bx	lr
	.endm

	rounds	guest_gates, SVC_NOTHING
	rounds	guest_pointers, SVC_POINTER
	rounds	guest_calls, SVC_OTHER
