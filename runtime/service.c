/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What a handler asks when it has stopped a component: what is next.
 *
 * A component that asks for something passes a gate, to a native or to another
 * component; one that faults is given up.  All of it is decided on state that no
 * component can touch.
 */
#include <stddef.h>

#include "runtime/boot.h"
#include "runtime/call.h"
#include "runtime/gate.h"

/* --- going on ------------------------------------------------------------------------ */

/* AT becomes the last of the chain. */
static __attribute__((noinline)) void run(struct berth_activation *at)
{
	berth_running.current = at;
	berth_protect(at->context);
}

/* The component in SAVED gets the words LOW and HIGH. */
static void answer(struct berth_saved *saved, uint32_t low, uint32_t high)
{
	uint32_t *registers = berth_port_registers(saved);
	registers[0] = low;
	registers[1] = high;
}

enum berth_next berth_go_back_plain(
	struct berth_activation *at, uint32_t low, uint32_t high, struct berth_saved *saved)
{
	run(at - 1);
	*saved = at[-1].saved;
	answer(saved, low, high);
	return BERTH_NEXT_RESUME;
}

/* As in runtime/call.c. */
__attribute__((weak, alias("berth_go_back_plain"))) enum berth_next berth_go_back(
	struct berth_activation *at, uint32_t low, uint32_t high, struct berth_saved *saved);

/* --- faults --------------------------------------------------------------------------- */

static bool is_caught(const struct berth_gate *gate)
{
	return gate->on_fault == BERTH_FAULT_RETURNS;
}

enum berth_next berth_on_stop(struct berth_saved *saved)
{
	struct berth_activation *at = berth_running.current;
	berth_running.fault.context = at->index;
	/* Up to the gate that takes a fault for an answer, or to berth_call. */
	while (at != berth_running.chain && !is_caught(at->gate))
		at--;
	if (at == berth_running.chain)
		return BERTH_NEXT_LEAVE;
	berth_restart_from(at);
	return berth_go_back(
		at, at->gate->fault_value, (uint32_t)berth_running.fault.reason, saved);
}

/* --- gates ------------------------------------------------------------------------------ */

/* Why component INDEX cannot be called now; BERTH_REASON_NONE when it can.  Components with one
 * globals table count as one. */
static enum berth_reason refusal(uint32_t index)
{
	const struct berth_activation *at = berth_running.chain;
	uint32_t globals = berth_running.contexts[index].globals;
	for (; at <= berth_running.current; at++) {
		if (at->context->globals == globals)
			return BERTH_REASON_ACTIVE;
	}
	return at == berth_running.chain + BERTH_MOST_DEPTH ? BERTH_REASON_DEPTH
							    : BERTH_REASON_NONE;
}

/* Lets the component behind the gate begin, or the caller go on without; BERTH_REASON_NONE then. */
static enum berth_reason call_component(
	const struct berth_passage *passage, struct berth_saved *saved)
{
	const struct berth_gate *gate = passage->gate;
	uint32_t index = gate->entry->context;
	enum berth_reason reason = refusal(index);
	if (reason != BERTH_REASON_NONE) { /* the caller learns it as it would a fault */
		if (!is_caught(gate))
			return reason;
		answer(saved, gate->fault_value, (uint32_t)reason);
		return BERTH_REASON_NONE;
	}
	struct berth_activation *callee = berth_running.current + 1;
	callee->index = index;
	callee->context = &berth_running.contexts[index];
	callee->gate = gate;
	callee[-1].saved = *saved;
	uint32_t stack = berth_stack_end(callee->context);
	if (gate->words > BERTH_PORT_REGISTERS)
		stack = berth_put_on_stack(stack, passage->words, gate->words);
	/* The words beyond the gate's number are zero. */
	berth_port_begin(saved, passage->words, stack, gate->entry->function, callee->context);
	run(callee);
	return BERTH_REASON_NONE;
}

static enum berth_reason call_native(struct berth_passage *passage, struct berth_saved *saved)
{
	if (!passage->gate->run(berth_current()->index, passage->words))
		return BERTH_REASON_GATE;
	answer(saved, passage->words[0], passage->words[1]);
	return BERTH_REASON_NONE;
}

enum berth_next berth_on_service(uint32_t number, uint32_t pc, struct berth_saved *saved)
{
	const struct berth_activation *caller = berth_current();
	enum berth_reason reason = BERTH_REASON_GATE;
	struct berth_passage passage;
	passage.gate = berth_gate_for(number, caller->index);
	passage.context = caller->context;
	passage.address = 0;
	bool is_good = true; /* what it handed over */
	if (passage.gate != NULL) {
		is_good = berth_gate_take(&passage, saved);
		if (is_good)
			reason = passage.gate->run == NULL ? call_component(&passage, saved)
							   : call_native(&passage, saved);
		if (reason == BERTH_REASON_NONE)
			return BERTH_NEXT_RESUME;
	}
	/* One field after the other: a whole initialiser would become a call of memset. */
	struct berth_fault *fault = &berth_running.fault;
	fault->reason = reason;
	fault->address = passage.address;
	fault->address_valid = !is_good;
	fault->pc = pc;
	fault->pc_valid = true;
	fault->status = 0;
	return berth_on_stop(saved);
}
