/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Weakened, on RISC-V: components run in machine mode.  Entering begins at an
 * instruction that asks for it, and whose handler goes on at the export.
 */
#include "runtime/call.h"
#include "runtime/riscv/csr.h"
#include "runtime/riscv/trap.h"
#include "weak.h"

enum { MCAUSE_ECALL_MACHINE = 11 };

void enter_original(const uint32_t *arguments, uint32_t stack, berth_export *function,
	const struct berth_context *context) ORIGINAL(berth_port_enter);
void enter_machine(const uint32_t *arguments, uint32_t stack, berth_export *function,
	const struct berth_context *context) IN_PLACE_OF(berth_port_enter);
bool trap_original(struct berth_saved *saved) ORIGINAL(berth_on_trap);
bool trap_resumes_in_machine_mode(struct berth_saved *saved) IN_PLACE_OF(berth_on_trap);

/* resume.S: goes on with *SAVED, which the handler has put onto the native stack, in machine
 * mode. */
_Noreturn void weak_resume(struct berth_saved *saved);
extern berth_export weak_raise;

static uint32_t wanted; /* the export */

void enter_machine(const uint32_t *arguments, uint32_t stack, berth_export *function,
	const struct berth_context *context)
{
	wanted = (uint32_t)(uintptr_t)function;
	enter_original(arguments, stack, weak_raise, context);
}

bool trap_resumes_in_machine_mode(struct berth_saved *saved)
{
	if (saved->pc == (uint32_t)(uintptr_t)weak_raise) {
		saved->pc = wanted;
		weak_resume(saved);
	}
	/* The runtime's question is whether it was a request, not from where. */
	if (CSR_READ(mcause) == MCAUSE_ECALL_MACHINE)
		CSR_WRITE(mcause, MCAUSE_ECALL_USER);
	if (trap_original(saved))
		return true;
	weak_resume(saved);
}
