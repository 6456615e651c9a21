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

#ifdef __cplusplus
#define BERTH_NORETURN [[noreturn]]
extern "C" {
#else
#define BERTH_NORETURN _Noreturn
#endif

enum berth_status {
	BERTH_DONE = 0,
	BERTH_FAULTED,	       /* the component faulted; the record says how */
	BERTH_ERROR_TABLE,     /* no good region table, one for another library, or no boot */
	BERTH_ERROR_HARDWARE,  /* no MPU, or fewer slots than the table needs */
	BERTH_ERROR_INIT,      /* a record of .berth.init lies outside of its component */
	BERTH_ERROR_CONTEXT,   /* no such context */
	BERTH_ERROR_ARGUMENTS, /* more argument words than there is room for */
	BERTH_ERROR_MODE,      /* called where a component cannot be entered from */
	BERTH_ERROR_BUSY,      /* another call is running */
	BERTH_ERROR_GATES,     /* an entry of berth_gates contradicts itself or the table */
	BERTH_ERROR_ARENA,     /* an arena has a free list, which is not linked */
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
	BERTH_REASON_GATE,	 /* a gate that it may not use, or that refused what it was given */
	BERTH_REASON_BREAKPOINT, /* BKPT with no debugger */
	BERTH_REASON_UNKNOWN,	 /* hard fault without a cause in the status registers */
	BERTH_REASON_ACTIVE,	 /* called a component that waits for this one */
	BERTH_REASON_DEPTH,	 /* called one component more than can wait for each other */
};

struct berth_fault {
	uint32_t context; /* index; BERTH_NONE: native code faulted */
	enum berth_reason reason;
	uint32_t address; /* accessed; only when address_valid */
	uint32_t pc;	  /* of the instruction; only when pc_valid */
	bool address_valid;
	bool pc_valid;
	/* The hardware's own word: CFSR on Arm (DDI 0403 B3.2.15), mcause on RISC-V. */
	uint32_t status;
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
 * and __berth_init_end, closes every slot of the MPU, which is the runtime's from
 * then on, and enables the fault exceptions and the trap on division by zero.
 * SVCall, MemManage, BusFault and UsageFault get the lowest priority.  On RISC-V it
 * takes mtvec, mscratch and the entries of the PMP that the table counts.
 *
 * Call it from privileged thread mode, after .data and .bss of the native
 * program are in place and before any other function of this header.  Calling
 * it again starts all components anew.
 *
 * BERTH_ERROR_TABLE, _GATES, _ARENA, _HARDWARE, _INIT:
 * every call of a component is then refused.  BERTH_ERROR_BUSY, from a gate:
 * nothing has changed.
 */
enum berth_status berth_boot(void);

/*
 * An export and whose it is: what is called.  elfbind(1) makes one for every
 * export, berth_entry_EXPORT, and symmap(1) declares them.
 */
struct berth_entry {
	uint32_t context;
	berth_export *function;
};

/* The canonical ABI flattens to at most 16 values; each takes one word or two. */
#define BERTH_MOST_ARGUMENTS 32u

/*
 * Runs ENTRY with the COUNT words at ARGUMENTS, and comes back when it returns
 * or faults.  *RESULT (may be NULL) is the word it returned, 0 when it faulted;
 * *FAULT (may be NULL) is filled when BERTH_FAULTED is returned, and untouched
 * otherwise.
 *
 * The words are those of the procedure call standard, one after the other: the
 * first BERTH_PORT_REGISTERS go into registers, the others onto the
 * component's stack.  On Arm a value of 64 bits begins at an even word
 * (AAPCS32 6.5, stage C), with a word of any value before it where needed.
 *
 * The result is the component's word and worth nothing until it is checked: an
 * offset goes through berth_memory.  A component that faulted was left in the
 * middle of what it did; call berth_restart before the next call.  Those
 * that it had called through gates, and was waiting for, are in their initial
 * state already.
 *
 * BERTH_ERROR_MODE: not in thread mode, privileged, on the main stack, or
 * PRIMASK, FAULTMASK or BASEPRI is set, so that the exceptions that end a call
 * could not be taken (DDI 0403 B1.5.4), or CPACR opens the floating-point
 * registers to unprivileged code.  On RISC-V: mstatus.MIE is clear while mie is
 * not, for user mode is interrupted in any case; mstatus.FS or VS is not off; or
 * in an interrupt.  BERTH_ERROR_ARGUMENTS: more than
 * BERTH_MOST_ARGUMENTS, or than the stack takes.  BERTH_ERROR_BUSY, _CONTEXT,
 * _TABLE as above; nothing has run then.
 */
enum berth_status berth_call(const struct berth_entry *entry, const uint32_t *arguments,
	uint32_t count, uint32_t *result, struct berth_fault *fault);

/* The same for an export that returns 64 bits; RESULT must not be NULL. */
enum berth_status berth_call_wide(const struct berth_entry *entry, const uint32_t *arguments,
	uint32_t count, uint64_t *result, struct berth_fault *fault);

/*
 * The record of the last fault of a component, one that a gate took for an
 * answer included; NULL when there was none since the start.
 */
const struct berth_fault *berth_last_fault(void);

/*
 * Puts the memories and the data region of CONTEXT into the state they had
 * after berth_boot: globals, initial data, function table, an empty arena; and
 * those of the contexts with the same globals, whose components run its code.
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
 * Gates: what a component reaches outside of itself.
 *
 * The import is served by a stub of two instructions (BERTH_GATE), which runs
 * in the component and does SVC with the number of the gate.  The runtime
 * checks number and context, and the arguments as far as they are declared.
 * Behind the gate is either native code that needs privilege (run), or an
 * export of another component (entry).
 *
 * RUN is called in handler mode, privileged, on the main stack, with the
 * caller's context and its argument words.  It leaves its result in words[0]
 * ([1]: upper half of a 64-bit one) and returns true; false ends the
 * component's call with BERTH_REASON_GATE.  Interrupts above the lowest
 * priority preempt it.
 *
 * With PARAMETERS, one for each of the WORDS argument words, what is declared
 * as a pointer is the address of that many bytes in the caller's memory by the
 * time RUN sees it (berth_pointer), aligned as declared.  A pointer that does
 * not lie there ends the call with BERTH_REASON_GATE and its address in the record.
 * Where the length is 0, the pointer must not be used.  Without PARAMETERS the
 * words are the component's: offsets among them go through berth_memory.
 *
 * ENTRY is called with the caller's first WORDS argument words, as berth_call
 * would; its two result registers come back.  The callee sees nothing else of
 * the caller, nor the caller of it.  A pointer means nothing to the callee,
 * so that PARAMETERS must be NULL.  When the callee faults, or it or one with the
 * same globals was already in the chain of calls (BERTH_REASON_ACTIVE), or that is full
 * (BERTH_REASON_DEPTH), ON_FAULT decides:
 *     BERTH_FAULT_ENDS     the caller's call ends as well, up to a gate that says
 *                          otherwise, or to berth_call, which returns the record
 *     BERTH_FAULT_RETURNS  the callee is put into its initial state, and the
 *                          caller gets FAULT_VALUE, with the reason as the upper
 *                          half of a 64-bit result
 */
struct berth_gate {
	bool (*run)(uint32_t context, uint32_t words[]);
	uint64_t contexts; /* BERTH_CONTEXT_BIT of each that may use it, or BERTH_ALL_CONTEXTS */
	const struct berth_parameter *parameters; /* NULL: nothing is declared */
	const struct berth_entry *entry;	  /* instead of run */
	uint8_t words;	  /* argument words, at most BERTH_MOST_GATE_WORDS */
	uint8_t on_fault; /* enum berth_on_fault */
	uint32_t fault_value;
};

enum berth_on_fault { BERTH_FAULT_ENDS = 0, BERTH_FAULT_RETURNS };

enum berth_parameter_kind {
	BERTH_VALUE = 0,
	BERTH_IN,    /* pointer: the native reads */
	BERTH_OUT,   /* it writes */
	BERTH_INOUT, /* both */
};

/* One argument word of a gate. */
struct berth_parameter {
	uint8_t kind;	/* enum berth_parameter_kind; the rest is for pointers only */
	uint8_t length; /* which word says how many units; BERTH_FIXED: one */
	uint8_t align;	/* of the address: 1, 2, 4, 8 */
	uint16_t unit;	/* bytes */
};

#define BERTH_FIXED 0xffu
#define BERTH_ALL_CONTEXTS UINT64_MAX
#define BERTH_CONTEXT_BIT(context) (UINT64_C(1) << (context))
#define BERTH_MOST_GATE_WORDS 8u
#define BERTH_MOST_GATES 255u /* SVC 255 is the return of a component */

/* What a pointer among the words of a declared gate points to. */
static inline void *berth_pointer(uint32_t word)
{
	return (void *)(uintptr_t)word;
}

/* Provided by the firmware; gate N is entry N. */
extern const struct berth_gate berth_gates[];
extern const uint32_t berth_gate_count;

/* Defines the function NAME as the stub of gate NUMBER, a literal or a macro of one, 0 to 254. */
#define BERTH_GATE(name, number) BERTH_GATE_STUB(name, number)
#ifdef __riscv
/* The number goes into t0, which is no argument. */
#define BERTH_GATE_STUB(name, number)                                                              \
	__asm__(".pushsection .text.berth.gate." #name ", \"ax\", %progbits\n"                     \
		"	.balign 4\n"                                                                     \
		"	.global " #name "\n"                                                       \
		"	.type " #name ", %function\n" #name ":\n"                                  \
		"	li t0, " #number "\n"                                                      \
		"	ecall\n"                                                                         \
		"	ret\n"                                                                           \
		"	.size " #name ", . - " #name "\n"                                          \
		"	.popsection\n")
#else
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
#endif

#ifdef __riscv
/*
 * What mtvec points to from berth_boot on, in direct mode: the runtime's, for all
 * traps.  Interrupts go on to berth_interrupt.
 */
void berth_trap_handler(void);

/*
 * Called for every interrupt, of native code, components and gates, in machine
 * mode with interrupts off, with CAUSE as mcause has it (Volume II of the RISC-V
 * manual, 3.1.15).  The firmware defines it; the default takes an interrupt
 * for fatal.
 */
void berth_interrupt(uint32_t cause);
#else
/*
 * For the vector table: SVCall (11); and HardFault (3), MemManage (4), BusFault (5),
 * UsageFault (6) (DDI 0403 B1.5.2), and on Armv8-M SecureFault (7).
 */
void berth_svcall_handler(void);
void berth_fault_handler(void);
#endif

/*
 * Called, in handler mode, when native code faulted or did an SVC: there is
 * nobody to return to.  The firmware may define it; the default waits forever.
 */
BERTH_NORETURN void berth_fatal(const struct berth_fault *fault);

/* Few words for REASON, for a log; never NULL. */
const char *berth_reason_text(enum berth_reason reason);

#ifdef __cplusplus
}
#endif

#endif
