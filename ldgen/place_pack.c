/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* From the regions that want a place to the problem that pack.h solves, and back. */
#include <stdlib.h>
#include <string.h>

#include "ldgen/placing.h"

/* Memory is aligned for the widest access of wasm, 16 bytes, also where the PMP is finer. */
enum { ACCESS_ALIGN = 16, BLOCK_ARMV6M = 256, UNITS_PMSA = 8 };

struct pack_shape placing_shape(const struct manifest *manifest)
{
	const struct manifest_target *target = &manifest->target;
	struct pack_shape shape = {.granule = target->granule};
	switch (target->architecture->arch->id) {
	case ARCH_RISCV:
		if (shape.granule < ACCESS_ALIGN)
			shape.granule = ACCESS_ALIGN;
		shape.units = target->rows.napot_only ? 1 : 0;
		shape.seam = !target->rows.napot_only;
		return shape;
	case ARCH_ARMV8M:
	case ARCH_ARMV81M:
		return shape;
	default:
		shape.units = UNITS_PMSA;
		return shape;
	}
}

/* Bytes of the smallest region without subregions. */
static uint64_t least_power(const struct manifest *manifest)
{
	return manifest->target.architecture->arch->id == ARCH_ARMV6M
		       ? BLOCK_ARMV6M
		       : placing_shape(manifest).granule;
}

/* --- what contexts open ------------------------------------------------------------------- */

/* What the rows of component INDEX open of its memory: it, or its carve, the region before data. */
static size_t opened_memory(const struct layout *layout, size_t index)
{
	const struct layout_component *component = &layout->components[index];
	return layout->regions[component->memory].component == LAYOUT_NONE ? component->data - 1
									   : component->memory;
}

static size_t region_of(const struct manifest *manifest, const struct layout *layout,
	const struct manifest_reference *reference)
{
	switch (reference->to) {
	case MANIFEST_TO_PERIPHERAL:
		return layout_find_region(
			layout, manifest->peripherals[reference->index].named.name);
	case MANIFEST_TO_SHARED:
		return layout_find_region(layout, manifest->shared[reference->index].named.name);
	case MANIFEST_TO_MEMORY:
		return opened_memory(layout, reference->index);
	case MANIFEST_TO_DATA:
		break;
	}
	return layout->components[reference->index].data;
}

/* What the context of component CONTEXT opens because it is joined with others; how many. */
static size_t joined_regions(
	const struct manifest *manifest, const struct layout *layout, size_t context, size_t *list)
{
	const struct manifest_component *component = &manifest->components[context];
	size_t count = 0;
	for (size_t i = 0; component->joined && i < layout->region_count; i++)
		if (layout->regions[i].kind == LAYOUT_JOINT &&
			layout->regions[i].component == component->joint)
			list[count++] = i;
	/* An explicit context names the memories. */
	for (size_t i = 0; component->opens != NULL && component->context == NULL &&
			   i < manifest->component_count;
		i++)
		if (i != context && component->opens[i] != 0)
			list[count++] = opened_memory(layout, i);
	return count;
}

size_t context_regions(
	const struct manifest *manifest, const struct layout *layout, size_t context, size_t *list)
{
	const struct manifest_component *component = &manifest->components[context];
	const struct manifest_regions *named =
		component->context != NULL ? &component->context->regions : &component->grants;
	size_t data = layout->components[context].data;
	size_t count = 0;
	bool has_data = false;
	if (manifest->code.present) {
		list[count++] = layout_common_code(layout);
		list[count++] = layout_code_of(layout, context);
	}
	if (component->context == NULL)
		list[count++] = opened_memory(layout, context);
	if (component->context == NULL) {
		list[count++] = data;
		has_data = true;
	}
	for (size_t i = 0; i < named->words.count; i++) {
		list[count] = region_of(manifest, layout, &named->list[i]);
		has_data = has_data || list[count] == data;
		count++;
	}
	if (!has_data)
		list[count++] = data;
	return count + joined_regions(manifest, layout, context, list + count);
}

unsigned context_access(
	const struct manifest *manifest, size_t context, const struct layout_region *region)
{
	const unsigned *opens = manifest->components[context].opens;
	return opens == NULL || region->kind != LAYOUT_MEMORY || region->component == LAYOUT_NONE
		       ? region->access
		       : opens[region->component];
}

