/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The symbols that exports have in a firmware: what elfbind bind gives them,
 * and symmap header declares.
 */
#ifndef BERTH_EXPORT_NAMES_H
#define BERTH_EXPORT_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/diag.h"
#include "lib/meld.h"
#include "lib/wasm.h"
#include "symmap/map.h"
#include "symmap/resolve.h"

struct export_names {
	const struct meld_owners *owners;
	const struct component_name *components; /* borrowed; none: nothing gets a prefix */
	size_t component_count;
	/* Names given by hand, borrowed; NULL where whoever asks applies them himself. */
	const struct symbol_map *exports; /* of --export-map, which wins */
	const struct symbol_map *map;
	char *all; /* all names, in the order of their numbers, joined with _; NULL without any */
};

/*
 * COMPONENTS must name every component of the module at PATH and no other, or
 * none; refused otherwise.  The caller calls export_names_free in any case.
 */
bool export_names_make(struct diag *diag, const char *path, const struct meld_owners *owners,
	const struct component_name *components, size_t component_count,
	struct export_names *names);

void export_names_free(struct export_names *names);

/* The name of component NUMBER, or where it has none that of all. */
const char *export_names_component(const struct export_names *names, uint32_t number);

/* The name of the component that FUNCTION belongs to, or where that is unsaid that of all. */
const char *export_names_owner(const struct export_names *names, uint32_t function);

/*
 * The symbol of the exported function EXPORT in a new string; NULL when memory
 * ran out.  It is what a map gives, else the identifier by rule (export_identifier); exports that
 * the canonical ABI and the fuser need, and that every module has, get the name of their component
 * in front.
 */
char *export_names_symbol(const struct export_names *names, const struct wasm_export *export);

#endif
