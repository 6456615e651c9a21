/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The map reader: every entry that it hands out is found again by its name. */
#include "symmap/map.h"
#include "tests/fuzz/fuzz.h"

static void find(const struct symbol_map *map)
{
	for (size_t i = 0; i < map->count; i++) {
		const struct map_entry *entry = &map->entries[i];
		fuzz_promise(entry->new != NULL && entry->line > 0 && entry->column > 0);
		fuzz_promise(entry ==
			     (entry->is_import ? map_find_import(map, entry->module, entry->field)
					       : map_find_symbol(map, entry->old)));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag diag = fuzz_diag();
	struct blob file = fuzz_blob(data, size);
	struct symbol_map *map = map_parse(&diag, "input", &file);
	fuzz_promise((map == NULL) == (diag.errors > 0));
	if (map != NULL)
		find(map);
	map_free(map);
	blob_free(&file);
	return 0;
}
