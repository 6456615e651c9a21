/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What must hold of a layout, whoever made it. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/arch.h"
#include "lib/checked.h"
#include "lib/layout.h"

enum { TEXT_LONGEST = 512 };

/* What a check reports to; every fault found is told, not only the first. */
struct checker {
	struct diag *diag;
	const char *path;
	const struct layout *layout;
	bool good;
};

/* Reports that the NAME of kind WHAT breaks a rule, and how. */
__attribute__((format(printf, 4, 5))) static void fault(
	struct checker *checker, const char *what, const char *name, const char *format, ...)
{
	char text[TEXT_LONGEST];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	checker->good = diag_error(checker->diag, checker->path,
		"%s [%s %s]: make the layout anew with ldgen", text, what, name);
}

static bool range_fits(uint64_t base, uint64_t size)
{
	return checked_within(base, size, LAYOUT_ADDRESSES);
}

/* Whether [BASE, BASE + SIZE) lies in [WHOLE, WHOLE + WHOLE_SIZE). */
static bool inside(uint64_t base, uint64_t size, uint64_t whole, uint64_t whole_size)
{
	return base >= whole && checked_within(base - whole, size, whole_size);
}

static bool in_region(const struct layout_region *region, uint64_t base, uint64_t size)
{
	return inside(base, size, region->base, region->size);
}

/* Whether two regions must not share a byte: a bank's code lies around what is placed in the
 * bank, a carve in its memory. */
static bool are_apart(const struct layout_region *a, const struct layout_region *b)
{
	if (layout_is_bank_code(a) || layout_is_bank_code(b))
		return false;
	return (a->kind == LAYOUT_CARVE) == (b->kind == LAYOUT_CARVE);
}

static void check_free(struct checker *checker, const struct layout_bank *bank)
{
	const struct layout *layout = checker->layout;
	uint64_t from = bank->origin + bank->reserve;
	for (size_t i = 0; i < bank->free_count; i++) {
		const struct layout_range *range = &bank->free[i];
		uint64_t room = bank->origin + bank->length - from;
		if (range->size == 0 || !inside(range->base, range->size, from, room)) {
			fault(checker, "bank", bank->name,
				"free range %zu is not in the bank, "
				"behind what is before it",
				i);
			return;
		}
		for (size_t r = 0; r < layout->region_count; r++)
			if (!layout_is_bank_code(&layout->regions[r]) &&
				checked_overlap(range->base, range->size, layout->regions[r].base,
					layout->regions[r].reserved))
				fault(checker, "bank", bank->name,
					"free range %zu overlaps "
					"region %s",
					i, layout->regions[r].name);
		from = range->base + range->size;
	}
}

static void check_bank(struct checker *checker, size_t index)
{
	const struct layout_bank *bank = &checker->layout->banks[index];
	if (!layout_is_name(bank->name))
		fault(checker, "bank", bank->name, "the name is not a C identifier");
	if (bank->length == 0 || !range_fits(bank->origin, bank->length)) {
		fault(checker, "bank", bank->name, "the range leaves the address space");
		return;
	}
	if (bank->reserve > bank->length || bank->used > bank->length - bank->reserve) {
		fault(checker, "bank", bank->name, "reserve and used are more than the length");
		return;
	}
	for (size_t i = 0; i < index; i++) {
		const struct layout_bank *other = &checker->layout->banks[i];
		if (strcmp(bank->name, other->name) == 0)
			fault(checker, "bank", bank->name, "two banks have this name");
		if (checked_overlap(bank->origin, bank->length, other->origin, other->length))
			fault(checker, "bank", bank->name, "overlaps bank %s", other->name);
	}
	check_free(checker, bank);
}

