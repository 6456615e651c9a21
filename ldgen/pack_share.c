/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* How many rows each item may take, so that no context takes more than its budget. */
#include <stdlib.h>
#include <string.h>

#include "ldgen/pack_plan.h"

/* How many ways to share are solved before the best so far is taken; between how many items. */
enum { SHARES_TRIED = 100, SHARED_MOST = 16 };

static bool is_in(const struct pack_item *item, size_t context)
{
	for (size_t i = 0; i < item->context_count; i++)
		if (item->contexts[i] == context)
			return true;
	return false;
}

enum pack_result limit_rows(struct solver *solver)
{
	struct pack_problem *problem = solver->problem;
	for (size_t i = 0; i < problem->count; i++) {
		unsigned rows = problem->items[i].rows;
		solver->most[i] = rows == 0 || rows > PACK_ROWS_MOST ? PACK_ROWS_MOST : rows;
	}
	for (size_t context = 0; context < problem->context_count; context++) {
		unsigned others = 0;
		for (size_t i = 0; i < problem->count; i++)
			others += is_in(&problem->items[i], context) &&
				  problem->items[i].carve_count == 0;
		if (others > problem->budgets[context]) {
			problem->context = context;
			return PACK_NO_ROWS;
		}
		unsigned most = problem->budgets[context] - others + 1;
		for (size_t i = 0; i < problem->count; i++)
			if (is_in(&problem->items[i], context) && solver->most[i] > most)
				solver->most[i] = most;
	}
	return PACK_DONE;
}

/* --- rows of a plan ---------------------------------------------------------------- */

/* Whether item NUMBER continues a TOR entry of another item of CONTEXT. */
static bool continues(
	const struct solver *solver, const struct plan *plan, size_t context, size_t number)
{
	const struct pack_problem *problem = solver->problem;
	for (size_t i = 0; problem->shape.seam && i < problem->count; i++)
		if (plan->ranges[i].end == plan->ranges[number].base && plan->taken[i] != 0 &&
			is_in(&problem->items[i], context) &&
			pack_rows(&problem->shape, plan->ranges[i].base, plan->ranges[i].end) > 1)
			return true;
	return false;
}

/* Rows that PLAN takes of CONTEXT. */
static unsigned rows_of_context(
	const struct solver *solver, const struct plan *plan, size_t context)
{
	const struct pack_problem *problem = solver->problem;
	unsigned rows = 0;
	for (size_t i = 0; i < problem->count; i++) {
		if (plan->taken[i] == 0 || !is_in(&problem->items[i], context))
			continue;
		if (!problem->shape.seam)
			rows += plan->taken[i];
		else if (continues(solver, plan, context, i))
			rows++;
		else
			rows += pack_rows(
				&problem->shape, plan->ranges[i].base, plan->ranges[i].end);
	}
	return rows;
}

/* The first context that has too many rows with PLAN, or PACK_NONE. */
static size_t overdrawn(const struct solver *solver, const struct plan *plan)
{
	for (size_t i = 0; i < solver->problem->context_count; i++)
		if (rows_of_context(solver, plan, i) > solver->problem->budgets[i])
			return i;
	return PACK_NONE;
}

/* The items of CONTEXT into LIST, which has room for SHARED_MOST; their number, or 0 if more. */
static size_t list_context(const struct pack_problem *problem, size_t context, size_t *list)
{
	size_t count = 0;
	for (size_t i = 0; i < problem->count; i++) {
		if (!is_in(&problem->items[i], context) || problem->items[i].carve_count != 0)
			continue;
		if (count == SHARED_MOST)
			return 0;
		list[count++] = i;
	}
	return count;
}

static bool solve_shared(struct solver *solver);

/*
 * Gives the items LIST[AT] and on all shares of LEFT rows that leave none over
 * that one of them could use, and solves each.
 */
static bool try_shares(
	struct solver *solver, const size_t *list, size_t count, size_t at, unsigned left)
{
	if (at == count)
		return solve_shared(solver);
	unsigned before = solver->most[list[at]];
	unsigned others = (unsigned)(count - at - 1);
	unsigned most = left - others < before ? left - others : before;
	/* The last one takes all that is left. */
	unsigned rows = others == 0 ? most : 1;
	bool good = true;
	for (; rows <= most && good; rows++) {
		solver->most[list[at]] = rows;
		good = try_shares(solver, list, count, at + 1, left - rows);
	}
	solver->most[list[at]] = before;
	return good;
}

