/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Binding several objects and whole archives in one run.
 *
 *      read ─► parse ─► look for what one object says of another ─► bind ─► check ─► write
 *              in parallel                                    in parallel         in parallel
 *
 * Messages come in the order of the inputs, and outputs appear together or not
 * at all.
 */
#ifndef BERTH_BIND_MANY_H
#define BERTH_BIND_MANY_H

#include <stdbool.h>
#include <stddef.h>

#include "elfbind/bind.h"
#include "elfbind/bind_cores.h"
#include "lib/diag.h"

struct bind_many_file {
	const char *in;	 /* an object or an archive */
	const char *out; /* where it goes; NULL in a dry run */
};

struct bind_many_options {
	const struct bind_cores *cores; /* each object is bound with the one it was made from */
	bool dry_run;			/* the plans go to stdout, and nothing is written */
	bool explain;			/* the evidence goes to stdout */
};

/*
 * Binds the COUNT FILES by the names that SHARED gives (its object and module
 * are not used).  What SHARED says must stand for something in at least one of
 * the objects, and each core module must be that of one.  Refused, beside what
 * bind_make refuses: a definition made local that another object refers to, and
 * a definition that would get the name of one in another object.
 */
bool bind_many(struct diag *diag, const struct bind_input *shared,
	const struct bind_many_file *files, size_t count, const struct bind_many_options *options);

#endif
