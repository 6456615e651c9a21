/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The rows of each context, and the proof that they open what they shall. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ldgen/place.h"
#include "mpu-table/architecture.h"

enum { LIST_LENGTH = 512 };

/* One context while its rows are made. */
struct rows {
	struct diag *diag;
	const struct manifest *manifest;
	const struct layout *layout;
	const struct architecture *architecture;
	struct layout_context *context;
	size_t *opened; /* the regions, in the order of their rows */
	size_t opened_count;
};

/* --- which regions --------------------------------------------------------------------- */

static void choose_regions(struct rows *rows)
{
	const struct layout *layout = rows->layout;
	const struct manifest_component *from =
		&rows->manifest->components[rows->context->component];
	const struct layout_component *component = &layout->components[rows->context->component];
	size_t count = 0;
	for (size_t i = 0; i < layout->region_count; i++)
		if (layout->regions[i].kind == LAYOUT_CODE)
			rows->opened[count++] = i;
	rows->opened[count++] = component->memory;
	rows->opened[count++] = component->data;
	for (size_t i = 0; i < from->grants.words.count; i++)
		rows->opened[count++] = layout_find_region(layout, from->grants.words.list[i].text);
	rows->opened_count = count;
}

/* Where messages about REGION in this context point to. */
static struct position position_of(const struct rows *rows, size_t region)
{
	const struct manifest *manifest = rows->manifest;
	const char *name = rows->layout->regions[region].name;
	for (size_t i = 0; i < manifest->bank_count; i++)
		if (strcmp(manifest->banks[i].named.name, name) == 0)
			return manifest->banks[i].origin.at;
	for (size_t i = 0; i < manifest->peripheral_count; i++)
		if (strcmp(manifest->peripherals[i].named.name, name) == 0)
			return manifest->peripherals[i].origin.at;
	return manifest->components[rows->context->component].named.at;
}

/* Encodes REGION from SLOT on, in at most MAX rows; their number, 0 when none open exactly it. */
static size_t encode(const struct rows *rows, const struct layout_region *region, size_t slot,
	size_t max, struct row *encoded)
{
	const struct row_request request = {
		.base = region->base,
		.size = region->reserved,
		.access = region->access,
		.kind = region->kind,
		.slot = (unsigned)slot,
		.max = max,
		.cache = region->cache,
	};
	return rows->architecture->encode(&rows->layout->target, &request, encoded);
}

/*
 * Rows that REGION takes behind BEFORE others; 0 when no number of them opens
 * exactly it.  Slot 0 is special: a row there may need no other for its base.
 */
static size_t count_rows(const struct rows *rows, const struct layout_region *region, size_t before)
{
	struct row encoded[ROW_SLOTS];
	size_t slots = rows->architecture->arch->slots;
	size_t slot = before == 0 ? 0 : 1;
	return encode(rows, region, slot, slots - slot, encoded);
}

/* --- budget ---------------------------------------------------------------------------- */

static bool refuse_budget(const struct rows *rows, size_t total)
{
	char list[LIST_LENGTH] = "";
	size_t length = 0;
	for (size_t i = 0; i < rows->opened_count && length < sizeof(list); i++) {
		const struct layout_region *region = &rows->layout->regions[rows->opened[i]];
		size_t count = count_rows(rows, region, i);
		length += (size_t)snprintf(list + length, sizeof(list) - length,
			count == 1 ? "%s%s" : "%s%s (%zu)", i == 0 ? "" : ", ", region->name,
			count);
	}
	return manifest_refuse(rows->diag, rows->manifest,
		rows->manifest->components[rows->context->component].named.at,
		"context %s needs %zu rows, the target has %u: %s: grant it fewer peripherals or "
		"round ranges to powers of two",
		rows->context->name, total, rows->layout->mpu_regions, list);
}

/* Counts the rows of all regions into *TOTAL, which the target must have. */
static bool check_budget(const struct rows *rows, size_t *total)
{
	bool good = true;
	*total = 0;
	for (size_t i = 0; i < rows->opened_count; i++) {
		const struct layout_region *region = &rows->layout->regions[rows->opened[i]];
		size_t count = count_rows(rows, region, *total);
		*total += count;
		if (count == 0)
			good = manifest_refuse(rows->diag, rows->manifest,
				position_of(rows, rows->opened[i]),
				"no %u rows open exactly the %llu bytes of %s at 0x%llx: align it "
				"to its size",
				rows->architecture->arch->slots,
				(unsigned long long)region->reserved, region->name,
				(unsigned long long)region->base);
	}
	if (good && *total > rows->layout->mpu_regions)
		good = refuse_budget(rows, *total);
	return good;
}

/* --- encoding and proof ---------------------------------------------------------------- */

