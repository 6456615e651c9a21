/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Whether the table agrees with itself: regions, contexts, stacks, arenas. */
#include <stdlib.h>
#include <string.h>

#include "lib/checked.h"
#include "mpu-table/check.h"
#include "runtime/include/berth/arena.h"

#define ADDRESSES UINT64_C(0x100000000)
#define REMEDY "make the table anew from the layout"

enum { STACK_ALIGN = 8 }; /* AAPCS32, 6.2.1.2 */

/* --- regions -------------------------------------------------------------------------- */

/* What a region of its kind may not be: the reason, or NULL. */
static const char *region_fault(const struct berth_region *region)
{
	bool owned = region->component != BERTH_NONE;
	bool indexed = region->index != BERTH_NONE;
	unsigned all = BERTH_READ | BERTH_WRITE | BERTH_EXECUTE;
	if (region->size == 0 || region->size > region->reserved)
		return "size is zero or more than what is reserved";
	if (!checked_within(region->base, region->reserved, ADDRESSES))
		return "the range leaves the address space";
	if (region->access > all || (region->access & BERTH_READ) == 0)
		return "rights that no row can give";
	switch (region->kind) {
	case BERTH_KIND_MEMORY:
	case BERTH_KIND_DATA:
		if ((region->access & BERTH_EXECUTE) != 0)
			return "memory and data must not be executable";
		if (!owned || indexed != (region->kind == BERTH_KIND_MEMORY))
			return "component or index does not go with the kind";
		return NULL;
	case BERTH_KIND_CODE:
		if ((region->access & BERTH_WRITE) != 0)
			return "code must not be writable";
		return owned || indexed ? "code has no component and no index" : NULL;
	case BERTH_KIND_PERIPHERAL:
		if ((region->access & BERTH_EXECUTE) != 0)
			return "peripherals must not be executable";
		return indexed ? "a peripheral has no index" : NULL;
	default:
		return "the kind is unknown";
	}
}

static bool same_place(const struct berth_region *a, const struct berth_region *b)
{
	return a->kind == BERTH_KIND_MEMORY && b->kind == BERTH_KIND_MEMORY &&
	       a->component == b->component && a->index == b->index;
}

void check_region_fields(struct checker *checker)
{
	const struct table *table = checker->table;
	for (uint32_t i = 0; i < table->header.region_count; i++) {
		const struct berth_region *region = &table->regions[i];
		const char *name = table_name(table, region->name);
		const char *why = region_fault(region);
		if (why != NULL)
			check_finding(checker, "R09", "%s [region %s]: %s", why, name, REMEDY);
		if (region->name >= table->names_size)
			check_finding(checker, "R09",
				"region %u has no name in section %s: link that section too", i,
				TABLE_NAMES_SECTION);
		for (uint32_t j = 0; j < i; j++)
			if (same_place(region, &table->regions[j]) ||
				(region->name < table->names_size &&
					strcmp(name, table_region_name(table, j)) == 0))
				check_finding(checker, "R09",
					"is there twice, as number %u and %u [region %s]: %s", j, i,
					name, REMEDY);
	}
}

/* --- contexts ------------------------------------------------------------------------- */

/* Reports that FIELD of the context is not what it must be. */
static void wrong_field(struct checker *checker, const struct berth_context *context,
	const char *field, uint32_t value, const char *rule)
{
	check_finding(checker, "R11", "%s is 0x%x, but %s [context %s]: %s", field, value, rule,
		table_name(checker->table, context->name), REMEDY);
}

static bool in_data(const struct berth_context *context, uint64_t base, uint64_t size)
{
	return check_inside(base, size, context->data_base, context->data_size);
}

/* The context's data fields must be those of its data region. */
static void check_data(struct checker *checker, uint32_t index)
{
	const struct table *table = checker->table;
	const struct berth_context *context = &table->contexts[index];
	for (uint32_t i = 0; i < table->header.region_count; i++) {
		const struct berth_region *region = &table->regions[i];
		if (region->kind == BERTH_KIND_DATA && region->component == index &&
			region->base == context->data_base && region->size == context->data_size)
			return;
	}
	check_finding(checker, "R11",
		"data_base 0x%08x and data_size %u are those of no data region of its own "
		"[context %s]: %s",
		context->data_base, context->data_size, table_name(table, context->name), REMEDY);
}

