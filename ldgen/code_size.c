/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "ldgen/code_size.h"

#include "lib/checked.h"
#include "lib/unit_code.h"
#include "runtime/include/berth/regions.h"

/* The largest alignment of the object's code, a power of two, as object_read has seen to. */
static uint64_t widest(const struct object *object)
{
	uint64_t align = UNIT_CODE_ALIGN;
	const char *kind;
	for (size_t i = 1; i < object->section_count; i++)
		if (unit_code_tail(&object->sections[i], &kind) != NULL &&
			object->sections[i].align > align)
			align = object->sections[i].align;
	return align;
}

/* Adds SIZE bytes COUNT times, each of which begins at a multiple of ALIGN, to *SUM. */
static bool add(uint64_t *sum, uint64_t size, uint64_t count, uint64_t align)
{
	return checked_align(size, align, &size) && checked_mul(size, count, &size) &&
	       checked_add(*sum, size, sum);
}

static uint64_t exported_functions(const struct wasm_module *module)
{
	uint64_t count = 0;
	for (size_t i = 0; i < module->export_count; i++)
		count += module->exports[i].kind == WASM_FUNCTION;
	return count;
}

bool code_size(const struct unit *unit, size_t components, size_t arenas, uint64_t *size)
{
	const struct object *object = unit->object;
	uint64_t align = widest(object);
	const char *kind;
	bool good = true;
	*size = 0;
	for (size_t i = 1; i < object->section_count && good; i++)
		if (unit_code_tail(&object->sections[i], &kind) != NULL)
			good = add(size, object->sections[i].size, 1, align);
	/* Entries lie in a section for each component. */
	return good && add(size, UNIT_CODE_ENTRY * exported_functions(unit->module), 1, align) &&
	       add(size, align, components, align) && add(size, UNIT_CODE_VENEER, arenas, align) &&
	       add(size, sizeof(struct berth_arena), arenas, align);
}
