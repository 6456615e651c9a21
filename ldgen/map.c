/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "ldgen/map.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	LABEL_GAP = 26,	   /* between bar and label */
	LABEL_HEIGHT = 30, /* two lines */
	DETAIL_WIDTH = 226,
	LETTER = 7,	  /* of a name, on average */
	NAME_FITTED = 30, /* longer names are set to a fixed width */
};

static const struct {
	const char *name;
	const char *class;
} fills[MAP_FILLS] = {
	[MAP_FREE] = {"free", "free"},
	[MAP_RESERVE] = {"reserve of the native program", "reserve"},
	[MAP_CODE] = {"code and constants", "code"},
	[MAP_MEMORY] = {"linear memory", "memory"},
	[MAP_DATA] = {"component's stack, globals, table", "data"},
	[MAP_SHARED] = {"shared by several components", "shared"},
	[MAP_SLACK] = {"set aside, not used", "slack"},
	[MAP_HOLE] = {"hole: nothing is placed here", "hole"},
};

const char *map_fill_name(enum map_fill fill)
{
	return fills[fill].name;
}

const char *map_fill_class(enum map_fill fill)
{
	return fills[fill].class;
}

const char *map_rights(unsigned access)
{
	static const char *const rights[8] = {"", "x", "w", "wx", "r", "rx", "rw", "rwx"};
	return rights[access & 7];
}

/* --- parts ------------------------------------------------------------------------------- */

static int compare_parts(const void *a, const void *b)
{
	const struct map_part *left = a;
	const struct map_part *right = b;
	return (left->base > right->base) - (left->base < right->base);
}

static enum map_fill fill_of(enum layout_kind kind)
{
	static const enum map_fill by_kind[] = {[LAYOUT_MEMORY] = MAP_MEMORY,
		[LAYOUT_DATA] = MAP_DATA,
		[LAYOUT_CODE] = MAP_CODE,
		[LAYOUT_PERIPHERAL] = MAP_FREE, /* in no bank */
		[LAYOUT_SHARED] = MAP_SHARED,
		[LAYOUT_CARVE] = MAP_MEMORY,
		[LAYOUT_JOINT] = MAP_DATA};
	return by_kind[kind];
}

static void add_part(struct map_bank *map, struct map_part part)
{
	if (part.size > 0)
		map->parts[map->count++] = part;
}

/* The lowest carve of MEMORY at or behind FROM; NULL when there is none. */
static const struct layout_region *next_carve(
	const struct layout *layout, const struct layout_region *memory, uint64_t from)
{
	const struct layout_region *next = NULL;
	for (size_t i = 0; i < layout->region_count; i++) {
		const struct layout_region *region = &layout->regions[i];
		if (region->kind == LAYOUT_CARVE && region->bank == memory->bank &&
			region->base >= from && region->base < memory->base + memory->size &&
			(next == NULL || region->base < next->base))
			next = region;
	}
	return next;
}

/* A memory that is carved shows its carves, and what is in none of them. */
static void add_carved(
	struct map_bank *map, const struct layout *layout, const struct layout_region *memory)
{
	uint64_t end = memory->base + memory->reserved;
	uint64_t from = memory->base;
	const struct layout_region *carve = NULL;
	while ((carve = next_carve(layout, memory, from)) != NULL) {
		add_part(map, (struct map_part){.base = from,
				      .size = carve->base - from,
				      .fill = MAP_SLACK,
				      .name = memory->name});
		add_part(map, (struct map_part){.base = carve->base,
				      .size = carve->reserved,
				      .fill = MAP_MEMORY,
				      .name = carve->name});
		from = carve->base + carve->reserved;
	}
	if (from < end)
		add_part(map, (struct map_part){.base = from,
				      .size = end - from,
				      .fill = from == memory->base ? MAP_MEMORY : MAP_SLACK,
				      .name = memory->name});
}

static void add_region(
	struct map_bank *map, const struct layout *layout, const struct layout_region *region)
{
	if (region->kind == LAYOUT_CARVE)
		return;
	if (region->kind == LAYOUT_MEMORY && region->component == LAYOUT_NONE) {
		add_carved(map, layout, region);
		return;
	}
	uint64_t slack = region->reserved - region->size;
	add_part(map, (struct map_part){.base = region->base,
			      .size = region->size,
			      .fill = fill_of(region->kind),
			      .name = region->name,
			      .slack = slack});
	add_part(map,
		(struct map_part){
			.base = region->base + region->size, .size = slack, .fill = MAP_SLACK});
}