static void check_memory(struct checker *checker, uint32_t index)
{
	const struct table *table = checker->table;
	const struct berth_context *context = &table->contexts[index];
	const struct berth_region *memory = &table->regions[context->memory];
	if (memory->kind != BERTH_KIND_MEMORY || memory->component != index)
		wrong_field(checker, context, "memory", context->memory,
			"that region is no memory of its own");
	if (!check_inside(context->memory_base, context->memory_size, memory->base, memory->size) &&
		!in_data(context, context->memory_base, context->memory_size))
		wrong_field(checker, context, "memory_base", context->memory_base,
			"memory_base and memory_size must be a range in its memory or data");
}

static void check_stack(struct checker *checker, const struct berth_context *context)
{
	if (context->stack_size == 0 || !in_data(context, context->stack_base, context->stack_size))
		wrong_field(checker, context, "stack_base", context->stack_base,
			"stack_base and stack_size must be a range in its data");
	else if (context->stack_base % STACK_ALIGN != 0 || context->stack_size % STACK_ALIGN != 0)
		wrong_field(checker, context, "stack_base", context->stack_base,
			"a stack starts and ends at a multiple of 8");
	if (!in_data(context, context->globals, 0) || context->globals % 4 != 0)
		wrong_field(checker, context, "globals", context->globals,
			"the globals must be in its data, at a multiple of 4");
	else if (check_inside(context->globals, 1, context->stack_base, context->stack_size))
		wrong_field(
			checker, context, "globals", context->globals, "the stack lies over them");
}

/* Whether [BASE, BASE + SIZE) is all of a memory of component INDEX. */
static bool is_memory_of(const struct table *table, uint32_t index, uint32_t base, uint32_t size)
{
	for (uint32_t i = 0; i < table->header.region_count; i++) {
		const struct berth_region *region = &table->regions[i];
		if (region->kind == BERTH_KIND_MEMORY && region->component == index &&
			region->base == base && region->size == size)
			return true;
	}
	return false;
}

static void check_arena(struct checker *checker, uint32_t index)
{
	const struct table *table = checker->table;
	const struct berth_context *context = &table->contexts[index];
	if (context->arena == BERTH_NONE)
		return;
	const struct berth_arena *arena = &table->arenas[context->arena];
	const char *name = table_name(table, context->name);
	if (!is_memory_of(table, index, arena->memory_base, arena->memory_size))
		check_finding(checker, "R11",
			"memory_base 0x%08x and memory_size %u are no memory of the component's "
			"[arena of %s]: %s",
			arena->memory_base, arena->memory_size, name, REMEDY);
	if (arena->size == 0 || !checked_within(arena->offset, arena->size, arena->memory_size))
		check_finding(checker, "R11",
			"%u bytes at offset %u are not in its memory of %u [arena of %s]: %s",
			arena->size, arena->offset, arena->memory_size, name, REMEDY);
	if (arena->state % 4 != 0 || !in_data(context, arena->state, BERTH_ARENA_STATE_BYTES))
		check_finding(checker, "R11",
			"its state at 0x%08x is not in the component's data [arena of %s]: %s",
			arena->state, name, REMEDY);
	else if (checked_overlap(arena->state, BERTH_ARENA_STATE_BYTES, context->stack_base,
			 context->stack_size) ||
		 checked_overlap(arena->state, BERTH_ARENA_STATE_BYTES, context->globals, 1))
		check_finding(checker, "R11",
			"its state at 0x%08x lies in the stack or the globals [arena of %s]: %s",
			arena->state, name, REMEDY);
	for (uint32_t i = 0; i < index; i++)
		if (table->contexts[i].arena == context->arena)
			wrong_field(checker, context, "arena", context->arena,
				"another context has that arena");
}

void check_contexts(struct checker *checker)
{
	const struct table *table = checker->table;
	uint32_t arenas = 0;
	for (uint32_t i = 0; i < table->header.context_count; i++) {
		const struct berth_context *context = &table->contexts[i];
		if (context->name >= table->names_size)
			check_finding(checker, "R11",
				"context %u has no name in section %s: link that section too", i,
				TABLE_NAMES_SECTION);
		arenas += context->arena != BERTH_NONE;
		check_data(checker, i);
		check_memory(checker, i);
		check_stack(checker, context);
		check_arena(checker, i);
	}
	if (arenas != table->header.arena_count)
		check_finding(checker, "R11",
			"%u contexts use the table's %u arenas [section %s]: %s", arenas,
			table->header.arena_count, TABLE_SECTION, REMEDY);
}
