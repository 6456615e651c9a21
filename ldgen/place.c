/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* From a manifest to its layout: target, banks, and what follows from where the regions lie. */
#include "ldgen/place.h"

#include <stdlib.h>
#include <string.h>

#include "ldgen/placing.h"

/* --- what there is, before anything has an address ---------------------------------------- */

static bool make_target(struct placing *placing)
{
	struct layout *layout = placing->layout;
	const struct manifest_target *target = &placing->manifest->target;
	const struct arch *arch = target->architecture->arch;
	layout->arch = strdup(arch->name);
	layout->machine = strdup(arch->machine);
	layout->endian = strdup(arch->endian);
	layout->mpu_regions = (unsigned)target->mpu_regions.value;
	layout->granule = target->granule;
	layout->target = target->rows;
	if (arch->id != ARCH_ARMV8M && arch->id != ARCH_ARMV81M)
		memset(layout->target.mair, 0, sizeof(layout->target.mair));
	return layout->arch != NULL && layout->machine != NULL && layout->endian != NULL;
}

/* Whether all of bank INDEX is the native program's: code of components lies in another. */
static bool is_native(const struct manifest *manifest, size_t index)
{
	return manifest->code.present && (manifest->banks[index].access & LAYOUT_EXECUTE) != 0 &&
	       manifest->code.room.banks[0] != index;
}

/* Banks are in the manifest's order; what is free of them is known at the end. */
static bool make_banks(struct placing *placing)
{
	const struct manifest *manifest = placing->manifest;
	struct layout *layout = placing->layout;
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
		bank->reserve = is_native(manifest, i) ? from->length.value : from->reserve.value;
		if (bank->name == NULL)
			return false;
	}
	return true;
}

/* --- addresses that follow ----------------------------------------------------------------- */

/* The region that holds globals and arena state of component INDEX: its base. */
static uint64_t globals_home(const struct placing *placing, size_t index)
{
	const struct layout *layout = placing->layout;
	const struct manifest_component *component = &placing->manifest->components[index];
	for (size_t i = 0; component->joined && i < layout->region_count; i++)
		if (layout->regions[i].kind == LAYOUT_JOINT &&
			layout->regions[i].component == component->joint)
			return layout->regions[i].base;
	return layout->regions[layout->components[index].data].base;
}

static void finish_component(const struct placing *placing, size_t index)
{
	const struct layout *layout = placing->layout;
	struct layout_component *component = &layout->components[index];
	const struct component_sizes *sizes = &placing->sizes->components[index];
	const struct layout_region *memory = &layout->regions[component->memory];
	uint64_t data = layout->regions[component->data].base;
	component->window_base = memory->base;
	component->window_size = memory->size;
	if (memory->component == LAYOUT_NONE) {
		const struct manifest_carve *carve = &placing->manifest->components[index].carve;
		component->window_base += carve->offset.value;
		component->window_size = carve->size.value;
	}
	uint64_t globals = globals_home(placing, index);
	component->stack_base = data;
	component->arena.state += globals;
	component->globals += globals;
	if (sizes->borrows)
		memory = &layout->regions[layout->components[sizes->base].memory];
	component->memory_base = memory->base;
	component->memory_size = memory->size;
	if (sizes->memory == 0 || sizes->borrows) {
		/* The compiler reads the table over the first words of memory 0. */
		component->table = memory->base + sizes->table_offset;
		return;
	}
	/* One of no entries is nowhere; it has an address all the same. */
	component->table = sizes->table_count != 0 ? component->table + data
			   : globals == data	   ? component->globals
						   : data;
	if (sizes->table_count == 0)
		return;
	/* The base register serves this code for nothing but the table. */
	component->memory_base = component->table - sizes->table_offset;
	component->memory_size = sizes->table_offset + sizes->table_count * TABLE_ENTRY;
}

static void add_up(struct layout *layout)
{
	for (size_t i = 0; i < layout->region_count; i++)
		if (layout->regions[i].section != NULL)
			layout->need += layout->regions[i].size;
}

static bool place_all(struct placing *placing)
{
	if (!make_target(placing) || !make_banks(placing))
		return diag_no_memory(placing->diag);
	if (!make_regions(placing) || !place_items(placing))
		return false;
	for (size_t i = 0; i < placing->layout->component_count; i++)
		finish_component(placing, i);
	add_up(placing->layout);
	return make_rows(placing->diag, placing->manifest, placing->layout) &&
	       layout_check(placing->diag, placing->manifest->path, placing->layout);
}

struct layout *place(struct diag *diag, const struct manifest *manifest, const struct sizes *sizes)
{
	/* Each component has memory, data, at most one carve, code and joint region; code has a
	 * common part. */
	size_t items = 5 * manifest->component_count + 1 + manifest->shared_count;
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
