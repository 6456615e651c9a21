/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Which bank each item goes to, with the rows that it may take. */
#include <string.h>

#include "ldgen/pack_plan.h"

/* How many ranks are packed before the best so far is taken. */
enum { BANKS_TRIED = 200 };

static size_t bank_of(const struct solver *solver, size_t item)
{
	const struct pack_item *from = &solver->problem->items[item];
	return from->banks[from->fixed ? 0 : solver->now.ranks[item]];
}

/* --- one bank ---------------------------------------------------------------------- */

/* The items of BANK, in the solver's list; their number. */
static size_t list_items(struct solver *solver, size_t bank)
{
	const struct pack_problem *problem = solver->problem;
	size_t count = 0;
	for (size_t i = 0; i < problem->count; i++) {
		const struct pack_item *item = &problem->items[i];
		if (item->fixed || bank_of(solver, i) != bank)
			continue;
		struct bank_item *to = &solver->items[count++];
		*to = (struct bank_item){.item = item,
			.number = i,
			.most = solver->most[i],
			.rows = solver->most[i],
			.least = pack_align(item->size, problem->shape.granule)};
		to->avoid = room_avoided(&solver->rooms[bank], i, &to->avoid_count);
		if (item->carve_count == 0)
			to->least = pack_least(&problem->shape, item->size, to->most);
	}
	return count;
}

/* The order of strategy pow2 is where packing begins: it never ends higher then. */
static void sort_by_hint(const struct solver *solver, struct bank_item *items, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct bank_item item = items[i];
		size_t to = i;
		for (; to > 0 && solver->hints[items[to - 1].number] > solver->hints[item.number];
			to--)
			items[to] = items[to - 1];
		items[to] = item;
	}
}

/*
 * Packs BANK with the items that the ranks give it.  *FITS says whether they end
 * in its room; false when memory ran out.
 */
static bool pack_one_bank(struct solver *solver, size_t number, bool *fits)
{
	struct pack_bank *bank = &solver->problem->banks[number];
	const struct room *room = &solver->rooms[number];
	struct bank_run run = {.shape = &solver->problem->shape,
		.free = room->free,
		.free_count = room->free_count,
		.start = bank->room.base,
		.items = solver->items,
		.steps = &solver->steps};
	run.count = list_items(solver, number);
	*fits = true;
	if (run.count != 0) {
		sort_by_hint(solver, run.items, run.count);
		if (!bank_order(&run))
			return false;
		/* Below what is fixed nothing is gained by ending lower. */
		uint64_t limit = run.end > room->fixed_end ? run.end : room->fixed_end;
		if (!bank_save_rows(&run, limit) || !bank_put_last(&run))
			return false;
		*fits = run.end <= bank->room.end;
		solver->unsure = solver->unsure || run.end != run.bound;
	} else {
		run.end = run.bound = run.start;
	}
	if (!*fits) {
		solver->too_small = number;
		solver->wanted = run.end == PACK_NOWHERE ? PACK_NOWHERE : run.end - run.start;
		return true;
	}
	run.end = run.end > room->fixed_end ? run.end : room->fixed_end;
	run.bound = run.bound > room->fixed_end ? run.bound : room->fixed_end;
	for (size_t i = 0; i < run.count; i++) {
		solver->now.ranges[run.items[i].number] = run.items[i].range;
		solver->now.taken[run.items[i].number] = run.items[i].taken;
	}
	solver->now.used += run.end - run.start;
	solver->now.bound += run.bound - run.start;
	return true;
}

/* Packs all banks with the ranks there are; *FITS whether all have room. */
static bool pack_banks(struct solver *solver, bool *fits)
{
	const struct pack_problem *problem = solver->problem;
	solver->now.used = solver->now.bound = 0;
	solver->now.moved = 0;
	solver->now.rows = 0;
	*fits = true;
	for (size_t i = 0; i < problem->bank_count && *fits; i++)
		if (!pack_one_bank(solver, i, fits))
			return false;
	for (size_t i = 0; i < problem->count; i++) {
		solver->now.moved += problem->items[i].fixed ? 0 : solver->now.ranks[i];
		solver->now.rows += solver->now.taken[i];
	}
	return true;
}

/* --- which bank -------------------------------------------------------------------- */

/* Whether the bytes that the items of each bank take at the least fit in it. */
static bool may_fit(struct solver *solver)
{
	for (size_t bank = 0; bank < solver->problem->bank_count; bank++) {
		const struct room *room = &solver->rooms[bank];
		struct bank_run run = {.free = room->free, .free_count = room->free_count};
		uint64_t bytes = 0;
		run.start = solver->problem->banks[bank].room.base;
		size_t count = list_items(solver, bank);
		for (size_t i = 0; i < count; i++)
			bytes += solver->items[i].least;
		if (bank_bound(&run, run.start, bytes) > solver->problem->banks[bank].room.end)
			return false;
	}
	return true;
}

