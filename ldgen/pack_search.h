/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The best order of a few regions that lie one after the other: a table of
 * labels over all their sets.  Part of pack_bank.h.
 */
#ifndef BERTH_LDGEN_PACK_SEARCH_H
#define BERTH_LDGEN_PACK_SEARCH_H

#include "ldgen/pack_bank.h"

struct search {
	struct bank_run *run; /* all of whose items are placed */
	size_t at;	      /* the first item of those that may change places */
	size_t count;	      /* at most PACK_EXACT */
	size_t steps;	      /* places that may be looked for */
	/* To take fewer rows and not to end above the limit is better; else only to end lower. */
	bool rows;
	uint64_t limit;

	size_t taken; /* out: places that were looked for */
	bool better; /* out: the order, and the rows that each may take, were changed: place them */
	bool complete; /* out: all were looked at; what is not better is the best */
};

/* Looks for something better than what the items have; false when memory ran out. */
bool search_order(struct search *search);

#endif
