/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The fuser's signature manifest, custom section "meld.signature-manifest"
 * (meld fuse --emit-manifest), version 1:
 *
 *   { "version": 1,
 *     "exports": [ { "export": "ns:pkg/iface@1.0.0#get",
 *                    "wit": { "params": [["at", "u32"]], "result": "string" },
 *                    "core": { "params": ["i32"], "results": ["i32"] },
 *                    "memory": "memory$0", "realloc": "cabi_realloc",
 *                    "post_return": "cabi_post_ns:pkg/iface@1.0.0#get", … } ] }
 *
 * result, memory, realloc and post_return are null where there is none; the
 * last three are names of exports.
 */
#ifndef BERTH_MELD_MANIFEST_H
#define BERTH_MELD_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/diag.h"
#include "lib/wasm.h"

struct meld_signature {
	char *export;
	char *wit;	   /* "func(at: u32) -> string" */
	char *memory;	   /* NULL: it needs none */
	char *realloc;	   /* NULL likewise */
	char *post_return; /* NULL likewise */
};

struct meld_manifest {
	struct meld_signature *entries; /* by name */
	size_t count;
};

/*
 * Reads the manifest of MODULE; without one *MANIFEST is empty.  False after a
 * report: it is malformed, of another version, names an export twice or one
 * that the module does not have, or says other core types than the module.
 * Freed with meld_manifest_free.
 */
bool meld_manifest_read(
	struct diag *diag, const struct wasm_module *module, struct meld_manifest *manifest);

void meld_manifest_free(struct meld_manifest *manifest);

/* What it says of EXPORT, or NULL. */
const struct meld_signature *meld_manifest_find(
	const struct meld_manifest *manifest, const char *export);

#endif
