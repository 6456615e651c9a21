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

/* Who owns RAM and which memory it is follow from its kind: the reason against it, or NULL. */
static const char *ram_fault(const struct berth_region *region, bool owned, bool indexed)
{
	bool memory = region->kind == BERTH_KIND_MEMORY || region->kind == BERTH_KIND_CARVE;
	bool must_own = region->kind == BERTH_KIND_DATA || region->kind == BERTH_KIND_CARVE ||
			region->kind == BERTH_KIND_JOINT;
	bool may_own = region->kind != BERTH_KIND_SHARED;
	if (indexed != memory || (must_own && !owned) || (owned && !may_own))
		return "component or index does not go with the kind";
	return NULL;
}

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
	if (region->cache > BERTH_CACHE_WRITE_BACK ||
		(region->kind == BERTH_KIND_PERIPHERAL && region->cache != BERTH_CACHE_USUAL))
		return "a cache that it cannot have";
	if (region->access > all || (region->access & BERTH_READ) == 0)
		return "rights that no row can give";
	switch (region->kind) {
	case BERTH_KIND_MEMORY:
	case BERTH_KIND_DATA:
	case BERTH_KIND_CARVE:
	case BERTH_KIND_JOINT:
	case BERTH_KIND_SHARED:
		if ((region->access & BERTH_EXECUTE) != 0)
			return "memory and data must not be executable";
		return ram_fault(region, owned, indexed);
	case BERTH_KIND_CODE:
		if ((region->access & BERTH_WRITE) != 0)
			return "code must not be writable";
		return indexed ? "code has no index" : NULL;
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
	return a->kind == b->kind &&
	       (a->kind == BERTH_KIND_MEMORY || a->kind == BERTH_KIND_CARVE) &&
	       a->component != BERTH_NONE && a->component == b->component && a->index == b->index;
}

uint32_t check_memory_around(const struct table *table, const struct berth_region *region)
{
	for (uint32_t i = 0; i < table->header.region_count; i++) {
		const struct berth_region *memory = &table->regions[i];
		if (memory->kind == BERTH_KIND_MEMORY && memory->component == BERTH_NONE &&
			memory->index == region->index &&
			check_inside(
				region->base, region->reserved, memory->base, memory->reserved))
			return i;
	}
	return BERTH_NONE;
}

uint32_t check_joint_of(const struct table *table, uint32_t index)
{
	for (uint32_t i = 0; i < table->header.region_count; i++)
		if (table->regions[i].kind == BERTH_KIND_JOINT &&
			table->regions[i].base == table->contexts[index].globals)
			return i;
	return BERTH_NONE;
}

bool check_are_joined(const struct table *table, uint32_t a, uint32_t b)
{
	uint32_t joint = check_joint_of(table, a);
	return joint != BERTH_NONE && joint == check_joint_of(table, b);
}

