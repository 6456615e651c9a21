/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The command line of elfbind audit. */
#ifndef BERTH_AUDIT_REQUEST_H
#define BERTH_AUDIT_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/diag.h"
#include "symmap/component_options.h"

extern const char audit_help[];

enum audit_format { FORMAT_TEXT, FORMAT_JSON, FORMAT_SARIF };

/* What the command line asks for; strings are borrowed from argv. */
struct audit_request {
	char **files; /* borrowed */
	size_t file_count;
	const char *layout;
	const char **cores;		      /* borrowed words, owned array */
	struct component_options *components; /* of each core */
	size_t core_count;
	const char *seam;
	enum audit_format format;
	const char *baseline;
	const char *new_baseline;
	bool help;
};

/*
 * Reads and checks the arguments.  False after a report of wrong usage; the
 * caller frees *REQUEST with audit_request_free in any case.
 */
bool audit_request_parse(struct diag *diag, struct audit_request *request, int argc, char **argv);

void audit_request_free(struct audit_request *request);

#endif
