/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/export_map.h"

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
			"digits "
			"and _",
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
