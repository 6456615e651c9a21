/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "ldgen/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/made_from.h"

size_t unit_find(const struct unit *unit, uint32_t fused)
{
	for (size_t i = 0; i < unit->owners.component_count; i++)
		if (unit->owners.components[i] == fused)
			return i;
	return SIZE_MAX;
}

/* --- what is refused ------------------------------------------------------------------- */

static bool check_machine(struct diag *diag, const struct manifest *manifest,
	const struct manifest_component *component, const struct object *object)
{
	if (object->type != ET_REL)
		return manifest_refuse(diag, manifest, component->object.at,
			"%s is not a relocatable object: name what the compiler wrote",
			object->path);
	const struct arch *arch = manifest->target.architecture->arch;
	if (object->machine != arch->elf || object->class != ELFCLASS32 ||
		object->data != ELFDATA2LSB)
		return manifest_refuse(diag, manifest, component->object.at,
			"%s is for %s, not for the target's little-endian 32-bit %s: compile it "
			"for the target",
			object->path, object_machine_name(object->machine),
			object_machine_name(arch->elf));
	return true;
}

/* Sizes of another module than the object's would place it wrongly, and may look right. */
static bool check_pair(struct diag *diag, const struct manifest *manifest,
	const struct manifest_component *component, const struct unit *unit)
{
	const char *other = made_from_other(unit->object, unit->module);
	return other == NULL ||
	       manifest_refuse(diag, manifest, component->core.at,
		       "%s is not the core module that %s was made from, which %s: name the one "
		       "that it was compiled from",
		       unit->core_path, unit->object_path, other);
}

static bool check_imports(struct diag *diag, const struct manifest *manifest,
	const struct manifest_component *component, const struct wasm_module *module)
{
	static const char *const kinds[] = {
		[WASM_TABLE] = "table", [WASM_MEMORY] = "memory", [WASM_GLOBAL] = "global"};
	bool good = true;
	for (size_t i = 0; i < module->import_count; i++) {
		enum wasm_kind kind = module->imports[i].kind;
		if (kind == WASM_TABLE || kind == WASM_MEMORY || kind == WASM_GLOBAL)
			good = manifest_refuse(diag, manifest, component->core.at,
				"%s imports %s %u [import %.80s.%.80s]: only a module that defines "
				"its own can be placed",
				module->path, kinds[kind], module->imports[i].index,
				module->imports[i].module, module->imports[i].field);
	}
	return good;
}

/* Whether USE has a memory, or a global that can change. */
static bool uses_state(const struct wasm_module *module, const struct meld_use *use)
{
	for (size_t i = 0; i < module->memory_count; i++)
		if (use->memory[i])
			return true;
	for (size_t i = 0; i < module->global_count; i++)
		if (use->global[i] && module->globals[i].mutable)
			return true;
	return false;
}

/* Whether code of no component is called from outside, and not only by that of components. */
static bool enters_unowned(const struct unit *unit)
{
	const struct call_graph *graph = &unit->reach.graph;
	for (size_t i = 0; i < graph->root_count; i++)
		if (graph->roots[i].node < unit->module->function_count &&
			unit->owners.of_function[graph->roots[i].node] == MELD_UNKNOWN)
			return true;
	return false;
}

/*
 * Code of no component that is called from outside would run in any context; what
 * it touches cannot be fenced.  The fuser's adapters, which components call, count
 * for the contexts of those.
 */
static bool check_unowned(struct diag *diag, const struct manifest *manifest,
	const struct manifest_component *component, const struct unit *unit)
{
	struct meld_use use;
	if (!meld_use(diag, unit->module, &unit->owners, MELD_UNKNOWN, &use))
		return false;
	bool good = !uses_state(unit->module, &use) || !enters_unowned(unit);
	meld_use_free(&use);
	return good || manifest_refuse(diag, manifest, component->core.at,
			       "%s has code of no recorded component that uses a memory or a "
			       "global: fuse it again with meld's provenance",
			       unit->core_path);
}

