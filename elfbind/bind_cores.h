/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The core modules of one run, and which of them an object was made from.
 *
 * The compiler's object names no module.  It is made from the one whose imports
 * are in its import table, whose exports it defines, and whose calls are its
 * calls (split.h).
 */
#ifndef BERTH_BIND_CORES_H
#define BERTH_BIND_CORES_H

#include "lib/diag.h"
#include "lib/meld.h"
#include "lib/object.h"
#include "lib/wasm.h"
#include "symmap/component_options.h"

struct bind_core {
	const char *path;	/* borrowed, as is the next */
	const char *import_map; /* NULL without one */
	struct component_options components;
	struct wasm_module *module; /* owned, from bind_cores_read on */
	struct meld_owners owners;
};

struct bind_cores {
	struct bind_core *list; /* owned */
	size_t count;
};

/*
 * Reads every module with whose its functions are.  Refused, beside what cannot
 * be read: one name for components of two modules.
 */
bool bind_cores_read(struct diag *diag, struct bind_cores *cores);

/* Frees what the list holds, and the list. */
void bind_cores_free(struct bind_cores *cores);

/*
 * Finds the one that OBJECT was made from: *CORE, or NULL for an object that no
 * WebAssembly compiler made.  False after a report: none fits, or several do.
 */
bool bind_cores_choose(struct diag *diag, const struct bind_cores *cores,
	const struct object *object, const struct bind_core **core);

struct bind_input;

/* Lets INPUT speak of CORE, or with NULL of no module. */
void bind_use_core(struct bind_input *input, const struct bind_core *core);

#endif
