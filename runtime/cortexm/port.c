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
	berth_port_protect(NULL, 0, 0);
}

/* Thread mode, privileged, on MSP, and nothing masked that a call needs to end. */
bool berth_port_may_enter(void)
{
	uint32_t masks = READ_SPECIAL(primask) | READ_SPECIAL(faultmask) | READ_SPECIAL(basepri);
	uint32_t control = READ_SPECIAL(control) & (CONTROL_NPRIV | CONTROL_SPSEL);
	return READ_SPECIAL(ipsr) == 0 && control == 0 && masks == 0 &&
	       (CPACR & CPACR_CP10_UNPRIVILEGED) == 0;
}

static struct frame *frame_of(const struct berth_saved *saved)
{
	return berth_bytes(saved->psp, sizeof(struct frame));
}

void berth_port_begin(struct berth_saved *saved, const struct berth_start *start)
{
	saved->psp = start->stack - (uint32_t)sizeof(struct frame);
	for (uint32_t i = 0; i < 5; i++)
		saved->r4[i] = 0;
	saved->r4[5] = start->globals;
	saved->r4[6] = start->memory_size;
	saved->r4[7] = start->memory_base;
	uint32_t function = (uint32_t)(uintptr_t)start->function;
	struct frame *frame = frame_of(saved);
	for (uint32_t i = 0; i < BERTH_PORT_REGISTERS; i++)
		frame->registers[i] = start->arguments[i];
	frame->r12 = function;
	frame->lr = (uint32_t)(uintptr_t)berth_return;
	frame->pc = function & ~1u;
	frame->xpsr = XPSR_THUMB;
}

uint32_t berth_port_stack(const struct berth_saved *saved)
{
	const struct frame *frame = frame_of(saved);
	uint32_t padding = (frame->xpsr & XPSR_PADDED) != 0 ? sizeof(uint32_t) : 0;
	return saved->psp + (uint32_t)sizeof(struct frame) + padding;
}
