/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Packing as a whole: see pack.h.  Which bank is pack_choose.c's, how many rows for
 * whom pack_share.c's, and one bank by itself pack_bank.c's.
 */
#include "ldgen/pack.h"

#include <stdlib.h>
#include <string.h>

#include "ldgen/pack_plan.h"

/* How many places are looked for before the best so far is taken: the answer depends on nothing
 * else. */
enum { STEPS = 3000000 };

/* Whether every item that is not fixed has a place of its own somewhere below 2^32. */
static enum pack_result check_items(struct solver *solver)
{
	struct pack_problem *problem = solver->problem;
	for (size_t i = 0; i < problem->count; i++) {
		const struct pack_item *item = &problem->items[i];
		struct pack_range range;
		bool fits = item->carve_count != 0 ? carve_fit(&problem->shape, item, 0, &range)
						   : pack_fit(&problem->shape, 0, item->size,
							     solver->most[i], &range);
		problem->item = i;
		if (!fits)
			return PACK_NO_PLACE;
	}
	problem->item = PACK_NONE;
	return PACK_DONE;
}

static void hand_out(struct solver *solver)
{
	struct pack_problem *problem = solver->problem;
	const struct plan *best = &solver->best;
	problem->used = best->used;
	problem->optimal = best->proven;
	problem->bound = best->proven ? best->used : best->bound;
	problem->rows = 0;
	for (size_t i = 0; i < problem->bank_count; i++)
		problem->banks[i].used = 0;
	for (size_t i = 0; i < problem->count; i++) {
		struct pack_item *item = &problem->items[i];
		uint64_t end = 0;
		item->bank = item->banks[item->fixed ? 0 : best->ranks[i]];
		item->range = best->ranges[i];
		item->taken = best->taken[i];
		problem->rows += item->taken;
		if (item->carve_count != 0)
			carve_open_all(&problem->shape, item, item->range.base, item->carves, &end);
		for (size_t k = 0; k < item->carve_count; k++)
			problem->rows += pack_rows(&problem->shape, item->carves[k].range.base,
				item->carves[k].range.end);
		struct pack_bank *bank = &problem->banks[item->bank];
		uint64_t used = item->range.end - bank->room.base;
		bank->used = used > bank->used ? used : bank->used;
	}
}

/* The fixed items' ranges, which no attempt changes. */
static void keep_fixed(struct solver *solver)
{
	for (size_t i = 0; i < solver->problem->count; i++)
		if (solver->problem->items[i].fixed) {
			solver->now.ranges[i] = solver->problem->items[i].range;
			solver->now.taken[i] = solver->problem->items[i].taken;
		}
}

/*
 * Strategy pow2 on a copy of the problem: its order is a hint, and where what
 * was found is no better it is the solution.
 */
static bool try_powers(struct solver *solver, struct plan *powers, bool *found)
{
	struct pack_problem *problem = solver->problem;
	struct pack_problem copy = *problem;
	copy.items = calloc(problem->count + 1, sizeof(*copy.items));
	copy.banks = calloc(problem->bank_count + 1, sizeof(*copy.banks));
	bool good = copy.items != NULL && copy.banks != NULL;
	*found = false;
	if (good) {
		memcpy(copy.items, problem->items, problem->count * sizeof(*copy.items));
		memcpy(copy.banks, problem->banks, problem->bank_count * sizeof(*copy.banks));
		*found = powers_place(&copy, problem->shape.granule) == PACK_DONE;
	}
	powers->moved = 0;
	powers->used = copy.used;
	powers->rows = copy.rows;
	for (size_t i = 0; good && i < problem->count; i++) {
		const struct pack_item *item = &copy.items[i];
		solver->hints[i] = *found ? item->range.base : UINT32_MAX - item->size;
		powers->ranges[i] = item->range;
		powers->taken[i] = item->taken;
		powers->ranks[i] = 0;
		while (*found && item->banks[powers->ranks[i]] != item->bank)
			powers->ranks[i]++;
		powers->moved += powers->ranks[i];
	}
	free(copy.items);
	free(copy.banks);
	return good;
}

static bool solve_all(struct solver *solver)
{
	struct plan powers = {0};
	bool found = false;
	bool good = plan_start(&powers, solver->problem->count) &&
		    try_powers(solver, &powers, &found) && share_rows(solver);
	if (good && found && (!solver->found || plan_is_better(&powers, &solver->best))) {
		powers.bound = solver->best.bound;
		powers.proven = solver->found && solver->best.proven &&
				powers.moved == solver->best.moved &&
				powers.used == solver->best.used;
		plan_copy(&solver->best, &powers, solver->problem->count);
		solver->found = true;
	}
	plan_end(&powers);
	return good;
}

static enum pack_result run(struct solver *solver)
{
	struct pack_problem *problem = solver->problem;
	enum pack_result result = limit_rows(solver);
	if (result == PACK_DONE)
		result = check_items(solver);
	if (result == PACK_DONE)
		result = rooms_make(problem, solver->most, solver->rooms);
	if (result != PACK_DONE)
		return result;
	keep_fixed(solver);
	if (!solve_all(solver))
		return PACK_NO_MEMORY;
	if (!solver->found) {
		problem->bank = solver->too_small;
		problem->wanted = solver->wanted;
		return PACK_NO_ROOM;
	}
	hand_out(solver);
	return PACK_DONE;
}

enum pack_result pack_solve(struct pack_problem *problem)
{
	struct solver solver = {.problem = problem, .steps = STEPS, .too_small = PACK_NONE};
	enum pack_result result = PACK_NO_MEMORY;
	problem->item = problem->bank = problem->context = PACK_NONE;
	solver.rooms = calloc(problem->bank_count + 1, sizeof(*solver.rooms));
	solver.items = calloc(problem->count + 1, sizeof(*solver.items));
	solver.most = calloc(problem->count + 1, sizeof(*solver.most));
	solver.hints = calloc(problem->count + 1, sizeof(*solver.hints));
	if (solver.rooms != NULL && solver.items != NULL && solver.most != NULL &&
		solver.hints != NULL && plan_start(&solver.now, problem->count) &&
		plan_start(&solver.best, problem->count) &&
		carve_maps_make(&problem->shape, problem->items, problem->count))
		result = run(&solver);
	carve_maps_free(problem->items, problem->count);
	plan_end(&solver.now);
	plan_end(&solver.best);
	for (size_t i = 0; solver.rooms != NULL && i < problem->bank_count; i++)
		room_free(&solver.rooms[i]);
	free(solver.rooms);
	free(solver.items);
	free(solver.most);
	free(solver.hints);
	return result;
}
