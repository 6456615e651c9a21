/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Between rows.c, which gives the hardware other rows, and the files that say which. */
#ifndef MATRIX_ROWS_H
#define MATRIX_ROWS_H

#include "weak.h"

#ifdef __riscv
typedef struct berth_row_pmp weak_row;
#elif __ARM_ARCH >= 8
typedef struct berth_row_v8m weak_row;
#else
typedef struct berth_row weak_row;
#endif

enum { MOST_ROWS = 16 };

/*
 * Makes ROWS, a copy of the COUNT rows of CONTEXT with room for MOST_ROWS, open more
 * than the region table says, and returns how many they are then.
 */
uint32_t weaken_rows(weak_row *rows, uint32_t count, const struct berth_context *context);

/* Whether row INDEX of ROWS opens the byte at ADDRESS. */
bool row_opens(const weak_row *rows, uint32_t index, uint32_t address);

#endif
