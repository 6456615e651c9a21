/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "ldgen/needs.h"

#include <stdlib.h>
#include <string.h>

#include "ldgen/joint_tables.h"
#include "lib/layout.h"

enum { READ = LAYOUT_READ, READ_WRITE = LAYOUT_READ | LAYOUT_WRITE };

/* One component while its needs are found. */
struct finding {
	const struct needs *needs;
	size_t self;
	struct manifest_component *component;
	const struct component_sizes *sizes;
	const struct unit *unit;
	uint8_t *touched;    /* by memory of the module: enum reach_access */
	bool *reached;	     /* by function: code of its exports */
	struct meld_use use; /* by those functions */
};

/* --- who is who -------------------------------------------------------------------------- */

/* The component of the manifest that is FUSED in this unit; the unit's are all there. */
static size_t find_member(const struct finding *at, uint32_t fused)
{
	for (size_t i = 0; i < at->needs->sizes->count; i++)
		if (needs_unit(at->needs, i) == at->unit &&
			at->needs->sizes->components[i].fused == fused)
			return i;
	return SIZE_MAX;
}

/* The component whose memory is MEMORY alone; SIZE_MAX when there is none. */
static size_t find_owner(const struct finding *at, size_t memory)
{
	for (size_t i = 0; i < at->needs->sizes->count; i++)
		if (needs_unit(at->needs, i) == at->unit &&
			at->needs->sizes->components[i].memory == memory &&
			!at->needs->manifest->components[i].carve.present)
			return i;
	return SIZE_MAX;
}

static const char *name_of(const struct finding *at, size_t component)
{
	return at->needs->manifest->components[component].named.name;
}

/* Joins two components, and all that either is joined with. */
static void join_two(const struct needs *needs, size_t one, size_t other)
{
	struct manifest_component *list = needs->manifest->components;
	size_t count = needs->sizes->count;
	size_t a = list[one].joined ? list[one].joint : one;
	size_t b = list[other].joined ? list[other].joint : other;
	size_t first = a < b ? a : b;
	for (size_t i = 0; i < count; i++)
		if (i == a || i == b ||
			(list[i].joined && (list[i].joint == a || list[i].joint == b))) {
			list[i].joined = true;
			list[i].joint = first;
		}
}

static void join(const struct finding *at, size_t other)
{
	join_two(at->needs, at->self, other);
}

/* --- memories ------------------------------------------------------------------------------ */

/* How the context must open a memory: to write, too, where a native gets a pointer into it. */
static unsigned needed(uint8_t touched)
{
	if ((touched & (REACH_READ | REACH_WRITE)) == 0)
		return 0;
	return (touched & (REACH_WRITE | REACH_NATIVE)) != 0 ? READ_WRITE : READ;
}

static bool lists(const struct manifest_context *context, size_t component)
{
	for (size_t i = 0; i < context->regions.words.count; i++)
		if (context->regions.list[i].to == MANIFEST_TO_MEMORY &&
			context->regions.list[i].index == component)
			return true;
	return false;
}

static bool refuse_memory(const struct finding *at, size_t memory, size_t owner)
{
	const struct manifest_component *component = at->component;
	const struct needs *needs = at->needs;
	if (owner == SIZE_MAX)
		return manifest_refuse(needs->diag, needs->manifest, component->named.at,
			"the exports of component %s call code that touches memory %zu of %s, "
			"which is no component's alone: let it call through a gate (symmap reach "
			"tells which exports)",
			component->named.name, memory, at->unit->core_path);
	if (component->context != NULL)
		return manifest_refuse(needs->diag, needs->manifest, component->context->named.at,
			"context %s lacks %s.mem%zu, which code that its exports call touches: "
			"add it, or let that call through a gate (symmap reach tells which "
			"exports)",
			component->named.name, name_of(at, owner), memory);
	return manifest_refuse(needs->diag, needs->manifest, component->named.at,
		"the exports of component %s call code that touches memory %zu of %s, which "
		"belongs to component %s: write 'grants: auto' to let its context open that, or "
		"let it call through a gate (symmap reach tells which exports)",
		component->named.name, memory, at->unit->core_path, name_of(at, owner));
}

/* The compiler reads the size of memory 0 in R10, which has that of the memory that R11 is for. */
static bool refuse_size(const struct finding *at)
{
	return manifest_refuse(at->needs->diag, at->needs->manifest, at->component->named.at,
		"the exports of component %s call code that asks for the size of memory 0 of %s "
		"and does not touch that, and would be told the size of another: let it call "
		"through a gate (symmap reach tells which exports)",
		at->component->named.name, at->unit->core_path);
}

