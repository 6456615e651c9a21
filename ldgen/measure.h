/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Measures one component: what its code uses, held against its object and the manifest. */
#ifndef BERTH_LDGEN_MEASURE_H
#define BERTH_LDGEN_MEASURE_H

#include "ldgen/manifest.h"
#include "ldgen/sizes.h"
#include "ldgen/unit.h"

/* What one component is measured by; all of it stays the caller's. */
struct measured {
	struct diag *diag;
	const struct manifest *manifest;
	const struct manifest_component *component;
	const struct unit *unit;
	const struct meld_use *use;
	struct component_sizes *sizes;
};

/*
 * Fills in the memory, the globals, the table and the arena of AT->sizes.
 * Refused: a component that uses several memories or none, what the manifest or
 * the object say otherwise than the module, data or stack in the arena.
 */
bool measure_component(const struct measured *at);

/* Refuses data, stack and function table of the memory that meet, or leave its room. */
bool measure_check_room(const struct measured *at);

/* The same of a component without an object, by what the manifest says of its memory and arena. */
bool measure_planned(const struct measured *at);

#endif
