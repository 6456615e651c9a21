/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What entering, leaving and faulting share. */
#ifndef BERTH_ARMV7M_CALL_H
#define BERTH_ARMV7M_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "berth/berth.h"

/* The call that is running.  Thread mode sets it up, the handlers end it. */
struct berth_running {
	bool active;
	uint32_t context;
	uint32_t result;
	struct berth_fault fault; /* reason BERTH_REASON_NONE: returned by itself */
};

extern struct berth_running berth_running;

/* What enter.S loads; the order is known there. */
struct berth_entry {
	uint32_t arguments[BERTH_MOST_ARGUMENTS];
	uint32_t globals;     /* R9 */
	uint32_t memory_size; /* R10 */
	uint32_t memory_base; /* R11 */
	uint32_t stack_top;   /* PSP */
	berth_export *function;
};

/* Drops privilege, runs ENTRY, and comes back when a handler ends the call. */
void berth_enter(const struct berth_entry *entry);

#endif
