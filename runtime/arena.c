/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The arena: what its policies have in common.
 *
 * The component can write the state and the arena, and native code calls this
 * privileged: nothing is touched whose place was not compared with the
 * constants in flash.
 */
#include "berth/arena.h"

#include <stddef.h>

#include "runtime/arena_policy.h"
#include "runtime/bytes.h"
#include "runtime/common.h"

#define COMMON BERTH_COMMON(arena)

/*
 * The free list is there when the object of the region table wants it
 * (elfbind inject --table); a firmware without one does not pay for it.
 */
BERTH_COMMON_DATA(list)
__attribute__((weak)) const struct berth_list_policy berth_list_policy = {NULL, NULL, NULL};

/* The policy that is linked; clang takes a weak constant for the one that it will be. */
static COMMON inline const struct berth_list_policy *list_policy(void)
{
	const struct berth_list_policy *policy = &berth_list_policy;
	__asm__("" : "+r"(policy));
	return policy;
}

static COMMON bool is_list(const struct berth_arena *arena)
{
	return arena->policy == BERTH_ARENA_FREE_LIST;
}

static COMMON bool is_served(const struct berth_arena *arena)
{
	return !is_list(arena) || list_policy()->allocate != NULL;
}

static COMMON inline uint32_t allocate(
	const struct berth_arena *arena, uint32_t align, uint32_t length)
{
	return is_list(arena) ? list_policy()->allocate(arena, align, length)
			      : berth_bump_allocate(arena, align, length);
}

static COMMON bool resize(const struct berth_arena *arena, uint32_t old, uint32_t old_length,
	uint32_t align, uint32_t length, bool *valid)
{
	return is_list(arena) ? list_policy()->resize(arena, old, old_length, align, length, valid)
			      : berth_bump_resize(arena, old, old_length, align, length, valid);
}

static COMMON uint32_t move(const struct berth_arena *arena, uint32_t old, uint32_t old_length,
	uint32_t align, uint32_t length)
{
	uint32_t block = allocate(arena, align, length);
	if (block == BERTH_ARENA_FAILED)
		return BERTH_ARENA_FAILED;
	uint32_t kept = old_length < length ? old_length : length;
	berth_copy(berth_bytes(arena->memory_base + block, kept),
		berth_bytes(arena->memory_base + old, kept), kept);
	if (is_list(arena) && !list_policy()->free(arena, old))
		return BERTH_ARENA_FAILED;
	return block;
}

/* Away from what most requests are, new blocks, so that they need not keep registers. */
static COMMON __attribute__((noinline)) uint32_t change(const struct berth_arena *arena,
	uint32_t old, uint32_t old_length, uint32_t align, uint32_t length)
{
	bool valid;
	if (resize(arena, old, old_length, align, length, &valid))
		return length == 0 ? align : old;
	return valid ? move(arena, old, old_length, align, length) : BERTH_ARENA_FAILED;
}

COMMON uint32_t berth_arena_try(const struct berth_arena *arena, uint32_t old, uint32_t old_length,
	uint32_t align, uint32_t new_length)
{
	if (align == 0 || (align & (align - 1)) != 0 || !is_served(arena))
		return BERTH_ARENA_FAILED;
	/* An empty block has no place: whatever its pointer was, it holds nothing. */
	if (old_length != 0)
		return change(arena, old, old_length, align, new_length);
	return new_length == 0 ? align : allocate(arena, align, new_length);
}

COMMON uint32_t berth_arena_realloc(uint32_t old, uint32_t old_length, uint32_t align,
	uint32_t new_length, const struct berth_arena *arena)
{
	uint32_t block = berth_arena_try(arena, old, old_length, align, new_length);
	if (block == BERTH_ARENA_FAILED)
		__builtin_trap();
	return block;
}

bool berth_arena_free(const struct berth_arena *arena, uint32_t old)
{
	if (!is_served(arena))
		return false;
	return is_list(arena) ? list_policy()->free(arena, old) : berth_bump_free(arena, old);
}

static uint32_t used(const struct berth_arena *arena)
{
	return is_list(arena) ? berth_arena_state(arena)->used : berth_bump_used(arena);
}

void berth_arena_reset(const struct berth_arena *arena)
{
	struct berth_arena_state *state = berth_arena_state(arena);
	uint32_t left = is_list(arena) ? 0 : arena->size;
	used(arena);
	if (state->high_water > arena->size)
		state->high_water = arena->size;
	state->last = left;
	state->left = left;
	state->reserved = 0;
}

void berth_arena_statistics(
	const struct berth_arena *arena, struct berth_arena_statistics *statistics)
{
	statistics->size = arena->size;
	statistics->used = used(arena);
	statistics->high_water = berth_arena_state(arena)->high_water;
}
