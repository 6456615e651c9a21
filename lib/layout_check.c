/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What must hold of a layout, whoever made it; of its banks and regions: layout_check_places.c. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/arch.h"
#include "lib/layout_checker.h"

void layout_fault(
	struct layout_checker *checker, const char *what, const char *name, const char *format, ...)
{
	char text[512];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	checker->good = diag_error(checker->diag, checker->path,
		"%s [%s %s]: make the layout anew with ldgen", text, what, name);
}

/* Whether REGION, code or not, is the component's: its own, or what its object has for all. */
static bool belongs_to(
	const struct layout *layout, const struct layout_region *region, size_t component)
{
	if (region->component == LAYOUT_NONE || region->component == component)
		return true;
	return region->kind == LAYOUT_CODE &&
	       region->component == layout_unit_of(layout, component);
}

/* Whether the arena lies in what the component may touch of the memory. */
static bool arena_fits(const struct layout_component *component, const struct layout_region *memory)
{
	const struct layout_arena *arena = &component->arena;
	if (arena->size == 0 || !checked_within(arena->offset, arena->size, memory->size))
		return false;
	return memory->component != LAYOUT_NONE ||
	       inside(memory->base + arena->offset, arena->size, component->window_base,
		       component->window_size);
}

/* Whether SIZE bytes at BASE are in the data region of a component, or in its joint region. */
static bool in_own_data(const struct layout *layout, const struct layout_component *component,
	uint64_t base, uint64_t size)
{
	size_t joint = layout_joint_of(layout, (size_t)(component - layout->components));
	return in_region(&layout->regions[component->data], base, size) ||
	       (joint != LAYOUT_NONE && in_region(&layout->regions[joint], base, size));
}

/* Whether they are in its memory, or in the memory 0 of a component that it is joined with:
 * there the compiler expects base and function table of all code that uses that memory. */
static bool in_own_memory(const struct layout *layout, const struct layout_component *component,
	uint64_t base, uint64_t size)
{
	size_t self = (size_t)(component - layout->components);
	if (in_region(&layout->regions[component->memory], base, size))
		return true;
	for (size_t i = 0; i < layout->region_count; i++) {
		const struct layout_region *region = &layout->regions[i];
		if (region->kind == LAYOUT_MEMORY && region->index == 0 &&
			region->component != LAYOUT_NONE && in_region(region, base, size) &&
			layout_are_joined(layout, self, region->component))
			return true;
	}
	return false;
}

static void check_arena(struct layout_checker *checker, const struct layout_component *component)
{
	const struct layout_arena *arena = &component->arena;
	const struct layout *layout = checker->layout;
	size_t index =
		layout_memory_of(layout, (size_t)(component - layout->components), arena->memory);
	if (index == LAYOUT_NONE)
		layout_fault(checker, "component", component->name,
			"its arena lies in memory %u, which "
			"it has not",
			arena->memory);
	else if (!arena_fits(component, &layout->regions[index]))
		layout_fault(checker, "component", component->name, "its arena leaves memory %u",
			arena->memory);
	if (arena->reset != LAYOUT_RESET_NEVER && arena->policy != LAYOUT_BUMP)
		layout_fault(checker, "component", component->name,
			"its arena is emptied by calls, and has a free list");
	if (arena->state % 8 != 0 ||
		!in_own_data(layout, component, arena->state, LAYOUT_ARENA_STATE))
		layout_fault(checker, "component", component->name,
			"its arena's state is not in its data region");
}

/* What a component may touch of its memory is all of it, or lies in its carve. */
static void check_window(struct layout_checker *checker, const struct layout_component *component,
	const struct layout_region *memory)
{
	const struct layout *layout = checker->layout;
	size_t self = (size_t)(component - layout->components);
	bool good = component->window_base == memory->base &&
		    component->window_size == memory->size && memory->component != LAYOUT_NONE;
	for (size_t i = 0; i < layout->region_count && !good; i++)
		good = layout->regions[i].kind == LAYOUT_CARVE &&
		       layout->regions[i].component == self &&
		       in_region(
			       &layout->regions[i], component->window_base, component->window_size);
	if (!good || component->window_size == 0)
		layout_fault(checker, "component", component->name,
			"its window is neither its memory nor in its carve of one");
}

