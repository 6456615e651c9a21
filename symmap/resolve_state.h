/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the files of the resolver share; nobody else includes this. */
#ifndef BERTH_RESOLVE_STATE_H
#define BERTH_RESOLVE_STATE_H

#include <stdio.h>

#include "symmap/resolve.h"
#include "symmap/resolve_names.h"

/* The import that a component's own arena serves. */
#define RESOLVE_ARENA_KEBAB "cabi-arena-realloc"

struct resolver {
	struct diag *diag;
	const struct resolve_input *input;
	struct import_index index;
	struct resolution *resolutions; /* by function index */
	char **names;			/* by function index: the import's name */
	size_t count;
};

/* The import behind function INDEX. */
static inline const struct wasm_import *resolver_import(
	const struct resolver *resolver, size_t index)
{
	const struct wasm_module *module = resolver->input->module;
	return &module->imports[module->functions[index].import];
}

/* Reports that nothing serves import INDEX, with the natives of the nearest names. */
bool resolve_missing(const struct resolver *resolver, size_t index);

/* Reports that an arena (of COMPONENT, or NULL) and the COUNT natives at LIST could serve it. */
bool resolve_ambiguous(const struct resolver *resolver, size_t index,
	const struct component_name *component, const struct native *const *list, size_t count);

/* Reports natives that would take the calls of imports that are not the same function. */
bool resolve_check_shared(const struct resolver *resolver);

/*
 * Compares the imports with what DWARF says of the natives that serve them, and
 * notes which were compared; reports those that do not fit.
 */
bool resolve_check_types(struct resolver *resolver);

/* Writes: import 3 "tick-now" "$2" of component imu */
void resolve_put_import(FILE *stream, const struct resolver *resolver, size_t index);

/*
 * Reports what was written to STREAM, which is closed; *TEXT, where it went, is
 * freed.  Always false.
 */
bool resolve_report(const struct resolver *resolver, FILE *stream, char **text);

#endif