/* What nothing else covers is a hole: the layout lists all that is free. */
static void add_holes(struct map_bank *map)
{
	size_t count = map->count;
	uint64_t next = map->bank->origin;
	for (size_t i = 0; i <= count; i++) {
		bool is_end = i == count;
		uint64_t base = is_end ? map->bank->origin + map->bank->length : map->parts[i].base;
		if (base > next)
			add_part(map, (struct map_part){.base = next,
					      .size = base - next,
					      .fill = MAP_HOLE,
					      .name = "hole"});
		if (!is_end && map->parts[i].base + map->parts[i].size > next)
			next = map->parts[i].base + map->parts[i].size;
	}
	qsort(map->parts, map->count, sizeof(*map->parts), compare_parts);
}

static bool list_parts(const struct layout *layout, size_t index, struct map_bank *map)
{
	const struct layout_bank *bank = &layout->banks[index];
	/* A region and its slack, or less; and between any two a hole. */
	size_t most = 2 * (2 * layout->region_count + bank->free_count + 1) + 1;
	map->bank = bank;
	map->parts = calloc(most, sizeof(*map->parts));
	if (map->parts == NULL)
		return false;
	add_part(map, (struct map_part){.base = bank->origin,
			      .size = bank->reserve,
			      .fill = MAP_RESERVE,
			      .name = "reserve"});
	for (size_t i = 0; i < layout->region_count; i++)
		if (layout->regions[i].bank == index)
			add_region(map, layout, &layout->regions[i]);
	for (size_t i = 0; i < bank->free_count; i++)
		add_part(map, (struct map_part){.base = bank->free[i].base,
				      .size = bank->free[i].size,
				      .fill = MAP_FREE,
				      .name = "free"});
	qsort(map->parts, map->count, sizeof(*map->parts), compare_parts);
	add_holes(map);
	return true;
}

/* --- where they are drawn ---------------------------------------------------------------- */

/* Stacks the parts from the top, the highest address first. */
static void stack_parts(struct map_bank *map)
{
	int y = 0;
	for (size_t i = map->count; i-- > 0;) {
		struct map_part *part = &map->parts[i];
		int height = (int)(part->size * MAP_BAR_HEIGHT / map->bank->length);
		map->stretched = map->stretched || height < MAP_THIN;
		part->top = y;
		y += height < MAP_THIN ? MAP_THIN : height;
		part->bottom = y;
	}
	map->height = y;
}

/* Moves labels apart: first each below the one before it, then all back above the end. */
static void spread_labels(struct map_bank *map)
{
	int least = LABEL_HEIGHT / 2;
	int labels = 0;
	for (size_t i = map->count; i-- > 0;) {
		struct map_part *part = &map->parts[i];
		if (part->name == NULL)
			continue;
		int middle = (part->top + part->bottom) / 2;
		part->label = middle > least ? middle : least;
		least = part->label + LABEL_HEIGHT;
		labels++;
	}
	if (map->height < labels * LABEL_HEIGHT)
		map->height = labels * LABEL_HEIGHT;
	int most = map->height - LABEL_HEIGHT / 2;
	for (size_t i = 0; i < map->count; i++) {
		struct map_part *part = &map->parts[i];
		if (part->name == NULL)
			continue;
		if (part->label > most)
			part->label = most;
		most = part->label - LABEL_HEIGHT;
	}
}

static int label_width(const struct map_bank *map)
{
	size_t width = DETAIL_WIDTH;
	for (size_t i = 0; i < map->count; i++) {
		size_t own = map->parts[i].name == NULL ? 0 : strlen(map->parts[i].name) * LETTER;
		width = own > width ? own : width;
	}
	return (int)width;
}

bool map_make(const struct layout *layout, size_t index, struct map_bank *map)
{
	*map = (struct map_bank){0};
	if (!list_parts(layout, index, map))
		return false;
	stack_parts(map);
	spread_labels(map);
	map->width = MAP_BAR_WIDTH + LABEL_GAP + label_width(map);
	return true;
}