static void check_placement(struct layout_checker *checker,
	const struct layout_component *component, const struct layout_region *memory,
	const struct layout_region *data)
{
	const char *name = component->name;
	const struct layout *layout = checker->layout;
	if (component->stack_base % 8 != 0 ||
		!in_region(data, component->stack_base, component->stack_size))
		layout_fault(checker, "component", name, "its stack is not in its data region");
	if (component->globals % 8 != 0 ||
		!in_own_data(layout, component, component->globals, component->globals_size))
		layout_fault(checker, "component", name, "its globals are not in its data region");
	uint64_t table = 0;
	if (!checked_mul(component->table_count, 4, &table) || component->table % 4 != 0 ||
		(!in_region(data, component->table, table) &&
			!in_own_memory(layout, component, component->table, table)))
		layout_fault(checker, "component", name,
			"its function table is neither in its data region nor in its memory");
	if (!in_own_memory(layout, component, component->memory_base, component->memory_size) &&
		!in_region(data, component->memory_base, component->memory_size))
		layout_fault(checker, "component", name, "its entry registers leave its regions");
	check_window(checker, component, memory);
	if (component->arena.present)
		check_arena(checker, component);
}

static bool has_memory_and_data(const struct layout *layout, size_t index)
{
	const struct layout_component *component = &layout->components[index];
	if (component->memory >= layout->region_count || component->data >= layout->region_count)
		return false;
	const struct layout_region *memory = &layout->regions[component->memory];
	const struct layout_region *data = &layout->regions[component->data];
	return memory->kind == LAYOUT_MEMORY &&
	       layout_memory_of(layout, index, memory->index) == component->memory &&
	       data->kind == LAYOUT_DATA && data->component == index;
}

static void check_component(struct layout_checker *checker, size_t index)
{
	const struct layout *layout = checker->layout;
	const struct layout_component *component = &layout->components[index];
	if (!layout_is_name(component->name))
		layout_fault(
			checker, "component", component->name, "the name is not a C identifier");
	for (size_t i = 0; i < index; i++)
		if (strcmp(component->name, layout->components[i].name) == 0)
			layout_fault(checker, "component", component->name,
				"two components have this name");
	if (!has_memory_and_data(layout, index)) {
		layout_fault(checker, "component", component->name,
			"memory and data must be a memory and a data region of its own");
		return;
	}
	check_placement(checker, component, &layout->regions[component->memory],
		&layout->regions[component->data]);
}

/* The base entry of a RISC-V TOR pair is off: it opens nothing by itself. */
static bool only_holds_address(const struct layout *layout, const struct layout_row *row)
{
	const char *mode = arch_row_mode(arch_find(layout->arch), row->words[1]);
	return mode != NULL && strcmp(mode, "off") == 0;
}

static void check_row(
	struct layout_checker *checker, const struct layout_context *context, size_t index)
{
	const struct layout_row *row = &context->rows[index];
	const struct layout_region *region = &checker->layout->regions[row->region];
	if (row->slot >= checker->layout->mpu_regions ||
		(index > 0 && row->slot <= context->rows[index - 1].slot))
		layout_fault(checker, "context", context->name,
			"row %zu: slots must ascend and be fewer than %u", index,
			checker->layout->mpu_regions);
	if ((row->access & ~region->access) != 0)
		layout_fault(checker, "context", context->name,
			"row %zu gives rights that region %s has not", index, region->name);
	if (row->cover_count == 0 && !only_holds_address(checker->layout, row))
		layout_fault(checker, "context", context->name, "row %zu covers nothing", index);
	uint64_t from = region->base;
	for (size_t i = 0; i < row->cover_count; i++) {
		const struct layout_range *cover = &row->covers[i];
		uint64_t room = region->base + region->reserved - from;
		if (cover->size == 0 || !inside(cover->base, cover->size, from, room)) {
			layout_fault(checker, "context", context->name,
				"row %zu covers what is not region %s", index, region->name);
			return;
		}
		from = cover->base + cover->size;
	}
}

static bool covers_meet(const struct layout_row *a, const struct layout_row *b)
{
	for (size_t i = 0; i < a->cover_count; i++)
		for (size_t j = 0; j < b->cover_count; j++)
			if (checked_overlap(a->covers[i].base, a->covers[i].size, b->covers[j].base,
				    b->covers[j].size))
				return true;
	return false;
}

