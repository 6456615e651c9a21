/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The arena: the allocator behind the import cabi-arena-realloc.
 *
 * Each component has one, inside its own linear memory.  Where it lies is a
 * constant in the region table (struct berth_arena, in flash); what changes is
 * a struct berth_arena_state in the component's own data region, which the
 * component can overwrite.  Every call therefore checks the state before it
 * believes it.
 */
#ifndef BERTH_ARENA_H
#define BERTH_ARENA_H

#include <stdint.h>

#include "berth/regions.h"

/* All zero is an empty arena. */
struct berth_arena_state {
	uint32_t top;	     /* bytes used, from the start of the arena */
	uint32_t last;	     /* start of the youngest block; it can grow in place */
	uint32_t high_water; /* most bytes ever used */
	uint32_t reserved;
};

#define BERTH_ARENA_STATE_BYTES 16u
#define BERTH_ARENA_FAILED 0u

/*
 * The contract of the canonical ABI's realloc: gives NEW_LENGTH bytes whose
 * address is a multiple of ALIGN, holding the first OLD_LENGTH bytes of OLD
 * (offsets in the component's memory), and returns their offset.  The youngest
 * block grows in place.  (0, 0, align, 0) returns ALIGN, as does every request
 * for no bytes; it gives the room of the youngest block back.  Where OLD_LENGTH
 * is 0 there is no old block, whatever OLD is.  Returns BERTH_ARENA_FAILED, and
 * changes nothing, when ALIGN is not a power of two, OLD does not lie in what
 * was given out, the state is damaged or the arena is exhausted.
 */
uint32_t berth_arena_try(const struct berth_arena *arena, uint32_t old, uint32_t old_length,
	uint32_t align, uint32_t new_length);

/*
 * The same for the component's own calls, with the argument order of the
 * import; a failure traps.  elfbind(1) makes each component's
 * cabi-arena-realloc a veneer that calls this with its own ARENA.
 */
uint32_t berth_arena_realloc(uint32_t old, uint32_t old_length, uint32_t align, uint32_t new_length,
	const struct berth_arena *arena);

/* Empties the arena; the high-water mark stays. */
void berth_arena_reset(const struct berth_arena *arena);

#endif
