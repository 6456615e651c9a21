/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What the component fuser (meld) records beside and inside a fused module.
 *
 *   component-provenance   custom section, binary: which component each
 *                          function came from ("SCPV", version 3: module hash,
 *                          then per function its index, "component-N", …)
 *   import map             JSON file, version 2: component of each import
 *   meld.signature-manifest  custom section, JSON: exports and their memories
 *
 * Adapters, which the fuser puts between two components that call each other
 * directly, belong to no component.
 *
 * A component is known here by meld's number N, which is not the position on
 * meld's command line.  A module that was never fused has one component, 0.
 */
#ifndef BERTH_MELD_H
#define BERTH_MELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/diag.h"
#include "lib/wasm.h"

#define MELD_UNKNOWN UINT32_MAX

/* Which component every function of a module belongs to. */
struct meld_owners {
	uint32_t *of_function; /* by function index, imports included; MELD_UNKNOWN where unsaid */
	size_t count;	       /* functions */
	uint32_t *components;  /* the distinct component numbers, ascending */
	size_t component_count;
	bool recorded; /* false: no provenance, everything is component 0 */
};

/*
 * Works out the owners from the provenance section of MODULE and, where
 * IMPORT_MAP is not NULL, from the import map file of that path.  An import
 * whose component is not recorded takes that of the functions that call it,
 * directly or through the tables that active segments put it into, if they
 * agree and nothing else can put it into a table.  Contradictions between the sources, a record for
 * a function that does not exist and a malformed source are errors.
 */
bool meld_owners(struct diag *diag, const struct wasm_module *module, const char *import_map,
	struct meld_owners *owners);

/*
 * The same for a module of which only the imports are known: what the import
 * map says, if there is one, and otherwise nothing.
 */
bool meld_import_owners(struct diag *diag, const struct wasm_module *module, const char *import_map,
	struct meld_owners *owners);

void meld_owners_free(struct meld_owners *owners);

#define MELD_LIST_SIZE 128u /* bytes; enough for what a person reads */

/* Writes the numbers of the components, "0, 2", to TEXT of SIZE bytes, as many as fit. */
void meld_list(const struct meld_owners *owners, char *text, size_t size);

/* What the code of one component uses of the module. */
struct meld_use {
	bool *memory; /* by memory index: loads, stores, size, grow, copy, fill, init */
	bool *global; /* by global index */
	bool *table;  /* by table index: call_indirect */
};

/* Scans the code of COMPONENT; the caller frees *USE with meld_use_free. */
bool meld_use(struct diag *diag, const struct wasm_module *module, const struct meld_owners *owners,
	uint32_t component, struct meld_use *use);

/* The same for the code of the functions that CHOSEN, by function index, marks. */
bool meld_use_chosen(struct diag *diag, const struct wasm_module *module, const bool *chosen,
	struct meld_use *use);

/*
 * The compiler takes a module's tables for one after the other: *FIRST is the entry
 * where the first table that USE has begins, *COUNT the entries from there to
 * the end of the last; 0 when it has none.  Minimum sizes whose sum overflows give
 * nonsense, and no fault.
 */
void meld_table_span(const struct wasm_module *module, const struct meld_use *use, uint64_t *first,
	uint64_t *count);

void meld_use_free(struct meld_use *use);

#endif