/* The rows for one region, FIRST being the first of them, open each of its bytes once. */
static void check_cover(
	struct layout_checker *checker, const struct layout_context *context, size_t first)
{
	const struct layout_region *region = &checker->layout->regions[context->rows[first].region];
	uint64_t opened = 0;
	for (size_t i = 0; i < context->row_count; i++) {
		const struct layout_row *row = &context->rows[i];
		if (row->region != context->rows[first].region)
			continue;
		if (i < first)
			return; /* looked at with that row */
		for (size_t j = 0; j < row->cover_count; j++)
			opened += row->covers[j].size;
		for (size_t j = first; j < i; j++)
			if (context->rows[j].region == row->region &&
				covers_meet(row, &context->rows[j]))
				layout_fault(checker, "context", context->name,
					"rows %zu and %zu open the same bytes of region %s", j, i,
					region->name);
	}
	if (opened != region->reserved)
		layout_fault(checker, "context", context->name,
			"its rows open %llu of the %llu bytes that region %s reserves",
			(unsigned long long)opened, (unsigned long long)region->reserved,
			region->name);
}

/* Whether CONTEXT may open REGION of another component: because they are joined. */
static bool opens_joined(const struct layout *layout, const struct layout_context *context,
	const struct layout_region *region)
{
	return (region->kind == LAYOUT_MEMORY || region->kind == LAYOUT_JOINT) &&
	       layout_are_joined(layout, context->component, region->component) &&
	       (region->kind == LAYOUT_MEMORY || layout_joint_of(layout, context->component) ==
							 (size_t)(region - layout->regions));
}

static void check_context(struct layout_checker *checker, size_t index)
{
	const struct layout *layout = checker->layout;
	const struct layout_context *context = &layout->contexts[index];
	if (context->component != index ||
		strcmp(context->name, layout->components[index].name) != 0)
		layout_fault(checker, "context", context->name,
			"contexts must be those of the components, in their order");
	for (size_t i = 0; i < context->row_count; i++) {
		const struct layout_region *region = &layout->regions[context->rows[i].region];
		size_t owner = region->component;
		check_row(checker, context, i);
		check_cover(checker, context, i);
		if (region->kind == LAYOUT_MEMORY && owner == LAYOUT_NONE)
			layout_fault(checker, "context", context->name,
				"row %zu opens %s, which components share", i, region->name);
		if (!belongs_to(layout, region, context->component) &&
			!opens_joined(layout, context, region))
			layout_fault(checker, "context", context->name,
				"row %zu opens a region of component %s", i,
				layout->components[owner].name);
	}
}

static void check_target(struct layout_checker *checker)
{
	const struct layout *layout = checker->layout;
	const struct arch *arch = arch_find(layout->arch);
	if (arch == NULL) {
		layout_fault(checker, "target", layout->arch, "unknown architecture");
		return;
	}
	const char *why = arch_target_fault(arch, &layout->target);
	if (strcmp(layout->machine, arch->machine) != 0 ||
		strcmp(layout->endian, arch->endian) != 0)
		layout_fault(checker, "target", layout->machine, "%s-endian %s is not %s",
			layout->endian, layout->machine, layout->arch);
	if (layout->mpu_regions == 0 || layout->mpu_regions > arch->slots)
		layout_fault(
			checker, "target", layout->arch, "mpu_regions is not 1 to %u", arch->slots);
	if (why != NULL)
		layout_fault(checker, "target", layout->arch, "%s", why);
	else if (layout->granule != arch_granule(arch, &layout->target))
		layout_fault(checker, "target", layout->arch, "granule is not %llu",
			(unsigned long long)arch_granule(arch, &layout->target));
}

bool layout_check(struct diag *diag, const char *path, const struct layout *layout)
{
	struct layout_checker checker = {
		.diag = diag, .path = path, .layout = layout, .good = true};
	check_target(&checker);
	layout_check_places(&checker);
	if (!checker.good)
		return false;
	for (size_t i = 0; i < layout->component_count; i++)
		check_component(&checker, i);
	if (layout->context_count != layout->component_count)
		layout_fault(&checker, "target", layout->arch, "%zu contexts for %zu components",
			layout->context_count, layout->component_count);
	for (size_t i = 0; i < layout->context_count && checker.good; i++)
		check_context(&checker, i);
	return checker.good;
}
