/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "ldgen/sizes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ldgen/carve.h"
#include "ldgen/needs.h"
#include "ldgen/unit.h"
#include "lib/bind_record.h"
#include "lib/checked.h"
#include "lib/layout.h"

enum { TABLE_ENTRY = 4, ARENA_ALIGN = 8, LIST_LENGTH = 128 };

/* Everything that the phases below need of one component. */
struct measured {
	struct diag *diag;
	const struct manifest *manifest;
	const struct manifest_component *component;
	const struct unit *unit;
	const struct meld_use *use;
	struct component_sizes *sizes;
};

/* --- the memory ------------------------------------------------------------------------ */

/* Counts the memories that the code uses; the lowest goes to *LOWEST. */
static size_t used_memories(const struct measured *at, uint32_t *lowest)
{
	size_t count = 0;
	for (size_t i = at->unit->module->memory_count; i-- > 0;)
		if (at->use->memory[i]) {
			*lowest = (uint32_t)i;
			count++;
		}
	return count;
}

/* Finds the memory of the component: the one that its code uses. */
static bool find_memory(const struct measured *at)
{
	const struct wasm_module *module = at->unit->module;
	size_t count = used_memories(at, &at->sizes->memory);
	if (count == 0 && module->memory_count == 1)
		return true;
	if (count == 0 && at->component->memory_count == 1 &&
		at->component->memories[0].index < module->memory_count) {
		at->sizes->memory = at->component->memories[0].index;
		return true;
	}
	if (count == 0)
		return manifest_refuse(at->diag, at->manifest, at->component->named.at,
			"the code of component %s uses none of the %zu memories of %s: say under "
			"memories which one is its own",
			at->component->named.name, module->memory_count, module->path);
	if (count > 1)
		return manifest_refuse(at->diag, at->manifest, at->component->named.at,
			"the code of component %s uses %zu memories of %s: build it to use one, "
			"which is what its context can hold",
			at->component->named.name, count, module->path);
	return true;
}

/*
 * Trims the memory.  What lies beyond is not there: the fence, whose end comes
 * at most at the end of what is set aside, turns an access to it into a fault.
 */
static bool trim_memory(const struct measured *at, const struct number *trim)
{
	struct component_sizes *sizes = at->sizes;
	if (trim->at.line == 0)
		return true;
	if (trim->value == 0 || trim->value >= sizes->memory_size)
		return manifest_refuse(at->diag, at->manifest, trim->at,
			"does not trim the %llu bytes of memory %u: write fewer, or take the key "
			"out",
			(unsigned long long)sizes->memory_size, sizes->memory);
	sizes->declared = sizes->memory_size;
	sizes->memory_size = trim->value;
	return true;
}

/* A size confirms the module's: compiled code has it as a constant, and would never use more. */
static bool confirm_size(const struct measured *at, const struct manifest_memory *memory)
{
	uint64_t there = at->sizes->memory_size;
	if (memory->size.at.line == 0 || memory->size.value == there)
		return true;
	if (memory->size.value < there)
		return manifest_refuse(at->diag, at->manifest, memory->size.at,
			"memory %u has %llu bytes in %s, not %llu: correct the size or leave it "
			"out; to give it fewer, write 'trim: %llu'",
			memory->index, (unsigned long long)there, at->unit->module->path,
			(unsigned long long)memory->size.value,
			(unsigned long long)memory->size.value);
	return manifest_refuse(at->diag, at->manifest, memory->size.at,
		"memory %u has %llu bytes in %s, not %llu, and compiled code would use no more: "
		"leave the size out, or link the guest with a larger initial memory",
		memory->index, (unsigned long long)there, at->unit->module->path,
		(unsigned long long)memory->size.value);
}

/* What the manifest says about the memory must be about it and agree with the module. */
static bool apply_memories(const struct measured *at)
{
	struct component_sizes *sizes = at->sizes;
	const struct wasm_module *module = at->unit->module;
	sizes->memory_size = module->memories[sizes->memory].size;
	sizes->memory_at = at->component->named.at;
	sizes->room = &at->manifest->default_room;
	for (size_t i = 0; i < at->component->memory_count; i++) {
		const struct manifest_memory *memory = &at->component->memories[i];
		if (memory->index != sizes->memory)
			return manifest_refuse(at->diag, at->manifest, memory->named.at,
				"the code of component %s uses memory %u of %s, not memory %u: "
				"take this one out",
				at->component->named.name, sizes->memory, module->path,
				memory->index);
		if (!confirm_size(at, memory))
			return false;
		sizes->memory_at = memory->named.at;
		sizes->room = &memory->room;
		if (!trim_memory(at, &memory->trim))
			return false;
	}
	if (sizes->room->bank_count == 0)
		return manifest_refuse(at->diag, at->manifest, at->component->named.at,
			"there is more than one bank with access rw: say where memory %u goes by "
			"memories: {%u: {bank: NAME}}",
			sizes->memory, sizes->memory);
	if (sizes->memory_size == 0)
		return manifest_refuse(at->diag, at->manifest, sizes->memory_at,
			"memory %u of %s has no bytes: there is nothing to place; give it a size "
			"when it is linked",
			sizes->memory, module->path);
	return true;
}

