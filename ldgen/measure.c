/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "ldgen/measure.h"

#include <stdio.h>
#include <string.h>

#include "lib/checked.h"
#include "lib/layout.h"

enum { ARENA_ALIGN = 8, LIST_LENGTH = 128 };

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
	uint64_t before = 0;
	for (size_t i = 0; i < module->table_count; i++) {
		uint64_t bytes = 0;
		if (!checked_mul(module->tables[i].minimum, TABLE_ENTRY, &bytes) ||
			!checked_add(before, bytes, &before) || before > LAYOUT_ADDRESSES)
			return manifest_refuse(at->diag, at->manifest, at->component->core.at,
				"the tables of %s fill the address space: build it with smaller "
				"ones",
				module->path);
	}
	meld_table_span(module, at->use, &sizes->table_offset, &sizes->table_count);
	sizes->table_offset *= TABLE_ENTRY;
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
		at->sizes->has_arena && at->sizes->declared != 0
			? "make the arena smaller, or trim the memory less"
		: at->sizes->has_arena
			? "make the arena smaller, or link the guest with a larger memory"
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

/* --- all of it ------------------------------------------------------------------------- */

bool measure_check_room(const struct measured *at)
{
	return check_data(at) && check_stack_pointers(at);
}

bool measure_component(const struct measured *at)
{
	return find_memory(at) && apply_memories(at) && check_object(at) && measure_globals(at) &&
	       measure_table(at) && place_arena(at) &&
	       /* What lies in a carve is compared with all carves, when they are known. */
	       (at->component->carve.present || measure_check_room(at));
}

bool measure_planned(const struct measured *at)
{
	plan_memory(at);
	return place_arena(at);
}
