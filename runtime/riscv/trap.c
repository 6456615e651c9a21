/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Traps: whose, why and where.
 *
 * enter.S tells a component's trap from a native one by mscratch.  The hardware
 * stores nothing on any stack, so that a component's stack pointer is a number
 * like every other.
 *
 * References: RISC-V ISA Manual, Volume II, 3.1.15 (mcause), 3.1.16 (mtval).
 */
#include "runtime/riscv/trap.h"

#include <stddef.h>

#include "berth/berth.h"
#include "runtime/call.h"
#include "runtime/riscv/csr.h"

/* Where an export returns to, from enter.S. */
extern void berth_return(void);

/* Register NUMBER of a struct berth_saved; x0 is not in it. */
#define X(number) x[(number)-1]

enum { RA = 1, SP = 2, GP = 3, T0 = 5, A0 = 10, S11 = 27 };

enum { ECALL_BYTES = 4 };

/* What LLVM makes of a trap: csrrw zero, cycle, zero. */
#define UNIMP 0xc0001073u

/* Interrupt handlers that run; they may not call components. */
static uint32_t interrupts;

/* --- what happened ------------------------------------------------------------------ */

/* What each cause means that a component can bring about, but for requests. */
static const uint8_t meanings[] = {
	[MCAUSE_FETCH_MISALIGNED] = BERTH_REASON_INSTRUCTION,
	[MCAUSE_FETCH_ACCESS] = BERTH_REASON_EXECUTE,
	[MCAUSE_ILLEGAL] = BERTH_REASON_INSTRUCTION,
	[MCAUSE_BREAKPOINT] = BERTH_REASON_TRAP,
	[MCAUSE_LOAD_MISALIGNED] = BERTH_REASON_UNALIGNED,
	[MCAUSE_LOAD_ACCESS] = BERTH_REASON_DATA,
	[MCAUSE_STORE_MISALIGNED] = BERTH_REASON_UNALIGNED,
	[MCAUSE_STORE_ACCESS] = BERTH_REASON_DATA,
};

static enum berth_reason reason_of(uint32_t cause, uint32_t value)
{
	if (cause >= sizeof(meanings))
		return BERTH_REASON_UNKNOWN;
	/* mtval is the instruction, or zero, as the two bytes of c.unimp are. */
	if (cause == MCAUSE_ILLEGAL && (value == UNIMP || value == 0))
		return BERTH_REASON_TRAP;
	return (enum berth_reason)meanings[cause];
}

/* Whether mtval, where it is not zero, is an address then. */
static bool has_address(uint32_t cause)
{
	return cause != MCAUSE_ILLEGAL && cause != MCAUSE_BREAKPOINT &&
	       cause <= MCAUSE_STORE_ACCESS;
}

/* What the registers say; the fault is native until somebody knows better. */
static void read_fault(struct berth_fault *fault, uint32_t pc)
{
	uint32_t cause = CSR_READ(mcause);
	uint32_t value = CSR_READ(mtval);
	fault->context = BERTH_NONE;
	fault->reason = reason_of(cause, value);
	fault->address = value;
	fault->address_valid = value != 0 && has_address(cause);
	fault->pc = pc;
	fault->pc_valid = true;
	fault->status = cause;
}

/* Whether SP points to none of the words of the running component's stack, nor behind the last. */
static bool has_left_stack(uint32_t sp)
{
	const struct berth_context *context = berth_current()->context;
	return sp < context->stack_base || sp - context->stack_base > context->stack_size;
}

static enum berth_next stop(struct berth_saved *saved)
{
	struct berth_fault *fault = &berth_running.fault;
	read_fault(fault, saved->pc);
	bool is_access =
		fault->status == MCAUSE_LOAD_ACCESS || fault->status == MCAUSE_STORE_ACCESS;
	if (is_access && has_left_stack(saved->X(SP)))
		fault->reason = BERTH_REASON_STACK;
	return berth_on_stop(saved);
}

/* --- traps --------------------------------------------------------------------------- */

