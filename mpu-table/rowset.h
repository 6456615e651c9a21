/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The rows of some contexts of one part, each with the name of what it opens:
 * what `emit` writes, from a region table or from ranges typed by hand.
 */
#ifndef BERTH_ROWSET_H
#define BERTH_ROWSET_H

#include "mpu-table/architecture.h"
#include "mpu-table/table.h"

struct rowset_context {
	char *name; /* a C identifier */
	struct row rows[ROW_SLOTS];
	char *names[ROW_SLOTS]; /* what each row opens */
	size_t count;
};

struct rowset {
	const struct architecture *architecture;
	struct row_target target;
	struct rowset_context *contexts;
	size_t count;
};

/*
 * Copies the rows of TABLE, which came from PATH, into *SET; rowset_free frees
 * it, also after a failure.  False after a report: a row that is illegal, or a
 * context whose name cannot be one in C.
 */
bool rowset_of_table(
	struct diag *diag, const char *path, const struct table *table, struct rowset *set);

/* Adds an empty context called NAME, a C identifier that is new; false after a report. */
bool rowset_add_context(struct diag *diag, struct rowset *set, const char *name);

/*
 * Adds the fewest rows for REQUEST to the last context, in the slots behind
 * its others, of which a part has SLOTS; REQUEST's slot and max are set here.
 * NAME is what the row opens.  False after a report: no rows open exactly
 * that, none are left, or they would open what others open.
 */
bool rowset_add_range(struct diag *diag, struct rowset *set, const struct row_request *request,
	unsigned slots, const char *name);

void rowset_free(struct rowset *set);

#endif
