/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * A region table as JSON.  What a row opens and allows is decoded from its
 * registers, not taken from the region it is for.
 */
#include "lib/json_text.h"
#include "mpu-table/json_parts.h"
#include "mpu-table/show.h"

static json_t *json_or_null(uint32_t value)
{
	return value == BERTH_NONE ? json_null() : json_integer(value);
}

static json_t *json_region(const struct table *table, const struct berth_region *region)
{
	const char *owner = region->component < table->header.context_count
				    ? table_name(table, table->contexts[region->component].name)
				    : NULL;
	return json_pack("{s:o, s:s, s:o, s:o, s:I, s:I, s:I, s:s}", "name",
		json_text(table_name(table, region->name)), "kind", show_kind(region->kind),
		"component", owner == NULL ? json_null() : json_text(owner), "index",
		json_or_null(region->index), "base", (json_int_t)region->base, "size",
		(json_int_t)region->size, "reserved", (json_int_t)region->reserved, "access",
		row_rights(region->access));
}

static json_t *json_row(const struct table *table, uint32_t row)
{
	const struct row registers = table_row(table, row);
	uint32_t context = table_row_context(table, row);
	struct row_view view;
	const char *why;
	bool legal = table_decode(table, row, &view, &why);
	uint32_t position = context == BERTH_NONE ? row : row - table->contexts[context].first_row;
	return json_pack("{s:i, s:o, s:b, s:s, s:s, s:s, s:o, s:o}", "slot",
		(int)(view.slot_valid ? view.slot : position), "region",
		json_text(table_region_name(table, table->row_owners[row])), "legal", legal,
		"access", row_rights(view.access), "privileged", row_rights(view.privileged),
		"memory", row_memory_text(&view), "covers", json_covers(&view), "registers",
		json_registers(table->arch, &registers));
}

static json_t *json_arena(const struct table *table, const struct berth_context *context)
{
	if (context->arena == BERTH_NONE)
		return json_null();
	const struct berth_arena *arena = &table->arenas[context->arena];
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:s, s:s}", "memory_base",
		(json_int_t)arena->memory_base, "memory_size", (json_int_t)arena->memory_size,
		"offset", (json_int_t)arena->offset, "size", (json_int_t)arena->size, "state",
		(json_int_t)arena->state, "policy",
		arena->policy == BERTH_ARENA_FREE_LIST ? "free-list" : "bump", "reset",
		arena->policy == BERTH_ARENA_BUMP_CALL ? "call" : "never");
}

static json_t *json_context(const struct table *table, const struct berth_context *context)
{
	json_t *rows = json_array();
	for (uint32_t i = 0; i < context->row_count; i++)
		json_collect(&rows, json_row(table, context->first_row + i));
	return json_pack(
		"{s:o, s:o, s:{s:I, s:I, s:I}, s:{s:I, s:I}, s:{s:I, s:I}, s:{s:I, s:I}, s:o, s:o}",
		"name", json_text(table_name(table, context->name)), "memory",
		json_text(table_region_name(table, context->memory)), "entry", "memory_base",
		(json_int_t)context->memory_base, "memory_size", (json_int_t)context->memory_size,
		"globals", (json_int_t)context->globals, "stack", "base",
		(json_int_t)context->stack_base, "size", (json_int_t)context->stack_size, "data",
		"base", (json_int_t)context->data_base, "size", (json_int_t)context->data_size,
		"window", "base", (json_int_t)context->window_base, "size",
		(json_int_t)context->window_size, "arena", json_arena(table, context), "rows",
		rows);
}

bool show_json(struct diag *diag, const struct table *table, FILE *stream)
{
	const struct berth_regions_header *header = &table->header;
	json_t *regions = json_array();
	json_t *contexts = json_array();
	for (uint32_t i = 0; i < header->region_count; i++)
		json_collect(&regions, json_region(table, &table->regions[i]));
	for (uint32_t i = 0; i < header->context_count; i++)
		json_collect(&contexts, json_context(table, &table->contexts[i]));
	/* A part that is missing for want of memory makes the whole NULL. */
	json_t *root = json_pack(
		"{s:i, s:s, s:[I, I, I, I], s:I, s:I, s:I, s:{s:I, s:b}, s:o, s:o}",
		"berth_regions", (int)header->version, "arch", table->arch->name, "target",
		(json_int_t)header->target[0], (json_int_t)header->target[1],
		(json_int_t)header->target[2], (json_int_t)header->target[3], "mpu_regions",
		(json_int_t)header->mpu_regions, "address", (json_int_t)table->address, "bytes",
		(json_int_t)header->bytes, "checksum", "crc32", (json_int_t)header->crc32, "holds",
		header->crc32 == table->checksum, "regions", regions, "contexts", contexts);
	return json_print(diag, root, stream);
}
