/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Map files, berth-map(5): which new name a symbol or an import gets.
 *
 *     OLD NEW                     a symbol, as objcopy --redefine-syms reads it
 *     "MODULE" "FIELD" -> NEW     an import by its pair; needs the core wasm
 *     # comment
 *
 * A word may be quoted; inside quotes \" \\ \n \t and \xNN are understood, so
 * that every name, also the empty one, can be written.
 */
#ifndef BERTH_MAP_H
#define BERTH_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/diag.h"
#include "lib/file.h"
#include "lib/name_table.h"

struct map_entry {
	bool is_import; /* module and field are used, else old */
	char *module;
	char *field;
	char *old;
	char *new;
	size_t line;   /* from 1 */
	size_t column; /* from 1, of the first word, bytes */
	size_t new_column;
};

struct symbol_map {
	char *path;
	struct map_entry *entries; /* in the order of the file */
	size_t count;
	/* For map_find_*. */
	struct name_table *symbols; /* old name -> index in entries */
	size_t symbol_count;
	const struct map_entry **imports; /* by module and field */
};

/*
 * Reads the map at PATH.  NULL after a report with line and column of every
 * fault: syntax, a name given twice, two old symbols for one new name (several
 * imports may share a native).  Freed with map_free.
 */
struct symbol_map *map_read(struct diag *diag, const char *path);

/* The same for bytes already in memory, which stay the caller's. */
struct symbol_map *map_parse(struct diag *diag, const char *path, const struct blob *file);

/* Frees MAP; NULL is fine. */
void map_free(struct symbol_map *map);

/* The entry for symbol OLD, or for the import; NULL when there is none. */
const struct map_entry *map_find_symbol(const struct symbol_map *map, const char *old);
const struct map_entry *map_find_import(
	const struct symbol_map *map, const char *module, const char *field);

#endif
