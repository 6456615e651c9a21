/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The arena's bump policy: blocks one behind the other, given back all at once.
 *
 *     memory_base                offset        top            offset + size
 *     | data, stack of the guest | block | last |   free       | ...
 *
 * The state's numbers count from the start of the arena.
 */
#include <stddef.h>

#include "runtime/arena_policy.h"
#include "runtime/common.h"

#define COMMON BERTH_COMMON(bump)

/* Numbers that only a defect or an attack can have left there. */
static COMMON inline bool is_damaged(
	const struct berth_arena *arena, const struct berth_arena_state *state)
{
	return state->top > state->high_water || state->high_water > arena->size ||
	       state->last > state->top || state->reserved != 0;
}

/* Bytes from AT, counted from the start of the arena, to the next address that ALIGN divides. */
static COMMON inline uint32_t padding(const struct berth_arena *arena, uint32_t at, uint32_t align)
{
	uint32_t address = arena->memory_base + arena->offset + at;
	uint32_t bytes = (0u - address) & (align - 1);
	/* An offset of 0 would read as a failure, and as a null pointer. */
	return arena->offset + at + bytes == 0 ? align : bytes;
}

static COMMON void set_top(struct berth_arena_state *state, uint32_t last, uint32_t top)
{
	state->last = last;
	state->top = top;
	if (top > state->high_water)
		state->high_water = top;
}

COMMON uint32_t berth_bump_allocate(
	const struct berth_arena *arena, uint32_t align, uint32_t length)
{
	struct berth_arena_state *state = berth_arena_state(arena);
	if (is_damaged(arena, state))
		return BERTH_ARENA_FAILED;
	uint32_t skip = padding(arena, state->top, align);
	uint32_t room = arena->size - state->top;
	if (skip > room || length > room - skip)
		return BERTH_ARENA_FAILED;
	uint32_t block = state->top + skip;
	set_top(state, block, block + length);
	return arena->offset + block;
}

COMMON bool berth_bump_resize(const struct berth_arena *arena, uint32_t old, uint32_t old_length,
	uint32_t align, uint32_t length, bool *valid)
{
	struct berth_arena_state *state = berth_arena_state(arena);
	*valid = !is_damaged(arena, state) &&
		 berth_within(old, old_length, arena->offset, state->top);
	uint32_t start = old - arena->offset;
	if (!*valid || (length != 0 && padding(arena, start, align) != 0))
		return false;
	if (start != state->last || start + old_length != state->top)
		return length <= old_length;
	if (length > arena->size - start)
		return false;
	set_top(state, start, start + length);
	return true;
}

bool berth_bump_free(const struct berth_arena *arena, uint32_t old)
{
	struct berth_arena_state *state = berth_arena_state(arena);
	if (is_damaged(arena, state) || old - arena->offset != state->last ||
		state->last == state->top)
		return false;
	set_top(state, state->last, state->last);
	return true;
}
