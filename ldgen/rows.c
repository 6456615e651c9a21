/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The rows of each context, and the proof that they open what they shall. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ldgen/placing.h"
#include "lib/checked.h"
#include "mpu-table/architecture.h"

enum { LIST_LENGTH = 512 };

/* One context while its rows are made. */
struct rows {
	struct diag *diag;
	const struct manifest *manifest;
	const struct layout *layout;
	const struct architecture *architecture;
	size_t context_number; /* of the component */
	struct layout_context *context;
	size_t *opened; /* the regions, in the order of their rows */
	size_t opened_count;
};

/* --- which regions --------------------------------------------------------------------- */

/* The banks' code, then what the context opens; by address where a row can go on from the one
 * before it. */
static void choose_regions(struct rows *rows)
{
	const struct layout *layout = rows->layout;
	size_t count = 0;
	for (size_t i = 0; i < layout->region_count; i++)
		if (layout_is_bank_code(&layout->regions[i]))
			rows->opened[count++] = i;
	count +=
		context_regions(rows->manifest, layout, rows->context_number, rows->opened + count);
	rows->opened_count = count;
	if (rows->architecture->arch->id != ARCH_RISCV)
		return;
	for (size_t i = 1; i < count; i++) {
		size_t region = rows->opened[i];
		size_t to = i;
		for (; to > 0 &&
			layout->regions[rows->opened[to - 1]].base > layout->regions[region].base;
			to--)
			rows->opened[to] = rows->opened[to - 1];
		rows->opened[to] = region;
	}
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
	return manifest->components[rows->context_number].named.at;
}

/*
 * Encodes REGION from SLOT on; the number of rows, 0 when none open exactly it.
 * Where a row does not name its slot, only slot 0 is special: there it may need
 * no other for its base.
 */
static size_t encode(const struct rows *rows, const struct layout_region *region, size_t slot,
	struct row *encoded)
{
	const struct arch *arch = rows->architecture->arch;
	size_t used = arch->names_slot ? slot : slot != 0;
	const struct row_request request = {
		.base = region->base,
		.size = region->reserved,
		.access = context_access(rows->manifest, rows->context_number, region),
		.kind = region->kind,
		.slot = (unsigned)used,
		.max = arch->slots - used,
		.cache = region->cache,
	};
	return rows->architecture->encode(&rows->layout->target, &request, encoded);
}

static bool has_mode(const struct rows *rows, const uint32_t *words, const char *mode)
{
	const char *own = arch_row_mode(rows->architecture->arch, words[1]);
	return own != NULL && strcmp(own, mode) == 0;
}

/* Whether the first of a region's rows holds the address that the TOR row BEFORE holds already. */
static bool goes_on(const struct rows *rows, const uint32_t *before, const struct row *first)
{
	return before != NULL && has_mode(rows, before, "TOR") &&
	       has_mode(rows, first->words, "off") && before[0] == first->words[0];
}

/* --- budget ---------------------------------------------------------------------------- */

static bool is_placed(const struct layout_region *region)
{
	return !layout_is_bank_code(region) && region->kind != LAYOUT_PERIPHERAL;
}

static bool refuse_budget(const struct rows *rows, size_t total, const size_t *counts)
{
	char list[LIST_LENGTH] = "";
	size_t length = 0;
	for (size_t i = 0; i < rows->opened_count && length < sizeof(list); i++) {
		const struct layout_region *region = &rows->layout->regions[rows->opened[i]];
		length += (size_t)snprintf(list + length, sizeof(list) - length,
			counts[i] == 1 ? "%s%s" : "%s%s (%zu)", i == 0 ? "" : ", ", region->name,
			counts[i]);
	}
	return manifest_refuse(rows->diag, rows->manifest,
		rows->manifest->components[rows->context_number].named.at,
		"context %s needs %zu rows, the target has %u, %zu lack: %s: grant it fewer "
		"peripherals, round their ranges to powers of two at multiples of themselves, or "
		"take a part with more regions",
		rows->layout->components[rows->context_number].name, total,
		rows->layout->mpu_regions, total - rows->layout->mpu_regions, list);
}

static bool refuse_range(const struct rows *rows, size_t index)
{
	const struct layout_region *region = &rows->layout->regions[index];
	return manifest_refuse(rows->diag, rows->manifest, position_of(rows, index),
		"no %u rows open exactly the %llu bytes of %s at 0x%llx: align it to its size",
		rows->architecture->arch->slots, (unsigned long long)region->reserved, region->name,
		(unsigned long long)region->base);
}

/* Counts the rows of all regions into *TOTAL, which the target must have. */
static bool check_budget(const struct rows *rows, size_t *total)
{
	struct row encoded[ROW_SLOTS];
	struct row last = {0};
	size_t *counts = calloc(rows->opened_count, sizeof(*counts));
	bool good = true;
	*total = 0;
	if (counts == NULL)
		return diag_no_memory(rows->diag);
	for (size_t i = 0; i < rows->opened_count; i++) {
		const struct layout_region *region = &rows->layout->regions[rows->opened[i]];
		/* A row that names its slot must name one that there is. */
		size_t count = encode(rows, region, *total == 0 ? 0 : 1, encoded);
		if (count == 0) {
			good = refuse_range(rows, rows->opened[i]);
			continue;
		}
		counts[i] = count - goes_on(rows, *total == 0 ? NULL : last.words, &encoded[0]);
		*total += counts[i];
		last = encoded[count - 1];
	}
	if (good && *total > rows->layout->mpu_regions)
		good = refuse_budget(rows, *total, counts);
	free(counts);
	return good;
}

