/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The options --component [N=]NAME and --arena NAME, which several commands
 * understand: what the components of a module are called, and which of them
 * have an arena.
 */
#ifndef BERTH_COMPONENT_OPTIONS_H
#define BERTH_COMPONENT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/diag.h"
#include "lib/meld.h"
#include "symmap/resolve.h"

/* Zeroed at first; freed with component_options_free. */
struct component_options {
	struct component_name *list; /* names are borrowed from the arguments */
	size_t count;
	size_t plain_count;  /* of those given without a number */
	const char **arenas; /* borrowed from the arguments */
	size_t arena_count;
};

/* Takes the argument of one --component.  False after a report. */
bool component_options_add(
	struct diag *diag, struct component_options *options, const char *argument);

/* Takes the argument of one --arena. */
bool component_options_add_arena(
	struct diag *diag, struct component_options *options, const char *name);

/*
 * When all options are known: no number and no name is there twice, and every
 * arena has its component, which is marked.  False after a report.
 */
bool component_options_check(struct diag *diag, struct component_options *options);

/*
 * When the module at CORE has been read: gives the only component its number,
 * and refuses numbers that OWNERS does not have.
 */
bool component_options_number(struct diag *diag, struct component_options *options,
	const char *core, const struct meld_owners *owners);

void component_options_free(struct component_options *options);

#endif
