/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Names of imports, as resolve.c needs them. */
#ifndef BERTH_RESOLVE_NAMES_H
#define BERTH_RESOLVE_NAMES_H

#include "lib/wasm.h"

/* Whether IMPORT is imported by the world itself: its field is empty or only "$N". */
bool import_is_world(const struct wasm_import *import);

/* The imported functions of a module, to be found by their pair. */
struct import_index {
	const struct wasm_import **sorted;
	size_t count;
};

/* False when memory ran out; else to be freed with import_index_free. */
bool import_index_make(const struct wasm_module *module, struct import_index *index);
void import_index_free(struct import_index *index);

/* The import's name (resolve.h) in a new string; NULL when memory ran out. */
char *import_name(const struct import_index *index, const struct wasm_import *import);

#endif
