/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Which global definitions stay global.
 *
 * A name or pattern (fnmatch(3)) is compared with the name that a symbol has
 * in the input and with the one that it will have.
 */
#ifndef BERTH_KEEP_H
#define BERTH_KEEP_H

#include <stdbool.h>
#include <stddef.h>

#include "elfbind/plan.h"
#include "lib/diag.h"

struct keep {
	const char *const *kept; /* borrowed names and patterns; with any, all others go */
	size_t kept_count;
	const char *const *localized; /* borrowed names; these go in any case */
	size_t localized_count;
};

/* Which of them stood for a definition; one flag each, owned. */
struct keep_use {
	bool *kept;
	bool *localized;
};

/* Room for the flags of KEEP; keep_use_free in any case. */
bool keep_use_make(struct diag *diag, const struct keep *keep, struct keep_use *use);
void keep_use_free(struct keep_use *use);

/*
 * Makes local in PLAN, whose new names are complete, what KEEP says, and notes
 * in USE what was found.  Refused: one name to be kept and made local.
 */
bool keep_plan(struct diag *diag, const struct keep *keep, struct plan *plan, struct keep_use *use);

/* Refuses every name and pattern that stood for no definition of WHERE (for the message). */
bool keep_check(
	struct diag *diag, const struct keep *keep, const struct keep_use *use, const char *where);

#endif
