/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The instructions that give a component's cabi-arena-realloc its arena.
 *
 * The import has four arguments; berth_arena_realloc (berth/arena.h) takes the
 * arena as a fifth.  A veneer for each component adds it.  That of a bump arena
 * takes a new block itself, with what it knows of struct berth_arena_state, and
 * calls for everything else.
 *
 * It runs with the component's rights, on a state that the component may have
 * overwritten.  What it returns is then wrong, as any number that a component makes
 * up: nobody else is hurt, and native code believes neither.
 */
#ifndef BERTH_VENEER_H
#define BERTH_VENEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/object.h"
#include "lib/unit_code.h"
#include "runtime/include/berth/regions.h"

enum veneer_target { VENEER_ARENA, VENEER_REALLOC };

struct veneer_fixup {
	uint32_t offset;	   /* in the code, bytes */
	uint32_t type;		   /* R_<machine>_* */
	enum veneer_target target; /* the component's arena, or the allocator */
};

struct veneer {
	const uint8_t *code;
	size_t size;	 /* bytes */
	uint64_t align;	 /* bytes */
	uint64_t symbol; /* value of its symbol: 1 for Thumb code */
	/* Where in the code the address of the arena's state stands, and behind it the offset of
	 * the arena's end in the memory; 0 when the code has neither. */
	size_t words;
	const struct veneer_fixup *fixups;
	size_t fixup_count;
};

/* The veneer of ARENA for the machine, class and byte order of OBJECT, or NULL when
 * there is none. */
const struct veneer *veneer_for(const struct object *object, const struct berth_arena *arena);

/* Whether there is one for every arena. */
bool veneer_there_is(const struct object *object);

/* Puts the code of VENEER for ARENA into its VENEER->size bytes at CODE. */
void veneer_write(const struct veneer *veneer, const struct berth_arena *arena,
	uint8_t code[UNIT_CODE_VENEER]);

#endif