bool rows_left(struct placing *placing, size_t context, unsigned *left)
{
	const struct layout *layout = placing->layout;
	struct row encoded[ROW_SLOTS];
	struct rows rows = {.diag = placing->diag,
		.manifest = placing->manifest,
		.layout = layout,
		.architecture = architecture_find(layout->arch),
		.context_number = context,
		.opened = calloc(2 * layout->region_count + 1, sizeof(*rows.opened))};
	bool good = rows.opened != NULL || diag_no_memory(placing->diag);
	size_t total = 0;
	if (good)
		choose_regions(&rows);
	for (size_t i = 0; i < rows.opened_count; i++) {
		if (is_placed(&layout->regions[rows.opened[i]]))
			continue;
		size_t count = encode(&rows, &layout->regions[rows.opened[i]], 1, encoded);
		total += count;
		good = (count != 0 || refuse_range(&rows, rows.opened[i])) && good;
	}
	*left = total < layout->mpu_regions ? layout->mpu_regions - (unsigned)total : 0;
	free(rows.opened);
	return good;
}

bool refuse_rows(const struct placing *placing, size_t context)
{
	const struct layout *layout = placing->layout;
	struct row encoded[ROW_SLOTS];
	struct rows rows = {.diag = placing->diag,
		.manifest = placing->manifest,
		.layout = layout,
		.architecture = architecture_find(layout->arch),
		.context_number = context,
		.opened = calloc(2 * layout->region_count + 1, sizeof(*rows.opened))};
	size_t *counts = calloc(2 * layout->region_count + 1, sizeof(*counts));
	size_t total = 0;
	if (rows.opened == NULL || counts == NULL) {
		diag_no_memory(placing->diag);
	} else {
		choose_regions(&rows);
		for (size_t i = 0; i < rows.opened_count; i++) {
			const struct layout_region *region = &layout->regions[rows.opened[i]];
			/* What has no place yet takes one row at the least. */
			counts[i] = is_placed(region) ? 1 : encode(&rows, region, 1, encoded);
			total += counts[i];
		}
		refuse_budget(&rows, total, counts);
	}
	free(counts);
	free(rows.opened);
	return false;
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
	size_t count = encode(rows, region, slot, encoded);
	const uint32_t *before = slot == 0 ? NULL : context->rows[slot - 1].words;
	uint64_t from = region->base;
	for (size_t i = goes_on(rows, before, &encoded[0]); i < count; i++) {
		struct layout_row *row = &context->rows[context->row_count++];
		*row = (struct layout_row){.slot = (unsigned)context->row_count - 1,
			.region = index,
			.access = context_access(rows->manifest, rows->context_number, region)};
		memcpy(row->words, encoded[i].words, sizeof(row->words));
		if (!prove_row(rows, &from))
			return false;
	}
	return from == region->base + region->reserved ||
	       wrong_row(rows, region, "in the number of bytes");
}

/* Nothing below the stack may be open: an overflow would not be noticed. */
static bool check_guard(const struct rows *rows)
{
	const struct manifest_component *component =
		&rows->manifest->components[rows->context_number];
	const struct layout *layout = rows->layout;
	uint64_t base = layout->regions[layout->components[rows->context_number].data].base;
	uint64_t guard = component->stack.guard.value;
	for (size_t i = 0; i < rows->context->row_count && guard != 0; i++) {
		const struct layout_row *row = &rows->context->rows[i];
		for (size_t k = 0; k < row->cover_count; k++)
			if (guard > base || checked_overlap(base - guard, guard,
						    row->covers[k].base, row->covers[k].size))
				return manifest_refuse(rows->diag, rows->manifest,
					component->stack.guard.at,
					"the guard below the stack, 0x%llx to 0x%llx, is opened by "
					"the row for %s: move the data region or that one",
					(unsigned long long)(base - guard),
					(unsigned long long)base - 1,
					layout->regions[row->region].name);
	}
	return true;
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
	return check_guard(rows);
}

bool make_rows(struct diag *diag, const struct manifest *manifest, struct layout *layout)
{
	size_t count = layout->component_count;
	bool good = true;
	layout->contexts = calloc(count, sizeof(*layout->contexts));
	size_t *opened = calloc(2 * layout->region_count + 1, sizeof(*opened));
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
			.context_number = i,
			.context = context,
			.opened = opened};
		context->component = i;
		context->name = strdup(layout->components[i].name);
		good = (context->name != NULL ? make_context(&rows) : diag_no_memory(diag)) && good;
	}
	free(opened);
	return good;
}
