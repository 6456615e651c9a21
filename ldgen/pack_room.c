/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "ldgen/pack_room.h"

#include <stdlib.h>
#include <string.h>

void room_free(struct room *room)
{
	free(room->free);
	free(room->avoided);
	free(room->avoided_first);
}

const struct pack_range *room_avoided(const struct room *room, size_t item, size_t *count)
{
	*count = room->avoided_first[item + 1] - room->avoided_first[item];
	return &room->avoided[room->avoided_first[item]];
}

/* --- what is free ------------------------------------------------------------------- */

/* Takes [BASE, END) out of what is free, which has room for one range more. */
static void cut_out(struct room *room, uint64_t base, uint64_t end)
{
	for (size_t i = 0; i < room->free_count; i++) {
		struct pack_range *free = &room->free[i];
		if (end <= free->base || free->end <= base)
			continue;
		struct pack_range behind = {end, free->end};
		free->end = base < free->base ? free->base : base;
		if (behind.base < behind.end) {
			memmove(&room->free[i + 2], &room->free[i + 1],
				(room->free_count - i - 1) * sizeof(*free));
			room->free[i + 1] = behind;
			room->free_count++;
			i++;
		}
	}
}

/* Whether all of RANGE is free. */
static bool is_free(const struct room *room, const struct pack_range *range)
{
	for (size_t i = 0; i < room->free_count; i++)
		if (room->free[i].base <= range->base && range->end <= room->free[i].end)
			return true;
	return false;
}

static bool room_start(const struct pack_problem *problem, size_t number, struct room *room)
{
	const struct pack_bank *bank = &problem->banks[number];
	room->free = calloc(bank->hole_count + problem->count + 2, sizeof(*room->free));
	room->avoided_first = calloc(problem->count + 2, sizeof(*room->avoided_first));
	if (room->free == NULL || room->avoided_first == NULL)
		return false;
	room->free[0] = (struct pack_range){bank->room.base, PACK_ADDRESSES};
	room->free_count = 1;
	room->fixed_end = bank->room.base;
	for (size_t i = 0; i < bank->hole_count; i++)
		cut_out(room, bank->holes[i].base, bank->holes[i].end);
	return true;
}

/* --- what is fixed ------------------------------------------------------------------ */

static bool fit_fixed(const struct pack_problem *problem, struct pack_item *item, unsigned most)
{
	item->range.base = item->at;
	if (item->carve_count != 0)
		return item->at % problem->shape.granule == 0 &&
		       carve_open_all(&problem->shape, item, item->at, NULL, &item->range.end);
	return pack_fit_at(&problem->shape, item->at, item->size, most, &item->range.end);
}

static bool place_fixed(
	struct pack_problem *problem, size_t number, unsigned most, struct room *rooms)
{
	struct pack_item *item = &problem->items[number];
	struct room *room = &rooms[item->banks[0]];
	if (!fit_fixed(problem, item, most) || !is_free(room, &item->range) ||
		item->range.end > problem->banks[item->banks[0]].room.end)
		return false;
	item->taken = item->carve_count != 0
			      ? 0
			      : pack_rows(&problem->shape, item->range.base, item->range.end);
	cut_out(room, item->range.base, item->range.end);
	room->fixed_end = item->range.end > room->fixed_end ? item->range.end : room->fixed_end;
	return true;
}

/* Whether a guard of one of two fixed items, the upper one, reaches into the other. */
static bool guards_hit(const struct pack_item *a, const struct pack_item *b)
{
	const struct pack_item *upper = a->range.base > b->range.base ? a : b;
	const struct pack_item *lower = upper == a ? b : a;
	return upper->guard > upper->range.base - lower->range.end && items_meet(a, b);
}

static bool check_guards(struct pack_problem *problem, size_t number)
{
	const struct pack_item *item = &problem->items[number];
	for (size_t i = 0; i < number; i++)
		if (problem->items[i].fixed && guards_hit(&problem->items[i], item))
			return false;
	return true;
}

/* --- what is to be avoided ---------------------------------------------------------- */

/* What FIXED and the guards keep ITEM from, besides what is not free anyway. */
static bool avoided_for(
	const struct pack_item *item, const struct pack_item *fixed, struct pack_range *range)
{
	if (item->fixed || !fixed->fixed || (item->guard == 0 && fixed->guard == 0) ||
		!items_meet(item, fixed))
		return false;
	range->base = fixed->range.base -
		      (fixed->guard < fixed->range.base ? fixed->guard : fixed->range.base);
	range->end = fixed->range.end + item->guard;
	return true;
}

static bool make_avoided(const struct pack_problem *problem, struct room *room)
{
	size_t fixed = 0;
	size_t count = 0;
	struct pack_range range;
	for (size_t i = 0; i < problem->count; i++)
		fixed += problem->items[i].fixed;
	room->avoided = calloc(problem->count * fixed + 1, sizeof(*room->avoided));
	if (room->avoided == NULL)
		return false;
	for (size_t i = 0; i < problem->count; i++) {
		room->avoided_first[i] = count;
		for (size_t k = 0; k < problem->count; k++)
			if (avoided_for(&problem->items[i], &problem->items[k], &range))
				room->avoided[count++] = range;
	}
	room->avoided_first[problem->count] = count;
	return true;
}

enum pack_result rooms_make(struct pack_problem *problem, const unsigned *most, struct room *rooms)
{
	for (size_t i = 0; i < problem->bank_count; i++)
		if (!room_start(problem, i, &rooms[i]))
			return PACK_NO_MEMORY;
	for (size_t i = 0; i < problem->count; i++) {
		problem->item = i;
		if (problem->items[i].fixed &&
			(!place_fixed(problem, i, most[i], rooms) || !check_guards(problem, i)))
			return PACK_BAD_PLACE;
	}
	problem->item = PACK_NONE;
	for (size_t i = 0; i < problem->bank_count; i++)
		if (!make_avoided(problem, &rooms[i]))
			return PACK_NO_MEMORY;
	return PACK_DONE;
}
