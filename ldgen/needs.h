/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What the context of a component must hold, derived from its code (lib/reach.h).
 *
 * A component has one memory.  Code of another component that its exports call
 * directly, without the runtime between, runs in this component's context: where
 * that touches the other's memory, it would fault, and the manifest is refused.
 */
#ifndef BERTH_LDGEN_NEEDS_H
#define BERTH_LDGEN_NEEDS_H

#include <stdbool.h>

#include "ldgen/manifest.h"
#include "ldgen/sizes.h"
#include "ldgen/unit.h"
#include "lib/diag.h"

/*
 * Compares what is reachable from the exports of COMPONENT, of UNIT, with the
 * memory in SIZES, and with grants: auto takes the right to write away where
 * nothing needs it.  False after a report.
 */
bool needs_find(struct diag *diag, const struct manifest *manifest,
	const struct manifest_component *component, const struct unit *unit,
	struct component_sizes *sizes);

#endif