/* A joint region is where the globals of its component begin, and those of another. */
static void check_joint(struct checker *checker, uint32_t index)
{
	const struct table *table = checker->table;
	const struct berth_region *region = &table->regions[index];
	uint32_t members = 0;
	if (region->kind != BERTH_KIND_JOINT || region->component >= table->header.context_count)
		return;
	for (uint32_t i = 0; i < table->header.context_count; i++)
		members += check_joint_of(table, i) == index;
	if (members < 2 || check_joint_of(table, region->component) != index)
		check_finding(checker, "R09",
			"the globals of its component and of another do not begin there [region "
			"%s]: %s",
			table_name(table, region->name), REMEDY);
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
		if (region->kind == BERTH_KIND_CARVE &&
			check_memory_around(table, region) == BERTH_NONE)
			check_finding(checker, "R09",
				"lies in no memory %u that components share [region %s]: %s",
				region->index, name, REMEDY);
		check_joint(checker, i);
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

/* The same, or in its joint region: where globals and arena state may be. */
static bool in_own_data(const struct table *table, uint32_t index, uint64_t base, uint64_t size)
{
	uint32_t joint = check_joint_of(table, index);
	return in_data(&table->contexts[index], base, size) ||
	       (joint != BERTH_NONE && check_inside(base, size, table->regions[joint].base,
					       table->regions[joint].size));
}

/* Whether the range is in the memory 0 of a component that the context is joined with. */
static bool in_joined_memory(
	const struct table *table, uint32_t index, uint64_t base, uint64_t size)
{
	for (uint32_t i = 0; i < table->header.region_count; i++) {
		const struct berth_region *region = &table->regions[i];
		if (region->kind == BERTH_KIND_MEMORY && region->index == 0 &&
			region->component < table->header.context_count &&
			check_are_joined(table, index, region->component) &&
			check_inside(base, size, region->base, region->size))
			return true;
	}
	return false;
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

/* The carve of component INDEX in memory MEMORY, or NULL. */
static const struct berth_region *carve_in(
	const struct table *table, uint32_t index, uint32_t memory)
{
	for (uint32_t i = 0; i < table->header.region_count; i++) {
		const struct berth_region *region = &table->regions[i];
		if (region->kind == BERTH_KIND_CARVE && region->component == index &&
			check_memory_around(table, region) == memory)
			return region;
	}
	return NULL;
}

/* Whether MEMORY is a memory of the component's: its own, or one that its carve lies in. */
static bool has_memory(const struct table *table, uint32_t index, uint32_t memory)
{
	const struct berth_region *region = &table->regions[memory];
	return region->kind == BERTH_KIND_MEMORY &&
	       (region->component == index || carve_in(table, index, memory) != NULL);
}

/* The window must be all of its own memory, or lie in its carve. */
static void check_window(struct checker *checker, uint32_t index)
{
	const struct table *table = checker->table;
	const struct berth_context *context = &table->contexts[index];
	const struct berth_region *memory = &table->regions[context->memory];
	const struct berth_region *carve = carve_in(table, index, context->memory);
	bool good = carve == NULL ? context->window_base == memory->base &&
					    context->window_size == memory->size
				  : context->window_size != 0 &&
					    check_inside(context->window_base, context->window_size,
						    carve->base, carve->reserved);
	if (!good)
		wrong_field(checker, context, "window_base", context->window_base,
			"window_base and window_size must be its memory, or lie in its carve");
}

static void check_memory(struct checker *checker, uint32_t index)
{
	const struct table *table = checker->table;
	const struct berth_context *context = &table->contexts[index];
	const struct berth_region *memory = &table->regions[context->memory];
	if (!has_memory(table, index, context->memory))
		wrong_field(checker, context, "memory", context->memory,
			"that region is no memory of its own");
	else
		check_window(checker, index);
	if (!check_inside(context->memory_base, context->memory_size, memory->base, memory->size) &&
		!in_data(context, context->memory_base, context->memory_size) &&
		!in_joined_memory(table, index, context->memory_base, context->memory_size))
		wrong_field(checker, context, "memory_base", context->memory_base,
			"memory_base and memory_size must be a range in its memory or data");
}

static void check_stack(struct checker *checker, uint32_t index)
{
	const struct berth_context *context = &checker->table->contexts[index];
	if (context->stack_size == 0 || !in_data(context, context->stack_base, context->stack_size))
		wrong_field(checker, context, "stack_base", context->stack_base,
			"stack_base and stack_size must be a range in its data");
	else if (context->stack_base % STACK_ALIGN != 0 || context->stack_size % STACK_ALIGN != 0)
		wrong_field(checker, context, "stack_base", context->stack_base,
			"a stack starts and ends at a multiple of 8");
	if (!in_own_data(checker->table, index, context->globals, 0) || context->globals % 4 != 0)
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
		if (has_memory(table, index, i) && region->base == base && region->size == size)
			return true;
	}
	return false;
}

/* An arena in a memory that components share must lie in what its component may touch. */
static void check_arena_window(struct checker *checker, uint32_t index)
{
	const struct table *table = checker->table;
	const struct berth_context *context = &table->contexts[index];
	const struct berth_arena *arena = &table->arenas[context->arena];
	const struct berth_region *memory = &table->regions[context->memory];
	if (memory->component != BERTH_NONE || arena->memory_base != memory->base)
		return;
	if (!check_inside((uint64_t)arena->memory_base + arena->offset, arena->size,
		    context->window_base, context->window_size))
		check_finding(checker, "R11",
			"%u bytes at offset %u leave the component's window [arena of %s]: %s",
			arena->size, arena->offset, table_name(table, context->name), REMEDY);
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
	if (arena->state % 4 != 0 ||
		!in_own_data(table, index, arena->state, BERTH_ARENA_STATE_BYTES))
		check_finding(checker, "R11",
			"its state at 0x%08x is not in the component's data [arena of %s]: %s",
			arena->state, name, REMEDY);
	else if (checked_overlap(arena->state, BERTH_ARENA_STATE_BYTES, context->stack_base,
			 context->stack_size) ||
		 checked_overlap(arena->state, BERTH_ARENA_STATE_BYTES, context->globals, 1))
		check_finding(checker, "R11",
			"its state at 0x%08x lies in the stack or the globals [arena of %s]: %s",
			arena->state, name, REMEDY);
	if (arena->policy > BERTH_ARENA_BUMP_CALL)
		check_finding(checker, "R11", "there is no policy %u [arena of %s]: %s",
			arena->policy, name, REMEDY);
	check_arena_window(checker, index);
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
		check_stack(checker, i);
		check_arena(checker, i);
	}
	if (arenas != table->header.arena_count)
		check_finding(checker, "R11",
			"%u contexts use the table's %u arenas [section %s]: %s", arenas,
			table->header.arena_count, TABLE_SECTION, REMEDY);
}
