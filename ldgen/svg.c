/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The memory map as SVG.
 *
 *      bank ram                            one column for each bank:
 *     +--------+                             the bar, to the bank's scale,
 *     |  free  |-- free       262144         a leader to each label, labels
 *     |////////|-- baro.mem1   65536         moved apart where parts are thin
 *     +--------+
 *
 * All coordinates are integers, so that the file is the same everywhere.
 * Names are C identifiers with dots: nothing in them wants escaping.
 */
#include "ldgen/svg.h"

#include <stdlib.h>
#include <string.h>

enum {
	MARGIN = 24,
	TOP = 92, /* y of the bars */
	BAR_WIDTH = 110,
	BAR_HEIGHT = 620,
	LABEL_GAP = 34,	   /* between bar and label */
	LABEL_HEIGHT = 30, /* two lines */
	LABEL_WIDTH = 250,
	COLUMN = BAR_WIDTH + LABEL_GAP + LABEL_WIDTH + MARGIN,
	LINE = 18,
	LEGEND_BOX = 26,
};

/* How a part of a bank is filled. */
enum fill { FILL_FREE, FILL_RESERVE, FILL_CODE, FILL_MEMORY, FILL_DATA, FILL_SLACK, FILL_COUNT };

static const char *const fill_names[FILL_COUNT] = {
	[FILL_FREE] = "free",
	[FILL_RESERVE] = "reserve of the native program",
	[FILL_CODE] = "code and constants",
	[FILL_MEMORY] = "linear memory",
	[FILL_DATA] = "component's stack, globals, table",
	[FILL_SLACK] = "set aside, not used",
};

/* A stretch of a bank. */
struct part {
	uint64_t base;
	uint64_t size;
	enum fill fill;
	const char *name; /* NULL: no label of its own */
	uint64_t slack;	  /* bytes that follow it, set aside */
	int middle;	  /* y of the middle of what is drawn */
	int label;	  /* y of the middle of the label */
};

static unsigned long long number(uint64_t value)
{
	return (unsigned long long)value;
}

/* --- parts ------------------------------------------------------------------------------- */

static int compare_parts(const void *a, const void *b)
{
	const struct part *left = a;
	const struct part *right = b;
	return (left->base > right->base) - (left->base < right->base);
}

static enum fill fill_of(enum layout_kind kind)
{
	return kind == LAYOUT_MEMORY ? FILL_MEMORY : kind == LAYOUT_DATA ? FILL_DATA : FILL_CODE;
}

/* The parts of bank INDEX in ascending order; NULL when memory ran out. */
static struct part *list_parts(const struct layout *layout, size_t index, size_t *count)
{
	const struct layout_bank *bank = &layout->banks[index];
	struct part *parts =
		calloc(2 * layout->region_count + bank->free_count + 1, sizeof(*parts));
	size_t used = 0;
	if (parts == NULL)
		return NULL;
	if (bank->reserve > 0)
		parts[used++] = (struct part){.base = bank->origin,
			.size = bank->reserve,
			.fill = FILL_RESERVE,
			.name = "reserve"};
	for (size_t i = 0; i < layout->region_count; i++) {
		const struct layout_region *region = &layout->regions[i];
		if (region->bank != index)
			continue;
		uint64_t slack = region->reserved - region->size;
		parts[used++] = (struct part){.base = region->base,
			.size = region->size,
			.fill = fill_of(region->kind),
			.name = region->name,
			.slack = slack};
		if (slack > 0)
			parts[used++] = (struct part){.base = region->base + region->size,
				.size = slack,
				.fill = FILL_SLACK};
	}
	for (size_t i = 0; i < bank->free_count; i++)
		parts[used++] = (struct part){.base = bank->free[i].base,
			.size = bank->free[i].size,
			.fill = FILL_FREE,
			.name = "free"};
	qsort(parts, used, sizeof(*parts), compare_parts);
	*count = used;
	return parts;
}

/* y of ADDRESS: the bank's end is on top. */
static int y_of(const struct layout_bank *bank, uint64_t address, int height)
{
	return TOP + height - (int)((address - bank->origin) * (uint64_t)height / bank->length);
}

