/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Printing rows.  What they open comes from the decoder alone. */
#include "mpu-table/row_text.h"

#include <inttypes.h>

#include "mpu-table/json_parts.h"

/* --- text ----------------------------------------------------------------------------------- */

static void put_registers(const struct architecture *architecture, const struct row *row,
	const char *between, FILE *stream)
{
	for (size_t i = 0; i < architecture->arch->words; i++)
		fprintf(stream, "%s%s 0x%08" PRIx32, i == 0 ? "" : between,
			architecture->arch->registers[i], row->words[i]);
}

static void put_subregions(const struct row_view *view, FILE *stream)
{
	if (view->subregions_off == 0)
		return;
	fputs("  subregions    off:", stream);
	for (unsigned i = 0; i < 8; i++)
		if ((view->subregions_off >> i & 1) != 0)
			fprintf(stream, " %u", i);
	fprintf(stream, ", of %" PRIu64 " bytes each\n", view->size / 8);
}

static void put_covers(const struct row_view *view, FILE *stream)
{
	if (view->cover_count == 0)
		fputs("  opens         nothing\n", stream);
	for (size_t i = 0; i < view->cover_count; i++)
		fprintf(stream, "  %-14s0x%08" PRIx64 " to 0x%08" PRIx64 ", %" PRIu64 " bytes\n",
			i == 0 ? "opens" : "", view->covers[i].base,
			view->covers[i].base + view->covers[i].size - 1, view->covers[i].size);
}

static void put_block(const struct row_view *view, const char *why, FILE *stream)
{
	if (view->slot_valid)
		fprintf(stream, "  slot          %u\n", view->slot);
	if (view->mode != NULL)
		fprintf(stream, "  mode          %s\n", view->mode);
	if (view->size != 0)
		fprintf(stream,
			"  base          0x%08" PRIx64 "\n"
			"  end           0x%08" PRIx64 "\n"
			"  bytes         %" PRIu64 "\n",
			view->base, view->base + view->size - 1, view->size);
	put_subregions(view, stream);
	if (why != NULL) {
		fprintf(stream, "  illegal       %s\n", why);
		return;
	}
	put_covers(view, stream);
	if (!view->enabled) {
		fputs("  enabled       no\n", stream);
		return;
	}
	fprintf(stream,
		"  unprivileged  %s\n"
		"  privileged    %s%s%s\n"
		"  memory type   %s\n",
		row_rights(view->access), row_rights(view->privileged),
		view->locked ? ", locked" : "",
		view->locked && view->start_before ? ", with the address of the row before" : "",
		row_memory_text(view));
}

void row_text_blocks(const struct architecture *architecture, const struct row *rows,
	const struct context_map *map, FILE *stream)
{
	for (size_t i = 0; i < map->row_count; i++) {
		fprintf(stream, "%s row %zu: ", architecture->arch->name, i);
		put_registers(architecture, &rows[i], ", ", stream);
		fputc('\n', stream);
		put_block(&map->views[i], map->whys[i], stream);
	}
}

/* The end of a line of the table. */
static void put_words(const struct architecture *architecture, const struct row *row, FILE *stream)
{
	for (size_t i = 0; i < architecture->arch->words; i++)
		fprintf(stream, "  0x%08" PRIx32, row->words[i]);
	fputc('\n', stream);
}

static void put_table_row(const struct architecture *architecture, const struct row *row,
	const struct row_view *view, unsigned slot, FILE *stream)
{
	if (view->cover_count == 0) {
		fprintf(stream, "%4u  %-10s  %-10s  %10s  %-12s  %-24s", slot, "-", "-", "0", "",
			view->mode == NULL ? "" : view->mode);
		put_words(architecture, row, stream);
	}
	for (size_t i = 0; i < view->cover_count; i++) {
		const struct layout_range *cover = &view->covers[i];
		if (i == 0)
			fprintf(stream, "%4u", slot);
		fprintf(stream, "%*s  0x%08" PRIx64 "  0x%08" PRIx64 "  %10" PRIu64, i == 0 ? 0 : 4,
			"", cover->base, cover->base + cover->size - 1, cover->size);
		if (i == 0) {
			fprintf(stream, "  %s     %s   %-24s", row_rights(view->access),
				row_rights(view->privileged),
				view->mode == NULL ? row_memory_text(view) : view->mode);
			put_words(architecture, row, stream);
		} else {
			fputc('\n', stream);
		}
	}
}

