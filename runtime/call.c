/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Calling components: from native code, and from each other through gates.
 *
 * Native code waits in berth_port_enter while components run.  A component
 * leaves only through an exception; what happens then is decided here, on
 * state that no component can touch.
 */
#include "runtime/call.h"

#include <stddef.h>

#include "runtime/address.h"
#include "runtime/boot.h"
#include "runtime/bytes.h"
#include "runtime/gate.h"
#include "runtime/table.h"

struct berth_running berth_running;

/* --- beginning --------------------------------------------------------------------- */

/* The words beyond the registers, in order, at the end of the stack (AAPCS32 6.4, stage C). */
static void put_on_stack(struct berth_start *start, const uint32_t *words, uint32_t count)
{
	uint32_t bytes = count * (uint32_t)sizeof(uint32_t);
	start->stack -= (bytes + BERTH_PORT_STACK_ALIGN - 1) & ~(BERTH_PORT_STACK_ALIGN - 1);
	berth_copy(berth_bytes(start->stack, bytes), words, bytes);
}

static inline void prepare(struct berth_start *start, const struct berth_context *context,
	berth_export *function, const uint32_t *words, uint32_t count)
{
	_Pragma("GCC unroll 8") for (uint32_t i = 0; i < BERTH_PORT_REGISTERS; i++)
		start->arguments[i] = i < count ? words[i] : 0;
	start->globals = context->globals;
	start->memory_size = context->memory_size;
	start->memory_base = context->memory_base;
	start->stack = (context->stack_base + context->stack_size) & ~(BERTH_PORT_STACK_ALIGN - 1);
	start->function = function;
	if (count > BERTH_PORT_REGISTERS)
		put_on_stack(start, words + BERTH_PORT_REGISTERS, count - BERTH_PORT_REGISTERS);
}

static void protect(const struct berth_context *context)
{
	berth_port_protect(
		berth_table_rows(berth_booted, context), context->row_count, context->stack_base);
}

/* ACTIVATION becomes the last of the chain. */
static void activate(struct berth_activation *activation, uint32_t index,
	const struct berth_context *context, const struct berth_gate *gate)
{
	activation->index = index;
	activation->context = context;
	activation->gate = gate;
	berth_running.current = activation;
	protect(context);
}

/* FIRST and those after it, which a fault stopped in the middle of what they did. */
static void restart_from(const struct berth_activation *first, const struct berth_activation *last)
{
	for (; first <= last; first++)
		berth_initialise(first->index);
}

static enum berth_status run(const struct berth_entry *entry, const struct berth_context *context,
	const uint32_t *arguments, uint32_t count)
{
	struct berth_start start;
	prepare(&start, context, entry->function, arguments, count);
	berth_running.has_fault = false;
	activate(&berth_running.chain[0], entry->context, context, NULL);
	berth_port_enter(&start);
	const struct berth_activation *last = berth_running.current;
	berth_running.current = NULL;
	berth_port_protect(NULL, 0, 0);
	if (!berth_running.has_fault)
		return BERTH_DONE;
	restart_from(&berth_running.chain[1], last);
	return BERTH_FAULTED;
}

static enum berth_status call(
	const struct berth_entry *entry, const uint32_t *arguments, uint32_t count)
{
	if (berth_booted == NULL)
		return BERTH_ERROR_TABLE;
	if (berth_is_running())
		return BERTH_ERROR_BUSY;
	if (!berth_port_may_enter())
		return BERTH_ERROR_MODE;
	const struct berth_context *context = berth_table_context(berth_booted, entry->context);
	if (context == NULL)
		return BERTH_ERROR_CONTEXT;
	if (count > BERTH_PORT_REGISTERS && !berth_takes(context, count, BERTH_MOST_ARGUMENTS))
		return BERTH_ERROR_ARGUMENTS;
	return run(entry, context, arguments, count);
}

bool berth_takes(const struct berth_context *context, uint32_t count, uint32_t most)
{
	if (count <= BERTH_PORT_REGISTERS)
		return true;
	uint32_t bytes = (count - BERTH_PORT_REGISTERS) * (uint32_t)sizeof(uint32_t);
	return count <= most &&
	       bytes + 2 * BERTH_PORT_STACK_ALIGN <= context->stack_size - BERTH_FRAME_BYTES;
}

enum berth_status berth_call(const struct berth_entry *entry, const uint32_t *arguments,
	uint32_t count, uint32_t *result, struct berth_fault *fault)
{
	enum berth_status status = call(entry, arguments, count);
	if (status > BERTH_FAULTED)
		return status;
	if (result != NULL)
		*result = status == BERTH_DONE ? berth_running.result[0] : 0;
	if (status == BERTH_FAULTED && fault != NULL)
		*fault = berth_running.fault;
	return status;
}

enum berth_status berth_call_wide(const struct berth_entry *entry, const uint32_t *arguments,
	uint32_t count, uint64_t *result, struct berth_fault *fault)
{
	uint32_t low = 0;
	enum berth_status status = berth_call(entry, arguments, count, &low, fault);
	if (status <= BERTH_FAULTED)
		*result = status == BERTH_DONE ? (uint64_t)berth_running.result[1] << 32 | low : 0;
	return status;
}

