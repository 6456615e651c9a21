/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The layout in memory: finding and freeing. */
#include "lib/layout.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/checked.h"
#include "lib/crc32.h"

enum { NAME_LONGEST = 64 };

/* --- finding ------------------------------------------------------------------ */

size_t layout_find_component(const struct layout *layout, const char *name)
{
	for (size_t i = 0; i < layout->component_count; i++)
		if (strcmp(layout->components[i].name, name) == 0)
			return i;
	return LAYOUT_NONE;
}

size_t layout_find_region(const struct layout *layout, const char *name)
{
	for (size_t i = 0; i < layout->region_count; i++)
		if (strcmp(layout->regions[i].name, name) == 0)
			return i;
	return LAYOUT_NONE;
}

size_t layout_find_bank(const struct layout *layout, const char *name)
{
	for (size_t i = 0; i < layout->bank_count; i++)
		if (strcmp(layout->banks[i].name, name) == 0)
			return i;
	return LAYOUT_NONE;
}

static bool holds(const struct layout_region *whole, const struct layout_region *part)
{
	return part->base >= whole->base &&
	       checked_within(part->base - whole->base, part->reserved, whole->reserved);
}

size_t layout_memory_around(const struct layout *layout, const struct layout_region *region)
{
	for (size_t i = 0; i < layout->region_count; i++) {
		const struct layout_region *memory = &layout->regions[i];
		if (memory->kind == LAYOUT_MEMORY && memory->component == LAYOUT_NONE &&
			memory->index == region->index && holds(memory, region))
			return i;
	}
	return LAYOUT_NONE;
}

size_t layout_memory_of(const struct layout *layout, size_t component, int64_t index)
{
	for (size_t i = 0; i < layout->region_count; i++) {
		const struct layout_region *region = &layout->regions[i];
		if (region->component != component || region->index != index)
			continue;
		if (region->kind == LAYOUT_MEMORY)
			return i;
		if (region->kind == LAYOUT_CARVE)
			return layout_memory_around(layout, region);
	}
	return LAYOUT_NONE;
}

size_t layout_joint_of(const struct layout *layout, size_t component)
{
	for (size_t i = 0; i < layout->region_count; i++)
		if (layout->regions[i].kind == LAYOUT_JOINT &&
			layout->regions[i].base == layout->components[component].globals)
			return i;
	return LAYOUT_NONE;
}

/* A row of CONTEXT, not for the memory itself, that opens one of the bytes in TRIMMED; or NULL. */
static const struct layout_row *row_within(
	const struct layout_context *context, size_t memory, const struct layout_range *trimmed)
{
	for (size_t i = 0; i < context->row_count; i++) {
		const struct layout_row *row = &context->rows[i];
		for (size_t j = 0; row->region != memory && j < row->cover_count; j++)
			if (checked_overlap(row->covers[j].base, row->covers[j].size, trimmed->base,
				    trimmed->size))
				return row;
	}
	return NULL;
}

unsigned layout_rights(const struct layout_context *context, size_t region)
{
	unsigned rights = 0;
	for (size_t i = 0; i < context->row_count; i++)
		if (context->rows[i].region == region)
			rights |= context->rows[i].access;
	return rights;
}

bool layout_trimmed_meets(const struct layout *layout, size_t region, size_t *context, size_t *met)
{
	const struct layout_region *memory = &layout->regions[region];
	if (memory->declared <= memory->reserved)
		return false;
	struct layout_range trimmed = {
		memory->base + memory->reserved, memory->declared - memory->reserved};
	for (*context = 0; *context < layout->context_count; ++*context) {
		const struct layout_context *at = &layout->contexts[*context];
		const struct layout_row *row =
			layout_rights(at, region) != 0 ? row_within(at, region, &trimmed) : NULL;
		if (row != NULL) {
			*met = row->region;
			return true;
		}
	}
	return false;
}

bool layout_are_joined(const struct layout *layout, size_t a, size_t b)
{
	size_t joint = layout_joint_of(layout, a);
	return joint != LAYOUT_NONE && joint == layout_joint_of(layout, b);
}

bool layout_is_bank_code(const struct layout_region *region)
{
	return region->kind == LAYOUT_CODE && region->section == NULL;
}

size_t layout_unit_of(const struct layout *layout, size_t component)
{
	const char *object = layout->components[component].object;
	for (size_t i = 0; object != NULL && i < component; i++) {
		const char *other = layout->components[i].object;
		if (other != NULL && strcmp(other, object) == 0)
			return i;
	}
	return component;
}

static size_t find_code(const struct layout *layout, size_t owner)
{
	for (size_t i = 0; i < layout->region_count; i++) {
		const struct layout_region *region = &layout->regions[i];
		if (region->kind == LAYOUT_CODE && !layout_is_bank_code(region) &&
			region->component == owner)
			return i;
	}
	return LAYOUT_NONE;
}

size_t layout_code_of(const struct layout *layout, size_t component)
{
	return find_code(layout, layout_unit_of(layout, component));
}

size_t layout_common_code(const struct layout *layout)
{
	return find_code(layout, LAYOUT_NONE);
}

uint32_t layout_mark(
	size_t context, uint64_t memory_base, uint64_t globals, const struct layout_arena *arena)
{
	const struct layout_arena none = {0};
	const struct layout_arena *has = arena->present ? arena : &none;
	const uint64_t words[] = {context, memory_base, globals, has->present, has->offset,
		has->size, has->state, (uint64_t)has->policy | (uint64_t)has->reset << 1};
	uint32_t crc = CRC32_START;
	/* Byte by byte: the mark is the same on every host. */
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		for (unsigned shift = 0; shift < 64; shift += 8)
			crc = crc32_more(crc, &(uint8_t){(uint8_t)(words[i] >> shift)}, 1);
	return crc;
}

bool layout_is_name(const char *text)
{
	size_t length = strlen(text);
	if (length == 0 || length > NAME_LONGEST || isdigit((unsigned char)text[0]))
		return false;
	for (size_t i = 0; i < length; i++)
		if (text[i] != '_' &&
			!(isascii((unsigned char)text[i]) && isalnum((unsigned char)text[i])))
			return false;
	return true;
}

/* --- freeing ------------------------------------------------------------------- */

static void context_free(struct layout_context *context)
{
	for (size_t i = 0; context->rows != NULL && i < context->row_count; i++)
		free(context->rows[i].covers);
	free(context->rows);
	free(context->name);
}

static void component_free(struct layout_component *component)
{
	free(component->name);
	free(component->object);
	free(component->core);
}

void layout_free(struct layout *layout)
{
	if (layout == NULL)
		return;
	for (size_t i = 0; layout->banks != NULL && i < layout->bank_count; i++) {
		free(layout->banks[i].name);
		free(layout->banks[i].free);
	}
	for (size_t i = 0; layout->regions != NULL && i < layout->region_count; i++) {
		free(layout->regions[i].name);
		free(layout->regions[i].section);
	}
	for (size_t i = 0; layout->components != NULL && i < layout->component_count; i++)
		component_free(&layout->components[i]);
	for (size_t i = 0; layout->contexts != NULL && i < layout->context_count; i++)
		context_free(&layout->contexts[i]);
	free(layout->banks);
	free(layout->regions);
	free(layout->components);
	free(layout->contexts);
	free(layout->arch);
	free(layout->machine);
	free(layout->endian);
	free(layout);
}
