/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * A region table for people.  What a row opens and allows is decoded from its
 * registers, not taken from the region it is for: who reads this at a debugger
 * wants to know what the hardware does.
 */
#include <stdlib.h>
#include <string.h>

#include "mpu-table/columns.h"
#include "mpu-table/show.h"

typedef unsigned long long number;

enum { CELL = 32, ROW_COLUMNS = 8, REGION_COLUMNS = 7 };

/* What a whole show is about. */
struct shown {
	struct diag *diag;
	const struct table *table;
	size_t width;
	FILE *stream;
	bool left_out;
};

const char *show_kind(uint32_t kind)
{
	static const char *const names[] = {
		"?", "memory", "data", "code", "peripheral", "shared", "carve", "joint"};
	return names[kind <= BERTH_KIND_JOINT ? kind : 0];
}

static bool is_ram(uint32_t kind)
{
	return kind != BERTH_KIND_CODE && kind != BERTH_KIND_PERIPHERAL;
}

static uint32_t slack_of(const struct berth_region *region)
{
	return region->reserved > region->size ? region->reserved - region->size : 0;
}

/* --- rows ------------------------------------------------------------------------------ */

/* Whether no later row of CONTEXT is for the region of row ROW: slack is shown with the last. */
static bool is_last_of_region(
	const struct table *table, const struct berth_context *context, uint32_t row)
{
	const uint32_t *owners = table->row_owners + context->first_row;
	for (uint32_t i = row + 1; i < context->row_count; i++)
		if (owners[i] == owners[row])
			return false;
	return true;
}

/* Why a row opens nothing. */
static const char *nothing(const struct row_view *view, const char *why)
{
	if (why != NULL)
		return why;
	if (view->mode != NULL && !view->enabled)
		return "off: the base of the next";
	return view->enabled ? "its range is empty" : "off";
}

static bool add_row(const struct shown *shown, const struct berth_context *context, uint32_t row,
	struct columns *columns)
{
	const struct table *table = shown->table;
	uint32_t index = context->first_row + row;
	uint32_t owner = table->row_owners[index];
	const struct row registers = table_row(table, index);
	struct row_view view;
	const char *why;
	bool legal = table_decode(table, index, &view, &why);
	char slot[CELL];
	char slack[CELL] = "";
	char words[ROW_WORDS][CELL];
	snprintf(slot, sizeof(slot), "%u", view.slot_valid ? view.slot : row);
	if (is_last_of_region(table, context, row))
		snprintf(slack, sizeof(slack), "%u", slack_of(&table->regions[owner]));
	for (uint32_t i = 0; i < ROW_WORDS; i++)
		snprintf(words[i], sizeof(words[i]), "0x%08x", registers.words[i]);
	const char *type = view.mode == NULL ? row_memory_text(&view) : view.mode;
	const char *name = table_region_name(table, owner);
	if (!legal || view.cover_count == 0)
		return columns_add(columns,
			(const char *[]){slot, name, "-", "-", "0", "", "---", nothing(&view, why),
				words[0], words[1], words[2]},
			ROW_COLUMNS + table->header.row_words);
	for (size_t i = 0; i < view.cover_count; i++) {
		char first[CELL];
		char last[CELL];
		char bytes[CELL];
		const struct layout_range *cover = &view.covers[i];
		snprintf(first, sizeof(first), "0x%08llx", (number)cover->base);
		snprintf(last, sizeof(last), "0x%08llx", (number)(cover->base + cover->size - 1));
		snprintf(bytes, sizeof(bytes), "%llu", (number)cover->size);
		if (!columns_add(columns,
			    (const char *[]){i == 0 ? slot : "", i == 0 ? name : "", first, last,
				    bytes, slack, row_rights(view.access), type, words[0], words[1],
				    words[2]},
			    i == 0 ? ROW_COLUMNS + table->header.row_words : 5))
			return false;
	}
	return true;
}

static bool show_rows(struct shown *shown, const struct berth_context *context)
{
	const struct arch *arch = shown->table->arch;
	const struct column titles[ROW_COLUMNS + ROW_WORDS] = {
		{"slot", true, 0},
		{"region", false, 0},
		{"first", false, 0},
		{"last", false, 0},
		{"bytes", true, 0},
		{"slack", true, 1},
		{"rights", false, 0},
		{arch->id == ARCH_RISCV ? "mode" : "memory type", false, 2},
		{arch->registers[0], false, 3},
		{arch->registers[1], false, 3},
		{arch->registers[2], false, 3},
	};
	struct columns *columns =
		columns_start(shown->diag, titles, ROW_COLUMNS + shown->table->header.row_words);
	bool good = columns != NULL;
	for (uint32_t i = 0; i < context->row_count && good; i++)
		good = add_row(shown, context, i, columns);
	if (good)
		shown->left_out |= columns_print(columns, shown->width, shown->stream);
	columns_free(columns);
	return good;
}

/* --- contexts ---------------------------------------------------------------------------- */

