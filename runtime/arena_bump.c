/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The arena's bump policy: blocks one behind the other, given back all at once.
 *
 *     memory_base                offset                            offset + size
 *     | data, stack of the guest | block | last |      free        | ...
 *                                        |      |<------ left ---->|
 *                                        |<-------- last --------->|
 *
 * A new block is what the component itself takes in most cases, with the few
 * instructions of elfbind/veneer.c; they know this state, and come here with
 * everything else.
 */
#include <stddef.h>

#include "runtime/arena_policy.h"
#include "runtime/common.h"

#define COMMON BERTH_COMMON(bump)

/*
 * The state, that of an empty arena where nobody has used it; NULL when there are
 * numbers that only a defect or an attack can have left.
 */
static COMMON struct berth_arena_state *find_state(const struct berth_arena *arena)
{
	struct berth_arena_state *state = berth_arena_state(arena);
	if ((state->last | state->left) == 0)
		state->last = state->left = arena->size;
	return state->left <= state->last && state->last <= arena->size ? state : NULL;
}

/* Bytes from the one that has FROM_END to the end, to the next address that ALIGN divides. */
static COMMON uint32_t padding(const struct berth_arena *arena, uint32_t from_end, uint32_t align)
{
	uint32_t offset = arena->offset + arena->size - from_end;
	uint32_t bytes = (0u - (arena->memory_base + offset)) & (align - 1);
	/* An offset of 0 would read as a failure, and as a null pointer. */
	return offset + bytes == 0 ? align : bytes;
}

COMMON uint32_t berth_bump_allocate(
	const struct berth_arena *arena, uint32_t align, uint32_t length)
{
	struct berth_arena_state *state = find_state(arena);
	if (state == NULL)
		return BERTH_ARENA_FAILED;
	uint32_t skip = padding(arena, state->left, align);
	if (skip > state->left || length > state->left - skip)
		return BERTH_ARENA_FAILED;
	state->last = state->left - skip;
	state->left = state->last - length;
	return arena->offset + arena->size - state->last;
}

COMMON uint32_t berth_bump_used(const struct berth_arena *arena)
{
	struct berth_arena_state *state = berth_arena_state(arena);
	uint32_t used = (state->last | state->left) == 0 ? 0 : arena->size - state->left;
	if (used > state->high_water)
		state->high_water = used;
	return used;
}

COMMON bool berth_bump_resize(const struct berth_arena *arena, uint32_t old, uint32_t old_length,
	uint32_t align, uint32_t length, bool *valid)
{
	struct berth_arena_state *state = find_state(arena);
	uint32_t given = state == NULL ? 0 : arena->size - state->left;
	/* What a call has left, the next one, its post-return, may give back. */
	if (arena->policy == BERTH_ARENA_BUMP_CALL && length == 0)
		given = arena->size;
	*valid = state != NULL && berth_within(old, old_length, arena->offset, given);
	uint32_t from_end = arena->offset + arena->size - old;
	if (!*valid || (length != 0 && ((arena->memory_base + old) & (align - 1)) != 0))
		return false;
	if (from_end != state->last)
		return length <= old_length;
	if (length > from_end)
		return false;
	berth_bump_used(arena);
	state->left = from_end - length;
	return true;
}

bool berth_bump_free(const struct berth_arena *arena, uint32_t old)
{
	struct berth_arena_state *state = find_state(arena);
	if (state == NULL || arena->offset + arena->size - old != state->last ||
		state->last == state->left)
		return false;
	berth_bump_used(arena);
	state->left = state->last;
	return true;
}
