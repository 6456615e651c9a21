/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Which bank, and how many rows for whom: see pack.h.  One bank by itself is pack_bank.c's. */
#include "ldgen/pack.h"

#include <stdlib.h>
#include <string.h>

#include "ldgen/pack_bank.h"
#include "ldgen/pack_room.h"

/* How much is tried before the best so far is taken: the answer depends on nothing else. */
enum { BANKS_TRIED = 200, SHARES_TRIED = 100, SHARED_MOST = 16, STEPS = 3000000 };

/* A way to place everything. */
struct plan {
	size_t *ranks;		   /* of each item's bank in its list */
	struct pack_range *ranges; /* of each item */
	unsigned *taken;
	size_t moved; /* ranks added up */
	uint64_t used;
	uint64_t bound; /* of the banks, with these ranks and the rows that were allowed */
	unsigned rows;
	bool proven; /* no other ranks that move as little end lower, with the rows allowed */
};

struct solver {
	struct pack_problem *problem;
	struct room *rooms;	 /* of each bank */
	struct bank_item *items; /* of the bank at hand */
	unsigned *most;		 /* rows that each item may take */
	uint64_t *hints; /* of each item: the lower, the earlier it is tried; see pack_powers */
	struct plan now;
	struct plan best;
	bool found;   /* BEST is one */
	size_t steps; /* places that may still be looked for */
	size_t banks_tried;
	size_t shares_tried;
	bool given_up; /* something was not tried */
	bool unsure;   /* a bank was packed of which it is not known whether it could end lower */
	size_t too_small; /* the bank that had no room last */
	uint64_t wanted;
};

/* --- plans ------------------------------------------------------------------------------------ */

static bool plan_start(struct plan *plan, size_t count)
{
	plan->ranks = calloc(count + 1, sizeof(*plan->ranks));
	plan->ranges = calloc(count + 1, sizeof(*plan->ranges));
	plan->taken = calloc(count + 1, sizeof(*plan->taken));
	return plan->ranks != NULL && plan->ranges != NULL && plan->taken != NULL;
}

static void plan_end(struct plan *plan)
{
	free(plan->ranks);
	free(plan->ranges);
	free(plan->taken);
}

static void plan_copy(struct plan *to, const struct plan *from, size_t count)
{
	struct plan own = *to;
	memcpy(own.ranks, from->ranks, count * sizeof(*own.ranks));
	memcpy(own.ranges, from->ranges, count * sizeof(*own.ranges));
	memcpy(own.taken, from->taken, count * sizeof(*own.taken));
	*to = *from;
	to->ranks = own.ranks;
	to->ranges = own.ranges;
	to->taken = own.taken;
}

static bool is_better(const struct plan *a, const struct plan *b)
{
	if (a->moved != b->moved)
		return a->moved < b->moved;
	return a->used != b->used ? a->used < b->used : a->rows < b->rows;
}

static size_t bank_of(const struct solver *solver, size_t item)
{
	const struct pack_item *from = &solver->problem->items[item];
	return from->banks[from->fixed ? 0 : solver->now.ranks[item]];
}

/* --- one bank --------------------------------------------------------------------------------- */

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
		if (!bank_save_rows(&run, limit))
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

/* --- which bank ----------------------------------------------------------------------------------
 */

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
	if (fits && (!*found || is_better(&solver->now, better))) {
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

/* The best plan with the rows that the items may take now, into *BETTER if there is one. */
static bool choose_banks(struct solver *solver, struct plan *better, bool *found)
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

/* --- who gets how many rows
 * ------------------------------------------------------------------------ */

static bool is_in(const struct pack_item *item, size_t context)
{
	for (size_t i = 0; i < item->context_count; i++)
		if (item->contexts[i] == context)
			return true;
	return false;
}

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
	if (good && found && !(solver->found && !is_better(&plan, &solver->best))) {
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

/* Takes rows from the items of CONTEXT, where that costs the fewest bytes, until they are enough.
 */
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

/* --- all
 * ------------------------------------------------------------------------------------------- */

/* What rows each item may take at the most. */
static enum pack_result limit_rows(struct solver *solver)
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

static bool solve(struct solver *solver)
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
		    try_powers(solver, &powers, &found) && solve(solver);
	if (good && found && (!solver->found || is_better(&powers, &solver->best))) {
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
