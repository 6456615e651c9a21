/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The memory map as SVG: a column for each bank (ldgen/map.h), the legend, the
 * peripherals, and what each context opens.  Names are C identifiers with dots:
 * nothing in them wants escaping.
 */
#include "ldgen/svg.h"

#include <stdlib.h>
#include <string.h>

#include "ldgen/map.h"

enum {
	MARGIN = 24,
	TOP = 92, /* y of the bars */
	LINE = 18,
	LEGEND_BOX = 26,
	WIDTH_LEAST = 480, /* what the legend takes */
};

static unsigned long long number(uint64_t value)
{
	return (unsigned long long)value;
}

static void draw_head(FILE *stream, const struct layout_bank *bank, int x)
{
	fprintf(stream, "<text class=\"bank\" x=\"%d\" y=\"%d\">%s (%s)</text>\n", x, TOP - 34,
		bank->name, map_rights(bank->access));
	fprintf(stream,
		"<text class=\"small\" x=\"%d\" y=\"%d\">0x%08llx to 0x%08llx, %llu bytes</text>\n",
		x, TOP - 20, number(bank->origin), number(bank->origin + bank->length - 1),
		number(bank->length));
	if (bank->used > 0)
		fprintf(stream,
			"<text class=\"small\" x=\"%d\" y=\"%d\">%llu from the reserve to "
			"the last region</text>\n",
			x, TOP - 6, number(bank->used));
}

static int draw_legend(FILE *stream, int y)
{
	for (int fill = 0; fill < MAP_FILLS; fill++) {
		fprintf(stream,
			"<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"12\"/>\n",
			map_fill_class((enum map_fill)fill), MARGIN, y - 10, LEGEND_BOX);
		fprintf(stream, "<text x=\"%d\" y=\"%d\">%s</text>\n", MARGIN + LEGEND_BOX + 8, y,
			map_fill_name((enum map_fill)fill));
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

/* The drawings of all banks; NULL when memory ran out. */
static struct map_bank *make_maps(const struct layout *layout)
{
	struct map_bank *maps = calloc(layout->bank_count + 1, sizeof(*maps));
	bool good = maps != NULL;
	for (size_t i = 0; i < layout->bank_count && good; i++)
		good = map_make(layout, i, &maps[i]);
	if (good)
		return maps;
	for (size_t i = 0; i < layout->bank_count && maps != NULL; i++)
		map_free(&maps[i]);
	free(maps);
	return NULL;
}

static void draw(const struct layout *layout, const struct map_bank *maps, FILE *stream)
{
	int height = 0;
	int width = MARGIN;
	size_t peripherals = 0;
	for (size_t i = 0; i < layout->bank_count; i++) {
		height = maps[i].height > height ? maps[i].height : height;
		width += maps[i].width + MARGIN;
	}
	for (size_t i = 0; i < layout->region_count; i++)
		peripherals += layout->regions[i].kind == LAYOUT_PERIPHERAL;
	width = width > WIDTH_LEAST ? width : WIDTH_LEAST;
	int below = TOP + height + 2 * MARGIN;
	int lines = MAP_FILLS + 3 + (int)layout->context_count + (int)peripherals;
	int total = below + lines * LINE + MARGIN;
	fprintf(stream,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		"viewBox=\"0 0 %d %d\">\n<title>Memory map</title>\n",
		width, total, width, total);
	map_patterns(stream);
	fputs("<style>", stream);
	map_style(stream);
	fprintf(stream,
		"</style>\n<rect x=\"0\" y=\"0\" width=\"%d\" height=\"%d\" fill=\"#ffffff\" "
		"style=\"stroke:none\"/>\n"
		"<text class=\"title\" x=\"%d\" y=\"%d\">Memory map, %s</text>\n",
		width, total, MARGIN, 30, layout->arch);
	int x = MARGIN;
	for (size_t i = 0; i < layout->bank_count; i++) {
		draw_head(stream, &layout->banks[i], x);
		map_draw(&maps[i], x, TOP, stream);
		x += maps[i].width + MARGIN;
	}
	below = draw_legend(stream, below) + LINE / 2;
	below = draw_peripherals(layout, stream, below);
	draw_contexts(layout, stream, below);
	fprintf(stream, "</svg>\n");
}

bool svg_write(struct diag *diag, const struct layout *layout, FILE *stream)
{
	struct map_bank *maps = make_maps(layout);
	if (maps == NULL)
		return diag_no_memory(diag);
	draw(layout, maps, stream);
	for (size_t i = 0; i < layout->bank_count; i++)
		map_free(&maps[i]);
	free(maps);
	return true;
}