/* The name and section that a region of a component must have. */
static void name_owned(const struct layout_region *region, const char *owner,
	char name[TEXT_LONGEST], char section[TEXT_LONGEST])
{
	long long index = region->index;
	if (region->kind == LAYOUT_MEMORY) {
		snprintf(name, TEXT_LONGEST, "%s.mem%lld", owner, index);
		snprintf(section, TEXT_LONGEST, ".berth.mem.%s.%lld", owner, index);
	} else if (region->kind == LAYOUT_DATA) {
		snprintf(name, TEXT_LONGEST, "%s.data", owner);
		snprintf(section, TEXT_LONGEST, ".berth.data.%s", owner);
	} else if (region->kind == LAYOUT_CODE) {
		snprintf(name, TEXT_LONGEST, "%s.code", owner);
		snprintf(section, TEXT_LONGEST, ".berth.code.%s", owner);
	} else if (region->kind == LAYOUT_JOINT) {
		snprintf(name, TEXT_LONGEST, "%s.joint", owner);
		snprintf(section, TEXT_LONGEST, ".berth.joint.%s", owner);
	} else {
		snprintf(name, TEXT_LONGEST, "%s.carve%lld", owner, index);
	}
}

/* The same for a region that nobody owns and that has a section: its own name says the rest, or
 * its bank's. */
static void name_common(const struct layout *layout, const struct layout_region *region,
	char name[TEXT_LONGEST], char section[TEXT_LONGEST])
{
	int length = (int)strcspn(region->name, ".");
	if (region->kind == LAYOUT_CODE && !layout_is_bank_code(region)) {
		snprintf(name, TEXT_LONGEST, "%s.common", layout->banks[region->bank].name);
		snprintf(section, TEXT_LONGEST, ".berth.code.common");
	} else if (region->kind == LAYOUT_SHARED) {
		snprintf(section, TEXT_LONGEST, ".berth.shared.%s", region->name);
	} else if (region->kind == LAYOUT_MEMORY) {
		snprintf(name, TEXT_LONGEST, "%.*s.mem%lld", length, region->name,
			(long long)region->index);
		snprintf(section, TEXT_LONGEST, ".berth.mem.%.*s.%lld", length, region->name,
			(long long)region->index);
	}
}

/* The part of the region's name that a person has chosen must be a C identifier. */
static bool is_named(const struct layout_region *region)
{
	bool dotted = region->kind == LAYOUT_MEMORY || region->kind == LAYOUT_CODE;
	char *name =
		strndup(region->name, dotted ? strcspn(region->name, ".") : strlen(region->name));
	bool good = name != NULL && layout_is_name(name);
	free(name);
	return good;
}

static void check_region_names(struct checker *checker, const struct layout_region *region)
{
	const struct layout *layout = checker->layout;
	char name[TEXT_LONGEST] = "";
	char section[TEXT_LONGEST] = "";
	bool owned = region->component != LAYOUT_NONE;
	if (owned)
		name_owned(region, layout->components[region->component].name, name, section);
	else
		name_common(layout, region, name, section);
	if (name[0] != '\0' && strcmp(region->name, name) != 0)
		fault(checker, "region", region->name, "must be called %s", name);
	else if (!owned && !is_named(region))
		fault(checker, "region", region->name, "the name is not a C identifier");
	if (strcmp(region->section == NULL ? "" : region->section, section) != 0)
		fault(checker, "region", region->name, "its section must be '%s'", section);
}

/* Who owns a region and where it may lie follow from its kind. */
static bool region_kind_agrees(const struct layout *layout, const struct layout_region *region)
{
	bool owned = region->component != LAYOUT_NONE;
	bool banked = region->bank != LAYOUT_NONE;
	const struct layout_bank *bank = banked ? &layout->banks[region->bank] : NULL;
	bool indexed = region->index >= 0;
	switch (region->kind) {
	case LAYOUT_MEMORY:
		return banked && indexed; /* without an owner it is shared: check_carves */
	case LAYOUT_CARVE:
		return owned && banked && indexed;
	case LAYOUT_DATA:
	case LAYOUT_JOINT:
		return owned && banked && !indexed;
	case LAYOUT_SHARED:
		return !owned && banked && !indexed;
	case LAYOUT_PERIPHERAL:
		return !owned && !banked && !indexed;
	case LAYOUT_CODE:
		break;
	}
	if (!layout_is_bank_code(region))
		return banked && !indexed;
	return !owned && banked && !indexed && strcmp(bank->name, region->name) == 0;
}

