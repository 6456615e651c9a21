/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Strategy pow2: powers of two at multiples of themselves, the largest first. */
#include <stdlib.h>
#include <string.h>

#include "ldgen/pack_bank.h"
#include "ldgen/pack_room.h"

struct powers {
	struct pack_problem *problem;
	struct room *rooms;
	struct pack_shape shape;
	uint64_t least; /* bytes of the smallest region */
	size_t *order;
	bool *placed;
};

static uint64_t power_of(const struct powers *powers, size_t number)
{
	uint64_t size = powers->problem->items[number].size;
	uint64_t power = powers->least;
	while (power < size)
		power *= 2;
	return power;
}

static void sort_order(struct powers *powers)
{
	size_t count = powers->problem->count;
	for (size_t i = 0; i < count; i++) {
		size_t to = i;
		for (; to > 0 && power_of(powers, powers->order[to - 1]) < power_of(powers, i);
			to--)
			powers->order[to] = powers->order[to - 1];
		powers->order[to] = i;
	}
}

/* Where ITEM, which would be at RANGE, must rather begin, because of item OTHER; 0 if
 * it need not. */
static uint64_t pushed_by(
	const struct pack_item *item, const struct pack_range *range, const struct pack_item *other)
{
	bool meet = (item->guard != 0 || other->guard != 0) && items_meet(item, other);
	uint64_t low = other->range.base - (meet ? other->guard : 0);
	uint64_t high = other->range.end + (meet ? item->guard : 0);
	return range->base < high && low < range->end ? high : 0;
}

/* The lowest place for item NUMBER in BANK. */
static bool find_place(const struct powers *powers, size_t number, size_t bank)
{
	struct pack_problem *problem = powers->problem;
	struct pack_item *item = &problem->items[number];
	const struct room *room = &powers->rooms[bank];
	struct bank_run run = {
		.shape = &powers->shape, .free = room->free, .free_count = room->free_count};
	struct bank_item wanted = {.item = item};
	struct pack_item whole = *item;
	whole.size = power_of(powers, number);
	whole.carve_count = 0;
	/* The carves of a whole power of two are opened by the rows of the target. */
	if (item->carve_count != 0)
		run.shape = &problem->shape;
	else
		wanted.item = &whole;
	wanted.avoid = room_avoided(room, number, &wanted.avoid_count);
	uint64_t from = problem->banks[bank].room.base;
	for (bool moved = true; moved;) {
		if (!bank_fit(&run, &wanted, from, 1, &item->range) ||
			item->range.end > problem->banks[bank].room.end)
			return false;
		moved = false;
		for (size_t i = 0; i < problem->count && !moved; i++) {
			const struct pack_item *other = &problem->items[i];
			if (!powers->placed[i] || other->bank != bank)
				continue;
			uint64_t to = pushed_by(item, &item->range, other);
			moved = to != 0;
			from = moved ? to : from;
		}
	}
	item->bank = bank;
	return true;
}

static bool place_item(struct powers *powers, size_t number)
{
	struct pack_problem *problem = powers->problem;
	struct pack_item *item = &problem->items[number];
	for (size_t rank = 0; rank < item->bank_count; rank++)
		if (find_place(powers, number, item->banks[rank])) {
			item->taken = item->carve_count == 0;
			powers->placed[number] = true;
			return true;
		}
	problem->bank = item->banks[0];
	problem->item = number;
	problem->wanted = power_of(powers, number);
	return false;
}

static void add_up(struct powers *powers)
{
	struct pack_problem *problem = powers->problem;
	problem->used = problem->bound = problem->rows = 0;
	for (size_t i = 0; i < problem->bank_count; i++)
		problem->banks[i].used = 0;
	for (size_t i = 0; i < problem->count; i++) {
		struct pack_item *item = &problem->items[i];
		struct pack_bank *bank = &problem->banks[item->bank];
		uint64_t used = item->range.end - bank->room.base;
		uint64_t end = 0;
		bank->used = used > bank->used ? used : bank->used;
		problem->rows += item->taken;
		problem->bound += item->range.end - item->range.base;
		if (item->carve_count == 0)
			continue;
		carve_open_all(&problem->shape, item, item->range.base, item->carves, &end);
		for (size_t k = 0; k < item->carve_count; k++)
			problem->rows += pack_rows(&problem->shape, item->carves[k].range.base,
				item->carves[k].range.end);
	}
	for (size_t i = 0; i < problem->bank_count; i++)
		problem->used += problem->banks[i].used;
	problem->optimal = problem->used == problem->bound;
}

static enum pack_result run(struct powers *powers)
{
	struct pack_problem *problem = powers->problem;
	unsigned *most = calloc(problem->count + 1, sizeof(*most));
	if (most == NULL)
		return PACK_NO_MEMORY;
	for (size_t i = 0; i < problem->count; i++)
		most[i] = problem->items[i].rows != 0 ? problem->items[i].rows : PACK_ROWS_MOST;
	enum pack_result result = rooms_make(problem, most, powers->rooms);
	free(most);
	if (result != PACK_DONE)
		return result;
	sort_order(powers);
	for (size_t i = 0; i < problem->count; i++)
		if (problem->items[i].fixed) {
			problem->items[i].bank = problem->items[i].banks[0];
			powers->placed[i] = true;
		}
	for (size_t i = 0; i < problem->count; i++)
		if (!powers->placed[powers->order[i]] && !place_item(powers, powers->order[i]))
			return PACK_NO_ROOM;
	add_up(powers);
	return PACK_DONE;
}

enum pack_result powers_place(struct pack_problem *problem, uint64_t least)
{
	struct powers powers = {.problem = problem,
		.shape = {.units = 1, .granule = problem->shape.granule},
		.least = least};
	enum pack_result result = PACK_NO_MEMORY;
	problem->item = problem->bank = problem->context = PACK_NONE;
	powers.rooms = calloc(problem->bank_count + 1, sizeof(*powers.rooms));
	powers.order = calloc(problem->count + 1, sizeof(*powers.order));
	powers.placed = calloc(problem->count + 1, sizeof(*powers.placed));
	if (powers.rooms != NULL && powers.order != NULL && powers.placed != NULL)
		result = run(&powers);
	for (size_t i = 0; powers.rooms != NULL && i < problem->bank_count; i++)
		room_free(&powers.rooms[i]);
	free(powers.rooms);
	free(powers.order);
	free(powers.placed);
	return result;
}

enum pack_result pack_powers(struct pack_problem *problem, uint64_t least)
{
	enum pack_result result = PACK_NO_MEMORY;
	if (carve_maps_make(&problem->shape, problem->items, problem->count))
		result = powers_place(problem, least);
	carve_maps_free(problem->items, problem->count);
	return result;
}
