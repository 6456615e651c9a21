/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What a component of the layout and the core module must agree on before anything is injected. */
#include "elfbind/inject_state.h"

#include <inttypes.h>

static bool stale(struct diag *diag, const struct inject_input *input, const char *component,
	const char *what, uint64_t layout, uint64_t module)
{
	return diag_error(diag, input->module->path,
		"%s of component %s is %" PRIu64 " in the layout and %" PRIu64
		" in the module: run ldgen again",
		what, component, layout, module);
}

/* Bytes of the memory as the module has it, trimmed by the layout or not. */
uint64_t inject_declared_size(const struct inject_target *target)
{
	return target->memory->declared != 0 ? target->memory->declared : target->memory->size;
}

static bool check_sizes(
	struct diag *diag, const struct inject_input *input, const struct inject_target *target)
{
	const struct wasm_module *module = input->module;
	const struct layout_component *component = target->component;
	if (inject_declared_size(target) != module->memories[target->index].size)
		return stale(diag, input, component->name, "the memory size",
			inject_declared_size(target), module->memories[target->index].size);
	uint64_t globals = 0;
	for (size_t i = 0; i < module->global_count; i++)
		globals += wasm_type_bytes(module->globals[i].type);
	if (component->globals_size != globals)
		return stale(diag, input, component->name, "the size of the globals",
			component->globals_size, globals);
	uint64_t first = 0;
	uint64_t entries = 0;
	meld_table_span(module, &target->use, &first, &entries);
	/* Joined components have the tables of others, too. */
	bool good = target->joint == LAYOUT_NONE ? component->table_count == entries
						 : component->table_count >= entries;
	if (!good)
		return stale(diag, input, component->name, "the size of the function table",
			component->table_count, entries);
	return true;
}

static bool in_arena(struct diag *diag, const struct inject_input *input,
	const struct inject_target *target, const char *what, uint64_t at)
{
	return diag_error(diag, input->module->path,
		"has %s at byte %" PRIu64 " of memory %" PRIu32 ", beyond byte %" PRIu64
		", where the layout lets the arena of component %s start: run ldgen again",
		what, at, target->index, target->component->arena.offset, target->component->name);
}

/* What ldgen saw to, for the module may be another than then: arenas lie above data and stack. */
static bool check_arena(
	struct diag *diag, const struct inject_input *input, const struct inject_target *target)
{
	const struct wasm_module *module = input->module;
	const struct layout_arena *arena = &target->component->arena;
	if (!arena->present || arena->memory != target->index)
		return true;
	for (size_t i = 0; i < module->data_count; i++) {
		const struct wasm_data *data = &module->data[i];
		if (data->active && data->memory == target->index && data->constant &&
			(data->offset > arena->offset || data->size > arena->offset - data->offset))
			return in_arena(diag, input, target, "the end of initial data",
				(uint64_t)data->offset + data->size);
	}
	for (size_t i = 0; i < module->global_count; i++) {
		const struct wasm_global *global = &module->globals[i];
		if (target->use.global[i] && global->mutable && global->constant &&
			global->type == WASM_I32 && global->initial > arena->offset &&
			global->initial <= inject_declared_size(target))
			return in_arena(diag, input, target,
				"what may be the top of its stack, a mutable global,",
				global->initial);
	}
	return true;
}

bool inject_target_start(struct diag *diag, const struct inject_input *input, size_t number,
	struct inject_target *target)
{
	const struct layout *layout = input->layout;
	*target = (struct inject_target){
		.component = &layout->components[number], .context = (uint32_t)number};
	target->memory = &layout->regions[target->component->memory];
	target->data = &layout->regions[target->component->data];
	target->index = (uint32_t)target->memory->index;
	target->joint = layout_joint_of(layout, number);
	if (target->memory->index < 0 || target->index >= input->module->memory_count)
		return diag_error(diag, input->module->path,
			"has no memory %" PRId64 ", which the layout gives to component %s: "
			"give the core module of that component, or run ldgen again",
			target->memory->index, target->component->name);
	if (!meld_use(diag, input->module, input->owners, target->component->fused, &target->use))
		return false;
	return check_sizes(diag, input, target) && check_arena(diag, input, target);
}
