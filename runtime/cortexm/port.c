/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Cortex-M: exceptions, and the frame in which a component waits.
 *
 * References: Armv7-M ARM (DDI 0403) B1.5; the same holds for Armv8-M (DDI 0553
 * B3) where it has the same names.
 */
#include "runtime/port.h"

#include <stddef.h>

#include "runtime/address.h"
#include "runtime/cortexm/registers.h"

#define XPSR_THUMB (1u << 24)
#define XPSR_PADDED (1u << 9) /* a word was skipped to align the frame, B1.5.7 */

/* Where an export returns to, from enter.S. */
extern void berth_return(void);

void berth_port_start(const struct berth_regions_header *table)
{
	(void)table;
	/* Below every interrupt that has a priority: none waits for a gate or a fault. */
	SHPR1 |= SHPR1_FAULTS;
	SHPR2 |= SHPR2_SVCALL;
	CCR |= CCR_DIV_0_TRP | CCR_STKALIGN;
	CFSR = UINT32_MAX;
	HFSR = UINT32_MAX;
	SHCSR |= SHCSR_ENABLED;
	barrier();
}

static struct frame *frame_of(const struct berth_saved *saved)
{
	return berth_bytes(saved->psp, sizeof(struct frame));
}

void berth_port_begin(struct berth_saved *saved, const uint32_t *arguments, uint32_t stack,
	berth_export *function, const struct berth_context *context)
{
	saved->psp = stack - (uint32_t)sizeof(struct frame);
	for (uint32_t i = 0; i < 5; i++)
		saved->r4[i] = 0;
	saved->r4[5] = context->globals;
	saved->r4[6] = context->memory_size;
	saved->r4[7] = context->memory_base;
	uint32_t address = (uint32_t)(uintptr_t)function;
	struct frame *frame = frame_of(saved);
	frame->registers = *(const struct registers *)arguments;
	frame->r12 = address;
	frame->lr = (uint32_t)(uintptr_t)berth_return;
	frame->pc = address & ~1u;
	frame->xpsr = XPSR_THUMB;
}

uint32_t berth_port_stack(const struct berth_saved *saved)
{
	const struct frame *frame = frame_of(saved);
	uint32_t padding = (frame->xpsr & XPSR_PADDED) != 0 ? sizeof(uint32_t) : 0;
	return saved->psp + (uint32_t)sizeof(struct frame) + padding;
}