/* --- the problem ---------------------------------------------------------------------------- */

static void problem_free(struct problem *problem)
{
	free(problem->items);
	free(problem->banks);
	free(problem->holes);
	free(problem->carves);
	free(problem->carve_regions);
	free(problem->budgets);
	free(problem->contexts);
}

static bool problem_start(const struct placing *placing, struct problem *problem)
{
	const struct manifest *manifest = placing->manifest;
	const struct layout *layout = placing->layout;
	size_t holes = 0;
	size_t opened = 0;
	for (size_t i = 0; i < manifest->bank_count; i++)
		holes += manifest->banks[i].hole_count;
	for (size_t i = 0; i < manifest->component_count; i++) {
		const struct manifest_component *component = &manifest->components[i];
		opened += 4 + component->grants.words.count;
		opened += component->joined ? 1 + manifest->component_count : 0;
		if (component->context != NULL)
			opened += component->context->regions.words.count;
	}
	problem->items = calloc(placing->item_count + 1, sizeof(*problem->items));
	problem->banks = calloc(layout->bank_count + 1, sizeof(*problem->banks));
	problem->holes = calloc(holes + 1, sizeof(*problem->holes));
	problem->carves = calloc(layout->region_count + 1, sizeof(*problem->carves));
	problem->carve_regions = calloc(layout->region_count + 1, sizeof(*problem->carve_regions));
	problem->budgets = calloc(layout->component_count + 1, sizeof(*problem->budgets));
	problem->contexts = calloc(opened + 1, sizeof(*problem->contexts));
	problem->pack = (struct pack_problem){.shape = placing_shape(manifest),
		.items = problem->items,
		.count = placing->item_count,
		.banks = problem->banks,
		.bank_count = layout->bank_count,
		.budgets = problem->budgets,
		.context_count = layout->component_count};
	return (problem->items != NULL && problem->banks != NULL && problem->holes != NULL &&
		       problem->carves != NULL && problem->carve_regions != NULL &&
		       problem->budgets != NULL && problem->contexts != NULL) ||
	       diag_no_memory(placing->diag);
}

static void take_banks(const struct placing *placing, struct problem *problem)
{
	const struct manifest *manifest = placing->manifest;
	struct pack_range *hole = problem->holes;
	for (size_t i = 0; i < manifest->bank_count; i++) {
		const struct manifest_bank *from = &manifest->banks[i];
		struct pack_bank *bank = &problem->banks[i];
		bank->room.base = from->origin.value + from->reserve.value;
		bank->room.end = from->origin.value + from->length.value;
		bank->holes = hole;
		bank->hole_count = from->hole_count;
		for (size_t k = 0; k < from->hole_count; k++)
			*hole++ = (struct pack_range){from->holes[k].origin.value,
				from->holes[k].origin.value + from->holes[k].length.value};
	}
}

/* The carves of the memory of ITEM, by their offsets, from CARVE on; their number. */
static size_t take_carves(const struct placing *placing, const struct item *item,
	struct pack_carve *carve, size_t *regions)
{
	const struct layout *layout = placing->layout;
	size_t count = 0;
	for (size_t i = 0; i < layout->component_count; i++) {
		const struct manifest_carve *from = &placing->manifest->components[i].carve;
		if (!from->present || layout->components[i].memory != item->region)
			continue;
		size_t to = count++;
		for (; to > 0 && carve[to - 1].offset > from->offset.value; to--) {
			carve[to] = carve[to - 1];
			regions[to] = regions[to - 1];
		}
		const struct number *rows = &item->room->rows;
		carve[to] = (struct pack_carve){.offset = from->offset.value,
			.size = from->size.value,
			.rows = rows->at.line != 0 ? (unsigned)rows->value : 2};
		regions[to] = opened_memory(layout, i);
	}
	return count;
}

