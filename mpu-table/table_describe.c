/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What is where in the region table, in words for a message. */
#include "lib/text.h"
#include "mpu-table/table.h"

enum { WORD = 4 };

static const char *const header_fields[] = {"magic", "version", "arch", "bytes", "crc32",
	"mpu_regions", "regions", "region_count", "contexts", "context_count", "arenas",
	"arena_count", "row_owners", "rows", "row_count", "row_words", "target[0]", "target[1]",
	"target[2]", "target[3]"};
static const char *const region_fields[] = {
	"name", "kind", "component", "index", "base", "size", "reserved", "access", "cache"};
static const char *const context_fields[] = {"name", "first_row", "row_count", "memory",
	"memory_base", "memory_size", "globals", "stack_base", "stack_size", "arena", "data_base",
	"data_size", "window_base", "window_size"};
static const char *const arena_fields[] = {
	"memory_base", "memory_size", "offset", "size", "state", "policy"};

#define FIELDS(list) (sizeof(list) / sizeof((list)[0]))

_Static_assert(FIELDS(header_fields) == sizeof(struct berth_regions_header) / WORD, "header");
_Static_assert(FIELDS(region_fields) == sizeof(struct berth_region) / WORD, "region");
_Static_assert(FIELDS(context_fields) == sizeof(struct berth_context) / WORD, "context");
_Static_assert(FIELDS(arena_fields) == sizeof(struct berth_arena) / WORD, "arena");

const char *table_name(const struct table *table, uint32_t name)
{
	return name < table->names_size ? table->names + name : "?";
}

const char *table_region_name(const struct table *table, uint32_t index)
{
	return index < table->header.region_count ? table_name(table, table->regions[index].name)
						  : "?";
}

uint32_t table_row_context(const struct table *table, uint32_t row)
{
	for (uint32_t i = 0; i < table->header.context_count; i++) {
		const struct berth_context *context = &table->contexts[i];
		if (row >= context->first_row && row - context->first_row < context->row_count)
			return i;
	}
	return BERTH_NONE;
}

/* The name of the context that uses arena ARENA, "?" when none does. */
static const char *arena_user(const struct table *table, uint32_t arena)
{
	for (uint32_t i = 0; i < table->header.context_count; i++)
		if (table->contexts[i].arena == arena)
			return table_name(table, table->contexts[i].name);
	return "?";
}

static char *describe_row(const struct table *table, uint32_t row, const char *field)
{
	uint32_t index = table_row_context(table, row);
	const char *region = table_region_name(table, table->row_owners[row]);
	if (index == BERTH_NONE)
		return text_format("row %u of no context, region %s: %s", row, region, field);
	const struct berth_context *context = &table->contexts[index];
	return text_format("context %s, row %u, region %s: %s", table_name(table, context->name),
		row - context->first_row, region, field);
}

char *table_describe(const struct table *table, uint32_t word)
{
	const struct berth_regions_header *header = &table->header;
	if (word < header->regions / WORD)
		return text_format("header: %s", header_fields[word]);
	if (word < header->contexts / WORD) {
		uint32_t at = word - header->regions / WORD;
		return text_format("region %s: %s",
			table_region_name(table, at / FIELDS(region_fields)),
			region_fields[at % FIELDS(region_fields)]);
	}
	if (word < header->arenas / WORD) {
		uint32_t at = word - header->contexts / WORD;
		return text_format("context %s: %s",
			table_name(table, table->contexts[at / FIELDS(context_fields)].name),
			context_fields[at % FIELDS(context_fields)]);
	}
	if (word < header->row_owners / WORD) {
		uint32_t at = word - header->arenas / WORD;
		return text_format("arena of %s: %s", arena_user(table, at / FIELDS(arena_fields)),
			arena_fields[at % FIELDS(arena_fields)]);
	}
	if (word < header->rows / WORD)
		return describe_row(table, word - header->row_owners / WORD, "its owner");
	uint32_t at = word - header->rows / WORD;
	uint32_t words = header->row_words;
	return describe_row(table, at / words, table->arch->registers[at % words]);
}