/* A component that is planned has the memory that the manifest says. */
static void plan_memory(const struct measured *at)
{
	const struct manifest_memory *memory = &at->component->memories[0];
	at->sizes->memory = memory->index;
	at->sizes->memory_size = memory->size.value;
	at->sizes->memory_at = memory->named.at;
	at->sizes->room = &memory->room;
}

/* --- the object ------------------------------------------------------------------------ */

/* What the module says, trimmed or not. */
static uint64_t declared_size(const struct measured *at)
{
	return at->sizes->declared != 0 ? at->sizes->declared : at->sizes->memory_size;
}

static bool disagrees(const struct measured *at, const char *what, const char *name, uint64_t size)
{
	return manifest_refuse(at->diag, at->manifest, at->component->object.at,
		"%s is not compiled from %s: %s %s says %llu bytes for memory %u, the module %llu: "
		"compile it again",
		at->unit->object_path, at->unit->core_path, what, name, (unsigned long long)size,
		at->sizes->memory, (unsigned long long)declared_size(at));
}

/* The compiler's section of the memory, under its own name or the one that elfbind gave it. */
static const struct object_section *memory_section(const struct measured *at)
{
	char name[LIST_LENGTH];
	snprintf(name, sizeof(name), ".synth.wasm_mem_%u", at->sizes->memory);
	const struct object_section *section = object_section(at->unit->object, name);
	if (section != NULL)
		return section;
	snprintf(name, sizeof(name), ".berth.mem.%s.%u", at->component->named.name,
		at->sizes->memory);
	return object_section(at->unit->object, name);
}

/* Memory 0 is in no object; of others there is a section, and often a symbol with the size. */
static bool check_object(const struct measured *at)
{
	char name[LIST_LENGTH];
	snprintf(name, sizeof(name), "__synth_mem_size_%u", at->sizes->memory);
	const struct object_symbol *symbol = object_definition(at->unit->object, name);
	if (symbol != NULL && symbol->section == OBJECT_ABSOLUTE &&
		symbol->value != declared_size(at))
		return disagrees(at, "symbol", name, symbol->value);
	const struct object_section *section = memory_section(at);
	if (section != NULL && section->size != declared_size(at))
		return disagrees(at, "section", section->name, section->size);
	if (section == NULL && at->sizes->memory != 0)
		return manifest_refuse(at->diag, at->manifest, at->component->object.at,
			"%s has no section for memory %u of %s [section .synth.wasm_mem_%u]: "
			"compile it from that module",
			at->unit->object_path, at->sizes->memory, at->unit->core_path,
			at->sizes->memory);
	return true;
}

/* --- globals and table ----------------------------------------------------------------- */

static bool measure_globals(const struct measured *at)
{
	const struct wasm_module *module = at->unit->module;
	for (size_t i = 0; i < module->global_count; i++)
		at->sizes->globals_size += wasm_type_bytes(module->globals[i].type);
	return true;
}

static bool measure_table(const struct measured *at)
{
	const struct wasm_module *module = at->unit->module;
	struct component_sizes *sizes = at->sizes;
	size_t used = SIZE_MAX;
	uint64_t before = 0;
	for (size_t i = 0; i < module->table_count; i++) {
		if (at->use->table[i] && used != SIZE_MAX)
			return manifest_refuse(at->diag, at->manifest, at->component->named.at,
				"the code of component %s calls through tables %zu and %zu of %s: "
				"build it with one table",
				at->component->named.name, used, i, module->path);
		if (at->use->table[i]) {
			used = i;
			sizes->table_offset = before;
			sizes->table_count = module->tables[i].minimum;
		}
		uint64_t bytes = 0;
		if (!checked_mul(module->tables[i].minimum, TABLE_ENTRY, &bytes) ||
			!checked_add(before, bytes, &before) || before > LAYOUT_ADDRESSES)
			return manifest_refuse(at->diag, at->manifest, at->component->core.at,
				"the tables of %s fill the address space: build it with smaller "
				"ones",
				module->path);
	}
	return true;
}

/* --- what must not meet ---------------------------------------------------------------- */

