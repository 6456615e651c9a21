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

/* The component in SAVED gets the words LOW and HIGH and goes on. */
static enum berth_next answer(struct berth_saved *saved, uint32_t low, uint32_t high)
{
	uint32_t *registers = berth_port_registers(saved);
	registers[0] = low;
	registers[1] = high;
	return BERTH_NEXT_RESUME;
}

enum berth_next berth_go_back(
	struct berth_activation *at, uint32_t low, uint32_t high, struct berth_saved *saved)
{
	run(at - 1);
	*saved = at[-1].saved;
	return answer(saved, low, high);
}

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

/* For REASON, in which the word at ADDRESS plays a part unless that is NULL. */
static enum berth_next stop(
	enum berth_reason reason, const uint32_t *address, uint32_t pc, struct berth_saved *saved)
{
	struct berth_fault *fault = &berth_running.fault;
	fault->reason = reason;
	fault->address_valid = address != NULL;
	fault->address = address != NULL ? *address : 0;
	fault->pc = pc;
	fault->pc_valid = true;
	fault->status = 0;
	return berth_on_stop(saved);
}

/* --- gates ------------------------------------------------------------------------------ */

/* Why component INDEX cannot be called now; BERTH_REASON_NONE when it can. */
static enum berth_reason refusal(uint32_t index)
{
	const struct berth_activation *at = berth_running.chain;
	for (; at <= berth_running.current; at++) {
		if (at->index == index)
			return BERTH_REASON_ACTIVE;
	}
	return at == berth_running.chain + BERTH_MOST_DEPTH ? BERTH_REASON_DEPTH
							    : BERTH_REASON_NONE;
}

static enum berth_next call_component(const struct berth_gate *gate, const uint32_t *words,
	uint32_t pc, struct berth_saved *saved)
{
	uint32_t index = gate->entry->context;
	enum berth_reason reason = refusal(index);
	if (reason != BERTH_REASON_NONE) /* the caller learns it as it would a fault */
		return is_caught(gate) ? answer(saved, gate->fault_value, (uint32_t)reason)
				       : stop(reason, NULL, pc, saved);
	struct berth_activation *callee = berth_running.current + 1;
	callee->index = index;
	callee->context = &berth_running.contexts[index];
	callee->gate = gate;
	callee[-1].saved = *saved;
	/* The words beyond the gate's number are zero. */
	berth_port_begin(saved, words, berth_stack_with(callee->context, words, gate->words),
		gate->entry->function, callee->context);
	run(callee);
	return BERTH_NEXT_RESUME;
}

enum berth_next berth_on_service(uint32_t number, uint32_t pc, struct berth_saved *saved)
{
	const struct berth_activation *caller = berth_current();
	const struct berth_gate *gate = berth_gate_for(number, caller->index);
	uint32_t words[BERTH_MOST_GATE_WORDS];
	uint32_t address;
	bool is_good = true;
	if (gate != NULL) {
		is_good = berth_gate_words(gate, caller->context, saved, words, &address) &&
			  berth_gate_pointers(gate, caller->context, words, &address);
		if (is_good && gate->run == NULL)
			return call_component(gate, words, pc, saved);
		if (is_good && gate->run(caller->index, words))
			return answer(saved, words[0], words[1]);
	}
	return stop(BERTH_REASON_GATE, is_good ? NULL : &address, pc, saved);
}
