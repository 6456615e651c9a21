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

/* Keeps what a call that goes well runs through in one piece, and the rest small. */
#define UNLIKELY(condition) __builtin_expect(condition, 0)
#define RARE __attribute__((noinline, cold))

struct berth_running berth_running;

/* --- beginning --------------------------------------------------------------------- */

/* enter.S reads them there. */
_Static_assert(offsetof(struct berth_context, memory_base) == 16 &&
		       offsetof(struct berth_context, memory_size) == 20 &&
		       offsetof(struct berth_context, globals) == 24,
	"enter.S knows the places");

/* The words beyond the registers, in order, at the end of the stack (AAPCS32 6.4, stage C). */
static uint32_t put_on_stack(uint32_t stack, const uint32_t *words, uint32_t count)
{
	uint32_t bytes = (count - BERTH_PORT_REGISTERS) * (uint32_t)sizeof(uint32_t);
	stack -= (bytes + BERTH_PORT_STACK_ALIGN - 1) & ~(BERTH_PORT_STACK_ALIGN - 1);
	berth_copy(berth_bytes(stack, bytes), words + BERTH_PORT_REGISTERS, bytes);
	return stack;
}

/* Where the stack of CONTEXT begins with the COUNT WORDS. */
static inline uint32_t stack_with(
	const struct berth_context *context, const uint32_t *words, uint32_t count)
{
	uint32_t stack = context->stack_base + context->stack_size;
	if (BERTH_PORT_STACK_ALIGN > 8) /* 8 divides it: the table was checked for that */
		stack &= ~(BERTH_PORT_STACK_ALIGN - 1);
	return count > BERTH_PORT_REGISTERS ? put_on_stack(stack, words, count) : stack;
}

/* All registers: those of the COUNT words, fewer than there are, and zero in the others. */
static inline const uint32_t *fill(const uint32_t *words, uint32_t count)
{
	static const uint32_t none[BERTH_PORT_REGISTERS];
	static uint32_t registers[BERTH_PORT_REGISTERS]; /* of the one call that there can be */
	if (!UNLIKELY(count != 0))
		return none;
	for (uint32_t i = 0; i < BERTH_PORT_REGISTERS; i++)
		registers[i] = i < count ? words[i] : 0;
	return registers;
}

static inline void protect(const struct berth_context *context)
{
	berth_port_protect(berth_running.rows + (size_t)context->first_row * BERTH_PORT_ROW_BYTES,
		context->row_count, context->stack_base);
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

/* Of a call that faulted: what it had called, and what berth_call says. */
static __attribute__((noinline)) enum berth_status end_faulted(
	uint32_t *result, struct berth_fault *fault)
{
	const struct berth_activation *last = berth_running.current;
	berth_running.current = NULL;
	restart_from(&berth_running.chain[1], last);
	if (result != NULL)
		*result = 0;
	if (fault != NULL)
		*fault = berth_running.fault;
	return BERTH_FAULTED;
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
	if (UNLIKELY(entry->context >= berth_running.context_count))
		return berth_booted == NULL ? BERTH_ERROR_TABLE : BERTH_ERROR_CONTEXT;
	if (UNLIKELY(!berth_port_may_enter()))
		return berth_is_running() ? BERTH_ERROR_BUSY : BERTH_ERROR_MODE;
	const struct berth_context *context = &berth_running.contexts[entry->context];
	if (count > BERTH_PORT_REGISTERS && !berth_takes(context, count, BERTH_MOST_ARGUMENTS))
		return BERTH_ERROR_ARGUMENTS;
	const uint32_t *words = count < BERTH_PORT_REGISTERS ? fill(arguments, count) : arguments;
	uint32_t stack = stack_with(context, arguments, count);
	struct berth_activation *first = &berth_running.chain[0]; /* its gate is always NULL */
	first->index = entry->context;
	first->context = context;
	berth_running.current = first;
	protect(context);
	berth_port_enter(words, stack, entry->function, context);
	if (UNLIKELY(berth_is_running()))
		return end_faulted(result, fault);
	if (result != NULL)
		*result = berth_running.result.words[0];
	return BERTH_DONE;
}

enum berth_status berth_call_wide(const struct berth_entry *entry, const uint32_t *arguments,
	uint32_t count, uint64_t *result, struct berth_fault *fault)
{
	uint32_t low = 0;
	enum berth_status status = berth_call(entry, arguments, count, &low, fault);
	if (status <= BERTH_FAULTED)
		*result = status == BERTH_DONE ? (uint64_t)berth_running.result.words[1] << 32 | low
					       : 0;
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

RARE enum berth_next berth_on_stop(const struct berth_fault *fault, struct berth_saved *saved)
{
	struct berth_activation *last = berth_running.current;
	berth_running.fault = *fault;
	berth_running.fault.context = last->index;
	/* Up to the gate that takes a fault for an answer, or to berth_call. */
	struct berth_activation *at = last;
	while (at != berth_running.chain && !is_caught(at->gate))
		at--;
	if (at == berth_running.chain) {
		return BERTH_NEXT_LEAVE;
	}
	restart_from(at, last);
	return berth_go_back(at, at->gate->fault_value, (uint32_t)fault->reason, saved);
}

/* --- gates --------------------------------------------------------------------------------- */

/* One field after the other: a whole initialiser would become a call of memset. */
static RARE enum berth_next stop_for(
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
static RARE enum berth_next refuse(const struct berth_gate *gate, enum berth_reason reason,
	uint32_t pc, struct berth_saved *saved)
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
	const struct berth_context *context = &berth_running.contexts[index];
	caller->saved = *saved;
	/* The words beyond the gate's number are zero. */
	berth_port_begin(saved, words, stack_with(context, words, gate->words),
		gate->entry->function, context);
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
		return berth_on_return(saved, berth_port_registers(saved));
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
