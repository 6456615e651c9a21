/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Between board.c, which is the same everywhere, and the file of one kind of board. */
#ifndef BOARD_START_H
#define BOARD_START_H

/* After a reset, with a stack: fills .data and .bss, starts the console, runs main, ends. */
_Noreturn void board_start(void);

/* From the board: makes board_write work. */
void board_console(void);

/* From the board: one byte to the console. */
void board_write(char byte);

#endif
