/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The arena: the allocator behind the import cabi-arena-realloc.
 *
 * Each component has one, inside its own linear memory.  Where it lies is a
 * constant in flash, struct berth_arena: in the region table for native code, and
 * berth_arena_COMPONENT beside the component's code for what runs with the
 * component's rights.  What changes is a struct berth_arena_state in the
 * component's own data region, and the arena itself.  The component can overwrite
 * both.  Every number is therefore checked before it is used.
 */
#ifndef BERTH_ARENA_H
#define BERTH_ARENA_H

#include <stdbool.h>
#include <stdint.h>

#include "berth/regions.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * All zero is an arena that nobody has used yet.  The bump policy counts from the
 * end of the arena: what elfbind(1) injects into the component allocates with these
 * numbers alone, and stores the first two at once.  With the free list (enum
 * berth_arena_policy) more is in the arena itself: its lists at the start, and a
 * word in front of each block.
 */
struct berth_arena_state {
	union {
		uint32_t last;	 /* bump: bytes from the start of the youngest block to the end */
		uint32_t blocks; /* free list: how many are in use */
	};
	union {
		uint32_t left; /* bump: bytes that are free, all of them at the end */
		uint32_t used; /* free list: bytes in blocks, with their headers */
	};
	/* Most bytes ever used; bump: as far as something was given back, size - left
	 * may be more. */
	uint32_t high_water;
	uint32_t reserved; /* free list: a mark that the lists are there */
};

#define BERTH_ARENA_STATE_BYTES 16u
#define BERTH_ARENA_FAILED 0u

/*
 * The contract of the canonical ABI's realloc: gives NEW_LENGTH bytes whose
 * address is a multiple of ALIGN, holding the first OLD_LENGTH bytes of OLD
 * (offsets in the component's memory), and returns their offset.  (0, 0, align,
 * 0) returns ALIGN, as does every request for no bytes, which gives the block at
 * OLD back.  Where OLD_LENGTH is 0 there is no old block, whatever OLD is.
 *
 * Bump: the youngest block grows in place, and only its room is used again.
 * Bump with `reset: call` in the manifest: the end of a call of the component empties
 * the arena.  What was there can be read, and be given back by the next call, until
 * somebody, native code or the component, takes a new block.
 * Free list: a block grows into free room behind it; what is given back is used
 * again; every request takes the same bounded time, and a moved block that of its copy.
 * OLD_LENGTH may be less than the block has: who does not know says 1.
 *
 * Returns BERTH_ARENA_FAILED, and changes nothing, when ALIGN is not a power of
 * two, OLD was not given out, or there is no room.  The same where state or
 * arena are damaged, which only the component can have done; it is then as
 * usable as before.  Nothing beside state and arena is ever touched.
 */
uint32_t berth_arena_try(const struct berth_arena *arena, uint32_t old, uint32_t old_length,
	uint32_t align, uint32_t new_length);

/*
 * The same for the component's own calls, with the argument order of the
 * import; a failure traps.  What elfbind(1) makes each component's
 * cabi-arena-realloc of takes new blocks of a bump arena itself, and calls this
 * with its own ARENA for everything else.
 */
uint32_t berth_arena_realloc(uint32_t old, uint32_t old_length, uint32_t align, uint32_t new_length,
	const struct berth_arena *arena);

/*
 * Gives the block at OLD back without its length; bump: only the youngest.
 * False, and nothing has changed, when there is no such block.
 */
bool berth_arena_free(const struct berth_arena *arena, uint32_t old);

/*
 * Empties the arena; the high-water mark stays.  Where the manifest does not say
 * `reset: call`, an arena lasts one call when native code does this after it has
 * read the results.
 */
void berth_arena_reset(const struct berth_arena *arena);

/* A debugger reads the same in the struct berth_arena_state at arena->state. */
struct berth_arena_statistics {
	uint32_t size;	     /* bytes; the free list's own among them */
	uint32_t used;	     /* bytes, with headers and padding */
	uint32_t high_water; /* most bytes ever used */
};

/* What the state says; the component could have written it. */
void berth_arena_statistics(
	const struct berth_arena *arena, struct berth_arena_statistics *statistics);

#ifdef __cplusplus
}
#endif

#endif