/* What the context opens of MEMORY, which another component owns. */
static bool open_other(const struct finding *at, size_t memory)
{
	const struct manifest_component *component = at->component;
	size_t owner = find_owner(at, memory);
	unsigned access = needed(at->touched[memory]);
	bool automatic = component->grants_auto.line != 0;
	bool listed =
		component->context != NULL && owner != SIZE_MAX && lists(component->context, owner);
	if (access == 0 && !listed)
		return memory != 0 || !at->use.memory[0] || refuse_size(at);
	if (owner == SIZE_MAX || component->carve.present ||
		(component->context != NULL ? !listed : !automatic))
		return refuse_memory(at, memory, component->carve.present ? SIZE_MAX : owner);
	if (!automatic)
		access = READ_WRITE;
	component->opens[owner] = access != 0 ? access : READ;
	join(at, owner);
	return true;
}

/* Its own: the arena's veneer writes, and so may a native that gets a pointer. */
static void open_own(const struct finding *at)
{
	uint8_t touched = at->touched[at->sizes->memory];
	bool written = at->sizes->has_arena || (touched & (REACH_WRITE | REACH_NATIVE)) != 0;
	at->component->opens[at->self] =
		at->component->grants_auto.line != 0 && !written ? READ : READ_WRITE;
}

static bool open_memories(const struct finding *at)
{
	bool good = true;
	open_own(at);
	for (size_t i = 0; i < at->unit->module->memory_count; i++)
		if (i != at->sizes->memory)
			good = open_other(at, i) && good;
	return good;
}

/* --- globals ------------------------------------------------------------------------------- */

/* Whoever changes a global of another must have it in the same place. */
static void join_globals(const struct finding *at)
{
	const struct wasm_module *module = at->unit->module;
	for (size_t i = 0; i < module->global_count && !at->component->carve.present; i++) {
		if (!at->use.global[i] || !module->globals[i].mutable)
			continue;
		for (size_t k = 0; k < at->unit->owners.component_count; k++) {
			size_t other = find_member(at, at->unit->owners.components[k]);
			if (at->unit->uses[k].global[i] && other != at->self && other != SIZE_MAX)
				join(at, other);
		}
	}
}

/* So must those whose exports both use it by code of nobody, an adapter's. */
static void join_users(const struct needs *needs, const struct meld_use *uses, size_t a, size_t b)
{
	const struct unit *unit = needs_unit(needs, a);
	if (unit == NULL || unit != needs_unit(needs, b) ||
		needs->manifest->components[a].carve.present ||
		needs->manifest->components[b].carve.present)
		return;
	for (size_t i = 0; i < unit->module->global_count; i++)
		if (unit->module->globals[i].mutable && uses[a].global[i] && uses[b].global[i])
			join_two(needs, a, b);
}

/* --- tables --------------------------------------------------------------------------------- */

/* Joins with the first other component that calls through TABLE; false when none does. */
static bool join_caller(const struct finding *at, size_t table)
{
	for (size_t k = 0; k < at->unit->owners.component_count; k++) {
		size_t other = find_member(at, at->unit->owners.components[k]);
		if (at->unit->uses[k].table[table] && other != at->self && other != SIZE_MAX) {
			join(at, other);
			return true;
		}
	}
	return false;
}

/* Where code of another component calls by index, its table must be there, too. */
static bool join_tables(const struct finding *at)
{
	const struct meld_use *own = &at->unit->uses[unit_find(at->unit, at->sizes->fused)];
	for (size_t i = 0; i < at->unit->module->table_count; i++)
		if (at->use.table[i] && !own->table[i] && !at->component->carve.present &&
			!join_caller(at, i))
			return manifest_refuse(at->needs->diag, at->needs->manifest,
				at->component->named.at,
				"the exports of component %s run code of no component that calls "
				"through table %zu of %s: fuse it again with meld's provenance",
				at->component->named.name, i, at->unit->core_path);
	return true;
}

/* --- imports -------------------------------------------------------------------------------- */

/* The fuser moves the name of an import of a world from the field to the module. */
static bool is_arena(const struct wasm_import *import)
{
	const char *name = import->field[0] == '\0' || import->field[0] == '$' ? import->module
									       : import->field;
	return strcmp(name, "cabi-arena-realloc") == 0 || strcmp(name, "__cabi_arena_realloc") == 0;
}

/* Whether code of another component that is reached calls the imported FUNCTION. */
static bool is_called_by_others(const struct finding *at, size_t function)
{
	const struct call_graph *graph = &at->unit->reach.graph;
	for (size_t i = 0; i < graph->edge_count; i++) {
		uint32_t from = graph->edges[i].from;
		if (graph->edges[i].to == function &&
			(from >= at->unit->module->function_count ||
				(at->reached[from] &&
					at->unit->owners.of_function[from] != at->sizes->fused)))
			return true;
	}
	return false;
}

