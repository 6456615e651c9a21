/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "ldgen/place.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ldgen/pack.h"
#include "lib/checked.h"
#include "mpu-table/armv7m_encode.h"
#include "runtime/include/berth/arena.h"

enum { DATA_ALIGN = 8, TABLE_ENTRY = 4 };

/* A region that wants a place. */
struct item {
	size_t region;
	struct position at; /* for messages */
};

struct placing {
	struct diag *diag;
	const struct manifest *manifest;
	const struct sizes *sizes;
	struct layout *layout;
	struct item *items;
	size_t item_count;
};

__attribute__((format(printf, 1, 2))) static char *format(const char *text, ...)
{
	char *result = NULL;
	va_list arguments;
	va_start(arguments, text);
	if (vasprintf(&result, text, arguments) < 0)
		result = NULL;
	va_end(arguments);
	return result;
}

/* --- what there is, before anything has an address ---------------------------------------- */

static bool make_target(struct placing *placing)
{
	struct layout *layout = placing->layout;
	layout->arch = strdup("armv7-m");
	layout->machine = strdup("arm");
	layout->endian = strdup("little");
	layout->mpu_regions = (unsigned)placing->manifest->target.mpu_regions.value;
	layout->granule = ARMV7M_SMALLEST;
	return layout->arch != NULL && layout->machine != NULL && layout->endian != NULL;
}

