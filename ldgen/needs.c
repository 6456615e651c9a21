/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "ldgen/needs.h"

#include <stdlib.h>

/* The component whose code touches MEMORY by itself; MELD_UNKNOWN when none does. */
static uint32_t owner_of(const struct unit *unit, size_t memory)
{
	for (size_t i = 0; i < unit->owners.component_count; i++)
		if (unit->uses[i].memory[memory])
			return unit->owners.components[i];
	return MELD_UNKNOWN;
}

static bool check_others(struct diag *diag, const struct manifest *manifest,
	const struct manifest_component *component, const struct unit *unit,
	const struct component_sizes *sizes, const uint8_t *touched)
{
	bool good = true;
	for (size_t i = 0; i < unit->module->memory_count; i++)
		if (i != sizes->memory && (touched[i] & (REACH_READ | REACH_WRITE)) != 0)
			good = manifest_refuse(diag, manifest, component->named.at,
				"the exports of component %s call code that touches memory %zu of "
				"%s, which belongs to component %u: its context has memory %u "
				"only; let it call through a gate, or fuse them to share one "
				"memory (symmap reach tells which exports)",
				component->named.name, i, unit->core_path, owner_of(unit, i),
				sizes->memory);
	return good;
}

/* The arena's veneer writes, and so may a native that gets a pointer. */
static bool is_written(const struct component_sizes *sizes, const uint8_t *touched)
{
	return sizes->has_arena || (touched[sizes->memory] & (REACH_WRITE | REACH_NATIVE)) != 0;
}

bool needs_find(struct diag *diag, const struct manifest *manifest,
	const struct manifest_component *component, const struct unit *unit,
	struct component_sizes *sizes)
{
	uint8_t *touched = calloc(unit->module->memory_count + 1, 1);
	bool good = touched != NULL || diag_no_memory(diag);
	good = good && reach_component(diag, &unit->reach, &unit->owners, sizes->fused, touched);
	if (good && component->grants_auto.line != 0 && !is_written(sizes, touched))
		sizes->read_only = true;
	good = good && check_others(diag, manifest, component, unit, sizes, touched);
	free(touched);
	return good;
}
