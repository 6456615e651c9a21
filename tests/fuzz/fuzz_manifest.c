/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The manifest reader, and behind it everything of ldgen but the objects: what
 * it accepts is placed with made-up sizes, and all files are written.  A layout
 * that place makes is one that the other tools read.
 */
#include <stdlib.h>

#include "ldgen/header.h"
#include "ldgen/html.h"
#include "ldgen/manifest.h"
#include "ldgen/place.h"
#include "ldgen/script.h"
#include "ldgen/svg.h"
#include "tests/fuzz/fuzz.h"

/* As sizes_read would, for modules of one component with one small memory. */
static struct component_sizes made_up(const struct manifest *manifest, size_t component)
{
	const struct manifest_component *from = &manifest->components[component];
	struct component_sizes sizes = {.fused = (uint32_t)component,
		.memory_size = 0x1000,
		.room = &manifest->default_room,
		.memory_at = from->named.at,
		.globals_size = 8,
		.unit_code = 0x300};
	if (from->memory_count > 0) {
		sizes.memory = from->memories[0].index;
		sizes.room = &from->memories[0].room;
		if (from->memories[0].size.at.line != 0)
			sizes.memory_size = from->memories[0].size.value;
	}
	sizes.has_arena = from->arena.present && from->arena.size.value <= sizes.memory_size &&
			  from->arena.size.value > 0;
	if (sizes.has_arena) {
		sizes.arena_size = from->arena.size.value;
		sizes.arena_offset = sizes.memory_size - sizes.arena_size;
	}
	return sizes;
}

static void write_all(
	struct diag *diag, const struct manifest *manifest, const struct layout *layout)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	fuzz_promise(stream != NULL && layout_write(diag, layout, stream) && fclose(stream) == 0);
	struct layout *again = layout_read(diag, fuzz_file(1, (const uint8_t *)text, size));
	fuzz_promise(again != NULL);
	layout_free(again);
	free(text);
	const struct script_places places = {.code = manifest->code_bank,
		.native = manifest->native_bank,
		.natives = &manifest->code.natives};
	script_write(layout, &places, fuzz_nowhere());
	script_write_fragment(layout, &places, fuzz_nowhere());
	(void)header_write(diag, layout, fuzz_nowhere());
	fuzz_promise(svg_write(diag, layout, fuzz_nowhere()));
	fuzz_promise(html_write(diag, layout, fuzz_nowhere()));
}

static void place_all(struct diag *diag, const struct manifest *manifest)
{
	struct sizes sizes = {.count = manifest->component_count};
	sizes.components = calloc(sizes.count + 1, sizeof(*sizes.components));
	fuzz_promise(sizes.components != NULL);
	bool has_banks = true;
	for (size_t i = 0; i < sizes.count; i++) {
		sizes.components[i] = made_up(manifest, i);
		has_banks = has_banks && sizes.components[i].room->bank_count > 0;
	}
	struct layout *layout = has_banks ? place(diag, manifest, &sizes) : NULL;
	if (layout != NULL)
		write_all(diag, manifest, layout);
	layout_free(layout);
	sizes_free(&sizes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag diag = fuzz_diag();
	struct manifest *manifest = manifest_read(&diag, fuzz_file(0, data, size));
	fuzz_promise((manifest == NULL) == (diag.errors > 0));
	if (manifest != NULL)
		place_all(&diag, manifest);
	manifest_free(manifest);
	return 0;
}