void map_free(struct map_bank *map)
{
	free(map->parts);
	*map = (struct map_bank){0};
}

/* --- drawing ----------------------------------------------------------------------------- */

static void draw_label(const struct map_part *part, int x, int y, FILE *stream)
{
	int from = x + MAP_BAR_WIDTH;
	int to = from + LABEL_GAP;
	int middle = y + (part->top + part->bottom) / 2;
	size_t length = strlen(part->name);
	fprintf(stream, "<path class=\"leader\" d=\"M%d %dH%dL%d %dH%d\"/>\n", from, middle,
		from + 6, to - 8, y + part->label, to - 4);
	fprintf(stream, "<text x=\"%d\" y=\"%d\"", to, y + part->label - 2);
	/* Names are of any letters; long ones are made to end where the drawing does. */
	if (length > NAME_FITTED)
		fprintf(stream, " textLength=\"%zu\" lengthAdjust=\"spacingAndGlyphs\"",
			length * LETTER);
	fprintf(stream, ">%s</text>\n", part->name);
	fprintf(stream,
		"<text class=\"small\" x=\"%d\" y=\"%d\">0x%08" PRIx64 ", %" PRIu64 " bytes", to,
		y + part->label + 11, part->base, part->size);
	if (part->slack > 0)
		fprintf(stream, " + %" PRIu64 " unused", part->slack);
	fprintf(stream, "</text>\n");
}

void map_draw(const struct map_bank *map, int x, int y, FILE *stream)
{
	for (size_t i = map->count; i-- > 0;) {
		const struct map_part *part = &map->parts[i];
		fprintf(stream,
			"<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n",
			map_fill_class(part->fill), x, y + part->top, MAP_BAR_WIDTH,
			part->bottom - part->top);
		if (part->name != NULL)
			draw_label(part, x, y, stream);
	}
}

/* Kinds differ by pattern and by lightness as well as by colour. */
void map_patterns(FILE *stream)
{
	static const char patterns[] =
		"<defs>\n"
		"<pattern id=\"slack\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">"
		"<rect width=\"6\" height=\"6\" fill=\"#ffffff\"/>"
		"<path d=\"M0 6L6 0\" stroke=\"#000000\" stroke-width=\"1\"/></pattern>\n"
		"<pattern id=\"reserve\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">"
		"<rect width=\"6\" height=\"6\" fill=\"#e8e8e8\"/>"
		"<circle cx=\"3\" cy=\"3\" r=\"1\" fill=\"#404040\"/></pattern>\n"
		"<pattern id=\"code\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\">"
		"<rect width=\"5\" height=\"5\" fill=\"#f5e6a8\"/>"
		"<path d=\"M0 2.5H5\" stroke=\"#b09000\" stroke-width=\"0.6\"/></pattern>\n"
		"<pattern id=\"shared\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">"
		"<rect width=\"6\" height=\"6\" fill=\"#cfe8c4\"/>"
		"<path d=\"M3 0V6\" stroke=\"#205020\" stroke-width=\"1.6\"/></pattern>\n"
		"<pattern id=\"data\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">"
		"<rect width=\"8\" height=\"8\" fill=\"#c4562a\"/>"
		"<path d=\"M0 0L8 8M0 8L8 0\" stroke=\"#ffffff\" stroke-width=\"0.8\"/></pattern>\n"
		"</defs>\n";
	fputs(patterns, stream);
}

void map_style(FILE *stream)
{
	static const char style[] =
		"svg text{font-family:sans-serif;font-size:12px;fill:#000000}"
		"svg .title{font-size:16px;font-weight:bold}"
		"svg .bank{font-size:13px;font-weight:bold}"
		"svg .small{font-size:11px;fill:#303030}"
		"svg rect{stroke:#000000;stroke-width:0.8}svg pattern rect{stroke:none}"
		".free{fill:#ffffff}.reserve{fill:url(#reserve)}.code{fill:url(#code)}"
		".memory{fill:#9ccbe8}.data{fill:url(#data)}.shared{fill:url(#shared)}"
		".slack{fill:url(#slack)}.hole{fill:#303030}"
		".leader{fill:none;stroke:#606060;stroke-width:0.8}";
	fputs(style, stream);
}
