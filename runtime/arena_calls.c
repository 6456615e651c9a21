/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Arenas that last one call (BERTH_ARENA_BUMP_CALL): the end of a call is seen
 * here, in front of what does the work.  A firmware whose table has no such arena
 * does not link this file, and pays nothing for it.
 */
#include <stddef.h>

#include "runtime/arena_policy.h"
#include "runtime/boot.h"
#include "runtime/call.h"
#include "runtime/table.h"

const uint8_t berth_arena_policies = BERTH_ARENA_BUMP_CALL;

void berth_arena_call_ended(const struct berth_context *context)
{
	const struct berth_arena *arena = berth_table_arena(berth_booted, context->arena);
	if (arena == NULL || arena->policy != BERTH_ARENA_BUMP_CALL)
		return;
	struct berth_arena_state *state = berth_arena_state(arena);
	berth_bump_used(arena); /* notes the high-water mark */
	state->last = 0;
	state->left = 0;
}

enum berth_status berth_call(const struct berth_entry *entry, const uint32_t *arguments,
	uint32_t count, uint32_t *result, struct berth_fault *fault)
{
	uint32_t index = entry->context;
	enum berth_status status = berth_call_plain(entry, arguments, count, result, fault);
	if (status <= BERTH_FAULTED)
		berth_arena_call_ended(&berth_running.contexts[index]);
	return status;
}

enum berth_next berth_go_back(
	struct berth_activation *at, uint32_t low, uint32_t high, struct berth_saved *saved)
{
	berth_arena_call_ended(at->context);
	return berth_go_back_plain(at, low, high, saved);
}
