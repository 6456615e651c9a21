/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What symmap reach prints: what each export of a module may touch, and each component. */
#ifndef BERTH_REACH_LISTING_H
#define BERTH_REACH_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/reach.h"
#include "symmap/resolve.h"

struct reach_listing {
	struct diag *diag;
	const struct reach *reach;
	const struct meld_owners *owners;
	const struct component_name *components; /* what they are called; may be none */
	size_t component_count;
};

/* Prints to STREAM, for people or as JSON.  False after a report: memory ran out. */
bool reach_listing_table(FILE *stream, const struct reach_listing *listing);
bool reach_listing_json(FILE *stream, const struct reach_listing *listing);

#endif
