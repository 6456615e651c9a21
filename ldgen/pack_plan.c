/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "ldgen/pack_plan.h"

#include <stdlib.h>
#include <string.h>

bool plan_start(struct plan *plan, size_t count)
{
	plan->ranks = calloc(count + 1, sizeof(*plan->ranks));
	plan->ranges = calloc(count + 1, sizeof(*plan->ranges));
	plan->taken = calloc(count + 1, sizeof(*plan->taken));
	return plan->ranks != NULL && plan->ranges != NULL && plan->taken != NULL;
}

void plan_end(struct plan *plan)
{
	free(plan->ranks);
	free(plan->ranges);
	free(plan->taken);
}

void plan_copy(struct plan *to, const struct plan *from, size_t count)
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

bool plan_is_better(const struct plan *a, const struct plan *b)
{
	if (a->moved != b->moved)
		return a->moved < b->moved;
	return a->used != b->used ? a->used < b->used : a->rows < b->rows;
}