static bool wrong_row(const struct rows *rows, const struct layout_region *region, const char *why)
{
	return diag_error(rows->diag, rows->manifest->path,
		"the row for %s of context %s does not decode to what it opens, %s: this is a "
		"fault of ldgen; report it with the manifest",
		region->name, rows->context->name, why);
}

/* What hardware must make of a row for REGION that opens something. */
static bool view_agrees(const struct rows *rows, const struct layout_row *row,
	const struct layout_region *region, const struct row_view *view)
{
	bool device = view->memory == ROW_DEVICE;
	bool placed = !rows->architecture->arch->names_slot ||
		      (view->slot_valid && view->slot == row->slot);
	return placed && view->access == row->access &&
	       (view->memory == ROW_MEMORY_NOT_SAID ||
		       (region->kind == LAYOUT_PERIPHERAL ? device : row_is_normal(view)));
}

/* What the hardware makes of the last row so far, of those before it too where it needs them. */
static bool decode_last(const struct rows *rows, struct row_view *view, const char **why)
{
	const struct layout_context *context = rows->context;
	struct row registers[ROW_SLOTS];
	for (size_t i = 0; i < context->row_count; i++)
		memcpy(registers[i].words, context->rows[i].words, sizeof(registers[i].words));
	return rows->architecture->decode(
		&rows->layout->target, registers, context->row_count - 1, view, why);
}

/*
 * Decodes the last row so far and keeps what it opens; *FROM is where that
 * must start.  A row that is off only holds an address: what its region's rows
 * open is proven with the others.
 */
static bool prove_row(const struct rows *rows, uint64_t *from)
{
	struct layout_row *row = &rows->context->rows[rows->context->row_count - 1];
	const struct layout_region *region = &rows->layout->regions[row->region];
	struct row_view view;
	const char *why = "";
	if (!decode_last(rows, &view, &why))
		return wrong_row(rows, region, why);
	if (view.enabled && !view_agrees(rows, row, region, &view))
		return wrong_row(rows, region, "in slot, rights or attributes");
	row->covers = calloc(view.cover_count + 1, sizeof(*row->covers));
	if (row->covers == NULL)
		return diag_no_memory(rows->diag);
	row->cover_count = view.cover_count;
	for (size_t i = 0; i < view.cover_count; i++) {
		row->covers[i] = view.covers[i];
		if (view.covers[i].base != *from)
			return wrong_row(rows, region, "in the bytes that it covers");
		*from += view.covers[i].size;
	}
	return true;
}

static bool make_region_rows(const struct rows *rows, size_t index)
{
	const struct layout_region *region = &rows->layout->regions[index];
	struct layout_context *context = rows->context;
	struct row encoded[ROW_SLOTS];
	size_t slot = context->row_count;
	size_t count = encode(rows, region, slot, rows->layout->mpu_regions - slot, encoded);
	uint64_t from = region->base;
	for (size_t i = 0; i < count; i++) {
		struct layout_row *row = &context->rows[context->row_count++];
		*row = (struct layout_row){
			.slot = (unsigned)(slot + i), .region = index, .access = region->access};
		memcpy(row->words, encoded[i].words, sizeof(row->words));
		if (!prove_row(rows, &from))
			return false;
	}
	return from == region->base + region->reserved ||
	       wrong_row(rows, region, "in the number of bytes");
}

static bool make_context(struct rows *rows)
{
	size_t total = 0;
	choose_regions(rows);
	if (!check_budget(rows, &total))
		return false;
	rows->context->rows = calloc(total, sizeof(*rows->context->rows));
	if (rows->context->rows == NULL)
		return diag_no_memory(rows->diag);
	for (size_t i = 0; i < rows->opened_count; i++)
		if (!make_region_rows(rows, rows->opened[i]))
			return false;
	return true;
}

bool make_rows(struct diag *diag, const struct manifest *manifest, struct layout *layout)
{
	size_t count = layout->component_count;
	bool good = true;
	layout->contexts = calloc(count, sizeof(*layout->contexts));
	size_t *opened = calloc(layout->region_count, sizeof(*opened));
	if (layout->contexts == NULL || opened == NULL) {
		free(opened);
		return diag_no_memory(diag);
	}
	layout->context_count = count;
	for (size_t i = 0; i < count; i++) {
		struct layout_context *context = &layout->contexts[i];
		struct rows rows = {.diag = diag,
			.manifest = manifest,
			.layout = layout,
			.architecture = architecture_find(layout->arch),
			.context = context,
			.opened = opened};
		context->component = i;
		context->name = strdup(layout->components[i].name);
		good = (context->name != NULL ? make_context(&rows) : diag_no_memory(diag)) && good;
	}
	free(opened);
	return good;
}
