/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Where the fuser put each component in a memory that they share: the custom
 * section "wsc.transformation.attestation" of meld 0.65 (fuse --memory shared),
 *
 *   { "version": "1.0", …,
 *     "metadata": { "memory_strategy": "shared", …,
 *                   "placements": [ { "component": 2, "module": 0,
 *                                     "strategy": "packed",
 *                                     "base": 4176, "reserved": 4192 } ] } }
 *
 * base and reserved are bytes of memory 0.
 */
#ifndef BERTH_MELD_PLACEMENT_H
#define BERTH_MELD_PLACEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/diag.h"
#include "lib/wasm.h"

struct meld_placement {
	uint64_t base; /* bytes from the start of memory 0 */
	uint64_t size; /* bytes */
};

/*
 * Finds the placement of COMPONENT, meld's number, in the attestation of MODULE.
 * False after a report: there is no such section, it is malformed, it says
 * nothing of the component, or more than one thing.
 */
bool meld_placement_find(struct diag *diag, const struct wasm_module *module, uint32_t component,
	struct meld_placement *placement);

#endif
