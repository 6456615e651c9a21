/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the lines of a map speak of. */
#ifndef BERTH_MAP_SUBJECT_H
#define BERTH_MAP_SUBJECT_H

#include "lib/object.h"
#include "lib/wasm.h"
#include "symmap/map.h"

/*
 * Whether ENTRY names a function that MODULE imports: by its pair, or by its
 * field, its module or its kebab name, without the fuser's "$N".
 */
bool map_names_import(const struct wasm_module *module, const struct map_entry *entry);

/* Whether the plain line ENTRY names a function that MODULE exports. */
bool map_names_export(const struct wasm_module *module, const struct map_entry *entry);

/* Whether the plain line ENTRY names a symbol of OBJECT, whose symbols were read. */
bool map_names_symbol(const struct object *object, const struct map_entry *entry);

#endif
