/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What the context of a component must hold, derived from its code (lib/reach.h).
 *
 * Code of another component that its exports call directly, without the runtime
 * between, runs in this component's context.  Where that uses a memory, a global
 * that changes or the arena of the other, the two are joined: the context opens
 * the other's memory, and both have one globals table and one place for the states
 * of their arenas, the joint region.
 *
 * The compiler (synth 0.89.0, ARM) addresses memory 0 and all function tables by
 * one register.  So where the code that a context runs uses memory 0, whoever
 * owns it, the tables of that code lie over the first words of memory 0.
 */
#ifndef BERTH_LDGEN_NEEDS_H
#define BERTH_LDGEN_NEEDS_H

#include <stdbool.h>

#include "ldgen/manifest.h"
#include "ldgen/sizes.h"
#include "ldgen/unit.h"
#include "lib/diag.h"

struct needs {
	struct diag *diag;
	struct manifest *manifest;
	struct sizes *sizes;
	const struct unit *units;
	const size_t *unit_of; /* by component: its unit; SIZE_MAX where it is only planned */
};

/* The unit of COMPONENT; NULL where it is only planned. */
static inline const struct unit *needs_unit(const struct needs *needs, size_t component)
{
	size_t unit = needs->unit_of[component];
	return unit == SIZE_MAX ? NULL : &needs->units[unit];
}

/*
 * Finds what each context opens of memories, and which components are joined, into
 * the components of the manifest; and into the sizes, where the tables of joined
 * components lie.  Refused: a component whose exports need another's memory
 * where it has neither 'grants: auto' nor a context that lists it, and what
 * native code would mistake: a pointer that another component's code hands over.
 */
bool needs_find(const struct needs *needs);

#endif
