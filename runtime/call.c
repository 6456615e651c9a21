/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Calling components from native code, which waits in berth_port_enter while
 * they run.  A component leaves only through an exception; what happens then is
 * decided in runtime/service.c.
 */
#include "runtime/call.h"

#include <stddef.h>

#include "runtime/address.h"
#include "runtime/arena_policy.h"
#include "runtime/boot.h"
#include "runtime/bytes.h"
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
RARE uint32_t berth_put_on_stack(uint32_t stack, const uint32_t *words, uint32_t count)
{
	uint32_t bytes = (count - BERTH_PORT_REGISTERS) * (uint32_t)sizeof(uint32_t);
	stack -= (bytes + BERTH_PORT_STACK_ALIGN - 1) & ~(BERTH_PORT_STACK_ALIGN - 1);
	berth_copy(berth_bytes(stack, bytes), words + BERTH_PORT_REGISTERS, bytes);
	return stack;
}

/* All registers: those of the COUNT words, fewer than there are, and zero in the others. */
static RARE const uint32_t *fill(const uint32_t *words, uint32_t count)
{
	static uint32_t registers[BERTH_PORT_REGISTERS]; /* of the one call that there can be */
	for (uint32_t i = 0; i < BERTH_PORT_REGISTERS; i++)
		registers[i] = i < count ? words[i] : 0;
	return registers;
}

RARE void berth_restart_from(const struct berth_activation *first)
{
	for (; first <= berth_running.current; first++)
		(void)berth_initialise(first->index);
}

/* Of a call that faulted: what it had called, and what berth_call says. */
static RARE enum berth_status end_faulted(uint32_t *result, struct berth_fault *fault)
{
	berth_restart_from(&berth_running.chain[1]);
	berth_running.current = NULL;
	if (result != NULL)
		*result = 0;
	if (fault != NULL)
		*fault = berth_running.fault;
	return BERTH_FAULTED;
}

/* Why ENTRY cannot be called from here. */
static RARE enum berth_status refusal(const struct berth_entry *entry)
{
	if (entry->context >= berth_running.context_count)
		return berth_booted == NULL ? BERTH_ERROR_TABLE : BERTH_ERROR_CONTEXT;
	return berth_is_running() ? BERTH_ERROR_BUSY : BERTH_ERROR_MODE;
}

RARE bool berth_takes(const struct berth_context *context, uint32_t count)
{
	if (count <= BERTH_PORT_REGISTERS)
		return true;
	uint32_t bytes = (count - BERTH_PORT_REGISTERS) * (uint32_t)sizeof(uint32_t);
	return count <= BERTH_MOST_ARGUMENTS &&
	       bytes + 2 * BERTH_PORT_STACK_ALIGN <= context->stack_size - BERTH_FRAME_BYTES;
}

enum berth_status berth_call_plain(const struct berth_entry *entry, const uint32_t *arguments,
	uint32_t count, uint32_t *result, struct berth_fault *fault)
{
	static const uint32_t none[BERTH_PORT_REGISTERS];
	if (UNLIKELY(entry->context >= berth_running.context_count || !berth_port_may_enter()))
		return refusal(entry);
	const struct berth_context *context = &berth_running.contexts[entry->context];
	uint32_t stack = berth_stack_end(context);
	const uint32_t *words = arguments;
	if (UNLIKELY(count > BERTH_PORT_REGISTERS)) {
		if (!berth_takes(context, count))
			return BERTH_ERROR_ARGUMENTS;
		stack = berth_put_on_stack(stack, arguments, count);
	} else if (count != BERTH_PORT_REGISTERS) {
		words = count == 0 ? none : fill(arguments, count);
	}
	struct berth_activation *first = &berth_running.chain[0]; /* its gate is always NULL */
	first->index = entry->context;
	first->context = context;
	berth_running.current = first;
	berth_protect(context);
	berth_port_enter(words, stack, entry->function, context);
	if (UNLIKELY(berth_is_running()))
		return end_faulted(result, fault);
	if (result != NULL)
		*result = berth_running.result.words[0];
	return BERTH_DONE;
}

/* Unless the end of a call concerns arenas (runtime/arena_calls.c). */
__attribute__((weak)) const uint8_t berth_arena_policies = BERTH_ARENA_FREE_LIST;
__attribute__((weak, alias("berth_call_plain"))) enum berth_status berth_call(
	const struct berth_entry *entry, const uint32_t *arguments, uint32_t count,
	uint32_t *result, struct berth_fault *fault);

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
