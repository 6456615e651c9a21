/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What no component may execute: instructions for the registers of the protection
 * (RISC-V ISA Manual, Volume II, 3.7.1).  Every component can jump to them.
 */
	.macro	register number, instruction:vararg
	.section .text.matrix_register_\number, "ax", %progbits
	.balign	4
	.global	matrix_register_\number
	.type	matrix_register_\number, %function
matrix_register_\number:
	\instruction
	ret
	.size	matrix_register_\number, . - matrix_register_\number
	.endm

	register 0, csrr a0, pmpcfg0
	register 1, csrw pmpcfg0, zero
	register 2, csrr a0, pmpaddr0
	register 3, csrw pmpaddr0, zero