const struct berth_fault *berth_last_fault(void)
{
	return berth_running.fault.reason == BERTH_REASON_NONE ? NULL : &berth_running.fault;
}

/* --- going on after an exception --------------------------------------------------------- */

/* The one before AT in the chain gets the words LOW and HIGH and goes on. */
enum berth_next berth_go_back(
	struct berth_activation *at, uint32_t low, uint32_t high, struct berth_saved *saved)
{
	berth_running.current = at - 1;
	*saved = at[-1].saved;
	protect(at[-1].context);
	uint32_t *registers = berth_port_registers(saved);
	registers[0] = low;
	registers[1] = high;
	return BERTH_NEXT_RESUME;
}

static bool is_caught(const struct berth_gate *gate)
{
	return gate->on_fault == BERTH_FAULT_RETURNS;
}

enum berth_next berth_on_stop(const struct berth_fault *fault, struct berth_saved *saved)
{
	struct berth_activation *last = berth_running.current;
	berth_running.fault = *fault;
	berth_running.fault.context = last->index;
	/* Up to the gate that takes a fault for an answer, or to berth_call. */
	struct berth_activation *at = last;
	while (at != berth_running.chain && !is_caught(at->gate))
		at--;
	if (at == berth_running.chain) {
		berth_running.has_fault = true;
		return BERTH_NEXT_LEAVE;
	}
	restart_from(at, last);
	return berth_go_back(at, at->gate->fault_value, (uint32_t)fault->reason, saved);
}

/* --- gates --------------------------------------------------------------------------------- */

/* One field after the other: a whole initialiser would become a call of memset. */
static enum berth_next stop_for(
	enum berth_reason reason, const uint32_t *address, uint32_t pc, struct berth_saved *saved)
{
	struct berth_fault fault;
	fault.reason = reason;
	fault.address_valid = address != NULL;
	fault.address = address != NULL ? *address : 0;
	fault.pc = pc;
	fault.pc_valid = true;
	fault.status = 0;
	return berth_on_stop(&fault, saved);
}

static enum berth_next stop(enum berth_reason reason, uint32_t pc, struct berth_saved *saved)
{
	return stop_for(reason, NULL, pc, saved);
}

static bool is_active(uint32_t index)
{
	for (const struct berth_activation *at = berth_running.chain; at <= berth_running.current;
		at++) {
		if (at->index == index)
			return true;
	}
	return false;
}

/* The component that GATE leads to cannot be called: its caller learns it as it would a fault. */
static enum berth_next refuse(const struct berth_gate *gate, enum berth_reason reason, uint32_t pc,
	struct berth_saved *saved)
{
	if (!is_caught(gate))
		return stop(reason, pc, saved);
	uint32_t *registers = berth_port_registers(saved);
	registers[0] = gate->fault_value;
	registers[1] = (uint32_t)reason;
	return BERTH_NEXT_RESUME;
}

static enum berth_next call_component(const struct berth_gate *gate, const uint32_t *words,
	uint32_t pc, struct berth_saved *saved)
{
	uint32_t index = gate->entry->context;
	if (is_active(index))
		return refuse(gate, BERTH_REASON_ACTIVE, pc, saved);
	struct berth_activation *caller = berth_running.current;
	if (caller == &berth_running.chain[BERTH_MOST_DEPTH - 1])
		return refuse(gate, BERTH_REASON_DEPTH, pc, saved);
	const struct berth_context *context = berth_table_context(berth_booted, index);
	struct berth_start start;
	prepare(&start, context, gate->entry->function, words, gate->words);
	caller->saved = *saved;
	berth_port_begin(saved, &start);
	activate(caller + 1, index, context, gate);
	return BERTH_NEXT_RESUME;
}

static enum berth_next call_native(
	const struct berth_gate *gate, uint32_t *words, uint32_t pc, struct berth_saved *saved)
{
	if (!gate->run(berth_current()->index, words))
		return stop(BERTH_REASON_GATE, pc, saved);
	uint32_t *registers = berth_port_registers(saved);
	registers[0] = words[0];
	registers[1] = words[1];
	return BERTH_NEXT_RESUME;
}

enum berth_next berth_on_service(uint32_t number, uint32_t pc, struct berth_saved *saved)
{
	if (number == BERTH_SERVICE_RETURN)
		return berth_on_return(saved);
	const struct berth_activation *caller = berth_current();
	const struct berth_gate *gate = berth_gate_for(number, caller->index);
	if (gate == NULL)
		return stop(BERTH_REASON_GATE, pc, saved);
	uint32_t words[BERTH_MOST_GATE_WORDS];
	uint32_t address = 0;
	if (!berth_gate_words(gate, caller->context, saved, words, &address) ||
		!berth_gate_pointers(gate, caller->context, words, &address))
		return stop_for(BERTH_REASON_GATE, &address, pc, saved);
	return gate->run == NULL ? call_component(gate, words, pc, saved)
				 : call_native(gate, words, pc, saved);
}
