/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* One attempt: made, judged, and what it changed put back. */
#ifndef MATRIX_ATTEMPT_H
#define MATRIX_ATTEMPT_H

#include "matrix.h"

/* Calls FUNCTION in the component ATTACKER, as berth_call does. */
enum berth_status call_as(uint32_t attacker, berth_export *function, const uint32_t arguments[3],
	uint32_t *result, struct berth_fault *fault);

/* Makes *ATTEMPT, whose value is chosen here; the character of the cell (main.c). */
char try(struct attempt *attempt);

/* The word at a native address. */
uint32_t word_at(uint32_t address);

#endif