__attribute__((weak)) void berth_interrupt(uint32_t cause)
{
	struct berth_fault fault = {
		.context = BERTH_NONE, .reason = BERTH_REASON_UNKNOWN, .status = cause};
	berth_fatal(&fault);
}

static void interrupt(uint32_t cause)
{
	interrupts++;
	berth_interrupt(cause);
	interrupts--;
}

/* Gates can be interrupted; what the trap came with is in *SAVED by now. */
static enum berth_next serve(struct berth_saved *saved)
{
	if (saved->X(T0) == BERTH_SERVICE_RETURN)
		return berth_on_return(saved, berth_port_registers(saved));
	uint32_t pc = saved->pc;
	saved->pc += ECALL_BYTES;
	CSR_SET(mstatus, MSTATUS_MIE);
	enum berth_next next = berth_on_service(saved->X(T0), pc, saved);
	CSR_CLEAR(mstatus, MSTATUS_MIE);
	return next;
}

bool berth_on_trap(struct berth_saved *saved)
{
	uint32_t cause = CSR_READ(mcause);
	if ((cause & MCAUSE_INTERRUPT) != 0) {
		interrupt(cause);
		return false;
	}
	enum berth_next next = cause == MCAUSE_ECALL_USER ? serve(saved) : stop(saved);
	return next == BERTH_NEXT_LEAVE;
}

void berth_on_native_trap(void)
{
	uint32_t cause = CSR_READ(mcause);
	if ((cause & MCAUSE_INTERRUPT) != 0) {
		interrupt(cause);
		return;
	}
	struct berth_fault fault;
	read_fault(&fault, CSR_READ(mepc));
	berth_fatal(&fault);
}

__attribute__((weak)) _Noreturn void berth_fatal(const struct berth_fault *fault)
{
	(void)fault;
	for (;;)
		__asm__ volatile("wfi");
}

/* --- for runtime/call.c ----------------------------------------------------------------- */

bool berth_port_may_enter(void)
{
	uint32_t status = CSR_READ(mstatus);
	/* User mode is interrupted whatever MIE says (3.1.6.1): native code that has
	 * interrupts must not rely on their being off. */
	bool may_interrupt = (status & MSTATUS_MIE) != 0 || CSR_READ(mie) == 0;
	return !berth_is_running() && interrupts == 0 && may_interrupt &&
	       (status & (MSTATUS_FS | MSTATUS_VS | MSTATUS_MPRV)) == 0 &&
	       CSR_READ(mtvec) == (uint32_t)(uintptr_t)berth_trap_handler;
}

void berth_port_begin(struct berth_saved *saved, const uint32_t *arguments, uint32_t stack,
	berth_export *function, const struct berth_context *context)
{
	uint32_t gp; /* of native code, whose functions may run in the component */
	__asm__ volatile("mv %0, gp" : "=r"(gp));
	for (uint32_t i = 0; i < sizeof(saved->x) / sizeof(saved->x[0]); i++)
		saved->x[i] = 0;
	for (uint32_t i = 0; i < BERTH_PORT_REGISTERS; i++)
		saved->X(A0 + i) = arguments[i];
	saved->X(RA) = (uint32_t)(uintptr_t)berth_return;
	saved->X(SP) = stack;
	saved->X(GP) = gp;
	saved->X(S11) = context->memory_base;
	saved->pc = (uint32_t)(uintptr_t)function;
}

uint32_t *berth_port_registers(struct berth_saved *saved)
{
	return &saved->X(A0);
}

uint32_t berth_port_stack(const struct berth_saved *saved)
{
	return saved->X(SP);
}

void berth_port_start(const struct berth_regions_header *table)
{
	(void)table;
	CSR_WRITE(mscratch, 0);
	CSR_WRITE(mtvec, (uintptr_t)berth_trap_handler);
	/* A component that sleeps would sleep for all (wfi, 3.1.6.5 and 3.3.3). */
	CSR_SET(mstatus, MSTATUS_TW);
}
