/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The runtime's public interface: booting, calling a component, and what a
 * fault says.
 *
 * A component is native code that runs unprivileged, sees only what the rows
 * of its context open, and may do anything there: the runtime trusts neither
 * its registers nor its stack nor its memory.  docs/runtime.md tells what the
 * firmware must provide and what is trusted.
 */
#ifndef BERTH_BERTH_H
#define BERTH_BERTH_H

#include <stdbool.h>
#include <stdint.h>

#include "berth/arena.h"
#include "berth/regions.h"

enum berth_status {
	BERTH_DONE = 0,
	BERTH_FAULTED,	       /* the component faulted; the record says how */
	BERTH_ERROR_TABLE,     /* no good region table, or berth_boot has not succeeded */
	BERTH_ERROR_HARDWARE,  /* no MPU, or fewer slots than the table needs */
	BERTH_ERROR_INIT,      /* a record of .berth.init lies outside of its component */
	BERTH_ERROR_CONTEXT,   /* no such context */
	BERTH_ERROR_ARGUMENTS, /* more arguments than registers for them */
	BERTH_ERROR_MODE,      /* called where a component cannot be entered from */
	BERTH_ERROR_BUSY,      /* another call is running */
};

/* Why a component was stopped. */
enum berth_reason {
	BERTH_REASON_NONE = 0,
	BERTH_REASON_DATA,	  /* read or wrote what no row of its context opens */
	BERTH_REASON_EXECUTE,	  /* jumped to what is not its code */
	BERTH_REASON_STACK,	  /* its stack pointer left its stack */
	BERTH_REASON_BUS,	  /* the bus refused the access, or system registers were touched */
	BERTH_REASON_TRAP,	  /* undefined instruction: every trap of WebAssembly code */
	BERTH_REASON_DIVIDE,	  /* division by zero */
	BERTH_REASON_UNALIGNED,	  /* an access that the hardware cannot do unaligned */
	BERTH_REASON_INSTRUCTION, /* no Thumb state, or a coprocessor that is not there */
	BERTH_REASON_GATE,	  /* SVC with a number that it may not use, or a gate refused */
	BERTH_REASON_BREAKPOINT,  /* BKPT with no debugger */
	BERTH_REASON_UNKNOWN,	  /* hard fault without a cause in the status registers */
};

struct berth_fault {
	uint32_t context; /* index; BERTH_NONE: native code faulted */
	enum berth_reason reason;
	uint32_t address; /* accessed; only when address_valid */
	uint32_t pc;	  /* of the instruction; only when pc_valid */
	bool address_valid;
	bool pc_valid;
	uint32_t status; /* the hardware's own word: CFSR on Armv7-M (DDI 0403 B3.2.15) */
};

/*
 * A component's export, whatever its C prototype: cast it to this type.  It is
 * called with the words of its arguments in r0 to r3 and returns one in r0
 * (Procedure Call Standard for the Arm Architecture, AAPCS32 6.4, 6.5).
 */
typedef void berth_export(void);

/*
 * Prepares everything: checks the region table (symbol berth_regions), zeroes
 * the memories and data regions, applies the records between __berth_init_start
 * and __berth_init_end, turns the MPU on with the default map for privileged
 * code, and enables the fault exceptions and the trap on division by zero.
 * SVCall, MemManage, BusFault and UsageFault get the lowest priority.
 *
 * Call it from privileged thread mode, after .data and .bss of the native
 * program are in place and before any other function of this header.  Calling
 * it again starts all components anew.
 *
 * BERTH_ERROR_TABLE, BERTH_ERROR_HARDWARE, BERTH_ERROR_INIT: every call of a
 * component is then refused.  BERTH_ERROR_BUSY, from a gate: nothing has changed.
 */
enum berth_status berth_boot(void);

enum { BERTH_MOST_ARGUMENTS = 4 };

