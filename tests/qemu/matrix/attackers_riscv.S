/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What attacker.wat does, for RISC-V, where the compiler has no calls by index.
 * Entry as from the compiler: a0 and a1 arguments, s11 base of the memory.  Code
 * holds no state, so that all six components have the same.
 */
	.option	norelax
	.text

	.macro	of component, name
	.global	\component\()_\name
	.type	\component\()_\name, %function
\component\()_\name:
	.endm

	.macro	export name
	.balign	4
	of	alpha, \name
	of	bravo, \name
	of	charlie, \name
	of	delta, \name
	of	echo, \name
	of	foxtrot, \name
	.endm

	export	read8
	add	a0, a0, s11
	lbu	a0, 0(a0)
	ret

	export	read16
	add	a0, a0, s11
	lhu	a0, 0(a0)
	ret

	export	read32
	add	a0, a0, s11
	lw	a0, 0(a0)
	ret

	export	write8
	add	a0, a0, s11
	sb	a1, 0(a0)
	li	a0, 0
	ret

	export	write16
	add	a0, a0, s11
	sh	a1, 0(a0)
	li	a0, 0
	ret

	export	write32
	add	a0, a0, s11
	sw	a1, 0(a0)
	li	a0, 0
	ret

	export	jump		/* to a0, by a word of the memory, with a1 as both arguments */
	addi	sp, sp, -16
	sw	ra, 0(sp)
	sw	a0, 0(s11)
	lw	t1, 0(s11)
	mv	a0, a1
	jalr	t1
	lw	ra, 0(sp)
	addi	sp, sp, 16
	ret

	export	by_index	/* function a2 of the table, with a0 and a1 */
	la	t1, table
	slli	a2, a2, 2
	add	t1, t1, a2
	lw	t1, 0(t1)
	jr	t1

	export	give_to_sum
	j	sum_bytes

	export	give_to_fill
	j	fill_bytes

/* What no component may execute: the registers of the protection (Volume II, 3.7.1). */
	.macro	register number, instruction:vararg
	.balign	4
	.global	matrix_register_\number
matrix_register_\number:
	\instruction
	ret
	.endm

	register 0, csrr a0, pmpcfg0
	register 1, csrw pmpcfg0, zero
	register 2, csrr a0, pmpaddr0
	register 3, csrw pmpaddr0, zero

	.section .rodata.table, "a", %progbits
	.balign	4
table:	.word	0, alpha_read8, alpha_read16, alpha_read32, alpha_write8, alpha_write16, alpha_write32