/* Moves labels apart: first each above the one before it, then all back below the top. */
static void spread_labels(
	const struct layout_bank *bank, struct part *parts, size_t count, int height)
{
	int limit = TOP + height - LABEL_HEIGHT / 2;
	for (size_t i = 0; i < count; i++) {
		int bottom = y_of(bank, parts[i].base, height);
		int top = y_of(bank, parts[i].base + parts[i].size, height);
		parts[i].middle = (bottom + top) / 2;
		if (parts[i].name == NULL)
			continue;
		parts[i].label = parts[i].middle < limit ? parts[i].middle : limit;
		limit = parts[i].label - LABEL_HEIGHT;
	}
	limit = TOP + LABEL_HEIGHT / 2;
	for (size_t i = count; i-- > 0;) {
		if (parts[i].name == NULL)
			continue;
		if (parts[i].label < limit)
			parts[i].label = limit;
		limit = parts[i].label + LABEL_HEIGHT;
	}
}

/* --- drawing ----------------------------------------------------------------------------- */

static const char definitions[] =
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
	"</defs>\n"
	"<style>text{font-family:sans-serif;font-size:12px;fill:#000000}"
	".title{font-size:16px;font-weight:bold}.bank{font-size:13px;font-weight:bold}"
	".small{font-size:11px;fill:#303030}"
	"rect{stroke:#000000;stroke-width:0.8}"
	".free{fill:#ffffff}.reserve{fill:url(#reserve)}.code{fill:url(#code)}"
	".memory{fill:#9ccbe8}.data{fill:#c4562a}.slack{fill:url(#slack)}"
	".leader{fill:none;stroke:#606060;stroke-width:0.8}</style>\n";

static const char *const fill_classes[FILL_COUNT] = {
	"free", "reserve", "code", "memory", "data", "slack"};

static void draw_label(FILE *stream, const struct part *part, int x)
{
	int from = x + BAR_WIDTH;
	int to = from + LABEL_GAP;
	fprintf(stream, "<path class=\"leader\" d=\"M%d %dH%dL%d %dH%d\"/>\n", from, part->middle,
		from + 8, to - 10, part->label, to - 4);
	fprintf(stream, "<text x=\"%d\" y=\"%d\">%s</text>\n", to, part->label - 2, part->name);
	fprintf(stream, "<text class=\"small\" x=\"%d\" y=\"%d\">0x%08llx, %llu bytes", to,
		part->label + 11, number(part->base), number(part->size));
	if (part->slack > 0)
		fprintf(stream, " + %llu unused", number(part->slack));
	fprintf(stream, "</text>\n");
}

static void draw_part(
	FILE *stream, const struct layout_bank *bank, const struct part *part, int x, int height)
{
	int top = y_of(bank, part->base + part->size, height);
	int bottom = y_of(bank, part->base, height);
	/* What is thinner than the scale still shows as a line. */
	fprintf(stream, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n",
		fill_classes[part->fill], x, bottom - top > 0 ? top : bottom - 1, BAR_WIDTH,
		bottom - top > 0 ? bottom - top : 1);
	if (part->name != NULL)
		draw_label(stream, part, x);
}

static void draw_head(FILE *stream, const struct layout_bank *bank, int x)
{
	static const char *const rights[8] = {"", "x", "w", "wx", "r", "rx", "rw", "rwx"};
	fprintf(stream, "<text class=\"bank\" x=\"%d\" y=\"%d\">%s (%s)</text>\n", x, TOP - 34,
		bank->name, rights[bank->access & 7]);
	fprintf(stream,
		"<text class=\"small\" x=\"%d\" y=\"%d\">0x%08llx to 0x%08llx, %llu bytes</text>\n",
		x, TOP - 20, number(bank->origin), number(bank->origin + bank->length - 1),
		number(bank->length));
	if (bank->used > 0)
		fprintf(stream,
			"<text class=\"small\" x=\"%d\" y=\"%d\">%llu used behind the "
			"reserve</text>\n",
			x, TOP - 6, number(bank->used));
}

/* One bank at column X; false when memory ran out. */
static bool draw_bank(const struct layout *layout, size_t index, int x, int height, FILE *stream)
{
	const struct layout_bank *bank = &layout->banks[index];
	size_t count = 0;
	struct part *parts = list_parts(layout, index, &count);
	if (parts == NULL)
		return false;
	spread_labels(bank, parts, count, height);
	draw_head(stream, bank, x);
	fprintf(stream, "<rect class=\"free\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n", x,
		TOP, BAR_WIDTH, height);
	for (size_t i = 0; i < count; i++)
		draw_part(stream, bank, &parts[i], x, height);
	free(parts);
	return true;
}

