/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What symbols and sections are called in a firmware of many components.
 *
 * Two objects that the same compiler made define the same names.  What would
 * clash gets the name of its component in front; what belongs to no one
 * component gets the names of all (docs/flow.md, "Names in the firmware").
 */
#ifndef BERTH_COMPONENT_NAMES_H
#define BERTH_COMPONENT_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elfbind/split.h"
#include "lib/diag.h"
#include "lib/meld.h"
#include "symmap/export_names.h"
#include "symmap/resolve.h"

struct component_names {
	const struct wasm_module *module;
	const struct meld_owners *owners;
	const struct component_name *components; /* borrowed; none: nothing gets a prefix */
	size_t component_count;
	struct export_names exported;
	const char **memory;	    /* by memory index: whose code uses it, or all */
	struct name_table *exports; /* name of an exported function -> exports[] */
};

/*
 * Works out who owns which memory of MODULE.  COMPONENTS must name every
 * component of the module, or none; refused otherwise.  False after a report;
 * the caller calls component_names_free in any case.
 */
bool component_names_make(struct diag *diag, const struct wasm_module *module,
	const struct meld_owners *owners, const struct component_name *components,
	size_t component_count, struct component_names *names);

void component_names_free(struct component_names *names);

/*
 * The new name for the global symbol SYMBOL that OBJECT defines, in a new
 * string, or NULL in *RENAMED where it keeps its own.  FUNCTION is the wasm
 * function at its address, or NULL.  Refused: an export that is not at the
 * address of its function.
 */
bool component_names_symbol(struct diag *diag, const struct component_names *names,
	const struct object *object, const struct object_symbol *symbol,
	const struct split_function *function, char **renamed);

/* The same for the section called NAME. */
bool component_names_section(struct diag *diag, const struct component_names *names,
	const struct object *object, const char *name, char **renamed);

/* Whether the module exports a function under NAME. */
bool component_names_export(const struct component_names *names, const char *name);

#endif
