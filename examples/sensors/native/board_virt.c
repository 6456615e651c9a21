/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Start-up, console and end of a firmware on QEMU's machine virt (RISC-V, 32
 * bits, -bios none), in machine mode.
 *
 * Sources: QEMU 7.2, docs/system/riscv/virt and hw/riscv/virt.c for the memory map;
 * 16550 UART data sheet (National Semiconductor PC16550D), line status register;
 * QEMU hw/misc/sifive_test.c for the way to end; RISC-V ELF psABI for gp.
 */
#include "board.h"

#include "board_start.h"

#define UART0 0x10000000u
#define UART_DATA (*(volatile uint8_t *)(UART0 + 0))
#define UART_STATUS (*(volatile uint8_t *)(UART0 + 5))
#define UART_STATUS_EMPTY 0x20u

#define FINISHER (*(volatile uint32_t *)0x00100000u)
#define FINISHER_PASS 0x5555u
#define FINISHER_FAIL 0x3333u

void board_reset(void);

/* The stack pointer, then C; every hart but the first waits. */
__attribute__((naked, section(".vectors"), used)) void board_reset(void)
{
	/* A linker that has the symbol shortens code by gp. */
	__asm__ volatile(".weak __global_pointer$\n\t"
			 ".option push\n\t"
			 ".option norelax\n\t"
			 "lui gp, %hi(__global_pointer$)\n\t"
			 "addi gp, gp, %lo(__global_pointer$)\n\t"
			 ".option pop\n\t"
			 "csrr t0, mhartid\n"
			 "1: bnez t0, 1b\n\t"
			 "la sp, __berth_stack_top\n\t"
			 "j board_start");
}

void board_console(void)
{
}

void board_write(char byte)
{
	while ((UART_STATUS & UART_STATUS_EMPTY) == 0)
		;
	UART_DATA = (uint8_t)byte;
}

_Noreturn void board_exit(int status)
{
	FINISHER = status == 0 ? FINISHER_PASS : 1u << 16 | FINISHER_FAIL;
	for (;;)
		__asm__ volatile("wfi");
}