/*
 * Runs FUNCTION as the component CONTEXT, with the COUNT words at ARGUMENTS,
 * and comes back when it returns or faults.  *RESULT (may be NULL) is the word
 * it returned, 0 when it faulted; *FAULT (may be NULL) is filled when
 * BERTH_FAULTED is returned, and untouched otherwise.
 *
 * The result is the component's word and worth nothing until it is checked: an
 * offset goes through berth_memory.  A component that faulted was left in the
 * middle of what it did; call berth_restart before the next call.
 *
 * BERTH_ERROR_MODE: not in thread mode, privileged, on the main stack, or
 * PRIMASK, FAULTMASK or BASEPRI is set, so that the exceptions that end a call
 * could not be taken (DDI 0403 B1.5.4), or CPACR opens the floating-point
 * registers to unprivileged code.  BERTH_ERROR_BUSY, _CONTEXT, _ARGUMENTS,
 * _TABLE as above; nothing has run then.
 */
enum berth_status berth_call(uint32_t context, berth_export *function, const uint32_t *arguments,
	uint32_t count, uint32_t *result, struct berth_fault *fault);

/*
 * Puts the memories and the data region of CONTEXT into the state they had
 * after berth_boot: globals, initial data, function table, an empty arena.
 * BERTH_ERROR_CONTEXT, BERTH_ERROR_INIT, BERTH_ERROR_BUSY during a call.
 */
enum berth_status berth_restart(uint32_t context);

/*
 * The SIZE bytes from OFFSET of the memory that the pointers of CONTEXT
 * address; NULL when they do not all lie in it.  Not aligned in general.
 * Every offset that a component hands out must go through here.
 */
void *berth_memory(uint32_t context, uint32_t offset, uint32_t size);

/* The arena of CONTEXT, in flash; NULL when it has none or does not exist. */
const struct berth_arena *berth_arena_of(uint32_t context);

/* Entry INDEX of the region table, in flash; NULL beyond its end and before berth_boot. */
const struct berth_context *berth_context_at(uint32_t index);
const struct berth_region *berth_region_at(uint32_t index);

/*
 * Gates: natives that need privilege.
 *
 * The import is served by a stub of two instructions (BERTH_GATE), which runs
 * in the component and does SVC with the number of the gate.  The runtime
 * checks number and context and calls RUN in handler mode, privileged, on the
 * main stack, with the caller's context and its r0 to r3.  RUN leaves its
 * result in registers[0] ([1]: upper half of a 64-bit one) and returns true;
 * false ends the component's call with BERTH_REASON_GATE.
 *
 * The registers are the component's words: offsets among them go through
 * berth_memory.  Interrupts above the lowest priority preempt a gate.
 */
struct berth_gate {
	bool (*run)(uint32_t context, uint32_t registers[4]);
	uint32_t contexts; /* bit N: context N may use it; BERTH_ALL_CONTEXTS: everyone */
};

#define BERTH_ALL_CONTEXTS 0xffffffffu
#define BERTH_MOST_GATES 255u /* SVC 255 is the return of a component */

/* Provided by the firmware; gate N is entry N. */
extern const struct berth_gate berth_gates[];
extern const uint32_t berth_gate_count;

/* Defines the function NAME as the stub of gate NUMBER, a literal or a macro of one, 0 to 254. */
#define BERTH_GATE(name, number) BERTH_GATE_STUB(name, number)
#define BERTH_GATE_STUB(name, number)                                                              \
	__asm__(".pushsection .text.berth.gate." #name ", \"ax\", %progbits\n"                     \
		"	.balign 4\n"                                                                     \
		"	.thumb\n"                                                                        \
		"	.global " #name "\n"                                                       \
		"	.type " #name ", %function\n"                                              \
		"	.thumb_func\n" #name ":\n"                                                 \
		"	svc " #number "\n"                                                         \
		"	bx lr\n"                                                                         \
		"	.size " #name ", . - " #name "\n"                                          \
		"	.popsection\n")

/*
 * For the vector table: SVCall (11); and HardFault (3), MemManage (4),
 * BusFault (5), UsageFault (6) (DDI 0403 B1.5.2).
 */
void berth_svcall_handler(void);
void berth_fault_handler(void);

/*
 * Called, in handler mode, when native code faulted or did an SVC: there is
 * nobody to return to.  The firmware may define it; the default waits forever.
 */
_Noreturn void berth_fatal(const struct berth_fault *fault);

/* Few words for REASON, for a log; never NULL. */
const char *berth_reason_text(enum berth_reason reason);

#endif
