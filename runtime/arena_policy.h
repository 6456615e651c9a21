/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the policies of an arena share, and what each must provide. */
#ifndef BERTH_RUNTIME_ARENA_POLICY_H
#define BERTH_RUNTIME_ARENA_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "berth/arena.h"
#include "runtime/address.h"

static inline struct berth_arena_state *berth_arena_state(const struct berth_arena *arena)
{
	return berth_bytes(arena->state, BERTH_ARENA_STATE_BYTES);
}

/*
 * Both: ALIGN is a power of two; offsets count in the memory.  Every number that
 * they find in the state or in the arena may be the component's invention.
 */

/* A new block of LENGTH bytes, not 0; BERTH_ARENA_FAILED when there is no room. */
uint32_t berth_bump_allocate(const struct berth_arena *arena, uint32_t align, uint32_t length);
uint32_t berth_list_allocate(const struct berth_arena *arena, uint32_t align, uint32_t length);

/*
 * Whether the block at OLD can have LENGTH bytes, 0 included, without moving;
 * then it has.  *VALID is false when there is no such block.
 */
bool berth_bump_resize(const struct berth_arena *arena, uint32_t old, uint32_t old_length,
	uint32_t align, uint32_t length, bool *valid);
bool berth_list_resize(const struct berth_arena *arena, uint32_t old, uint32_t old_length,
	uint32_t align, uint32_t length, bool *valid);

/* Bytes that blocks take, as the state says; notes in it when these are more than ever before. */
uint32_t berth_bump_used(const struct berth_arena *arena);

/*
 * A call of CONTEXT is over, which empties its arena where that lasts one call.  The object of a
 * region table with such an arena refers to it, so that the linker takes runtime/arena_calls.c,
 * whose functions then stand before weak ones.
 */
void berth_arena_call_ended(const struct berth_context *context);

/* The last policy that there is: BERTH_ARENA_FREE_LIST, weakly, without that file. */
extern const uint8_t berth_arena_policies;

/* Gives the block at OLD back, bump: the youngest only; false when there is no such block. */
bool berth_bump_free(const struct berth_arena *arena, uint32_t old);
bool berth_list_free(const struct berth_arena *arena, uint32_t old);

/*
 * The free list, through which the rest of the runtime calls it: all NULL, which
 * is weak, where nobody has asked for berth_list_allocate.  No function is
 * undefined then, which linkers turn into different things.
 */
struct berth_list_policy {
	uint32_t (*allocate)(const struct berth_arena *arena, uint32_t align, uint32_t length);
	bool (*resize)(const struct berth_arena *arena, uint32_t old, uint32_t old_length,
		uint32_t align, uint32_t length, bool *valid);
	bool (*free)(const struct berth_arena *arena, uint32_t old);
};
extern const struct berth_list_policy berth_list_policy;

#endif