/* Banks are in the manifest's order; all behind the reserve is free at first. */
static bool make_banks(struct placing *placing)
{
	const struct manifest *manifest = placing->manifest;
	struct layout *layout = placing->layout;
	/* Each region that is placed can cut one free range in two. */
	size_t most = 1 + 2 * manifest->component_count;
	layout->banks = calloc(manifest->bank_count, sizeof(*layout->banks));
	if (layout->banks == NULL)
		return false;
	layout->bank_count = manifest->bank_count;
	for (size_t i = 0; i < manifest->bank_count; i++) {
		const struct manifest_bank *from = &manifest->banks[i];
		struct layout_bank *bank = &layout->banks[i];
		bank->name = strdup(from->named.name);
		bank->origin = from->origin.value;
		bank->length = from->length.value;
		bank->access = from->access;
		bank->reserve = from->reserve.value;
		bank->free = calloc(most, sizeof(*bank->free));
		if (bank->name == NULL || bank->free == NULL)
			return false;
		bank->free[0].base = bank->origin + bank->reserve;
		bank->free[0].size = bank->length - bank->reserve;
		bank->free_count = bank->free[0].size != 0;
	}
	return true;
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

static unsigned access_of(const struct component_sizes *sizes)
{
	return sizes->read_only ? LAYOUT_READ : LAYOUT_READ | LAYOUT_WRITE;
}

static bool make_fixed_regions(struct placing *placing)
{
	const struct manifest *manifest = placing->manifest;
	struct layout *layout = placing->layout;
	for (size_t i = 0; i < layout->bank_count; i++) {
		const struct layout_bank *bank = &layout->banks[i];
		if ((bank->access & LAYOUT_EXECUTE) == 0)
			continue;
		struct layout_region *region = add_region(layout, LAYOUT_CODE, strdup(bank->name));
		region->bank = i;
		region->base = bank->origin;
		region->size = region->reserved = bank->length;
		region->access = bank->access;
		layout->banks[i].free_count = 0;
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

/* Puts REGION, of SIZE bytes, on the list of what wants a place. */
static bool want_place(struct placing *placing, struct layout_region *region, uint64_t size,
	size_t bank, struct position at)
{
	region->bank = bank;
	region->size = size;
	region->reserved = armv7m_reserve(size);
	placing->items[placing->item_count++] = (struct item){
		.region = (size_t)(region - placing->layout->regions),
		.at = at,
	};
	if (region->name == NULL || region->section == NULL)
		return diag_no_memory(placing->diag);
	return region->reserved != 0 ||
	       manifest_refuse(placing->diag, placing->manifest, at,
		       "%s has %llu bytes, more than the address space: make it smaller",
		       region->name, (unsigned long long)size);
}

/*
 * Lays out a data region, see docs/flow.md; its size.  COMPONENT holds offsets
 * in the region until finish_component knows where that lies.
 */
static uint64_t lay_out_data(
	struct layout_component *component, const struct component_sizes *sizes, uint64_t stack)
{
	component->stack_size = stack;
	component->globals_size = sizes->globals_size;
	component->table_count = sizes->table_count;
	component->arena.state = stack;
	component->globals = stack + (sizes->has_arena ? BERTH_ARENA_STATE_BYTES : 0);
	uint64_t end = component->globals + sizes->globals_size;
	uint64_t table = (end + DATA_ALIGN - 1) & ~(uint64_t)(DATA_ALIGN - 1);
	/* The base register, table_offset bytes before the table, is to lie in the region. */
	if (table < sizes->table_offset)
		table = (sizes->table_offset + DATA_ALIGN - 1) & ~(uint64_t)(DATA_ALIGN - 1);
	component->table = table;
	if (sizes->memory == 0 || sizes->table_count == 0)
		return end;
	return table + sizes->table_count * TABLE_ENTRY;
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
	component->object = strdup(from->object.text != NULL ? from->object.text : "");
	component->core = strdup(from->core.text != NULL ? from->core.text : "");
	component->fused = sizes->fused;
	component->arena = (struct layout_arena){.present = sizes->has_arena,
		.memory = sizes->memory,
		.offset = sizes->arena_offset,
		.size = sizes->arena_size,
		.policy =
			from->arena.policy == MANIFEST_FREE_LIST ? LAYOUT_FREE_LIST : LAYOUT_BUMP};
	uint64_t data_size = lay_out_data(component, sizes, from->stack.size.value);
	if (component->name == NULL || component->object == NULL || component->core == NULL)
		return diag_no_memory(placing->diag);

	component->memory = layout->region_count;
	struct layout_region *memory =
		add_region(layout, LAYOUT_MEMORY, format("%s.mem%u", name, sizes->memory));
	memory->component = index;
	memory->index = sizes->memory;
	memory->access = access_of(sizes);
	memory->declared = sizes->declared;
	memory->section = format(".berth.mem.%s.%u", name, sizes->memory);
	component->data = layout->region_count;
	struct layout_region *data = add_region(layout, LAYOUT_DATA, format("%s.data", name));
	data->component = index;
	data->section = format(".berth.data.%s", name);
	bool good = want_place(
		placing, memory, sizes->memory_size, sizes->room->banks[0], sizes->memory_at);
	return want_place(placing, data, data_size, from->data.room.banks[0], from->stack.at) &&
	       good;
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
	return good;
}

/* --- placing ------------------------------------------------------------------------------ */

/* Sorts the items by what they set aside, the largest first; equal ones keep their order. */
static void sort_items(struct placing *placing)
{
	const struct layout_region *regions = placing->layout->regions;
	for (size_t i = 1; i < placing->item_count; i++) {
		struct item item = placing->items[i];
		size_t to = i;
		while (to > 0 && regions[placing->items[to - 1].region].reserved <
					 regions[item.region].reserved) {
			placing->items[to] = placing->items[to - 1];
			to--;
		}
		placing->items[to] = item;
	}
}

/* The bytes of RANGE from its first multiple of ALIGN on, which goes to *BASE; 0 if none. */
static uint64_t room_in(const struct layout_range *range, uint64_t align, uint64_t *base)
{
	uint64_t end = range->base + range->size;
	if (!checked_align(range->base, align, base) || *base >= end)
		return 0;
	return end - *base;
}

/* Takes SIZE bytes at BASE out of free range INDEX of BANK. */
static void take(struct layout_bank *bank, size_t index, uint64_t base, uint64_t size)
{
	struct layout_range *range = &bank->free[index];
	struct layout_range behind = {
		.base = base + size, .size = range->base + range->size - (base + size)};
	size_t rest = bank->free_count - index - 1;
	range->size = base - range->base;
	size_t next = index + (range->size != 0);
	size_t kept = behind.size != 0;
	memmove(&bank->free[next + kept], &bank->free[index + 1], rest * sizeof(*bank->free));
	if (kept != 0)
		bank->free[next] = behind;
	bank->free_count = next + kept + rest;
}

static bool place_item(struct placing *placing, const struct item *item)
{
	struct layout_region *region = &placing->layout->regions[item->region];
	struct layout_bank *bank = &placing->layout->banks[region->bank];
	uint64_t largest = 0;
	for (size_t i = 0; i < bank->free_count; i++) {
		uint64_t base = 0;
		uint64_t room = room_in(&bank->free[i], region->reserved, &base);
		largest = room > largest ? room : largest;
		if (room < region->reserved)
			continue;
		region->base = base;
		take(bank, i, base, region->reserved);
		uint64_t used = base + region->reserved - (bank->origin + bank->reserve);
		bank->used = used > bank->used ? used : bank->used;
		return true;
	}
	return manifest_refuse(placing->diag, placing->manifest, item->at,
		"bank %s has no room for %s: it needs %llu bytes at a multiple of %llu (for %llu "
		"in use), the largest free place has %llu, %llu bytes lack: give it a larger bank "
		"or make it smaller",
		bank->name, region->name, (unsigned long long)region->reserved,
		(unsigned long long)region->reserved, (unsigned long long)region->size,
		(unsigned long long)largest, (unsigned long long)(region->reserved - largest));
}

static bool place_by_powers(struct placing *placing)
{
	bool good = true;
	sort_items(placing);
	for (size_t i = 0; i < placing->item_count; i++)
		good = place_item(placing, &placing->items[i]) && good;
	return good;
}

/* --- packing ---------------------------------------------------------------------------------- */

/* Takes the place of REGION out of what is free in its bank. */
static void take_region(struct layout_bank *bank, const struct layout_region *region)
{
	for (size_t i = 0; i < bank->free_count; i++)
		if (checked_within(region->base - bank->free[i].base, region->reserved,
			    bank->free[i].size)) {
			take(bank, i, region->base, region->reserved);
			return;
		}
}

/* The largest region is what a person changes first when a bank is too small. */
static bool refuse_bank(const struct placing *placing, size_t number, uint64_t needed)
{
	const struct layout *layout = placing->layout;
	const struct layout_bank *bank = &layout->banks[number];
	uint64_t room = bank->length - bank->reserve;
	const struct item *largest = NULL;
	for (size_t i = 0; i < placing->item_count; i++) {
		const struct layout_region *region = &layout->regions[placing->items[i].region];
		if (region->bank == number &&
			(largest == NULL || region->size > layout->regions[largest->region].size))
			largest = &placing->items[i];
	}
	return manifest_refuse(placing->diag, placing->manifest, largest->at,
		"bank %s has no room for %s and what goes beside it: they need %llu bytes behind "
		"the reserve, there are %llu, %llu bytes lack: give it a larger bank, trim "
		"memories or make stacks smaller",
		bank->name, layout->regions[largest->region].name, (unsigned long long)needed,
		(unsigned long long)room, (unsigned long long)(needed - room));
}

/* Packs the regions of one bank; ITEMS has room for all. */
static bool pack_bank(struct placing *placing, size_t number, struct pack_item *items)
{
	struct layout *layout = placing->layout;
	struct layout_bank *bank = &layout->banks[number];
	uint64_t start = bank->origin + bank->reserve;
	uint64_t end = start;
	bool optimal = false;
	size_t count = 0;
	for (size_t i = 0; i < placing->item_count; i++) {
		const struct layout_region *region = &layout->regions[placing->items[i].region];
		if (region->bank == number)
			items[count++] = (struct pack_item){.size = region->size};
	}
	if (count == 0)
		return true;
	if (!pack_all(items, count, start, &end, &optimal))
		return diag_error(placing->diag, placing->manifest->path,
			"the regions of bank %s cannot be packed below address 0xffffffff: make "
			"them smaller or move the bank",
			bank->name);
	bank->used = end - start;
	if (bank->used > bank->length - bank->reserve)
		return refuse_bank(placing, number, bank->used);
	layout->optimal = layout->optimal && optimal;
	count = 0;
	for (size_t i = 0; i < placing->item_count; i++) {
		struct layout_region *region = &layout->regions[placing->items[i].region];
		if (region->bank != number)
			continue;
		region->base = items[count].base;
		region->reserved = items[count++].reserved;
		take_region(bank, region);
	}
	return true;
}

static bool pack_items(struct placing *placing)
{
	struct pack_item *items = calloc(placing->item_count + 1, sizeof(*items));
	bool good = true;
	if (items == NULL)
		return diag_no_memory(placing->diag);
	placing->layout->optimal = true;
	for (size_t i = 0; i < placing->layout->bank_count; i++)
		good = pack_bank(placing, i, items) && good;
	free(items);
	return good;
}

static bool place_items(struct placing *placing)
{
	const char *strategy = placing->manifest->strategy.text;
	if (strategy != NULL && strcmp(strategy, "pow2") == 0)
		return place_by_powers(placing);
	return pack_items(placing);
}

/* --- addresses that follow ----------------------------------------------------------------- */

static void finish_component(const struct placing *placing, size_t index)
{
	const struct layout *layout = placing->layout;
	struct layout_component *component = &layout->components[index];
	const struct component_sizes *sizes = &placing->sizes->components[index];
	const struct layout_region *memory = &layout->regions[component->memory];
	uint64_t data = layout->regions[component->data].base;
	component->window_base = memory->base;
	component->window_size = memory->size;
	component->stack_base = data;
	component->arena.state += data;
	component->globals += data;
	component->memory_base = memory->base;
	component->memory_size = memory->size;
	if (sizes->memory == 0) {
		/* The compiler reads the table over the first words of memory 0. */
		component->table = memory->base + sizes->table_offset;
		return;
	}
	component->table = sizes->table_count == 0 ? component->globals : component->table + data;
	if (sizes->table_count == 0)
		return;
	/* The base register serves this code for nothing but the table. */
	component->memory_base = component->table - sizes->table_offset;
	component->memory_size = sizes->table_offset + sizes->table_count * TABLE_ENTRY;
}

/* What was used and the least that could be: proven when both are one, or by the packing. */
static void add_up(struct layout *layout)
{
	for (size_t i = 0; i < layout->region_count; i++)
		if (layout->regions[i].component != LAYOUT_NONE) {
			layout->need += layout->regions[i].size;
			layout->lower_bound += pack_least(layout->regions[i].size);
		}
	for (size_t i = 0; i < layout->bank_count; i++)
		layout->used += layout->banks[i].used;
	if (layout->optimal)
		layout->lower_bound = layout->used;
	layout->optimal = layout->used == layout->lower_bound;
}

static bool place_all(struct placing *placing)
{
	if (!make_target(placing) || !make_banks(placing) || !make_fixed_regions(placing))
		return diag_no_memory(placing->diag);
	if (!make_components(placing) || !place_items(placing))
		return false;
	for (size_t i = 0; i < placing->layout->component_count; i++)
		finish_component(placing, i);
	add_up(placing->layout);
	return make_rows(placing->diag, placing->manifest, placing->layout) &&
	       layout_check(placing->diag, placing->manifest->path, placing->layout);
}

struct layout *place(struct diag *diag, const struct manifest *manifest, const struct sizes *sizes)
{
	size_t items = 2 * manifest->component_count;
	size_t regions = manifest->bank_count + manifest->peripheral_count + items;
	struct placing placing = {.diag = diag, .manifest = manifest, .sizes = sizes};
	placing.items = calloc(items + 1, sizeof(*placing.items));
	placing.layout = calloc(1, sizeof(*placing.layout));
	if (placing.layout != NULL)
		placing.layout->regions = calloc(regions + 1, sizeof(*placing.layout->regions));
	bool good =
		placing.items != NULL && placing.layout != NULL && placing.layout->regions != NULL;
	if (!good)
		diag_no_memory(diag);
	good = good && place_all(&placing);
	free(placing.items);
	if (good)
		return placing.layout;
	layout_free(placing.layout);
	return NULL;
}
