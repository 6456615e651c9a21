/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The names that a core module gives its functions, for people to read (Core
 * Specification, 7.4.1): custom section "name", subsection 1:
 *
 *     id 1, size; count; each: function index, length, UTF-8
 */
#ifndef BERTH_WASM_NAMES_H
#define BERTH_WASM_NAMES_H

#include "lib/wasm.h"

struct wasm_names {
	char **of_function; /* by function index; NULL where there is none */
	size_t count;
};

/*
 * Reads the names of MODULE.  A section that is damaged is no fault of the
 * module's: its names count up to there.  False when memory ran out; freed
 * with wasm_names_free in any case.
 */
bool wasm_names_read(const struct wasm_module *module, struct wasm_names *names);

void wasm_names_free(struct wasm_names *names);

/* The name of FUNCTION, or NULL. */
const char *wasm_name_of(const struct wasm_names *names, uint32_t function);

#endif