/* Tries the ranks there are; keeps them in *BETTER, which FOUND says is one, if they are. */
static bool try_ranks(struct solver *solver, struct plan *better, bool *found)
{
	bool fits = false;
	if (!may_fit(solver))
		return true;
	if (solver->banks_tried++ >= BANKS_TRIED) {
		solver->given_up = true;
		return true;
	}
	if (!pack_banks(solver, &fits))
		return false;
	if (fits && (!*found || plan_is_better(&solver->now, better))) {
		plan_copy(better, &solver->now, solver->problem->count);
		*found = true;
	}
	return true;
}

/* Tries all ranks of the items from ITEM on that add up to MOVED. */
static bool try_moves(
	struct solver *solver, size_t item, size_t moved, struct plan *better, bool *found)
{
	const struct pack_problem *problem = solver->problem;
	if (item == problem->count)
		return moved != 0 || try_ranks(solver, better, found);
	size_t most = problem->items[item].fixed ? 0 : problem->items[item].bank_count - 1;
	for (size_t rank = 0; rank <= most && rank <= moved; rank++) {
		if (solver->banks_tried > BANKS_TRIED)
			return true;
		solver->now.ranks[item] = rank;
		if (!try_moves(solver, item + 1, moved - rank, better, found))
			return false;
	}
	solver->now.ranks[item] = 0;
	return true;
}

/*
 * Moves, while a bank is too small, out of it to the next bank of its list the
 * smallest item that helps, or else the largest.
 */
static bool move_greedily(struct solver *solver, struct plan *better, bool *found)
{
	const struct pack_problem *problem = solver->problem;
	bool fits = false;
	memset(solver->now.ranks, 0, problem->count * sizeof(*solver->now.ranks));
	for (;;) {
		if (!pack_banks(solver, &fits))
			return false;
		if (fits)
			break;
		const struct pack_bank *bank = &problem->banks[solver->too_small];
		uint64_t lacks = solver->wanted == PACK_NOWHERE
					 ? PACK_NOWHERE
					 : solver->wanted - (bank->room.end - bank->room.base);
		size_t chosen = PACK_NONE;
		for (size_t i = 0; i < problem->count; i++) {
			const struct pack_item *item = &problem->items[i];
			if (item->fixed || bank_of(solver, i) != solver->too_small ||
				solver->now.ranks[i] + 1 >= item->bank_count)
				continue;
			uint64_t best = chosen == PACK_NONE ? 0 : problem->items[chosen].size;
			bool helps = item->size >= lacks;
			if (chosen == PACK_NONE || (helps && (best < lacks || item->size < best)) ||
				(!helps && best < lacks && item->size > best))
				chosen = i;
		}
		if (chosen == PACK_NONE)
			return true;
		solver->now.ranks[chosen]++;
	}
	plan_copy(better, &solver->now, problem->count);
	*found = true;
	return true;
}

bool choose_banks(struct solver *solver, struct plan *better, bool *found)
{
	const struct pack_problem *problem = solver->problem;
	size_t most = 0;
	size_t movable = 0;
	for (size_t i = 0; i < problem->count; i++) {
		if (problem->items[i].fixed || problem->items[i].bank_count == 1)
			continue;
		most += problem->items[i].bank_count - 1;
		movable++;
	}
	*found = false;
	solver->banks_tried = 0;
	solver->unsure = false;
	bool given_up = false;
	for (size_t moved = 0; moved <= most && !*found; moved++) {
		if (moved > 0 && movable > PACK_EXACT)
			break;
		memset(solver->now.ranks, 0, problem->count * sizeof(*solver->now.ranks));
		if (!try_moves(solver, 0, moved, better, found))
			return false;
		given_up = given_up || solver->banks_tried > BANKS_TRIED;
		if (given_up)
			break;
	}
	if (!*found && most != 0 && !move_greedily(solver, better, found))
		return false;
	better->proven =
		better->used == better->bound &&
		(better->moved == 0 || (movable <= PACK_EXACT && !given_up && !solver->unsure));
	if (!*found) {
		/* For the report: what the preferred banks lack. */
		bool fits = false;
		memset(solver->now.ranks, 0, problem->count * sizeof(*solver->now.ranks));
		return pack_banks(solver, &fits);
	}
	return true;
}
