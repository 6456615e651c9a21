/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * A C header for what a module exports and imports, as far as C can say it.
 *
 * Wasm types have no sign: i32 is uint32_t, i64 is uint64_t, f32 is float, f64
 * is double.  Addresses are offsets in the memory of the component, so they are
 * uint32_t too and no pointers.  In place of a function with several results or
 * with a vector or reference the header has a comment that says so.
 */
#ifndef BERTH_HEADER_H
#define BERTH_HEADER_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/diag.h"
#include "lib/meld_manifest.h"
#include "symmap/export_names.h"
#include "symmap/resolve.h"

struct header_input {
	const struct wasm_module *module;
	const struct meld_manifest *manifest;
	const struct export_names *names;
	const struct resolution *resolutions; /* of the imports */
	size_t count;
};

/*
 * Writes the header to STREAM, whose write errors stay in STREAM.  Names from
 * the module stand in comments only and are printable ASCII there, with no
 * comment's end.  False after a report: two exports that would have one symbol,
 * or an export and an import.
 */
bool header_write(struct diag *diag, FILE *stream, const struct header_input *input);

#endif
