/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The whole run of ldgen, from manifest to files. */
#ifndef BERTH_LDGEN_GENERATE_H
#define BERTH_LDGEN_GENERATE_H

#include <stdbool.h>

#include "lib/diag.h"

/* What to read and what to write; paths that are NULL are not written. */
struct generate_options {
	const char *manifest;
	const char *folder; /* of relative objects; NULL: the manifest's own */
	const char *script;
	bool fragment; /* the script is one to be included */
	bool keep;     /* files that would get the bytes that they have are left alone */
	const char *json;
	const char *header;
	const char *svg;
	const char *html;
	const char *report;
	const char *depfile;
};

/*
 * Does what OPTIONS say.  All files appear together, or none after a report.
 */
bool generate(struct diag *diag, const struct generate_options *options);

#endif
