/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The seam: exactly the natives that each component may import.
 *
 *      # the baro component's
 *      baro: tick_now
 *      baro: read_pressure
 *      # nobody's: what the compiler calls on its own
 *      __aeabi_uldivmod
 *
 * One native a line, in the words of berth-map(5).  A line without a component
 * is for the only one; where there are several, for what no import stands for.
 */
#ifndef BERTH_SEAM_H
#define BERTH_SEAM_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/diag.h"
#include "lib/name_table.h"

struct seam_entry {
	char *component; /* NULL without one */
	char *native;
	size_t line;   /* from 1 */
	size_t column; /* from 1, of the first word, bytes */
};

struct seam {
	char *path;
	struct seam_entry *entries; /* in the order of the file */
	size_t count;
};

struct binding;

/* Reads the seam at PATH; NULL after a report of every fault.  Freed with seam_free. */
struct seam *seam_read(struct diag *diag, const char *path);

/* Frees SEAM; NULL is fine. */
void seam_free(struct seam *seam);

/*
 * Compares what the object of BINDING will import with SEAM.  Reports every
 * native that only one of them has, and a component that imports nothing, for
 * which the comparison would hold whatever went wrong before.
 */
bool seam_check(struct diag *diag, const struct seam *seam, struct binding *binding);

/*
 * For an object among others: what the seam lists of other components is passed
 * over, and what no object imports is refused here, by USED of all together; a
 * component that is none of NAMES, too.
 */
bool seam_check_used(struct diag *diag, const struct seam *seam, const bool *used,
	const struct name_table *names);

#endif