/* Whoever allocates in the arena of OTHER writes its memory, and its arena's state. */
static bool open_arena(const struct finding *at, size_t other)
{
	const struct manifest_component *component = at->component;
	if (component->context != NULL ? !lists(component->context, other)
				       : component->grants_auto.line == 0)
		return refuse_memory(at, at->needs->sizes->components[other].memory, other);
	at->component->opens[other] = READ_WRITE;
	join(at, other);
	return true;
}

/*
 * An import of another component is called in this context.  Native code takes
 * its pointers for those of the component whose context it is.  The arena is no
 * native's: it is part of the component's own object.
 */
static bool check_import(const struct finding *at, size_t function)
{
	const struct wasm_module *module = at->unit->module;
	const struct wasm_import *import = &module->imports[module->functions[function].import];
	uint32_t owner = at->unit->owners.of_function[function];
	if (owner == at->sizes->fused || !at->reached[function] ||
		(owner == MELD_UNKNOWN && !is_called_by_others(at, function)))
		return true;
	size_t member = owner == MELD_UNKNOWN ? SIZE_MAX : find_member(at, owner);
	if (member != SIZE_MAX && is_arena(import) &&
		at->needs->sizes->components[member].has_arena)
		return open_arena(at, member);
	if (!reach_takes_integer(module, function))
		return true;
	if (member == SIZE_MAX)
		return manifest_refuse(at->needs->diag, at->needs->manifest,
			at->component->named.at,
			"the exports of component %s call import '%.80s' '%.80s' with an integer, "
			"and nobody knows whose it is: code of several components calls it, or "
			"code of "
			"none; give each an import of its own",
			at->component->named.name, import->module, import->field);
	return manifest_refuse(at->needs->diag, at->needs->manifest, at->component->named.at,
		"the exports of component %s call code of component %s that calls import "
		"'%.80s' '%.80s' with an integer: if that is a pointer, native code takes it for "
		"one into the memory of %s; let it call through a gate",
		at->component->named.name, name_of(at, member), import->module, import->field,
		at->component->named.name);
}

static bool check_imports(const struct finding *at)
{
	bool good = true;
	for (size_t i = 0; i < at->unit->module->imported_function_count; i++)
		good = check_import(at, i) && good;
	return good;
}

/* --- one, and all ---------------------------------------------------------------------------- */

/* The joint region goes where the data of its first component goes, which may be at an address of
 * its own. */
static void find_joint_rooms(const struct needs *needs)
{
	for (size_t i = 0; i < needs->sizes->count; i++) {
		struct manifest_component *component = &needs->manifest->components[i];
		component->joint_room = component->data.room;
		component->joint_room.at = (struct number){0};
	}
}

static bool look(struct finding *at)
{
	const struct unit *unit = at->unit;
	struct diag *diag = at->needs->diag;
	at->touched = calloc(unit->module->memory_count + 1, sizeof(*at->touched));
	at->reached = calloc(unit->module->function_count + 1, sizeof(*at->reached));
	at->component->opens = calloc(at->needs->sizes->count + 1, sizeof(*at->component->opens));
	if (at->touched == NULL || at->reached == NULL || at->component->opens == NULL)
		return diag_no_memory(diag);
	return reach_component(diag, &unit->reach, &unit->owners, at->sizes->fused, at->touched) &&
	       reach_functions(diag, &unit->reach, &unit->owners, at->sizes->fused, at->reached) &&
	       meld_use_chosen(diag, unit->module, at->reached, &at->use);
}

static bool find_one(const struct needs *needs, size_t index, struct meld_use *use)
{
	struct finding at = {.needs = needs,
		.self = index,
		.component = &needs->manifest->components[index],
		.sizes = &needs->sizes->components[index],
		.unit = needs_unit(needs, index)};
	bool good = look(&at);
	if (good) {
		good = open_memories(&at);
		join_globals(&at);
		good = join_tables(&at) && good;
		good = check_imports(&at) && good;
		*use = at.use;
	}
	free(at.touched);
	free(at.reached);
	return good;
}

bool needs_find(const struct needs *needs)
{
	size_t count = needs->sizes->count;
	struct meld_use *uses = calloc(count + 1, sizeof(*uses));
	bool good = uses != NULL || diag_no_memory(needs->diag);
	for (size_t i = 0; good && i < count; i++)
		if (needs_unit(needs, i) != NULL)
			good = find_one(needs, i, &uses[i]);
	for (size_t i = 0; good && i < count; i++)
		for (size_t k = 0; k < i; k++)
			join_users(needs, uses, k, i);
	good = good && joint_tables(needs, uses);
	find_joint_rooms(needs);
	for (size_t i = 0; uses != NULL && i < count; i++)
		meld_use_free(&uses[i]);
	free(uses);
	return good;
}
