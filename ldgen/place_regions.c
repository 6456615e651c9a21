/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The regions of a layout, before anything that is to be placed has an address. */
#include <stdlib.h>
#include <string.h>

#include "ldgen/placing.h"
#include "lib/checked.h"
#include "lib/text.h"
#include "runtime/include/berth/arena.h"

enum { DATA_ALIGN = 8 };

/* BYTES, at most 4G, to the next multiple of DATA_ALIGN. */
static uint64_t round_up(uint64_t bytes)
{
	return (bytes + DATA_ALIGN - 1) & ~(uint64_t)(DATA_ALIGN - 1);
}

/* A new region of nobody and no bank; *NAME is taken over. */
static struct layout_region *add_region(struct layout *layout, enum layout_kind kind, char *name)
{
	struct layout_region *region = &layout->regions[layout->region_count++];
	*region = (struct layout_region){.name = name,
		.kind = kind,
		.component = LAYOUT_NONE,
		.index = -1,
		.bank = LAYOUT_NONE,
		.access = LAYOUT_READ | LAYOUT_WRITE};
	return region;
}

/* Puts REGION, of SIZE bytes, on the list of what wants a place. */
static struct item *want_place(struct placing *placing, struct layout_region *region, uint64_t size,
	const struct manifest_room *room, struct position at)
{
	struct item *item = &placing->items[placing->item_count++];
	region->bank = room->banks[0];
	region->size = region->reserved = size;
	*item = (struct item){
		.region = (size_t)(region - placing->layout->regions), .room = room, .at = at};
	return item;
}

/* --- at fixed places ---------------------------------------------------------- */

static bool make_fixed_regions(struct placing *placing)
{
	const struct manifest *manifest = placing->manifest;
	struct layout *layout = placing->layout;
	for (size_t i = 0; i < layout->bank_count; i++) {
		const struct layout_bank *bank = &layout->banks[i];
		if ((bank->access & LAYOUT_EXECUTE) == 0 || manifest->code.present)
			continue;
		struct layout_region *region = add_region(layout, LAYOUT_CODE, strdup(bank->name));
		region->bank = i;
		region->base = bank->origin;
		region->size = region->reserved = bank->length;
		region->access = bank->access;
		region->cache = manifest->banks[i].cache.kind;
		if (region->name == NULL)
			return false;
	}
	for (size_t i = 0; i < manifest->peripheral_count; i++) {
		const struct manifest_peripheral *from = &manifest->peripherals[i];
		struct layout_region *region =
			add_region(layout, LAYOUT_PERIPHERAL, strdup(from->named.name));
		region->base = from->origin.value;
		region->size = region->reserved = from->length.value;
		if (region->name == NULL)
			return false;
	}
	return true;
}

/* --- code ---------------------------------------------------------------------- */

/* A new region of code for component OWNER, or the common one; NAME and SECTION are taken over. */
static bool add_code(struct placing *placing, size_t owner, char *name, char *section,
	uint64_t size, struct position at)
{
	const struct manifest_code *code = &placing->manifest->code;
	struct layout_region *region = add_region(placing->layout, LAYOUT_CODE, name);
	region->component = owner;
	region->section = section;
	region->access = placing->layout->banks[code->room.banks[0]].access;
	want_place(placing, region, size, &code->room, at);
	return (name != NULL && section != NULL) || diag_no_memory(placing->diag);
}

/* Bytes for the code of the unit of component FIRST: what was measured, or what the manifest says
 * of one of its components where that is more. */
static uint64_t unit_code(const struct placing *placing, size_t first, struct position *at)
{
	const struct manifest *manifest = placing->manifest;
	uint64_t size = placing->sizes->components[first].unit_code;
	*at = manifest->components[first].named.at;
	for (size_t i = first; i < manifest->component_count; i++) {
		const struct number *said = &manifest->components[i].code;
		if (layout_unit_of(placing->layout, i) != first || said->value <= size)
			continue;
		size = said->value;
		*at = said->at;
	}
	return round_up(size);
}

/* The common code first, which every context opens. */
static bool make_code(struct placing *placing)
{
	const struct manifest_code *code = &placing->manifest->code;
	struct layout *layout = placing->layout;
	if (!code->present)
		return true;
	const char *bank = layout->banks[code->room.banks[0]].name;
	bool good = add_code(placing, LAYOUT_NONE, text_format("%s.common", bank),
		strdup(".berth.code.common"), code->common.value, code->common.at);
	for (size_t i = 0; good && i < layout->component_count; i++) {
		const char *name = layout->components[i].name;
		struct position at;
		uint64_t size = unit_code(placing, i, &at);
		good = layout_unit_of(layout, i) != i ||
		       add_code(placing, i, text_format("%s.code", name),
			       text_format(".berth.code.%s", name), size, at);
	}
	return good;
}

/* --- shared -------------------------------------------------------------------- */