void row_text_table(const struct architecture *architecture, const struct row *rows,
	const struct context_map *map, unsigned slot, FILE *stream)
{
	fprintf(stream, "%4s  %-10s  %-10s  %10s  %s  %s  %-24s", "slot", "base", "end", "bytes",
		"rights", "priv",
		map->row_count > 0 && map->views[0].mode != NULL ? "mode" : "memory type");
	for (size_t j = 0; j < architecture->arch->words; j++)
		fprintf(stream, j + 1 < architecture->arch->words ? "  %-10s" : "  %s",
			architecture->arch->registers[j]);
	fputc('\n', stream);
	for (size_t i = 0; i < map->row_count; i++)
		put_table_row(architecture, &rows[i], &map->views[i], slot + (unsigned)i, stream);
}

void row_text_map(const struct context_map *map, FILE *stream)
{
	fputs("together, unprivileged code:\n", stream);
	for (size_t i = 0; i < map->range_count; i++) {
		const struct context_range *range = &map->ranges[i];
		fprintf(stream, "  0x%08" PRIx64 " to 0x%08" PRIx64 "  %s  row %zu", range->base,
			range->base + range->size - 1, row_rights(range->access), range->row);
		if (range->clash != SIZE_MAX)
			fprintf(stream, " and row %zu: every access faults", range->clash);
		fputc('\n', stream);
	}
	if (map->range_count == 0)
		fputs("  nothing\n", stream);
}

/* --- JSON ----------------------------------------------------------------------------------- */

static json_t *json_row(const struct architecture *architecture, const struct row *row,
	const struct row_view *view, const char *why)
{
	return json_pack("{s:o, s:o, s:b, s:b, s:b, s:o, s:I, s:I, s:i, s:s, s:s, s:s, s:o, s:o}",
		"slot", view->slot_valid ? json_integer(view->slot) : json_null(), "mode",
		view->mode == NULL ? json_null() : json_string(view->mode), "enabled",
		view->enabled, "locked", view->locked, "legal", why == NULL, "illegal",
		why == NULL ? json_null() : json_string(why), "base", (json_int_t)view->base,
		"size", (json_int_t)view->size, "subregions_off", (int)view->subregions_off,
		"access", row_rights(view->access), "privileged", row_rights(view->privileged),
		"memory", row_memory_text(view), "covers", json_covers(view), "registers",
		json_registers(architecture->arch, row));
}

static json_t *json_range(const struct context_range *range)
{
	return json_pack("{s:I, s:I, s:I, s:o, s:s}", "base", (json_int_t)range->base, "size",
		(json_int_t)range->size, "row", (json_int_t)range->row, "clash",
		range->clash == SIZE_MAX ? json_null() : json_integer((json_int_t)range->clash),
		"access", row_rights(range->access));
}

bool row_text_json(struct diag *diag, const struct architecture *architecture,
	const struct row *rows, const struct context_map *map, FILE *stream)
{
	json_t *list = json_array();
	json_t *ranges = json_array();
	for (size_t i = 0; i < map->row_count; i++)
		json_collect(&list, json_row(architecture, &rows[i], &map->views[i], map->whys[i]));
	for (size_t i = 0; i < map->range_count; i++)
		json_collect(&ranges, json_range(&map->ranges[i]));
	json_t *root = json_pack(
		"{s:s, s:o, s:o}", "arch", architecture->arch->name, "rows", list, "opens", ranges);
	return json_print(diag, root, stream);
}
