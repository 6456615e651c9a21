/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "symmap/map_subject.h"

#include <stdlib.h>
#include <string.h>

#include "symmap/resolve.h"

/* Whether NAME is that of IMPORT: its field or module, without the fuser's "$N",
 * or in kebab-case. */
static bool is_import_name(const struct wasm_import *import, const char *name, const char *kebab)
{
	size_t length = strlen(name);
	return strcmp(import->field, name) == 0 || strcmp(import->module, name) == 0 ||
	       (kebab != NULL && strcmp(kebab, name) == 0) ||
	       (strncmp(import->field, name, length) == 0 && import->field[length] == '$');
}

bool map_names_import(const struct wasm_module *module, const struct map_entry *entry)
{
	bool found = false;
	for (size_t i = 0; !found && i < module->import_count; i++) {
		const struct wasm_import *import = &module->imports[i];
		if (import->kind != WASM_FUNCTION)
			continue;
		if (entry->is_import) {
			found = strcmp(import->module, entry->module) == 0 &&
				strcmp(import->field, entry->field) == 0;
			continue;
		}
		char *kebab = import_kebab(import);
		found = is_import_name(import, entry->old, kebab);
		free(kebab);
	}
	return found;
}

bool map_names_export(const struct wasm_module *module, const struct map_entry *entry)
{
	for (size_t i = 0; !entry->is_import && i < module->export_count; i++)
		if (module->exports[i].kind == WASM_FUNCTION &&
			strcmp(module->exports[i].name, entry->old) == 0)
			return true;
	return false;
}

bool map_names_symbol(const struct object *object, const struct map_entry *entry)
{
	for (size_t i = 1; !entry->is_import && object->symbols != NULL && i < object->symbol_count;
		i++)
		if (strcmp(object->symbols[i].name, entry->old) == 0)
			return true;
	return false;
}
