/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Calling a component, and the gates it calls back through.
 *
 * Native code waits in berth_enter on the main stack (MSP) while the component
 * runs unprivileged on its own (PSP).  The component leaves only through an
 * exception; the handler decides, on state that the component cannot touch,
 * whether it goes on or the call is over.
 */
#include "runtime/armv7m/call.h"

#include <stddef.h>

#include "runtime/armv7m/fault.h"
#include "runtime/armv7m/mpu.h"
#include "runtime/armv7m/registers.h"
#include "runtime/address.h"
#include "runtime/boot.h"
#include "runtime/table.h"

enum { SVC_RETURN = 255 };

struct berth_running berth_running;

/* Thread mode, privileged, on MSP, and nothing masked that a call needs to end. */
static bool may_enter(void)
{
	uint32_t masks = READ_SPECIAL(primask) | READ_SPECIAL(faultmask) | READ_SPECIAL(basepri);
	uint32_t control = READ_SPECIAL(control) & (CONTROL_NPRIV | CONTROL_SPSEL);
	return READ_SPECIAL(ipsr) == 0 && control == 0 && masks == 0 &&
	       (CPACR & CPACR_CP10_UNPRIVILEGED) == 0;
}

static void run(
	const struct berth_context *context, uint32_t index, const struct berth_entry *entry)
{
	berth_running.active = true;
	berth_running.context = index;
	berth_running.result = 0;
	berth_running.fault.reason = BERTH_REASON_NONE;
	berth_mpu_load(berth_table_rows(berth_booted, context), context->row_count);
	berth_enter(entry);
	berth_mpu_load(NULL, 0);
	berth_running.active = false;
}

enum berth_status berth_call(uint32_t context, berth_export *function, const uint32_t *arguments,
	uint32_t count, uint32_t *result, struct berth_fault *fault)
{
	if (berth_booted == NULL)
		return BERTH_ERROR_TABLE;
	if (berth_running.active)
		return BERTH_ERROR_BUSY;
	if (!may_enter())
		return BERTH_ERROR_MODE;
	const struct berth_context *entered = berth_context_at(context);
	if (entered == NULL)
		return BERTH_ERROR_CONTEXT;
	if (count > BERTH_MOST_ARGUMENTS)
		return BERTH_ERROR_ARGUMENTS;

	struct berth_entry entry;
	for (uint32_t i = 0; i < BERTH_MOST_ARGUMENTS; i++)
		entry.arguments[i] = i < count ? arguments[i] : 0;
	entry.globals = entered->globals;
	entry.memory_size = entered->memory_size;
	entry.memory_base = entered->memory_base;
	entry.stack_top = entered->stack_base + entered->stack_size;
	entry.function = function;
	run(entered, context, &entry);

	if (result != NULL)
		*result = berth_running.result;
	if (berth_running.fault.reason == BERTH_REASON_NONE)
		return BERTH_DONE;
	if (fault != NULL)
		*fault = berth_running.fault;
	return BERTH_FAULTED;
}

static bool may_use(const struct berth_gate *gate, uint32_t context)
{
	return gate->contexts == BERTH_ALL_CONTEXTS ||
	       (context < 32 && (gate->contexts >> context & 1) != 0);
}

/* Runs gate NUMBER; false when there is none for this component or it refuses. */
static bool pass_gate(uint32_t number, uint32_t registers[4])
{
	return number < berth_gate_count && may_use(&berth_gates[number], berth_running.context) &&
	       berth_gates[number].run(berth_running.context, registers);
}

bool berth_on_svcall(uint32_t exc_return, uint32_t psp)
{
	barrier(); /* a write of the component that the bus refuses must show now, not later */
	struct frame *frame = NULL;
	if (berth_is_component(exc_return) && CFSR == 0)
		frame = berth_frame(psp);
	if (frame == NULL) {
		berth_on_fault(exc_return, psp);
		return true;
	}
	/* The number is the low byte of the instruction before the return address (A7.7.175). */
	uint32_t svc = frame->pc - 2;
	uint32_t number = *(const uint8_t *)berth_bytes(svc, 1);
	if (number == SVC_RETURN) {
		berth_running.result = frame->registers[0];
		return true;
	}
	if (pass_gate(number, frame->registers))
		return false;
	berth_stop(BERTH_REASON_GATE, svc);
	return true;
}
