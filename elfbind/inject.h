/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Injection: what the compiler leaves to the embedder, put into the object.
 *
 * A component's object gets its linear memory, its data region, the records
 * that fill both (initial data, globals, function table), and its arena's
 * veneer.  The region table becomes an object of its own.  docs/flow.md lists
 * the names.
 */
#ifndef BERTH_INJECT_H
#define BERTH_INJECT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/diag.h"
#include "lib/file.h"
#include "lib/layout.h"
#include "lib/meld.h"
#include "lib/object.h"
#include "lib/wasm.h"

struct inject_input {
	const struct object *object; /* as elfbind bind wrote it */
	const struct layout *layout;
	const struct wasm_module *module; /* the core module of the object */
	const struct meld_owners *owners;
	const char *const *names; /* components that OBJECT should have; none: what it records */
	size_t name_count;
};

/* Makes the bytes of the object with everything added; freed with blob_free. */
bool inject_components(struct diag *diag, const struct inject_input *input, struct blob *output);

/* Makes the bytes of the object that holds the region table; freed with blob_free. */
bool inject_table(struct diag *diag, const struct layout *layout, struct blob *output);

#endif
