/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * A unit: one core module, the object that was compiled from it, and what each
 * of its fused components uses.  Several components of a manifest may be of
 * one unit.
 */
#ifndef BERTH_LDGEN_UNIT_H
#define BERTH_LDGEN_UNIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ldgen/manifest.h"
#include "lib/diag.h"
#include "lib/meld.h"
#include "lib/object.h"
#include "lib/reach.h"
#include "lib/wasm.h"

struct unit {
	char *core_path;
	char *object_path;
	struct wasm_module *module;
	struct object *object;
	struct meld_owners owners;
	bool good;	       /* unit_read succeeded */
	struct meld_use *uses; /* by position in owners.components */
	struct reach reach;    /* what its exports may touch */
};

/*
 * Reads a unit.  False after a report: unreadable files, an object for another
 * machine, code that belongs to no component, components that share a memory
 * or a mutable global.  COMPONENT, of MANIFEST, is the first that names the
 * unit and gives the position of messages.  The caller frees UNIT with
 * unit_free, also after a failure.
 */
bool unit_read(struct diag *diag, const struct manifest *manifest,
	const struct manifest_component *component, struct unit *unit);

void unit_free(struct unit *unit);

/* Position of component number FUSED in the unit's components; SIZE_MAX if it has none. */
size_t unit_find(const struct unit *unit, uint32_t fused);

#endif
