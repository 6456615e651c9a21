/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What an exception means: whose it is, why it came and where.
 *
 * A fault belongs to the component when the exception came from thread mode on
 * the process stack, which native code does not use during a call.  It then
 * ends the call.  Any other fault is the firmware's own and fatal.
 *
 * One instruction can raise several exceptions: an SVC with a bad stack pointer
 * pends SVCall and, from the stacking, MemManage.  Whichever is served first
 * ends the call and clears the others, so that none hits native code.
 */
#include <stddef.h>

#include "runtime/address.h"
#include "runtime/call.h"
#include "runtime/cortexm/handlers.h"
#include "runtime/cortexm/registers.h"
#include "runtime/table.h"

/* A stack limit can stop an instruction, and then the stacking for that exception, too. */
#define CFSR_STACKING (CFSR_MSTKERR | CFSR_MUNSTKERR | CFSR_STKERR | CFSR_UNSTKERR | CFSR_STKOF)

/*
 * What each status bit means; the first that is set is the reason.  That is in the upper
 * bits of the word, which CFSR leaves free.
 */
enum { REASON_BITS = 4 };
#define MEANS(bits, reason) ((bits) | (uint32_t)(reason) << (32 - REASON_BITS))
static const uint32_t meanings[] = {
	MEANS(CFSR_STKOF, BERTH_REASON_STACK),
	MEANS(CFSR_IACCVIOL, BERTH_REASON_EXECUTE),
	MEANS(CFSR_DACCVIOL, BERTH_REASON_DATA),
	MEANS(CFSR_IBUSERR | CFSR_PRECISERR | CFSR_IMPRECISERR, BERTH_REASON_BUS),
	MEANS(CFSR_UNDEFINSTR, BERTH_REASON_TRAP),
	MEANS(CFSR_DIVBYZERO, BERTH_REASON_DIVIDE),
	MEANS(CFSR_UNALIGNED, BERTH_REASON_UNALIGNED),
	MEANS(CFSR_INVSTATE | CFSR_INVPC | CFSR_NOCP, BERTH_REASON_INSTRUCTION),
};

/* Whether the exception stopped a component, on its stack, and not native code. */
static inline bool is_component(const struct berth_saved *saved)
{
	return berth_is_running() &&
	       (saved->exc_return & EXC_RETURN_THREAD_PSP) == EXC_RETURN_THREAD_PSP;
}

/*
 * Whether a Secure component has branched into the Non-secure state, which everyone
 * may (DDI 0553, C2.4: BXNS).  There it is on another stack, privileged perhaps, and
 * faults at its first instruction, for all memory is Secure while the SAU is off.
 */
static inline bool has_changed_state(const struct berth_saved *saved)
{
	return __ARM_ARCH >= 8 && berth_is_running() &&
	       (saved->exc_return & (EXC_RETURN_ES | EXC_RETURN_S)) == EXC_RETURN_ES;
}

/*
 * Whether what the exception stored is in the component's stack.  The component
 * chooses PSP: nobody may read there unchecked.
 */
static inline bool has_frame(uint32_t psp)
{
	const struct berth_context *context = berth_current()->context;
	/* The stack has room for a frame: the table was checked for that. */
	return psp - context->stack_base <= context->stack_size - sizeof(struct frame);
}

/* Only where has_frame says so. */
static inline struct frame *frame_of(uint32_t psp)
{
	return berth_bytes(psp, sizeof(struct frame));
}

/* Whether a branch or access between the security states was refused; forgets it. */
static bool is_security_fault(void)
{
#if __ARM_ARCH >= 8
	uint32_t status = SFSR;
	SFSR = status;
	return (status & SFSR_CALLS) != 0;
#else
	return false;
#endif
}

static enum berth_reason reason_of(uint32_t cfsr)
{
	for (uint32_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		if ((cfsr & meanings[i]) << REASON_BITS != 0)
			return (enum berth_reason)(meanings[i] >> (32 - REASON_BITS));
	}
	if (is_security_fault())
		return BERTH_REASON_EXECUTE;
	/* QEMU says FORCED of a breakpoint; nothing else that a component can do is forced
	 * to a hard fault without a bit in CFSR. */
	bool is_debug = (HFSR & (HFSR_DEBUGEVT | HFSR_FORCED)) != 0;
	return is_debug ? BERTH_REASON_BREAKPOINT : BERTH_REASON_UNKNOWN;
}

/* What the status registers say; the fault is native until somebody knows better. */
static void read_status(struct berth_fault *fault)
{
	uint32_t cfsr = CFSR;
	fault->context = BERTH_NONE;
	fault->reason = reason_of(cfsr);
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

__attribute__((cold)) enum berth_next berth_on_fault(struct berth_saved *saved)
{
	struct berth_fault *fault = &berth_running.fault;
	read_status(fault);
	bool has_changed = has_changed_state(saved);
	if (!has_changed && !is_component(saved))
		berth_fatal(fault);
	clear_status();
	if (has_changed) {
		/* The frame is on a stack of the other state. */
		fault->reason = BERTH_REASON_EXECUTE;
	} else if (!has_frame(saved->psp)) {
		fault->reason = BERTH_REASON_STACK;
	} else if ((fault->status & CFSR_STACKING) == 0) {
		/* A frame that the stacking did not write tells nothing. */
		fault->pc = frame_of(saved->psp)->pc;
		fault->pc_valid = true;
	}
	return berth_on_stop(saved);
}

enum berth_next berth_on_svcall(struct berth_saved *saved, uint32_t psp)
{
	barrier(); /* a write of the component that the bus refuses must show now, not later */
	if (!is_component(saved) || CFSR != 0 || !has_frame(psp))
		return berth_on_fault(saved);
	/* The number is the low byte of the instruction before the return address (A7.7.175). */
	uint32_t svc = frame_of(psp)->pc - 2;
	uint32_t number = *(const uint8_t *)berth_bytes(svc, 1);
	return number == BERTH_SERVICE_RETURN ? berth_on_return(saved, frame_of(psp)->registers.r)
					      : berth_on_service(number, svc, saved);
}

__attribute__((weak)) _Noreturn void berth_fatal(const struct berth_fault *fault)
{
	(void)fault;
	for (;;)
		__asm__ volatile("wfi");
}