/* Solves with the rows there are, sharing out those of the first context that has too many. */
static bool solve_shared(struct solver *solver)
{
	size_t list[SHARED_MOST];
	struct plan plan = {0};
	bool found = false;
	if (solver->shares_tried++ >= SHARES_TRIED) {
		solver->given_up = true;
		return true;
	}
	bool good =
		plan_start(&plan, solver->problem->count) && choose_banks(solver, &plan, &found);
	if (good && found && !(solver->found && !plan_is_better(&plan, &solver->best))) {
		size_t context = overdrawn(solver, &plan);
		if (context == PACK_NONE) {
			plan_copy(&solver->best, &plan, solver->problem->count);
			solver->found = true;
		} else {
			size_t count = list_context(solver->problem, context, list);
			if (count == 0)
				solver->given_up = true;
			else
				good = try_shares(
					solver, list, count, 0, solver->problem->budgets[context]);
		}
	}
	plan_end(&plan);
	return good;
}

/* Takes rows from the items of CONTEXT, where that costs the fewest bytes, until
 * they are enough. */
static void share_greedily(struct solver *solver, size_t context)
{
	struct pack_problem *problem = solver->problem;
	for (;;) {
		unsigned rows = 0;
		size_t chosen = PACK_NONE;
		uint64_t least = PACK_NOWHERE;
		for (size_t i = 0; i < problem->count; i++) {
			const struct pack_item *item = &problem->items[i];
			if (!is_in(item, context) || item->carve_count != 0)
				continue;
			rows += solver->most[i];
			if (solver->most[i] == 1 || item->fixed)
				continue;
			uint64_t costs =
				pack_least(&problem->shape, item->size, solver->most[i] - 1) -
				pack_least(&problem->shape, item->size, solver->most[i]);
			if (chosen == PACK_NONE || costs < least ||
				(costs == least && solver->most[i] > solver->most[chosen])) {
				least = costs;
				chosen = i;
			}
		}
		if (rows <= problem->budgets[context] || chosen == PACK_NONE)
			return;
		solver->most[chosen]--;
	}
}

/* A first solution, however good: every context shared out at once. */
static bool solve_greedily(struct solver *solver, const struct plan *relaxed)
{
	size_t count = solver->problem->count;
	unsigned *before = calloc(count + 1, sizeof(*before));
	bool found = false;
	if (before == NULL)
		return false;
	memcpy(before, solver->most, count * sizeof(*before));
	for (size_t i = 0; i < solver->problem->context_count; i++)
		if (rows_of_context(solver, relaxed, i) > solver->problem->budgets[i])
			share_greedily(solver, i);
	bool good = choose_banks(solver, &solver->best, &found);
	solver->found = found && overdrawn(solver, &solver->best) == PACK_NONE;
	if (found && !solver->found) {
		/* What was shared has pushed others over their budgets. */
		for (size_t i = 0; i < solver->problem->context_count; i++)
			share_greedily(solver, i);
		good = good && choose_banks(solver, &solver->best, &found);
		solver->found = found && overdrawn(solver, &solver->best) == PACK_NONE;
	}
	memcpy(solver->most, before, count * sizeof(*before));
	free(before);
	return good;
}

bool share_rows(struct solver *solver)
{
	struct plan relaxed = {0};
	size_t count = solver->problem->count;
	bool found = false;
	bool good = plan_start(&relaxed, count) && choose_banks(solver, &relaxed, &found);
	if (good && found) {
		if (overdrawn(solver, &relaxed) == PACK_NONE) {
			plan_copy(&solver->best, &relaxed, count);
			solver->found = true;
		} else {
			good = solve_greedily(solver, &relaxed);
			bool tight = solver->found && solver->best.used == relaxed.used &&
				     solver->best.moved == relaxed.moved;
			/* Of more there is no table, and so no proof to be had. */
			solver->given_up = count > (size_t)2 * PACK_EXACT;
			if (good && !tight && !(solver->found && solver->given_up))
				good = solve_shared(solver);
			if (tight)
				solver->given_up = false;
			/* Nothing below what no budget stands in the way of. */
			solver->best.bound = relaxed.bound;
			solver->best.proven = relaxed.proven && (tight || !solver->given_up);
			if (solver->found && solver->best.proven)
				solver->best.bound = solver->best.used;
		}
	}
	plan_end(&relaxed);
	return good;
}
