/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The board, as far as the examples need it: Arm MPS2 with the image AN385
 * (Cortex-M3), AN386 (M4) or AN500 (M7), which are QEMU's machines mps2-an385,
 * -an386 and -an500.
 */
#ifndef BOARD_H
#define BOARD_H

#include <stdint.h>

#define BOARD_UART0 0x40004000u

/* The program; its result is the exit status of the emulator: 0 good, else 1. */
int main(void);

/* Writing to UART0.  Bytes that are not printable ASCII are written as \xNN. */
void print(const char *text);
void print_bytes(const char *text, uint32_t length);
void print_hex(uint32_t value);	    /* 0x and eight digits */
void print_decimal(uint32_t value); /* as short as it gets */

/* Ends the emulation with this exit status: 0, or 1 for everything else. */
_Noreturn void board_exit(int status);

#endif