static void take_items(const struct placing *placing, struct problem *problem)
{
	struct pack_carve *carve = problem->carves;
	size_t *carve_region = problem->carve_regions;
	for (size_t i = 0; i < placing->item_count; i++) {
		const struct item *from = &placing->items[i];
		const struct layout_region *region = &placing->layout->regions[from->region];
		struct pack_item *item = &problem->items[i];
		*item = (struct pack_item){.size = region->size,
			.rows = from->room->rows.at.line != 0 ? (unsigned)from->room->rows.value
							      : 0,
			.guard = from->guard,
			.banks = from->room->banks,
			.bank_count = from->room->bank_count,
			.fixed = from->room->at.at.line != 0,
			.at = from->room->at.value,
			/* What of its component lay behind it would be met and not faulted on. */
			.last = region->declared != 0};
		if (!from->carved)
			continue;
		item->carves = carve;
		item->carve_count = take_carves(placing, from, carve, carve_region);
		carve += item->carve_count;
		carve_region += item->carve_count;
	}
}

/* The item of REGION, or of the memory that it is a carve of; SIZE_MAX if it has a place. */
static size_t item_of(const struct placing *placing, size_t region)
{
	const struct layout *layout = placing->layout;
	if (layout->regions[region].kind == LAYOUT_CARVE)
		region = layout->components[layout->regions[region].component].memory;
	for (size_t i = 0; i < placing->item_count; i++)
		if (placing->items[i].region == region)
			return i;
	return SIZE_MAX;
}

static void take_rows(unsigned *budget, unsigned rows)
{
	*budget -= rows < *budget ? rows : *budget;
}

/* Which contexts open each item, and how many rows they have for it. */
static bool take_contexts(struct placing *placing, struct problem *problem)
{
	const struct layout *layout = placing->layout;
	size_t *opened = calloc(layout->region_count + 1, sizeof(*opened));
	size_t *next = problem->contexts;
	bool good = true;
	if (opened == NULL)
		return diag_no_memory(placing->diag);
	for (size_t i = 0; i < layout->component_count; i++) {
		good = rows_left(placing, i, &problem->budgets[i]) && good;
		size_t count = context_regions(placing->manifest, layout, i, opened);
		for (size_t k = 0; k < count && good; k++) {
			size_t item = item_of(placing, opened[k]);
			if (item == SIZE_MAX)
				continue;
			problem->items[item].context_count++;
			/* A carve's rows are its own; the rest is shared out. */
			if (problem->items[item].carve_count != 0)
				take_rows(
					&problem->budgets[i], problem->items[item].carves[0].rows);
		}
	}
	for (size_t i = 0; i < placing->item_count && good; i++) {
		problem->items[i].contexts = next;
		next += problem->items[i].context_count;
		problem->items[i].context_count = 0;
	}
	for (size_t i = 0; i < layout->component_count && good; i++) {
		size_t count = context_regions(placing->manifest, layout, i, opened);
		for (size_t k = 0; k < count; k++) {
			size_t item = item_of(placing, opened[k]);
			if (item == SIZE_MAX)
				continue;
			struct pack_item *to = &problem->items[item];
			size_t at = (size_t)(to->contexts - problem->contexts);
			problem->contexts[at + to->context_count++] = i;
		}
	}
	free(opened);
	return good;
}

/* --- the solution ---------------------------------------------------------------------------- */

/* What of a bank's room neither a hole nor a region takes. */
static bool find_free(const struct placing *placing, const struct problem *problem, size_t number)
{
	struct layout *layout = placing->layout;
	struct layout_bank *bank = &layout->banks[number];
	const struct pack_bank *room = &problem->banks[number];
	uint64_t from = room->room.base;
	bank->free = calloc(room->hole_count + placing->item_count + 1, sizeof(*bank->free));
	if (bank->free == NULL)
		return diag_no_memory(placing->diag);
	if ((bank->access & LAYOUT_EXECUTE) != 0 &&
		!manifest_places_code(placing->manifest, number))
		return true;
	while (from < room->room.end) {
		/* The lowest of what begins at or behind FROM. */
		struct pack_range next = {room->room.end, room->room.end};
		for (size_t i = 0; i < room->hole_count; i++)
			if (room->holes[i].end > from && room->holes[i].base < next.base)
				next = room->holes[i];
		for (size_t i = 0; i < placing->item_count; i++)
			if (problem->items[i].bank == number &&
				problem->items[i].range.end > from &&
				problem->items[i].range.base < next.base)
				next = problem->items[i].range;
		if (next.base > from)
			bank->free[bank->free_count++] =
				(struct layout_range){.base = from, .size = next.base - from};
		from = next.end > from ? next.end : from;
	}
	return true;
}