/* Places the arena at the end of the memory, or of what the component has of it. */
static bool place_arena(const struct measured *at)
{
	const struct manifest_arena *arena = &at->component->arena;
	const struct manifest_carve *carve = &at->component->carve;
	struct component_sizes *sizes = at->sizes;
	uint64_t start = carve->present ? carve->offset.value : 0;
	uint64_t end = carve->present ? start + carve->size.value : sizes->memory_size;
	sizes->arena_offset = end;
	if (!arena->present)
		return true;
	if (arena->memory.at.line != 0 && arena->memory.value != sizes->memory)
		return manifest_refuse(at->diag, at->manifest, arena->memory.at,
			"the code of component %s uses memory %u, where its arena must be: write "
			"that number",
			at->component->named.name, sizes->memory);
	if (arena->size.value > end - start)
		return manifest_refuse(at->diag, at->manifest, arena->size.at,
			"is more than the %llu bytes of memory %u: make it smaller",
			(unsigned long long)(end - start), sizes->memory);
	sizes->has_arena = true;
	sizes->arena_size = arena->size.value;
	sizes->arena_offset = (end - arena->size.value) & ~(uint64_t)(ARENA_ALIGN - 1);
	return true;
}

/* Where messages about what reaches into the arena point to. */
static struct position arena_position(const struct measured *at)
{
	return at->sizes->has_arena ? at->component->arena.size.at : at->sizes->memory_at;
}

static bool too_high(const struct measured *at, const char *what, uint64_t end)
{
	return manifest_refuse(at->diag, at->manifest, arena_position(at),
		"%s %s at byte %llu of memory %u, beyond byte %llu, where %s: %s",
		at->unit->core_path, what, (unsigned long long)end, at->sizes->memory,
		(unsigned long long)at->sizes->arena_offset,
		at->sizes->has_arena ? "the arena starts" : "the memory ends",
		at->sizes->has_arena	   ? "make the arena smaller or the memory larger"
		: at->sizes->declared != 0 ? "trim it less"
					   : "link the guest again");
}

/* The words of memory 0 that the compiler takes for the function table. */
static uint64_t table_end(const struct component_sizes *sizes)
{
	if (sizes->memory != 0 || sizes->table_count == 0)
		return 0;
	return sizes->table_offset + sizes->table_count * TABLE_ENTRY;
}

static bool check_data(const struct measured *at)
{
	const struct wasm_module *module = at->unit->module;
	uint64_t table = table_end(at->sizes);
	if (table > at->sizes->arena_offset)
		return too_high(at, "has its function table end", table);
	for (size_t i = 0; i < module->data_count; i++) {
		const struct wasm_data *data = &module->data[i];
		uint64_t end = 0;
		if (!data->active || data->memory != at->sizes->memory)
			continue;
		if (!data->constant)
			return manifest_refuse(at->diag, at->manifest, at->component->core.at,
				"%s: data segment %zu has no constant offset: link the guest "
				"without position-independent data",
				module->path, i);
		if (!checked_add(data->offset, data->size, &end) || end > at->sizes->arena_offset)
			return too_high(at, "has initial data end", end);
		if (data->offset < table && data->size > 0)
			return manifest_refuse(at->diag, at->manifest, at->component->core.at,
				"%s: data segment %zu starts at byte %llu, where the compiler "
				"expects the function table (%llu bytes): link the guest with "
				"--global-base=%llu or more",
				module->path, i, (unsigned long long)data->offset,
				(unsigned long long)table, (unsigned long long)table);
	}
	return true;
}

/*
 * A mutable i32 global whose value is in the memory may be the top of the
 * guest's own stack: clang's __stack_pointer is not marked as such.
 */
static bool check_stack_pointers(const struct measured *at)
{
	const struct wasm_module *module = at->unit->module;
	for (size_t i = 0; i < module->global_count; i++) {
		const struct wasm_global *global = &module->globals[i];
		if (!at->use->global[i] || !global->mutable || !global->constant ||
			global->type != WASM_I32 || global->initial > declared_size(at))
			continue;
		if (global->initial > at->sizes->arena_offset) {
			char what[LIST_LENGTH];
			snprintf(what, sizeof(what),
				"may have its stack (global %zu, a mutable i32) start", i);
			return too_high(at, what, global->initial);
		}
	}
	return true;
}

/* --- one component --------------------------------------------------------------------- */

/* The number of the component in its unit, from the manifest or because there is one only. */
static bool find_fused(struct diag *diag, const struct manifest *manifest,
	const struct manifest_component *component, const struct unit *unit, uint32_t *fused)
{
	char list[LIST_LENGTH];
	unit_list(unit, list, sizeof(list));
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

static bool measure(struct measured *at)
{
	return find_memory(at) && apply_memories(at) && check_object(at) && measure_globals(at) &&
	       measure_table(at) && place_arena(at) &&
	       /* What lies in a carve is compared with all carves, when they are known. */
	       (at->component->carve.present || (check_data(at) && check_stack_pointers(at)));
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
	plan_memory(&at);
	return place_arena(&at);
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
	return check_claimed_once(reading, sizes, index) && measure(&at) &&
	       needs_find(reading->diag, reading->manifest, component, unit, own);
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
	good = measured && check_all_claimed(&reading, sizes) && check_carves(&reading, sizes) &&
	       check_references(&reading, sizes) && list_inputs(&reading, sizes);
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
