/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The fields of layout.json.
 *
 *     berth_layout  1
 *     target        arch, mpu_regions, granule, machine, endian,
 *                   mair (armv8-m), granularity, napot_only, mml (riscv)
 *     banks[]       name, origin, length, access, reserve, used, free[]: base, size
 *     components[]  name, object, core, core_checksum, fused, memory, data,
 *                   arena: memory, offset, size, state, policy, reset
 *                   stack, globals, window: base, size     table: base, count
 *                   entry: memory_base, memory_size
 *     regions[]     name, kind, component, index, bank, base, size, reserved, declared,
 *                   access, cache, section
 *     contexts[]    name, component, rows[]: slot, region, access, execute,
 *                   covers[]: base, size
 *                   registers: as the architecture calls them, on riscv also mode
 *     cost          need, used, lower_bound, optimal
 *
 * What refers to a component, region or bank is its name.
 */
#include "lib/layout_fields.h"

#include <string.h>

#define FIELDS(name, structure, ...)                                                               \
	static const struct field name##_fields[] = {__VA_ARGS__};                                 \
	static const struct shape name = {sizeof(structure), name##_fields,                        \
		sizeof(name##_fields) / sizeof(name##_fields[0])}
#define FIELD(key, type, structure, member)                                                        \
	{                                                                                          \
		key, type, false, offsetof(structure, member), 0, NULL                             \
	}
#define OPTIONAL(key, type, structure, member)                                                     \
	{                                                                                          \
		key, type, true, offsetof(structure, member), 0, NULL                              \
	}
#define PART(key, shape)                                                                           \
	{                                                                                          \
		key, FIELD_OBJECT, false, 0, 0, &(shape)                                           \
	}
#define ARRAY(key, structure, member, count, shape)                                                \
	{                                                                                          \
		key, FIELD_ARRAY, false, offsetof(structure, member), offsetof(structure, count),  \
			&(shape)                                                                   \
	}

FIELDS(range_shape, struct layout_range, FIELD("base", FIELD_U64, struct layout_range, base),
	FIELD("size", FIELD_U64, struct layout_range, size));

FIELDS(target_shape, struct layout, FIELD("arch", FIELD_TEXT, struct layout, arch),
	FIELD("mpu_regions", FIELD_U32, struct layout, mpu_regions),
	FIELD("granule", FIELD_U64, struct layout, granule),
	FIELD("machine", FIELD_TEXT, struct layout, machine),
	FIELD("endian", FIELD_TEXT, struct layout, endian),
	OPTIONAL("mair", FIELD_PAIR, struct layout, target.mair),
	OPTIONAL("granularity", FIELD_U32, struct layout, target.granularity),
	OPTIONAL("napot_only", FIELD_BOOLEAN, struct layout, target.napot_only),
	OPTIONAL("mml", FIELD_BOOLEAN, struct layout, target.mml));

FIELDS(bank_shape, struct layout_bank, FIELD("name", FIELD_NAME, struct layout_bank, name),
	FIELD("origin", FIELD_U64, struct layout_bank, origin),
	FIELD("length", FIELD_U64, struct layout_bank, length),
	FIELD("access", FIELD_ACCESS, struct layout_bank, access),
	FIELD("reserve", FIELD_U64, struct layout_bank, reserve),
	FIELD("used", FIELD_U64, struct layout_bank, used),
	ARRAY("free", struct layout_bank, free, free_count, range_shape));

FIELDS(region_shape, struct layout_region, FIELD("name", FIELD_NAME, struct layout_region, name),
	FIELD("kind", FIELD_KIND, struct layout_region, kind),
	OPTIONAL("component", FIELD_COMPONENT, struct layout_region, component),
	OPTIONAL("index", FIELD_INDEX, struct layout_region, index),
	OPTIONAL("bank", FIELD_BANK, struct layout_region, bank),
	FIELD("base", FIELD_U64, struct layout_region, base),
	FIELD("size", FIELD_U64, struct layout_region, size),
	FIELD("reserved", FIELD_U64, struct layout_region, reserved),
	OPTIONAL("declared", FIELD_DECLARED, struct layout_region, declared),
	FIELD("access", FIELD_ACCESS, struct layout_region, access),
	OPTIONAL("cache", FIELD_CACHE, struct layout_region, cache),
	OPTIONAL("section", FIELD_TEXT, struct layout_region, section));

FIELDS(arena_shape, struct layout_arena, FIELD("memory", FIELD_U32, struct layout_arena, memory),
	FIELD("offset", FIELD_U64, struct layout_arena, offset),
	FIELD("size", FIELD_U64, struct layout_arena, size),
	FIELD("state", FIELD_U64, struct layout_arena, state),
	OPTIONAL("policy", FIELD_POLICY, struct layout_arena, policy),
	OPTIONAL("reset", FIELD_RESET, struct layout_arena, reset));

FIELDS(stack_shape, struct layout_component,
	FIELD("base", FIELD_U64, struct layout_component, stack_base),
	FIELD("size", FIELD_U64, struct layout_component, stack_size));

FIELDS(globals_shape, struct layout_component,
	FIELD("base", FIELD_U64, struct layout_component, globals),
	FIELD("size", FIELD_U64, struct layout_component, globals_size));

FIELDS(table_shape, struct layout_component,
	FIELD("base", FIELD_U64, struct layout_component, table),
	FIELD("count", FIELD_U64, struct layout_component, table_count));

FIELDS(entry_shape, struct layout_component,
	FIELD("memory_base", FIELD_U64, struct layout_component, memory_base),
	FIELD("memory_size", FIELD_U64, struct layout_component, memory_size));

FIELDS(window_shape, struct layout_component,
	FIELD("base", FIELD_U64, struct layout_component, window_base),
	FIELD("size", FIELD_U64, struct layout_component, window_size));

FIELDS(component_shape, struct layout_component,
	FIELD("name", FIELD_NAME, struct layout_component, name),
	OPTIONAL("object", FIELD_TEXT, struct layout_component, object),
	OPTIONAL("core", FIELD_TEXT, struct layout_component, core),
	OPTIONAL("core_checksum", FIELD_DECLARED, struct layout_component, core_checksum),
	FIELD("fused", FIELD_U32, struct layout_component, fused),
	FIELD("memory", FIELD_REGION, struct layout_component, memory),
	FIELD("data", FIELD_REGION, struct layout_component, data),
	{"arena", FIELD_ARENA, true, offsetof(struct layout_component, arena), 0, &arena_shape},
	PART("stack", stack_shape), PART("globals", globals_shape), PART("table", table_shape),
	PART("entry", entry_shape), PART("window", window_shape));

FIELDS(row_shape, struct layout_row, FIELD("slot", FIELD_U32, struct layout_row, slot),
	FIELD("region", FIELD_REGION, struct layout_row, region),
	FIELD("access", FIELD_RIGHTS, struct layout_row, access),
	FIELD("execute", FIELD_EXECUTE, struct layout_row, access),
	ARRAY("covers", struct layout_row, covers, cover_count, range_shape),
	FIELD("registers", FIELD_REGISTERS, struct layout_row, words));

FIELDS(context_shape, struct layout_context, FIELD("name", FIELD_NAME, struct layout_context, name),
	FIELD("component", FIELD_COMPONENT, struct layout_context, component),
	ARRAY("rows", struct layout_context, rows, row_count, row_shape));

FIELDS(cost_shape, struct layout, FIELD("need", FIELD_U64, struct layout, need),
	FIELD("used", FIELD_U64, struct layout, used),
	FIELD("lower_bound", FIELD_U64, struct layout, lower_bound),
	FIELD("optimal", FIELD_BOOLEAN, struct layout, optimal));

FIELDS(file_shape, struct layout, {"berth_layout", FIELD_VERSION, false, 0, 0, NULL},
	PART("target", target_shape), ARRAY("banks", struct layout, banks, bank_count, bank_shape),
	ARRAY("components", struct layout, components, component_count, component_shape),
	ARRAY("regions", struct layout, regions, region_count, region_shape),
	ARRAY("contexts", struct layout, contexts, context_count, context_shape),
	PART("cost", cost_shape));

const struct shape *const layout_shape = &file_shape;

const char *const layout_kind_names[LAYOUT_KIND_NAMES] = {
	[LAYOUT_MEMORY] = "memory",
	[LAYOUT_DATA] = "data",
	[LAYOUT_CODE] = "code",
	[LAYOUT_PERIPHERAL] = "peripheral",
	[LAYOUT_SHARED] = "shared",
	[LAYOUT_CARVE] = "carve",
	[LAYOUT_JOINT] = "joint",
};

const char *const layout_policy_names[LAYOUT_POLICY_NAMES] = {
	[LAYOUT_BUMP] = "bump",
	[LAYOUT_FREE_LIST] = "free-list",
};

const char *const layout_reset_names[LAYOUT_RESET_NAMES] = {
	[LAYOUT_RESET_NEVER] = "never",
	[LAYOUT_RESET_CALL] = "call",
};

void *layout_pointer_at(const void *member)
{
	void *pointer = NULL;
	memcpy(&pointer, member, sizeof(pointer));
	return pointer;
}
