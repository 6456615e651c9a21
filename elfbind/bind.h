/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Binding: every call of an import gets the symbol of the native that serves
 * it, and every name that would clash between objects gets its component's.
 *
 *      core module ──┬─ symmap ──► native of each import ─┐
 *                    └─ split ───► import of each call ───┼─► plan ─► check ─► object
 *      object ──────────┘            map, components ─────┘
 */
#ifndef BERTH_BIND_H
#define BERTH_BIND_H

#include <stdio.h>

#include "elfbind/keep.h"
#include "elfbind/plan.h"
#include "elfbind/seam.h"
#include "elfbind/split.h"
#include "lib/diag.h"
#include "lib/meld.h"
#include "lib/object.h"
#include "lib/wasm.h"
#include "symmap/map.h"
#include "symmap/natives.h"
#include "symmap/resolve.h"

struct bind_input {
	const struct object *object;
	const struct wasm_module *module; /* NULL without the core module: the map only */
	const struct meld_owners *owners; /* with the module */
	const struct symbol_map *map;	  /* NULL without one */
	const struct symbol_map *exports; /* names of exports (export_map_read); NULL without */
	const struct seam *seam;	  /* NULL without one */
	const struct keep *keep;	  /* NULL: global definitions stay global */
	const struct natives *natives;	  /* NULL: the natives of the map are believed */
	const bool *served; /* by entry of the map: an object bound with this one defines its old
			       name; NULL: none does */
	const struct component_name *components;
	size_t component_count;
	bool among_others; /* the seam and the maps speak of other objects, too */
};

/* What was found out, and what is to be done. */
struct binding {
	const struct bind_input *input;
	struct split split;		/* empty without the module */
	struct resolution *resolutions; /* by function index of the import */
	size_t resolution_count;
	bool *import_used; /* by function index of the import: code or a table of the module uses it
			    */
	uint32_t *few;	   /* the symbols that are looked at one by one; NULL: all of them are */
	size_t few_count;
	bool *export_used; /* by entry of the exports' map: it named a symbol */
	bool *seam_used;   /* by entry of the seam: the object imports it */
	struct keep_use keep_use;
	struct plan plan;
};

/*
 * Works out the whole binding and checks it; nothing is changed yet.  False
 * after a report; the caller frees *BINDING with bind_free in any case.  INPUT
 * must outlive it.
 */
bool bind_make(struct diag *diag, const struct bind_input *input, struct binding *binding);

void bind_free(struct binding *binding);

/*
 * Refuses lines of the exports' map and names to keep or to make local that
 * stood for nothing, by the flags of a binding.  WHERE names the objects.
 */
bool bind_check_used(struct diag *diag, const struct bind_input *input, const bool *export_used,
	const struct keep_use *keep_use, const char *where);

/* Writes the evidence, one line for each call: function, offset, callee, symbol, reason. */
void bind_explain(const struct binding *binding, FILE *stream);

#endif
