/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "ldgen/carve.h"

#include <string.h>

#include "lib/checked.h"
#include "lib/meld_placement.h"

enum { STACK_ALIGN = 16 };

/* One carve while it is checked. */
struct carving {
	struct diag *diag;
	const struct manifest *manifest;
	const struct sizes *sizes;
	size_t index;
	const struct manifest_component *component;
	const struct component_sizes *own;
	const struct wasm_module *module;
	const struct meld_use *use;
	uint64_t start; /* in the memory */
	uint64_t end;
};

bool carve_complete(struct diag *diag, const struct manifest *manifest,
	struct manifest_component *component, const struct wasm_module *module, uint32_t fused)
{
	struct manifest_carve *carve = &component->carve;
	struct meld_placement placement = {0};
	if (!carve->present || carve->size.at.line != 0)
		return true;
	if (!meld_placement_find(diag, module, fused, &placement))
		return manifest_refuse(diag, manifest, carve->at,
			"the part of component %s is not known: mend what is said above",
			component->named.name);
	carve->offset = (struct number){.value = placement.base, .at = carve->at};
	carve->size = (struct number){.value = placement.size, .at = carve->at};
	return true;
}

/* --- one memory, said once ------------------------------------------------------------------ */

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Whether component OTHER has a carve of the same memory. */
static bool shares(const struct carving *at, size_t other)
{
	const struct manifest_component *component = &at->manifest->components[other];
	return component->carve.present &&
	       same_text(component->object.text, at->component->object.text) &&
	       same_text(component->core.text, at->component->core.text) &&
	       at->sizes->components[other].memory == at->own->memory;
}

static bool same_number(const struct number *own, const struct number *first)
{
	return own->at.line == 0 || (first->at.line != 0 && own->value == first->value);
}

static bool same_words(const struct words *own, const struct words *first)
{
	bool same = own->at.line == 0 || own->count == first->count;
	for (size_t i = 0; same && i < own->count; i++)
		same = strcmp(own->list[i].text, first->list[i].text) == 0;
	return same;
}

/* Whether OWN says nothing of where the memory goes but what FIRST, NULL if there is none, says. */
static bool agrees(const struct manifest_memory *own, const struct manifest_memory *first)
{
	static const struct manifest_memory nothing;
	first = first != NULL ? first : &nothing;
	return same_number(&own->trim, &first->trim) &&
	       same_number(&own->room.rows, &first->room.rows) &&
	       same_number(&own->room.at, &first->room.at) &&
	       same_words(&own->room.bank_names, &first->room.bank_names) &&
	       (own->room.cache.word.text == NULL ||
		       own->room.cache.kind == first->room.cache.kind);
}

static bool check_first(const struct carving *at)
{
	size_t first = 0;
	while (!shares(at, first))
		first++;
	if (first == at->index)
		return true;
	const struct manifest_component *other = &at->manifest->components[first];
	const char *name = other->named.name;
	for (size_t i = 0; i < at->component->memory_count; i++)
		if (!agrees(&at->component->memories[i],
			    other->memory_count != 0 ? &other->memories[0] : NULL))
			return manifest_refuse(at->diag, at->manifest,
				at->component->memories[i].named.at,
				"the memory is that of component %s, too, which says otherwise "
				"where it goes: take bank, rows, at, cache and trim out here",
				name);
	if (at->own->memory_size != at->sizes->components[first].memory_size &&
		at->sizes->components[first].declared == 0)
		return manifest_refuse(at->diag, at->manifest, at->own->memory_at,
			"the memory is that of component %s, too, and has %llu bytes there: write "
			"one size",
			name, (unsigned long long)at->sizes->components[first].memory_size);
	return true;
}

/* --- what lies in it ------------------------------------------------------------------------ */

