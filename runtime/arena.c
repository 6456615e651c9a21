/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The arena: blocks one behind the other, given back all at once.
 *
 *     memory_base                offset        top            offset + size
 *     | data, stack of the guest | block | last |   free       | ...
 *
 * The state's numbers count from the start of the arena.  The component can
 * write them, and native code calls this privileged: nothing is touched whose
 * place was not compared with the constants in flash.
 */
#include "berth/arena.h"

#include <stdbool.h>
#include <stddef.h>

#include "runtime/address.h"
#include "runtime/bytes.h"

static struct berth_arena_state *state_of(const struct berth_arena *arena)
{
	return berth_bytes(arena->state, BERTH_ARENA_STATE_BYTES);
}

/* Numbers that only a defect or an attack can have left there. */
static bool is_damaged(const struct berth_arena *arena, const struct berth_arena_state *state)
{
	return state->top > state->high_water || state->high_water > arena->size ||
	       state->last > state->top || state->reserved != 0;
}

/* Bytes from AT, counted from the start of the arena, to the next address that ALIGN divides. */
static uint32_t padding(const struct berth_arena *arena, uint32_t at, uint32_t align)
{
	uint32_t address = arena->memory_base + arena->offset + at;
	uint32_t bytes = (0u - address) & (align - 1);
	/* An offset of 0 would read as a failure, and as a null pointer. */
	return arena->offset + at + bytes == 0 ? align : bytes;
}

static void set_top(struct berth_arena_state *state, uint32_t last, uint32_t top)
{
	state->last = last;
	state->top = top;
	if (top > state->high_water)
		state->high_water = top;
}

/* Gives the block at OLD (from the start of the arena) its new length where it is. */
static bool resize_in_place(const struct berth_arena *arena, struct berth_arena_state *state,
	uint32_t old, uint32_t old_length, uint32_t align, uint32_t new_length)
{
	bool is_youngest = old == state->last && old + old_length == state->top;
	if (new_length != 0 && padding(arena, old, align) != 0)
		return false;
	if (!is_youngest)
		return new_length <= old_length;
	if (new_length > arena->size - old)
		return false;
	set_top(state, old, old + new_length);
	return true;
}

/* A new block behind the others; its offset in the memory. */
static uint32_t allocate(const struct berth_arena *arena, struct berth_arena_state *state,
	uint32_t align, uint32_t length)
{
	uint32_t skip = padding(arena, state->top, align);
	uint32_t room = arena->size - state->top;
	if (skip > room || length > room - skip)
		return BERTH_ARENA_FAILED;
	uint32_t block = state->top + skip;
	set_top(state, block, block + length);
	return arena->offset + block;
}

static uint32_t move(const struct berth_arena *arena, struct berth_arena_state *state, uint32_t old,
	uint32_t old_length, uint32_t align, uint32_t new_length)
{
	uint32_t block = allocate(arena, state, align, new_length);
	if (block == BERTH_ARENA_FAILED)
		return BERTH_ARENA_FAILED;
	uint32_t kept = old_length < new_length ? old_length : new_length;
	berth_copy(berth_bytes(arena->memory_base + block, kept),
		berth_bytes(arena->memory_base + old, kept), kept);
	return block;
}

uint32_t berth_arena_try(const struct berth_arena *arena, uint32_t old, uint32_t old_length,
	uint32_t align, uint32_t new_length)
{
	struct berth_arena_state *state = state_of(arena);
	if (align == 0 || (align & (align - 1)) != 0 || is_damaged(arena, state))
		return BERTH_ARENA_FAILED;
	/* An empty block has no place: whatever its pointer was, it holds nothing. */
	if (old_length == 0)
		return new_length == 0 ? align : allocate(arena, state, align, new_length);
	if (!berth_within(old, old_length, arena->offset, state->top))
		return BERTH_ARENA_FAILED;
	if (resize_in_place(arena, state, old - arena->offset, old_length, align, new_length))
		return new_length == 0 ? align : old;
	return move(arena, state, old, old_length, align, new_length);
}

uint32_t berth_arena_realloc(uint32_t old, uint32_t old_length, uint32_t align, uint32_t new_length,
	const struct berth_arena *arena)
{
	uint32_t block = berth_arena_try(arena, old, old_length, align, new_length);
	if (block == BERTH_ARENA_FAILED)
		__builtin_trap();
	return block;
}

void berth_arena_reset(const struct berth_arena *arena)
{
	struct berth_arena_state *state = state_of(arena);
	state->top = 0;
	state->last = 0;
	state->reserved = 0;
	if (state->high_water > arena->size)
		state->high_water = arena->size;
}
