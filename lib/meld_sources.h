/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The two sources of owners, for meld.c only. */
#ifndef BERTH_MELD_SOURCES_H
#define BERTH_MELD_SOURCES_H

#include "lib/meld.h"

/*
 * Fills OF_FUNCTION from the contents of a provenance section.  False after a
 * report.
 */
bool meld_provenance(struct diag *diag, const struct wasm_module *module,
	const struct wasm_custom *section, uint32_t *of_function);

/* Fills OF_FUNCTION, for imports, from the import map file at PATH. */
bool meld_import_map(struct diag *diag, const struct wasm_module *module, const char *path,
	uint32_t *of_function);

#endif
