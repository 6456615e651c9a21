/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Calls and jumps found in the code of a linked image (thumb.h, rv32.h). */
#ifndef BERTH_CODE_CALL_H
#define BERTH_CODE_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct code_call {
	uint64_t address; /* of the instruction */
	uint32_t target;
	bool links; /* it leaves a return address, and is no jump */
};

/* Starts as all zero; the list is freed with free. */
struct code_calls {
	struct code_call *list;
	size_t count;
	size_t capacity;
};

/* False, unreported, when memory ran out. */
bool code_calls_add(struct code_calls *calls, struct code_call call);

#endif
