/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Where in a bank something may be placed: its room without holes and without
 * what is fixed; and what guards of fixed items keep from each other item.
 * Part of pack.h.
 */
#ifndef BERTH_LDGEN_PACK_ROOM_H
#define BERTH_LDGEN_PACK_ROOM_H

#include "ldgen/pack.h"
#include "ldgen/pack_bank.h"

struct room {
	/* Ascending, up to 2^32: what would end behind the room says how much the bank lacks. */
	struct pack_range *free;
	size_t free_count;
	uint64_t fixed_end; /* of the highest fixed item; the start of the room without one */
	struct pack_range *avoided; /* of all items, one after the other */
	size_t *avoided_first;	    /* those of item I end where those of item I + 1 begin */
};

/*
 * Places the fixed items, each with at most MOST rows, and makes the rooms of
 * all banks, which the caller frees with room_free, each, also after a failure.
 */
enum pack_result rooms_make(struct pack_problem *problem, const unsigned *most, struct room *rooms);

void room_free(struct room *room);

/* Where ITEM may not lie in this room; *COUNT ranges. */
const struct pack_range *room_avoided(const struct room *room, size_t item, size_t *count);

#endif