static bool outside(const struct carving *at, const char *what, uint64_t where)
{
	return manifest_refuse(at->diag, at->manifest, at->component->carve.at,
		"%s has %s at byte %llu of memory %u, outside of the carve of component %s, %llu "
		"to %llu: move or enlarge the carve, or link the guest into it",
		at->module->path, what, (unsigned long long)where, at->own->memory,
		at->component->named.name, (unsigned long long)at->start,
		(unsigned long long)(at->end - 1));
}

static bool is_in(const struct carving *at, uint64_t base, uint64_t size)
{
	return base >= at->start && checked_within(base - at->start, size, at->end - at->start);
}

/* Whether one of the carves of the memory has these bytes, all of them. */
static bool is_in_any(const struct carving *at, uint64_t base, uint64_t size)
{
	for (size_t i = 0; i < at->manifest->component_count; i++) {
		const struct manifest_carve *carve = &at->manifest->components[i].carve;
		if (shares(at, i) && base >= carve->offset.value &&
			checked_within(base - carve->offset.value, size, carve->size.value))
			return true;
	}
	return false;
}

static bool check_data(const struct carving *at)
{
	for (size_t i = 0; i < at->module->data_count; i++) {
		const struct wasm_data *data = &at->module->data[i];
		if (!data->active || data->memory != at->own->memory || data->size == 0)
			continue;
		if (!data->constant)
			return manifest_refuse(at->diag, at->manifest, at->component->core.at,
				"%s: data segment %zu has no constant offset: link the guest "
				"without position-independent data",
				at->module->path, i);
		if (!is_in_any(at, data->offset, data->size))
			return outside(at, "initial data of nobody's carve", data->offset);
		if (is_in(at, data->offset, data->size) &&
			data->offset + data->size > at->own->arena_offset)
			return outside(at, "initial data in the component's arena", data->offset);
	}
	return true;
}

static bool check_table(const struct carving *at)
{
	uint64_t size = at->own->table_count * TABLE_ENTRY;
	return at->own->memory != 0 || size == 0 || is_in(at, at->own->table_offset, size) ||
	       outside(at, "the component's function table", at->own->table_offset);
}

/*
 * The top of a guest's stack is a mutable i32 global, a multiple of 16.  The
 * fuser leaves it where it was in the component's own memory (meld 0.65.1).
 */
static bool check_stack(const struct carving *at)
{
	for (size_t i = 0; i < at->module->global_count; i++) {
		const struct wasm_global *global = &at->module->globals[i];
		uint64_t top = global->initial;
		if (!at->use->global[i] || !global->mutable || !global->constant ||
			global->type != WASM_I32 || top == 0 || top % STACK_ALIGN != 0 ||
			top > at->own->memory_size)
			continue;
		if (top <= at->start || top > at->own->arena_offset)
			return outside(
				at, "what may be the top of its stack (a mutable i32 global)", top);
	}
	return true;
}

bool carve_check(struct diag *diag, const struct manifest *manifest, const struct sizes *sizes,
	size_t index, const struct wasm_module *module, const struct meld_use *use)
{
	const struct manifest_component *component = &manifest->components[index];
	struct carving at = {.diag = diag,
		.manifest = manifest,
		.sizes = sizes,
		.index = index,
		.component = component,
		.own = &sizes->components[index],
		.module = module,
		.use = use,
		.start = component->carve.offset.value,
		.end = component->carve.offset.value + component->carve.size.value};
	if (component->carve.memory.at.line != 0 && component->carve.memory.value != at.own->memory)
		return manifest_refuse(diag, manifest, component->carve.memory.at,
			"the code of component %s uses memory %u: write that number",
			component->named.name, at.own->memory);
	if (at.end > at.own->memory_size)
		return manifest_refuse(diag, manifest, component->carve.size.at,
			"the carve ends behind the %llu bytes of its memory: make it smaller or "
			"begin it lower",
			(unsigned long long)at.own->memory_size);
	return check_first(&at) &&
	       (module == NULL || (check_data(&at) && check_table(&at) && check_stack(&at)));
}