/* RAM that the context may touch and how much of it is slack, bytes. */
static void count_ram(
	const struct table *table, const struct berth_context *context, number *ram, number *slack)
{
	*ram = *slack = 0;
	for (uint32_t i = 0; i < context->row_count; i++) {
		const struct berth_region *region =
			&table->regions[table->row_owners[context->first_row + i]];
		if (!is_ram(region->kind) || !is_last_of_region(table, context, i))
			continue;
		*ram += region->reserved;
		*slack += slack_of(region);
	}
}

static void put_name(const char *name, FILE *stream)
{
	diag_escape(stream, name, strlen(name));
}

static bool show_context(struct shown *shown, const struct berth_context *context)
{
	const struct table *table = shown->table;
	FILE *stream = shown->stream;
	number ram;
	number slack;
	count_ram(table, context, &ram, &slack);
	fputc('\n', stream);
	put_name(table_name(table, context->name), stream);
	fprintf(stream, ": %u of %u slots; %llu bytes of RAM, %llu of them slack\n",
		context->row_count, table->header.mpu_regions, ram, slack);
	fprintf(stream, "  enters with memory 0x%08x, %u bytes; globals 0x%08x\n",
		context->memory_base, context->memory_size, context->globals);
	const struct berth_region *memory = &table->regions[context->memory];
	if (context->window_base != memory->base || context->window_size != memory->size)
		fprintf(stream, "  may touch of it 0x%08x, %u bytes\n", context->window_base,
			context->window_size);
	fprintf(stream, "  stack 0x%08x, %u bytes", context->stack_base, context->stack_size);
	if (context->arena != BERTH_NONE) {
		const struct berth_arena *arena = &table->arenas[context->arena];
		fprintf(stream, "; arena %u bytes at offset %u%s%s", arena->size, arena->offset,
			arena->policy == BERTH_ARENA_FREE_LIST ? ", free-list" : "",
			arena->policy == BERTH_ARENA_BUMP_CALL ? ", reset: call" : "");
	}
	fputc('\n', stream);
	return show_rows(shown, context);
}

/* --- regions ------------------------------------------------------------------------------ */

/* The contexts that have a row for region INDEX, in a new string; NULL: no memory. */
static char *users_of(const struct table *table, uint32_t index)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	if (stream == NULL)
		return NULL;
	bool any = false;
	for (uint32_t i = 0; i < table->header.context_count; i++) {
		const struct berth_context *context = &table->contexts[i];
		bool opens = table_opens(table, context, index);
		if (opens)
			fprintf(stream, "%s%s", any ? ", " : "", table_name(table, context->name));
		any = any || opens;
	}
	if (!any)
		fputs(table->regions[index].kind == BERTH_KIND_MEMORY ? "nobody as a whole"
								      : "nobody",
			stream);
	if (fclose(stream) == 0)
		return text;
	free(text);
	return NULL;
}

static bool add_region(const struct shown *shown, uint32_t index, struct columns *columns)
{
	const struct berth_region *region = &shown->table->regions[index];
	char first[CELL];
	char bytes[CELL];
	char slack[CELL];
	char *users = users_of(shown->table, index);
	snprintf(first, sizeof(first), "0x%08x", region->base);
	snprintf(bytes, sizeof(bytes), "%u", region->reserved);
	snprintf(slack, sizeof(slack), "%u", slack_of(region));
	bool good = users == NULL ? diag_no_memory(shown->diag)
				  : columns_add(columns,
					    (const char *[]){table_name(shown->table, region->name),
						    show_kind(region->kind), first, bytes, slack,
						    row_rights(region->access), users},
					    REGION_COLUMNS);
	free(users);
	return good;
}

static bool show_regions(struct shown *shown)
{
	static const struct column titles[REGION_COLUMNS] = {
		{"region", false, 0},
		{"kind", false, 1},
		{"first", false, 0},
		{"bytes", true, 0},
		{"slack", true, 2},
		{"rights", false, 0},
		{"who may touch it", false, 0},
	};
	struct columns *columns = columns_start(shown->diag, titles, REGION_COLUMNS);
	bool good = columns != NULL;
	for (uint32_t i = 0; i < shown->table->header.region_count && good; i++)
		good = add_region(shown, i, columns);
	if (good) {
		fputc('\n', shown->stream);
		shown->left_out |= columns_print(columns, shown->width, shown->stream);
	}
	columns_free(columns);
	return good;
}

/* --- all ---------------------------------------------------------------------------------- */

bool show_text(
	struct diag *diag, const struct table *table, const char *path, size_t width, FILE *stream)
{
	const struct berth_regions_header *header = &table->header;
	struct shown shown = {.diag = diag, .table = table, .width = width, .stream = stream};
	bool holds = header->crc32 == table->checksum;
	bool good = true;
	put_name(path, stream);
	fprintf(stream, ": %s, %u slots; table of %u bytes at 0x%08llx, checksum 0x%08x %s\n",
		table->arch->name, header->mpu_regions, header->bytes, (number)table->address,
		header->crc32, holds ? "holds" : "DIFFERS");
	for (uint32_t i = 0; i < header->context_count && good; i++)
		good = show_context(&shown, &table->contexts[i]);
	good = good && show_regions(&shown);
	if (good && shown.left_out)
		fprintf(stream, "\nsome columns are left out to fit %zu; --width 0 shows all\n",
			width);
	return good;
}
