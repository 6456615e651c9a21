/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What must come out of an attempt.  What is granted is decided here from the layout
 * alone: a component's own memory and data region for reading and writing, its
 * peripheral, and its code and what runs in every component for reading and
 * executing.  The rows that the hardware gets are not asked.
 */
#ifndef MATRIX_JUDGE_H
#define MATRIX_JUDGE_H

#include "matrix.h"

bool reads(enum operation operation);
bool jumps(enum operation operation);

bool is_flash(const struct target *target);

/* Whether one row opens the whole flash to everybody, for reading and executing. */
bool flash_is_shared(void);

/* Whether some of the bytes are those of who makes the access. */
bool owns_some(const struct attempt *attempt);

/* The character of the cell (main.c) for an attempt that ended with STATUS and *FAULT. */
char judge(
	const struct attempt *attempt, enum berth_status status, const struct berth_fault *fault);

/* What the first bytes must be when everything went as it should, and they were BEFORE; DONE: the
 * access was made. */
uint32_t expected_bytes(const struct attempt *attempt, bool done, uint32_t before);

#endif
