/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The board, as far as the examples need it: Arm MPS2 with the image AN385
 * (Cortex-M3), AN386 (M4) or AN500 (M7), which are QEMU's machines mps2-an385,
 * -an386 and -an500.
 */
#ifndef BOARD_H
#define BOARD_H

#include <stdint.h>

/* The first UART; on an505 and an547 where Secure code sees it. */
#if defined(MACHINE_AN505)
#define BOARD_UART0 0x50200000u
#elif defined(MACHINE_AN547)
#define BOARD_UART0 0x59303000u
#elif defined(MACHINE_VIRT)
#define BOARD_UART0 0x10000000u
#else /* mps2-an385, -an386, -an500 */
#define BOARD_UART0 0x40004000u
#endif

/* The program; its result is the exit status of the emulator: 0 good, else 1. */
int main(void);

/* Registers that nobody but native code may touch. */
#ifdef __riscv
#define BOARD_SYSTEM_NAME " timer (mtimecmp)"
#define BOARD_SYSTEM 0x02004000u
#else
#define BOARD_SYSTEM_NAME " MPU (MPU_CTRL)"
#define BOARD_SYSTEM 0xe000ed94u
#endif

/* Writing to UART0.  Bytes that are not printable ASCII are written as \xNN. */
void print(const char *text);
void print_bytes(const char *text, uint32_t length);
void print_hex(uint32_t value);	    /* 0x and eight digits */
void print_decimal(uint32_t value); /* as short as it gets */

/* Ends the emulation with this exit status: 0, or 1 for everything else. */
_Noreturn void board_exit(int status);

#endif
