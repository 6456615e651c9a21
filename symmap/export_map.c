/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "symmap/export_map.h"

#include <string.h>

/* Whether NAME can be written in a C program as a name. */
static bool is_identifier(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	static const char later[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
	return name[0] != '\0' && strchr(letters, name[0]) != NULL &&
	       name[strspn(name, later)] == '\0';
}

static bool check_entry(
	struct diag *diag, const struct symbol_map *map, const struct map_entry *entry)
{
	if (entry->is_import)
		return diag_error_at(diag, map->path, entry->line, entry->column,
			"names an import, and this map is for exports: write it in the file of "
			"--map");
	if (!is_identifier(entry->new))
		return diag_error_at(diag, map->path, entry->line, entry->column,
			"[symbol %s] would become %s, which is no C identifier: use letters, "
			"digits and _",
			entry->old, entry->new);
	return true;
}

struct symbol_map *export_map_read(struct diag *diag, const char *path)
{
	struct symbol_map *map = map_read(diag, path);
	bool good = true;
	if (map == NULL)
		return NULL;
	for (size_t i = 0; i < map->count; i++)
		good = check_entry(diag, map, &map->entries[i]) && good;
	if (good)
		return map;
	map_free(map);
	return NULL;
}

static bool is_exported(const struct wasm_module *module, const char *name)
{
	for (size_t i = 0; i < module->export_count; i++)
		if (module->exports[i].kind == WASM_FUNCTION &&
			strcmp(module->exports[i].name, name) == 0)
			return true;
	return false;
}

bool export_map_check(struct diag *diag, const struct symbol_map *exports,
	const struct symbol_map *map, const struct wasm_module *module)
{
	bool good = true;
	for (size_t i = 0; i < exports->count; i++) {
		const struct map_entry *entry = &exports->entries[i];
		const struct map_entry *other =
			map == NULL ? NULL : map_find_symbol(map, entry->old);
		if (!is_exported(module, entry->old))
			good = diag_error_at(diag, exports->path, entry->line, entry->column,
				"no export of %s is [symbol '%s']: give the name of one",
				module->path, entry->old);
		else if (other != NULL && strcmp(other->new, entry->new) != 0)
			good = diag_error_at(diag, exports->path, entry->line, entry->column,
				"[symbol '%s'] becomes %s here and %s in %s: take one out",
				entry->old, entry->new, other->new, map->path);
	}
	return good;
}
