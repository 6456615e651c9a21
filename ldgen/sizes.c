/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "ldgen/sizes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ldgen/carve.h"
#include "ldgen/code_size.h"
#include "ldgen/measure.h"
#include "ldgen/needs.h"
#include "ldgen/unit.h"
#include "lib/bind_record.h"

/* --- one component --------------------------------------------------------------------- */

/* The number of the component in its unit, from the manifest or because there is one only. */
static bool find_fused(struct diag *diag, const struct manifest *manifest,
	const struct manifest_component *component, const struct unit *unit, uint32_t *fused)
{
	char list[MELD_LIST_SIZE];
	meld_list(&unit->owners, list, sizeof(list));
	if (component->fused.at.line == 0 && unit->owners.component_count == 1) {
		*fused = unit->owners.components[0];
		return true;
	}
	if (component->fused.at.line == 0)
		return manifest_refuse(diag, manifest, component->named.at,
			"%s is fused from components %s: say by 'fused: NUMBER' which of them %s "
			"is",
			unit->core_path, list, component->named.name);
	*fused = (uint32_t)component->fused.value;
	return unit_find(unit, *fused) != SIZE_MAX ||
	       manifest_refuse(diag, manifest, component->fused.at,
		       "%s has no component %u: it is fused from %s", unit->core_path, *fused,
		       list);
}

/* --- all of them ----------------------------------------------------------------------- */

struct reading {
	struct diag *diag;
	struct manifest *manifest;
	const char *folder;
	struct unit *units;
	size_t unit_count;
	size_t *unit_of; /* by component; SIZE_MAX when it could not be read */
};

/* PATH, in FOLDER when it is relative, as a new string. */
static char *find_path(const char *folder, const char *path)
{
	char *joined = NULL;
	if (path[0] == '/' || strcmp(folder, ".") == 0)
		return strdup(path);
	return asprintf(&joined, "%s/%s", folder, path) < 0 ? NULL : joined;
}

/* The unit of COMPONENT, read now unless an earlier component had the same; SIZE_MAX on failure. */
static size_t take_unit(struct reading *reading, const struct manifest_component *component)
{
	struct unit fresh = {.core_path = find_path(reading->folder, component->core.text),
		.object_path = find_path(reading->folder, component->object.text)};
	if (fresh.core_path == NULL || fresh.object_path == NULL) {
		diag_no_memory(reading->diag);
		unit_free(&fresh);
		return SIZE_MAX;
	}
	for (size_t i = 0; i < reading->unit_count; i++)
		if (strcmp(reading->units[i].core_path, fresh.core_path) == 0 &&
			strcmp(reading->units[i].object_path, fresh.object_path) == 0) {
			unit_free(&fresh);
			return reading->units[i].good ? i : SIZE_MAX;
		}
	size_t index = reading->unit_count++;
	bool good = unit_read(reading->diag, reading->manifest, component, &fresh);
	reading->units[index] = fresh;
	return good ? index : SIZE_MAX;
}

static bool check_claimed_once(
	const struct reading *reading, const struct sizes *sizes, size_t component)
{
	for (size_t i = 0; i < component; i++)
		if (reading->unit_of[i] == reading->unit_of[component] &&
			reading->unit_of[i] != SIZE_MAX &&
			sizes->components[i].fused == sizes->components[component].fused)
			return manifest_refuse(reading->diag, reading->manifest,
				reading->manifest->components[component].named.at,
				"%s and %s are the same component %u of %s: give each its own",
				reading->manifest->components[i].named.name,
				reading->manifest->components[component].named.name,
				sizes->components[component].fused,
				reading->units[reading->unit_of[component]].core_path);
	return true;
}

static bool is_planned(const struct manifest_component *component)
{
	return component->object.text == NULL;
}

static bool plan_component(struct reading *reading, struct sizes *sizes, size_t index)
{
	struct measured at = {.diag = reading->diag,
		.manifest = reading->manifest,
		.component = &reading->manifest->components[index],
		.sizes = &sizes->components[index]};
	return measure_planned(&at);
}

static bool read_component(struct reading *reading, struct sizes *sizes, size_t index)
{
	struct manifest_component *component = &reading->manifest->components[index];
	struct component_sizes *own = &sizes->components[index];
	if (is_planned(component))
		return plan_component(reading, sizes, index);
	size_t number = take_unit(reading, component);
	if (number == SIZE_MAX)
		return false;
	const struct unit *unit = &reading->units[number];
	if (!find_fused(reading->diag, reading->manifest, component, unit, &own->fused) ||
		!carve_complete(
			reading->diag, reading->manifest, component, unit->module, own->fused))
		return false;
	reading->unit_of[index] = number;
	own->core_checksum = bind_record_core_crc(unit->module);
	struct measured at = {.diag = reading->diag,
		.manifest = reading->manifest,
		.component = component,
		.unit = unit,
		.use = &unit->uses[unit_find(unit, own->fused)],
		.sizes = own};
	return check_claimed_once(reading, sizes, index) && measure_component(&at);
}