static void hand_carves_back(const struct placing *placing, const struct problem *problem,
	const struct pack_item *item, enum row_cache cache)
{
	for (size_t i = 0; i < item->carve_count; i++) {
		size_t at = (size_t)(&item->carves[i] - problem->carves);
		struct layout_region *region =
			&placing->layout->regions[problem->carve_regions[at]];
		region->bank = item->bank;
		region->cache = cache;
		region->base = item->carves[i].range.base;
		region->reserved = item->carves[i].range.end - region->base;
		/* The bytes below its own are open to it as well, and nobody else's. */
		region->size = item->range.base + item->carves[i].offset + item->carves[i].size -
			       region->base;
	}
}

static bool hand_back(const struct placing *placing, const struct problem *problem)
{
	struct layout *layout = placing->layout;
	for (size_t i = 0; i < placing->item_count; i++) {
		struct layout_region *region = &layout->regions[placing->items[i].region];
		const struct pack_item *item = &problem->items[i];
		region->bank = item->bank;
		region->base = item->range.base;
		region->reserved = item->range.end - item->range.base;
		region->cache =
			manifest_cache_of(placing->manifest, placing->items[i].room, item->bank);
		hand_carves_back(placing, problem, item, region->cache);
	}
	for (size_t i = 0; i < layout->bank_count; i++) {
		layout->banks[i].used = problem->banks[i].used;
		if (!find_free(placing, problem, i))
			return false;
	}
	layout->used = problem->pack.used;
	layout->lower_bound = problem->pack.bound;
	layout->optimal = problem->pack.optimal;
	return true;
}

/* How far the items are from the banks that they prefer, added up. */
static size_t moved(const struct pack_problem *pack)
{
	size_t sum = 0;
	for (size_t i = 0; i < pack->count; i++) {
		const struct pack_item *item = &pack->items[i];
		size_t rank = 0;
		while (rank + 1 < item->bank_count && item->banks[rank] != item->bank)
			rank++;
		sum += rank;
	}
	return sum;
}

/* What the items take wherever they lie. */
static uint64_t least_bytes(const struct pack_problem *pack)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < pack->count; i++)
		sum += pack_align(pack->items[i].size, pack->shape.granule);
	return sum;
}

/*
 * Strategy pow2; how far it is from the best is what packing finds.  Where packing
 * moves fewer regions its bound says nothing about this placement.
 */
static bool place_by_powers(struct placing *placing, struct problem *problem)
{
	struct pack_problem *pack = &problem->pack;
	enum pack_result result = pack_solve(pack);
	if (result == PACK_NO_MEMORY || result == PACK_NO_ROWS)
		return refuse_placement(placing, problem, result);
	uint64_t bound = pack->bound;
	bool optimal = pack->optimal;
	size_t packed = result == PACK_DONE ? moved(pack) : SIZE_MAX;
	enum pack_result powers = pack_powers(pack, least_power(placing->manifest));
	if (powers != PACK_DONE)
		return refuse_placement(placing, problem, powers);
	bool same = moved(pack) == packed;
	pack->bound = same ? bound : least_bytes(pack);
	pack->optimal = same && optimal && pack->used == pack->bound;
	return hand_back(placing, problem);
}

bool place_items(struct placing *placing)
{
	const char *strategy = placing->manifest->strategy.text;
	struct problem problem = {0};
	bool good = problem_start(placing, &problem);
	if (good) {
		take_banks(placing, &problem);
		take_items(placing, &problem);
		good = take_contexts(placing, &problem);
	}
	if (good && strategy != NULL && strcmp(strategy, "pow2") == 0) {
		good = place_by_powers(placing, &problem);
	} else if (good) {
		enum pack_result result = pack_solve(&problem.pack);
		good = result == PACK_DONE ? hand_back(placing, &problem)
					   : refuse_placement(placing, &problem, result);
	}
	problem_free(&problem);
	return good;
}