static bool make_shared(struct placing *placing)
{
	const struct manifest *manifest = placing->manifest;
	for (size_t i = 0; i < manifest->shared_count; i++) {
		const struct manifest_shared *from = &manifest->shared[i];
		const char *name = from->named.name;
		struct layout_region *region =
			add_region(placing->layout, LAYOUT_SHARED, strdup(name));
		region->section = text_format(".berth.shared.%s", name);
		want_place(placing, region, from->size.value, &from->room, from->named.at);
		if (region->name == NULL || region->section == NULL)
			return diag_no_memory(placing->diag);
	}
	return true;
}

/* --- of components ------------------------------------------------------------- */

/* What contexts may do with the memory of component INDEX, all of them together. */
static unsigned access_of(const struct manifest *manifest, size_t index)
{
	unsigned access = 0;
	if (manifest->components[index].opens == NULL)
		return LAYOUT_READ | LAYOUT_WRITE;
	for (size_t i = 0; i < manifest->component_count; i++)
		if (manifest->components[i].opens != NULL)
			access |= manifest->components[i].opens[index];
	return access;
}

/*
 * Lays out a data region, see docs/flow.md; its size.  COMPONENT holds offsets
 * in the region until finish_component knows where that lies.  Joined ones have
 * globals and arena state in their joint region.
 */
static uint64_t lay_out_data(struct layout_component *component,
	const struct component_sizes *sizes, uint64_t stack, bool joined)
{
	component->stack_size = stack;
	component->globals_size = sizes->globals_size;
	component->table_count = sizes->table_count;
	component->arena.state = stack;
	component->globals = stack + (sizes->has_arena ? BERTH_ARENA_STATE_BYTES : 0);
	uint64_t end = joined ? stack : component->globals + sizes->globals_size;
	uint64_t table = round_up(end);
	/* The base register, table_offset bytes before the table, is to lie in the region. */
	if (table < sizes->table_offset)
		table = round_up(sizes->table_offset);
	component->table = table;
	if (sizes->memory == 0 || sizes->borrows || sizes->table_count == 0)
		return end;
	return table + sizes->table_count * TABLE_ENTRY;
}

/* Whether there will be a joint region. */
static bool has_joined(const struct manifest *manifest)
{
	for (size_t i = 0; i < manifest->component_count; i++)
		if (manifest->components[i].joined)
			return true;
	return false;
}

