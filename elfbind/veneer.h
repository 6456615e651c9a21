/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The few instructions that give a component's cabi-arena-realloc its arena.
 *
 * The import has four arguments; berth_arena_realloc (berth/arena.h) takes the
 * arena as a fifth.  A veneer for each component adds it.
 */
#ifndef BERTH_VENEER_H
#define BERTH_VENEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/object.h"

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
	const struct veneer_fixup *fixups;
	size_t fixup_count;
};

/* The veneer for the machine, class and byte order of OBJECT, or NULL when there is none. */
const struct veneer *veneer_for(const struct object *object);

#endif
