/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * From sizes to addresses.
 *
 * Strategy pow2: every region sets aside the next power of two and lies at a
 * multiple of it, so that one row without subregions opens it.  Regions are
 * taken from the largest to the smallest, equal ones in the manifest's order,
 * and each goes to the lowest place of its bank, behind the reserve, that is
 * free and fits.
 *
 * Strategy packed, which is the default: one row with subregions opens every
 * region, and they lie in the order that uses the fewest bytes (ldgen/pack.h).
 */
#ifndef BERTH_LDGEN_PLACE_H
#define BERTH_LDGEN_PLACE_H

#include <stdbool.h>

#include "ldgen/manifest.h"
#include "ldgen/sizes.h"
#include "lib/diag.h"
#include "lib/layout.h"

/*
 * Makes the layout of MANIFEST with SIZES: regions placed, components'
 * addresses, contexts with their rows.  NULL after a report: a region that has
 * no room in its bank, a context with more rows than the target has.  The
 * caller frees it with layout_free.
 */
struct layout *place(struct diag *diag, const struct manifest *manifest, const struct sizes *sizes);

/*
 * Gives every context its rows: the banks' code, the component's memory and
 * data, the peripherals granted to it.  Each row is encoded, decoded by code
 * that does not share the encoder, and compared with what it shall open.
 * Regions must be placed.  Part of place.
 */
bool make_rows(struct diag *diag, const struct manifest *manifest, struct layout *layout);

#endif
