/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The C identifiers that exports get by hand: a berth-map(5) of OLD NEW lines. */
#ifndef BERTH_EXPORT_MAP_H
#define BERTH_EXPORT_MAP_H

#include <stdbool.h>

#include "lib/diag.h"
#include "lib/wasm.h"
#include "symmap/map.h"

/*
 * Reads the map at PATH.  Refused: lines that name an import, and new names
 * that are no C identifiers.  NULL after a report; freed with map_free.
 */
struct symbol_map *export_map_read(struct diag *diag, const char *path);

/*
 * Every line of EXPORTS must name a function that MODULE exports, and must not
 * contradict MAP, which may be NULL.  False after reports.
 */
bool export_map_check(struct diag *diag, const struct symbol_map *exports,
	const struct symbol_map *map, const struct wasm_module *module);

#endif
