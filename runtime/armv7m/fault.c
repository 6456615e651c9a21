/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Faults: whose, why and where.
 *
 * A fault belongs to the component when the exception came from thread mode on
 * the process stack, which native code does not use during a call.  It then
 * ends the call.  Any other fault is the firmware's own and fatal.
 *
 * One instruction can raise several exceptions: an SVC with a bad stack pointer
 * pends SVCall and, from the stacking, MemManage.  Whichever is served first
 * ends the call and clears the others, so that none hits native code.
 */
#include "runtime/armv7m/fault.h"

#include <stddef.h>

#include "runtime/address.h"
#include "runtime/armv7m/call.h"
#include "runtime/boot.h"
#include "runtime/table.h"

#define CFSR_STACKING (CFSR_MSTKERR | CFSR_MUNSTKERR | CFSR_STKERR | CFSR_UNSTKERR)

/* What each status bit means; the first that is set is the reason. */
static const struct {
	uint32_t bit;
	enum berth_reason reason;
} reasons[] = {
	{CFSR_IACCVIOL, BERTH_REASON_EXECUTE},
	{CFSR_DACCVIOL, BERTH_REASON_DATA},
	{CFSR_IBUSERR | CFSR_PRECISERR | CFSR_IMPRECISERR, BERTH_REASON_BUS},
	{CFSR_UNDEFINSTR, BERTH_REASON_TRAP},
	{CFSR_DIVBYZERO, BERTH_REASON_DIVIDE},
	{CFSR_UNALIGNED, BERTH_REASON_UNALIGNED},
	{CFSR_INVSTATE | CFSR_INVPC | CFSR_NOCP, BERTH_REASON_INSTRUCTION},
};

void berth_faults_enable(void)
{
	/* Below every interrupt that has a priority: none waits for a gate or a fault. */
	SHPR1 |= SHPR1_FAULTS;
	SHPR2 |= SHPR2_SVCALL;
	CCR |= CCR_DIV_0_TRP | CCR_STKALIGN;
	CFSR = UINT32_MAX;
	HFSR = UINT32_MAX;
	SHCSR |= SHCSR_ENABLED;
	barrier();
}

bool berth_is_component(uint32_t exc_return)
{
	return berth_running.active && (exc_return & EXC_RETURN_FROM) == EXC_RETURN_THREAD_PSP;
}

struct frame *berth_frame(uint32_t psp)
{
	const struct berth_context *context = berth_context_at(berth_running.context);
	if (!berth_within(psp, sizeof(struct frame), context->stack_base, context->stack_size))
		return NULL;
	return berth_bytes(psp, sizeof(struct frame));
}

static enum berth_reason reason_of(uint32_t cfsr, uint32_t hfsr)
{
	for (uint32_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if ((cfsr & reasons[i].bit) != 0)
			return reasons[i].reason;
	}
	/* QEMU says FORCED of a breakpoint; nothing else that a component can do is forced
	 * to a hard fault without a bit in CFSR. */
	bool is_debug = (hfsr & (HFSR_DEBUGEVT | HFSR_FORCED)) != 0;
	return is_debug ? BERTH_REASON_BREAKPOINT : BERTH_REASON_UNKNOWN;
}

/* What the status registers say; the fault is native until somebody knows better. */
static void read_status(struct berth_fault *fault)
{
	uint32_t cfsr = CFSR;
	fault->context = BERTH_NONE;
	fault->reason = reason_of(cfsr, HFSR);
	/* Some cores have one register for both: read before the valid bits are cleared. */
	fault->address = (cfsr & CFSR_MMARVALID) != 0 ? MMFAR : BFAR;
	fault->address_valid = (cfsr & (CFSR_MMARVALID | CFSR_BFARVALID)) != 0;
	fault->pc = 0;
	fault->pc_valid = false;
	fault->status = cfsr;
}

/* Forgets the faults of the component, and what it has pending. */
static void clear_status(void)
{
	SHCSR &= ~SHCSR_PENDED;
	CFSR = UINT32_MAX;
	HFSR = UINT32_MAX;
	barrier();
}

void berth_stop(enum berth_reason reason, uint32_t pc)
{
	struct berth_fault *fault = &berth_running.fault;
	read_status(fault);
	fault->context = berth_running.context;
	fault->reason = reason;
	fault->pc = pc;
	fault->pc_valid = true;
}

void berth_on_fault(uint32_t exc_return, uint32_t psp)
{
	struct berth_fault *fault = &berth_running.fault;
	read_status(fault);
	if (!berth_is_component(exc_return))
		berth_fatal(fault);
	clear_status();
	fault->context = berth_running.context;
	/* A frame that the stacking did not write tells nothing. */
	const struct frame *frame = berth_frame(psp);
	if (frame == NULL) {
		fault->reason = BERTH_REASON_STACK;
	} else if ((fault->status & CFSR_STACKING) == 0) {
		fault->pc = frame->pc;
		fault->pc_valid = true;
	}
}

__attribute__((weak)) _Noreturn void berth_fatal(const struct berth_fault *fault)
{
	(void)fault;
	for (;;)
		__asm__ volatile("wfi");
}
