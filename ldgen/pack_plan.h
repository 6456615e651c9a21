/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What the files of the solver share: the plans that it compares, and what it
 * has tried.  Whoever wants something packed calls pack_solve (pack.h).
 */
#ifndef BERTH_LDGEN_PACK_PLAN_H
#define BERTH_LDGEN_PACK_PLAN_H

#include "ldgen/pack.h"
#include "ldgen/pack_bank.h"
#include "ldgen/pack_room.h"

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

/* Room in PLAN for COUNT items; false when memory ran out, plan_end in any case. */
bool plan_start(struct plan *plan, size_t count);
void plan_end(struct plan *plan);

/* Copies FROM, of COUNT items, to TO, which has room for as many. */
void plan_copy(struct plan *to, const struct plan *from, size_t count);

/* Whether A moves fewer items to banks that they prefer less, uses fewer bytes, or fewer rows. */
bool plan_is_better(const struct plan *a, const struct plan *b);

/*
 * The best plan with the rows that the items may take now, into *BETTER if there is
 * one, as FOUND then says.  False when memory ran out.  In pack_choose.c.
 */
bool choose_banks(struct solver *solver, struct plan *better, bool *found);

/*
 * The rows that each item may take at the most, by the budgets of its contexts; PACK_NO_ROWS
 * for a context that has fewer rows than items.  In pack_share.c, like the next.
 */
enum pack_result limit_rows(struct solver *solver);

/* The best plan that keeps to all budgets, into SOLVER->best; false when memory ran out. */
bool share_rows(struct solver *solver);

#endif
