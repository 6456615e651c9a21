/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * How much code a unit has: what its object holds, and what elfbind inject
 * adds for its exports and its components.
 *
 * Of what is added the most is taken (lib/unit_code.h).  What only a linker
 * knows is not in it: veneers for branches that do not reach, which no bank of
 * up to 16 MiB needs.  The script asserts that all fits, and names the key that
 * makes room.
 */
#ifndef BERTH_LDGEN_CODE_SIZE_H
#define BERTH_LDGEN_CODE_SIZE_H

#include <stdbool.h>
#include <stdint.h>

#include "ldgen/unit.h"

/*
 * The most bytes of UNIT's code into *SIZE, in whatever order a linker puts its
 * sections.  COMPONENTS of the manifest are of the unit, ARENAS of them have an
 * arena.  False when it does not fit 64 bits.
 */
bool code_size(const struct unit *unit, size_t components, size_t arenas, uint64_t *size);

#endif