static bool same_text(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* Whether all that the manifest says of the unit that COMPONENT names is carved. */
static bool is_carved(const struct manifest *manifest, const struct manifest_component *component)
{
	for (size_t i = 0; i < manifest->component_count; i++) {
		const struct manifest_component *other = &manifest->components[i];
		if (same_text(other->object.text, component->object.text) &&
			same_text(other->core.text, component->core.text) && !other->carve.present)
			return false;
	}
	return true;
}

/* Refuses what components A and B of the unit both use. */
static bool check_shared(struct diag *diag, const struct manifest *manifest,
	const struct manifest_component *component, const struct unit *unit, size_t a, size_t b)
{
	const struct wasm_module *module = unit->module;
	uint32_t first = unit->owners.components[a];
	uint32_t second = unit->owners.components[b];
	bool carved = is_carved(manifest, component);
	bool good = true;
	for (size_t i = 0; i < module->memory_count && !carved; i++)
		if (unit->uses[a].memory[i] && unit->uses[b].memory[i])
			good = manifest_refuse(diag, manifest, component->core.at,
				"%s: the code of components %u and %u both uses memory %zu: fuse "
				"with --memory multi, so that each has its own, or give each its "
				"part by 'carve:'",
				unit->core_path, first, second, i);
	for (size_t i = 0; i < module->global_count; i++)
		if (unit->uses[a].global[i] && unit->uses[b].global[i] &&
			module->globals[i].mutable)
			good = manifest_refuse(diag, manifest, component->core.at,
				"%s: the code of components %u and %u both uses global %zu, of "
				"which each would get a copy: build them without sharing it",
				unit->core_path, first, second, i);
	return good;
}

/* --- reading --------------------------------------------------------------------------- */

static bool read_uses(struct diag *diag, struct unit *unit)
{
	size_t count = unit->owners.component_count;
	unit->uses = calloc(count + 1, sizeof(*unit->uses));
	if (unit->uses == NULL)
		return diag_no_memory(diag);
	for (size_t i = 0; i < count; i++)
		if (!meld_use(diag, unit->module, &unit->owners, unit->owners.components[i],
			    &unit->uses[i]))
			return false;
	return true;
}

bool unit_read(struct diag *diag, const struct manifest *manifest,
	const struct manifest_component *component, struct unit *unit)
{
	unit->object = object_read(diag, unit->object_path);
	unit->module = wasm_read(diag, unit->core_path);
	if (unit->object == NULL || unit->module == NULL)
		return manifest_refuse(diag, manifest, component->named.at,
			"component %s cannot be measured without its object and core module: mend "
			"what is said above",
			component->named.name);
	bool good = check_machine(diag, manifest, component, unit->object);
	good = check_imports(diag, manifest, component, unit->module) && good;
	good = good && check_pair(diag, manifest, component, unit);
	if (!good || !meld_owners(diag, unit->module, NULL, &unit->owners) ||
		!read_uses(diag, unit) || !reach_make(diag, unit->module, &unit->reach) ||
		!check_unowned(diag, manifest, component, unit))
		return false;
	for (size_t a = 0; a < unit->owners.component_count; a++)
		for (size_t b = a + 1; b < unit->owners.component_count; b++)
			good = check_shared(diag, manifest, component, unit, a, b) && good;
	unit->good = good;
	return good;
}

void unit_free(struct unit *unit)
{
	for (size_t i = 0; unit->uses != NULL && i < unit->owners.component_count; i++)
		meld_use_free(&unit->uses[i]);
	free(unit->uses);
	reach_free(&unit->reach);
	meld_owners_free(&unit->owners);
	wasm_free(unit->module);
	object_free(unit->object);
	free(unit->core_path);
	free(unit->object_path);
	*unit = (struct unit){0};
}