/* A region lies in its bank, what is placed behind the reserve; a peripheral in no bank. */
static bool region_has_room(const struct layout *layout, const struct layout_region *region)
{
	if (region->bank == LAYOUT_NONE) {
		for (size_t i = 0; i < layout->bank_count; i++)
			if (checked_overlap(region->base, region->reserved, layout->banks[i].origin,
				    layout->banks[i].length))
				return false;
		return true;
	}
	const struct layout_bank *bank = &layout->banks[region->bank];
	if (layout_is_bank_code(region))
		return inside(region->base, region->reserved, bank->origin, bank->length);
	return inside(region->base, region->reserved, bank->origin + bank->reserve,
		bank->length - bank->reserve);
}

static void check_cache(struct checker *checker, const struct layout_region *region)
{
	const struct arch *arch = arch_find(checker->layout->arch);
	const char *why = region->cache >= ROW_CACHES ? "there is no such cache"
			  : arch == NULL	      ? NULL
						      : arch_cache_fault(arch, region->cache);
	if (region->kind == LAYOUT_PERIPHERAL && region->cache != ROW_CACHE_USUAL)
		why = "a peripheral has no cache";
	if (why != NULL)
		fault(checker, "region", region->name, "%s", why);
}

static void check_region(struct checker *checker, size_t index)
{
	const struct layout *layout = checker->layout;
	const struct layout_region *region = &layout->regions[index];
	if (!region_kind_agrees(layout, region)) {
		fault(checker, "region", region->name,
			"component, index or bank does not go with its kind");
		return;
	}
	check_region_names(checker, region);
	if (region->size == 0 || region->size > region->reserved ||
		!range_fits(region->base, region->reserved)) {
		fault(checker, "region", region->name, "size and reserved are not a range");
		return;
	}
	if (region->declared != 0 &&
		(region->kind != LAYOUT_MEMORY || region->declared <= region->size))
		fault(checker, "region", region->name, "is trimmed to no less than is declared");
	if (!region_has_room(layout, region))
		fault(checker, "region", region->name, "is not in its bank's room");
	if (region->bank != LAYOUT_NONE &&
		(region->access & ~layout->banks[region->bank].access) != 0)
		fault(checker, "region", region->name, "has rights that its bank has not");
	if (region->kind != LAYOUT_CODE && (region->access & LAYOUT_EXECUTE) != 0)
		fault(checker, "region", region->name, "is no code but executable");
	check_cache(checker, region);
	for (size_t i = 0; i < index; i++) {
		const struct layout_region *other = &layout->regions[i];
		if (strcmp(region->name, other->name) == 0)
			fault(checker, "region", region->name, "two regions have this name");
		if (are_apart(region, other) && checked_overlap(region->base, region->reserved,
							other->base, other->reserved))
			fault(checker, "region", region->name, "overlaps region %s", other->name);
	}
}

/* A joint region is that of its component and of at least one other. */
static void check_joint(struct checker *checker, size_t index)
{
	const struct layout *layout = checker->layout;
	const struct layout_region *region = &layout->regions[index];
	size_t members = 0;
	if (region->kind != LAYOUT_JOINT)
		return;
	for (size_t i = 0; i < layout->component_count; i++)
		members += layout_joint_of(layout, i) == index;
	if (members < 2 || layout_joint_of(layout, region->component) != index)
		fault(checker, "region", region->name,
			"is not where the globals of its component and of another begin");
}

static void check_carve(struct checker *checker, const struct layout_region *region)
{
	if (region->kind == LAYOUT_CARVE &&
		layout_memory_around(checker->layout, region) == LAYOUT_NONE)
		fault(checker, "region", region->name,
			"lies in no memory %lld that components share", (long long)region->index);
}

/* --- code ------------------------------------------------------------------------------- */

/* Where units have code of their own, each has one, there is a common one, and no bank's code lies
 * beside them. */