/* A new memory region for component INDEX; with CARVED nobody owns it. */
static void make_memory(struct placing *placing, size_t index, bool carved)
{
	const struct component_sizes *sizes = &placing->sizes->components[index];
	struct layout *layout = placing->layout;
	struct layout_component *component = &layout->components[index];
	component->memory = layout->region_count;
	struct layout_region *memory = add_region(
		layout, LAYOUT_MEMORY, text_format("%s.mem%u", component->name, sizes->memory));
	memory->component = carved ? LAYOUT_NONE : index;
	memory->index = sizes->memory;
	memory->access = access_of(placing->manifest, index);
	memory->declared = sizes->declared;
	memory->section = text_format(".berth.mem.%s.%u", component->name, sizes->memory);
	want_place(placing, memory, sizes->memory_size, sizes->room, sizes->memory_at)->carved =
		carved;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* The first component before INDEX that shares its memory, or INDEX. */
static size_t first_sharer(const struct placing *placing, size_t index)
{
	const struct manifest_component *self = &placing->manifest->components[index];
	for (size_t i = 0; i < index; i++) {
		const struct manifest_component *other = &placing->manifest->components[i];
		if (other->carve.present && same_text(self->object.text, other->object.text) &&
			same_text(self->core.text, other->core.text) &&
			placing->sizes->components[i].memory ==
				placing->sizes->components[index].memory)
			return i;
	}
	return index;
}

/* A component that has a part of a memory: the first that shares it makes the memory too. */
static bool make_carve(struct placing *placing, size_t index)
{
	struct layout *layout = placing->layout;
	struct layout_component *component = &layout->components[index];
	const struct manifest_carve *carve = &placing->manifest->components[index].carve;
	const struct component_sizes *sizes = &placing->sizes->components[index];
	size_t first = first_sharer(placing, index);
	if (first == index)
		make_memory(placing, index, true);
	component->memory = layout->components[first].memory;
	const struct layout_region *memory = &layout->regions[component->memory];
	if (!checked_within(carve->offset.value, carve->size.value, memory->size))
		return manifest_refuse(placing->diag, placing->manifest, carve->size.at,
			"the carve ends behind the %llu bytes of its memory: make it smaller or "
			"begin it lower",
			(unsigned long long)memory->size);
	for (size_t i = first; i < index; i++) {
		const struct manifest_carve *other = &placing->manifest->components[i].carve;
		if (other->present && layout->components[i].memory == component->memory &&
			checked_overlap(carve->offset.value, carve->size.value, other->offset.value,
				other->size.value))
			return manifest_refuse(placing->diag, placing->manifest, carve->offset.at,
				"overlaps the carve of %s (line %zu): move one of them",
				layout->components[i].name, other->at.line);
	}
	struct layout_region *region = add_region(
		layout, LAYOUT_CARVE, text_format("%s.carve%u", component->name, sizes->memory));
	region->component = index;
	region->index = sizes->memory;
	region->size = region->reserved = carve->size.value;
	return region->name != NULL || diag_no_memory(placing->diag);
}

static bool make_component(struct placing *placing, size_t index)
{
	const struct manifest_component *from = &placing->manifest->components[index];
	const struct component_sizes *sizes = &placing->sizes->components[index];
	struct layout *layout = placing->layout;
	struct layout_component *component = &layout->components[index];
	const char *name = from->named.name;
	component->name = strdup(name);
	/* What is only planned has neither. */
	component->object = from->object.text != NULL ? strdup(from->object.text) : NULL;
	component->core = from->core.text != NULL ? strdup(from->core.text) : NULL;
	component->core_checksum = sizes->core_checksum;
	component->fused = sizes->fused;
	component->arena = (struct layout_arena){.present = sizes->has_arena,
		.memory = sizes->memory,
		.offset = sizes->arena_offset,
		.size = sizes->arena_size,
		.policy = from->arena.policy,
		.reset = from->arena.reset};
	uint64_t data_size = lay_out_data(component, sizes, from->stack.size.value, from->joined);
	/* Who is joined is known by where the globals begin (layout_joint_of): none, at the end of
	 * the data, could be where a joint region begins. */
	if (!from->joined && has_joined(placing->manifest) && component->globals == data_size)
		data_size += DATA_ALIGN;
	if (component->name == NULL || (from->object.text != NULL && component->object == NULL) ||
		(from->core.text != NULL && component->core == NULL))
		return diag_no_memory(placing->diag);

	if (from->carve.present && !make_carve(placing, index))
		return false;
	if (!from->carve.present)
		make_memory(placing, index, false);
	component->data = layout->region_count;
	struct layout_region *data = add_region(layout, LAYOUT_DATA, text_format("%s.data", name));
	data->component = index;
	data->section = text_format(".berth.data.%s", name);
	want_place(placing, data, data_size, &from->data.room, from->stack.at)->guard =
		from->stack.guard.value;
	const struct layout_region *memory = &layout->regions[component->memory];
	return (memory->name != NULL && memory->section != NULL && data->name != NULL &&
		       data->section != NULL) ||
	       diag_no_memory(placing->diag);
}

/*
 * The region of the components that are joined with INDEX, the first of them: the
 * globals, then the arena states of those that have arenas, in their order.
 */
static bool make_joint(struct placing *placing, size_t index)
{
	const struct manifest *manifest = placing->manifest;
	struct layout *layout = placing->layout;
	const struct manifest_component *from = &manifest->components[index];
	uint64_t size = round_up(placing->sizes->components[index].globals_size);
	for (size_t i = index; i < manifest->component_count; i++) {
		struct layout_component *component = &layout->components[i];
		if (!manifest->components[i].joined || manifest->components[i].joint != index)
			continue;
		component->globals = 0;
		component->arena.state = size;
		size += placing->sizes->components[i].has_arena ? BERTH_ARENA_STATE_BYTES : 0;
	}
	struct layout_region *joint =
		add_region(layout, LAYOUT_JOINT, text_format("%s.joint", from->named.name));
	joint->component = index;
	joint->section = text_format(".berth.joint.%s", from->named.name);
	want_place(
		placing, joint, size == 0 ? DATA_ALIGN : size, &from->joint_room, from->named.at);
	return (joint->name != NULL && joint->section != NULL) || diag_no_memory(placing->diag);
}

/* Behind the regions of the components, of which some code reckons that they lie together. */
static bool make_joints(struct placing *placing)
{
	const struct manifest *manifest = placing->manifest;
	bool good = true;
	for (size_t i = 0; i < manifest->component_count && good; i++)
		if (manifest->components[i].joined && manifest->components[i].joint == i)
			good = make_joint(placing, i);
	return good;
}

static bool make_components(struct placing *placing)
{
	struct layout *layout = placing->layout;
	size_t count = placing->manifest->component_count;
	layout->components = calloc(count, sizeof(*layout->components));
	if (layout->components == NULL)
		return diag_no_memory(placing->diag);
	layout->component_count = count;
	bool good = true;
	for (size_t i = 0; i < count; i++)
		good = make_component(placing, i) && good;
	return good && make_joints(placing);
}

/* --- all ----------------------------------------------------------------------- */

bool make_regions(struct placing *placing)
{
	if (!make_fixed_regions(placing))
		return diag_no_memory(placing->diag);
	return make_shared(placing) && make_components(placing) && make_code(placing);
}
