/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Components that share a memory, each with a part of it, its carve.
 *
 * What the module puts into the memory must lie in the carve of the one whom it
 * belongs to: initial data, the function table over the first words of memory
 * 0, and the top of the guest's own stack.
 */
#ifndef BERTH_LDGEN_CARVE_H
#define BERTH_LDGEN_CARVE_H

#include <stdbool.h>
#include <stddef.h>

#include "ldgen/manifest.h"
#include "ldgen/sizes.h"
#include "lib/diag.h"
#include "lib/meld.h"
#include "lib/wasm.h"

/* Takes offset and size of COMPONENT's carve from the attestation of MODULE, where it is FUSED,
 * unless the manifest says them.  False after a report. */
bool carve_complete(struct diag *diag, const struct manifest *manifest,
	struct manifest_component *component, const struct wasm_module *module, uint32_t fused);

/*
 * Checks the carve of component INDEX against what MODULE puts into its memory,
 * and that the manifest says once where the memory goes.  USE is what its code
 * uses; MODULE and USE are NULL for a component that is only planned.  The
 * carves of all components are complete, SIZES has what comes before.  False
 * after a report.
 */
bool carve_check(struct diag *diag, const struct manifest *manifest, const struct sizes *sizes,
	size_t index, const struct wasm_module *module, const struct meld_use *use);

#endif