static void check_code(struct checker *checker)
{
	const struct layout *layout = checker->layout;
	bool separate = false;
	for (size_t i = 0; i < layout->region_count; i++)
		separate = separate || (layout->regions[i].kind == LAYOUT_CODE &&
					       !layout_is_bank_code(&layout->regions[i]));
	for (size_t i = 0; separate && i < layout->region_count; i++) {
		const struct layout_region *region = &layout->regions[i];
		if (layout_is_bank_code(region))
			fault(checker, "region", region->name,
				"is the code of a bank beside that of components");
		else if (region->kind == LAYOUT_CODE && region->component != LAYOUT_NONE &&
			 layout_unit_of(layout, region->component) != region->component)
			fault(checker, "region", region->name,
				"belongs to a component that is not the first of its object");
	}
	if (separate && layout_common_code(layout) == LAYOUT_NONE)
		fault(checker, "target", layout->arch, "there is no common code");
	for (size_t i = 0; separate && i < layout->component_count; i++)
		if (layout_code_of(layout, i) == LAYOUT_NONE)
			fault(checker, "component", layout->components[i].name,
				"there is no code of its object");
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

static void check_arena(struct checker *checker, const struct layout_component *component)
{
	const struct layout_arena *arena = &component->arena;
	const struct layout *layout = checker->layout;
	size_t index =
		layout_memory_of(layout, (size_t)(component - layout->components), arena->memory);
	if (index == LAYOUT_NONE)
		fault(checker, "component", component->name,
			"its arena lies in memory %u, which "
			"it has not",
			arena->memory);
	else if (!arena_fits(component, &layout->regions[index]))
		fault(checker, "component", component->name, "its arena leaves memory %u",
			arena->memory);
	if (arena->reset != LAYOUT_RESET_NEVER && arena->policy != LAYOUT_BUMP)
		fault(checker, "component", component->name,
			"its arena is emptied by calls, and has a free list");
	if (arena->state % 8 != 0 ||
		!in_own_data(layout, component, arena->state, LAYOUT_ARENA_STATE))
		fault(checker, "component", component->name,
			"its arena's state is not in its data region");
}

/* What a component may touch of its memory is all of it, or lies in its carve. */
static void check_window(struct checker *checker, const struct layout_component *component,
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
		fault(checker, "component", component->name,
			"its window is neither its memory nor in its carve of one");
}

static void check_placement(struct checker *checker, const struct layout_component *component,
	const struct layout_region *memory, const struct layout_region *data)
{
	const char *name = component->name;
	const struct layout *layout = checker->layout;
	if (component->stack_base % 8 != 0 ||
		!in_region(data, component->stack_base, component->stack_size))
		fault(checker, "component", name, "its stack is not in its data region");
	if (component->globals % 8 != 0 ||
		!in_own_data(layout, component, component->globals, component->globals_size))
		fault(checker, "component", name, "its globals are not in its data region");
	uint64_t table = 0;
	if (!checked_mul(component->table_count, 4, &table) || component->table % 4 != 0 ||
		(!in_region(data, component->table, table) &&
			!in_own_memory(layout, component, component->table, table)))
		fault(checker, "component", name,
			"its function table is neither in its data region nor in its memory");
	if (!in_own_memory(layout, component, component->memory_base, component->memory_size) &&
		!in_region(data, component->memory_base, component->memory_size))
		fault(checker, "component", name, "its entry registers leave its regions");
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

static void check_component(struct checker *checker, size_t index)
{
	const struct layout *layout = checker->layout;
	const struct layout_component *component = &layout->components[index];
	if (!layout_is_name(component->name))
		fault(checker, "component", component->name, "the name is not a C identifier");
	for (size_t i = 0; i < index; i++)
		if (strcmp(component->name, layout->components[i].name) == 0)
			fault(checker, "component", component->name,
				"two components have this name");
	if (!has_memory_and_data(layout, index)) {
		fault(checker, "component", component->name,
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

static void check_row(struct checker *checker, const struct layout_context *context, size_t index)
{
	const struct layout_row *row = &context->rows[index];
	const struct layout_region *region = &checker->layout->regions[row->region];
	if (row->slot >= checker->layout->mpu_regions ||
		(index > 0 && row->slot <= context->rows[index - 1].slot))
		fault(checker, "context", context->name,
			"row %zu: slots must ascend and be fewer than %u", index,
			checker->layout->mpu_regions);
	if ((row->access & ~region->access) != 0)
		fault(checker, "context", context->name,
			"row %zu gives rights that region %s has not", index, region->name);
	if (row->cover_count == 0 && !only_holds_address(checker->layout, row))
		fault(checker, "context", context->name, "row %zu covers nothing", index);
	uint64_t from = region->base;
	for (size_t i = 0; i < row->cover_count; i++) {
		const struct layout_range *cover = &row->covers[i];
		uint64_t room = region->base + region->reserved - from;
		if (cover->size == 0 || !inside(cover->base, cover->size, from, room)) {
			fault(checker, "context", context->name,
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
static void check_cover(struct checker *checker, const struct layout_context *context, size_t first)
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
				fault(checker, "context", context->name,
					"rows %zu and %zu open the same bytes of region %s", j, i,
					region->name);
	}
	if (opened != region->reserved)
		fault(checker, "context", context->name,
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

static void check_context(struct checker *checker, size_t index)
{
	const struct layout *layout = checker->layout;
	const struct layout_context *context = &layout->contexts[index];
	if (context->component != index ||
		strcmp(context->name, layout->components[index].name) != 0)
		fault(checker, "context", context->name,
			"contexts must be those of the components, in their order");
	for (size_t i = 0; i < context->row_count; i++) {
		const struct layout_region *region = &layout->regions[context->rows[i].region];
		size_t owner = region->component;
		check_row(checker, context, i);
		check_cover(checker, context, i);
		if (region->kind == LAYOUT_MEMORY && owner == LAYOUT_NONE)
			fault(checker, "context", context->name,
				"row %zu opens %s, which components share", i, region->name);
		if (!belongs_to(layout, region, context->component) &&
			!opens_joined(layout, context, region))
			fault(checker, "context", context->name,
				"row %zu opens a region of component %s", i,
				layout->components[owner].name);
	}
}

static void check_target(struct checker *checker)
{
	const struct layout *layout = checker->layout;
	const struct arch *arch = arch_find(layout->arch);
	if (arch == NULL) {
		fault(checker, "target", layout->arch, "unknown architecture");
		return;
	}
	const char *why = arch_target_fault(arch, &layout->target);
	if (strcmp(layout->machine, arch->machine) != 0 ||
		strcmp(layout->endian, arch->endian) != 0)
		fault(checker, "target", layout->machine, "%s-endian %s is not %s", layout->endian,
			layout->machine, layout->arch);
	if (layout->mpu_regions == 0 || layout->mpu_regions > arch->slots)
		fault(checker, "target", layout->arch, "mpu_regions is not 1 to %u", arch->slots);
	if (why != NULL)
		fault(checker, "target", layout->arch, "%s", why);
	else if (layout->granule != arch_granule(arch, &layout->target))
		fault(checker, "target", layout->arch, "granule is not %llu",
			(unsigned long long)arch_granule(arch, &layout->target));
}

bool layout_check(struct diag *diag, const char *path, const struct layout *layout)
{
	struct checker checker = {.diag = diag, .path = path, .layout = layout, .good = true};
	check_target(&checker);
	for (size_t i = 0; i < layout->bank_count; i++)
		check_bank(&checker, i);
	/* The others compute with the banks' ranges, and these with the regions'. */
	for (size_t i = 0; i < layout->region_count && checker.good; i++)
		check_region(&checker, i);
	for (size_t i = 0; i < layout->region_count && checker.good; i++) {
		check_carve(&checker, &layout->regions[i]);
		check_joint(&checker, i);
	}
	if (checker.good)
		check_code(&checker);
	if (!checker.good)
		return false;
	for (size_t i = 0; i < layout->component_count; i++)
		check_component(&checker, i);
	if (layout->context_count != layout->component_count)
		fault(&checker, "target", layout->arch, "%zu contexts for %zu components",
			layout->context_count, layout->component_count);
	for (size_t i = 0; i < layout->context_count && checker.good; i++)
		check_context(&checker, i);
	return checker.good;
}
