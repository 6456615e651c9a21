/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The command line of elfbind bind. */
#ifndef BERTH_BIND_REQUEST_H
#define BERTH_BIND_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "elfbind/bind_cores.h"
#include "elfbind/keep.h"
#include "lib/diag.h"

extern const char bind_help[];

/* What the command line asks for; strings are borrowed from argv. */
struct bind_request {
	const char *const *in; /* operands; the first is there */
	size_t in_count;
	const char *out;
	const char *folder;	 /* where the outputs of several go; NULL without */
	struct bind_cores cores; /* as the command line names them; one without a path at least */
	const char *map;
	const char **against;
	size_t against_count;
	const char *export_map;
	const char *seam;
	const char **kept;
	const char **localized;
	struct keep keep; /* of these two */
	bool dry_run;
	bool explain;
	bool help;
};

/*
 * Reads and checks the arguments.  False after a report of wrong usage; the
 * caller frees *REQUEST with bind_request_free in any case.
 */
bool bind_request_parse(struct diag *diag, struct bind_request *request, int argc, char **argv);

/* Whether there is a core module. */
bool bind_request_has_core(const struct bind_request *request);

void bind_request_free(struct bind_request *request);

#endif