static int draw_legend(FILE *stream, int y)
{
	for (int fill = 0; fill < FILL_COUNT; fill++) {
		fprintf(stream,
			"<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"12\"/>\n",
			fill_classes[fill], MARGIN, y - 10, LEGEND_BOX);
		fprintf(stream, "<text x=\"%d\" y=\"%d\">%s</text>\n", MARGIN + LEGEND_BOX + 8, y,
			fill_names[fill]);
		y += LINE;
	}
	return y;
}

/* What each context may touch, one line each. */
static int draw_contexts(const struct layout *layout, FILE *stream, int y)
{
	fprintf(stream, "<text class=\"bank\" x=\"%d\" y=\"%d\">contexts</text>\n", MARGIN, y);
	for (size_t i = 0; i < layout->context_count; i++) {
		const struct layout_context *context = &layout->contexts[i];
		y += LINE;
		fprintf(stream, "<text x=\"%d\" y=\"%d\">%s: ", MARGIN, y, context->name);
		for (size_t r = 0; r < context->row_count; r++)
			if (r == 0 || context->rows[r].region != context->rows[r - 1].region)
				fprintf(stream, "%s%s", r == 0 ? "" : ", ",
					layout->regions[context->rows[r].region].name);
		fprintf(stream, " (%zu of %u rows)</text>\n", context->row_count,
			layout->mpu_regions);
	}
	return y + LINE;
}

static int draw_peripherals(const struct layout *layout, FILE *stream, int y)
{
	for (size_t i = 0; i < layout->region_count; i++) {
		const struct layout_region *region = &layout->regions[i];
		if (region->kind != LAYOUT_PERIPHERAL)
			continue;
		fprintf(stream,
			"<text x=\"%d\" y=\"%d\">peripheral %s: 0x%08llx, %llu bytes</text>\n",
			MARGIN, y, region->name, number(region->base), number(region->size));
		y += LINE;
	}
	return y;
}

/* Height of the bars: at least BAR_HEIGHT, more where a bank has many labels. */
static int bar_height(const struct layout *layout)
{
	size_t most = 0;
	for (size_t b = 0; b < layout->bank_count; b++) {
		size_t count = layout->banks[b].free_count + 1;
		for (size_t i = 0; i < layout->region_count; i++)
			count += layout->regions[i].bank == b;
		most = count > most ? count : most;
	}
	int wanted = (int)most * LABEL_HEIGHT;
	return wanted > BAR_HEIGHT ? wanted : BAR_HEIGHT;
}

bool svg_write(struct diag *diag, const struct layout *layout, FILE *stream)
{
	int height = bar_height(layout);
	int below = TOP + height + 2 * MARGIN;
	size_t peripherals = 0;
	for (size_t i = 0; i < layout->region_count; i++)
		peripherals += layout->regions[i].kind == LAYOUT_PERIPHERAL;
	int width = 2 * MARGIN + (int)layout->bank_count * COLUMN;
	int lines = FILL_COUNT + 3 + (int)layout->context_count + (int)peripherals;
	int total = below + lines * LINE + MARGIN;
	fprintf(stream,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		"viewBox=\"0 0 %d %d\">\n<title>Memory map</title>\n%s"
		"<rect x=\"0\" y=\"0\" width=\"%d\" height=\"%d\" fill=\"#ffffff\" "
		"style=\"stroke:none\"/>\n"
		"<text class=\"title\" x=\"%d\" y=\"%d\">Memory map, %s</text>\n",
		width, total, width, total, definitions, width, total, MARGIN, 30, layout->arch);
	bool good = true;
	for (size_t i = 0; i < layout->bank_count && good; i++)
		good = draw_bank(layout, i, MARGIN + (int)i * COLUMN, height, stream);
	below = draw_legend(stream, below) + LINE / 2;
	below = draw_peripherals(layout, stream, below);
	draw_contexts(layout, stream, below);
	fprintf(stream, "</svg>\n");
	return good || diag_no_memory(diag);
}