/* Every component of a unit must be in the manifest: its code is linked either way. */
static bool check_all_claimed(const struct reading *reading, const struct sizes *sizes)
{
	bool good = true;
	for (size_t u = 0; u < reading->unit_count; u++) {
		const struct unit *unit = &reading->units[u];
		for (size_t i = 0; i < unit->owners.component_count; i++) {
			size_t c = 0;
			while (c < sizes->count &&
				(reading->unit_of[c] != u ||
					sizes->components[c].fused != unit->owners.components[i]))
				c++;
			if (c == sizes->count)
				good = diag_error(reading->diag, reading->manifest->path,
					"component %u of %s is not in the manifest: add it under "
					"components with 'fused: %u'",
					unit->owners.components[i], unit->core_path,
					unit->owners.components[i]);
		}
	}
	return good;
}

/* How much code the unit of each component has. */
static bool measure_code(const struct reading *reading, struct sizes *sizes)
{
	for (size_t i = 0; i < sizes->count; i++) {
		size_t unit = reading->unit_of[i];
		size_t components = 0;
		size_t arenas = 0;
		if (unit == SIZE_MAX)
			continue;
		for (size_t k = 0; k < sizes->count; k++) {
			components += reading->unit_of[k] == unit;
			arenas += reading->unit_of[k] == unit && sizes->components[k].has_arena;
		}
		if (!code_size(&reading->units[unit], components, arenas,
			    &sizes->components[i].unit_code))
			return manifest_refuse(reading->diag, reading->manifest,
				reading->manifest->components[i].object.at,
				"%s has sections of more bytes than there are addresses: compile "
				"it again",
				reading->units[unit].object_path);
	}
	return true;
}

static bool check_carves(const struct reading *reading, const struct sizes *sizes)
{
	bool good = true;
	for (size_t i = 0; i < sizes->count; i++) {
		if (!reading->manifest->components[i].carve.present)
			continue;
		const struct unit *unit = reading->unit_of[i] == SIZE_MAX
						  ? NULL
						  : &reading->units[reading->unit_of[i]];
		const struct meld_use *use =
			unit == NULL ? NULL
				     : &unit->uses[unit_find(unit, sizes->components[i].fused)];
		good = carve_check(reading->diag, reading->manifest, sizes, i,
			       unit == NULL ? NULL : unit->module, use) &&
		       good;
	}
	return good;
}

/* What contexts say of memories must be so. */
static bool check_references(const struct reading *reading, const struct sizes *sizes)
{
	const struct manifest *manifest = reading->manifest;
	bool good = true;
	for (size_t c = 0; c < manifest->context_count; c++) {
		const struct manifest_regions *regions = &manifest->contexts[c].regions;
		for (size_t i = 0; i < regions->words.count; i++) {
			const struct manifest_reference *reference = &regions->list[i];
			if (reference->to != MANIFEST_TO_MEMORY)
				continue;
			uint32_t own = sizes->components[reference->index].memory;
			if (reference->memory != own)
				good = manifest_refuse(reading->diag, manifest, reference->at,
					"the memory of component %s is %u: write %s.mem%u",
					manifest->components[reference->index].named.name, own,
					manifest->components[reference->index].named.name, own);
		}
	}
	return good;
}

static bool add_input(struct sizes *sizes, const char *path)
{
	for (size_t i = 0; i < sizes->input_count; i++)
		if (strcmp(sizes->inputs[i], path) == 0)
			return true;
	sizes->inputs[sizes->input_count] = strdup(path);
	return sizes->inputs[sizes->input_count++] != NULL;
}

static bool list_inputs(const struct reading *reading, struct sizes *sizes)
{
	sizes->inputs = calloc(2 * reading->unit_count + 1, sizeof(*sizes->inputs));
	if (sizes->inputs == NULL)
		return diag_no_memory(reading->diag);
	for (size_t i = 0; i < reading->unit_count; i++)
		if (!add_input(sizes, reading->units[i].object_path) ||
			!add_input(sizes, reading->units[i].core_path))
			return diag_no_memory(reading->diag);
	return true;
}

bool sizes_read(
	struct diag *diag, struct manifest *manifest, const char *folder, struct sizes *sizes)
{
	size_t count = manifest->component_count;
	struct reading reading = {.diag = diag, .manifest = manifest, .folder = folder};
	*sizes = (struct sizes){.count = count};
	sizes->components = calloc(count + 1, sizeof(*sizes->components));
	reading.units = calloc(count + 1, sizeof(*reading.units));
	reading.unit_of = malloc((count + 1) * sizeof(*reading.unit_of));
	bool good = sizes->components != NULL && reading.units != NULL && reading.unit_of != NULL;
	if (!good)
		diag_no_memory(diag);
	for (size_t i = 0; good && i < count; i++)
		reading.unit_of[i] = SIZE_MAX;
	bool measured = good;
	for (size_t i = 0; good && i < count; i++)
		measured = read_component(&reading, sizes, i) && measured;
	const struct needs needs = {diag, manifest, sizes, reading.units, reading.unit_of};
	good = measured && check_all_claimed(&reading, sizes) && check_carves(&reading, sizes) &&
	       check_references(&reading, sizes) && needs_find(&needs) &&
	       measure_code(&reading, sizes) && list_inputs(&reading, sizes);
	for (size_t i = 0; reading.units != NULL && i < reading.unit_count; i++)
		unit_free(&reading.units[i]);
	free(reading.units);
	free(reading.unit_of);
	return good;
}

void sizes_free(struct sizes *sizes)
{
	for (size_t i = 0; i < sizes->input_count; i++)
		free(sizes->inputs[i]);
	free(sizes->inputs);
	free(sizes->components);
	*sizes = (struct sizes){0};
}
