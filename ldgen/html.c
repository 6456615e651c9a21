/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "ldgen/html.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ldgen/map.h"

/* A drawing has its own margin, for the strokes at its edges. */
enum { EDGE = 2 };

/* Names up to this long are not broken in a table. */
enum { WHOLE_NAME = 24 };

/* Writes TEXT with everything escaped that HTML, or a terminal, would take for more than text. */
static bool write_text(const char *text, FILE *stream)
{
	char *escaped = diag_escaped(text, strlen(text));
	if (escaped == NULL)
		return false;
	for (const char *at = escaped; *at != '\0'; at++)
		switch (*at) {
		case '<':
			fputs("&lt;", stream);
			break;
		case '>':
			fputs("&gt;", stream);
			break;
		case '&':
			fputs("&amp;", stream);
			break;
		case '"':
			fputs("&quot;", stream);
			break;
		case '\'':
			fputs("&#39;", stream);
			break;
		default:
			fputc(*at, stream);
		}
	free(escaped);
	return true;
}

/* A cell of a table with NAME in it. */
static bool write_name_cell(const char *name, FILE *stream)
{
	fputs(strlen(name) <= WHOLE_NAME ? "<td class=\"w\">" : "<td>", stream);
	bool good = write_text(name, stream);
	fputs("</td>", stream);
	return good;
}

/* --- head -------------------------------------------------------------------------------- */

static const char style[] =
	"body{font:14px/1.4 sans-serif;color:#000;background:#fff;margin:24px;"
	"overflow-wrap:anywhere}"
	"h1{font-size:22px;margin:0 0 8px}h2{font-size:17px;margin:28px 0 8px}"
	".banks{display:flex;flex-wrap:wrap;gap:24px 32px;align-items:flex-start}"
	"figure{margin:0;max-width:100%;break-inside:avoid}"
	"figcaption{margin-bottom:6px}figcaption b{font-size:15px}"
	"figure svg{max-width:100%;height:auto}"
	"table{border-collapse:collapse;width:100%}"
	"caption{text-align:left;font-weight:bold;padding:14px 0 4px}"
	"th,td{border:1px solid #707070;padding:3px 7px;text-align:left;vertical-align:top}"
	"th{background:#e8e8e8;overflow-wrap:normal}td.w{white-space:nowrap}td.n{text-align:right;"
	"font-variant-numeric:tabular-nums;"
	"white-space:nowrap}"
	"tr{break-inside:avoid}thead{display:table-header-group}"
	"ul.legend{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:6px 22px}"
	"ul.legend svg{vertical-align:middle;margin-right:7px}"
	"@page{size:A4;margin:12mm}"
	"@media print{body{margin:0;font-size:10px}h2{break-after:avoid}"
	".banks{gap:12px 14px}figure svg{max-height:225mm}}";

static bool write_head(const struct layout *layout, FILE *stream)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<title>Memory map</title>\n<style>",
		stream);
	fputs(style, stream);
	map_style(stream);
	fputs("</style>\n</head>\n<body>\n<svg width=\"0\" height=\"0\" aria-hidden=\"true\" "
	      "style=\"position:absolute\">\n",
		stream);
	map_patterns(stream);
	fputs("</svg>\n<h1>Memory map, ", stream);
	bool good = write_text(layout->arch, stream);
	fprintf(stream,
		"</h1>\n<p>The regions need %" PRIu64 " bytes; %" PRIu64
		" are used behind the reserves. ",
		layout->need, layout->used);
	if (layout->optimal)
		fprintf(stream, "No placement uses less.</p>\n");
	else
		fprintf(stream, "No placement uses less than %" PRIu64 ".</p>\n",
			layout->lower_bound);
	return good;
}

/* --- banks ------------------------------------------------------------------------------- */

static bool write_bank(const struct layout *layout, size_t index, FILE *stream)
{
	const struct layout_bank *bank = &layout->banks[index];
	struct map_bank map;
	if (!map_make(layout, index, &map))
		return false;
	int width = map.width + 2 * EDGE;
	int height = map.height + 2 * EDGE;
	fprintf(stream, "<figure style=\"width:%dpx\">\n<figcaption><b>", width);
	bool good = write_text(bank->name, stream);
	fprintf(stream,
		"</b> (%s)<br>0x%08" PRIx64 " to 0x%08" PRIx64 ", %" PRIu64 " bytes<br>%" PRIu64
		" reserved, %" PRIu64 " from there to the last region%s</figcaption>\n",
		map_rights(bank->access), bank->origin, bank->origin + bank->length - 1,
		bank->length, bank->reserve, bank->used,
		map.stretched ? "; thin parts are drawn higher than to scale" : "; to scale");
	fprintf(stream,
		"<svg role=\"img\" aria-label=\"bank %s, its highest address on top\" "
		"width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n",
		bank->name, width, height, width, height);
	map_draw(&map, EDGE, EDGE, stream);
	fputs("</svg>\n</figure>\n", stream);
	map_free(&map);
	return good;
}

static bool write_banks(const struct layout *layout, FILE *stream)
{
	bool good = true;
	fputs("<h2>Banks</h2>\n<ul class=\"legend\">\n", stream);
	for (int fill = 0; fill < MAP_FILLS; fill++)
		fprintf(stream,
			"<li><svg width=\"28\" height=\"14\" aria-hidden=\"true\"><rect "
			"class=\"%s\" x=\"1\" y=\"1\" width=\"26\" height=\"12\"/></svg>%s</li>\n",
			map_fill_class((enum map_fill)fill), map_fill_name((enum map_fill)fill));
	fputs("</ul>\n<div class=\"banks\">\n", stream);
	for (size_t i = 0; i < layout->bank_count; i++)
		good = write_bank(layout, i, stream) && good;
	fputs("</div>\n", stream);
	return good;
}

/* --- regions and who may touch them ------------------------------------------------------- */

static const char *kind_text(enum layout_kind kind)
{
	static const char *const texts[] = {
		[LAYOUT_MEMORY] = "linear memory",
		[LAYOUT_DATA] = "stack, globals, table",
		[LAYOUT_CODE] = "code and constants",
		[LAYOUT_PERIPHERAL] = "peripheral",
		[LAYOUT_SHARED] = "shared memory",
		[LAYOUT_CARVE] = "part of a linear memory",
		[LAYOUT_JOINT] = "globals, arena states",
	};
	return texts[kind];
}

static bool write_openers(const struct layout *layout, size_t index, FILE *stream)
{
	size_t count = 0;
	bool good = true;
	for (size_t i = 0; i < layout->context_count; i++) {
		unsigned rights = layout_rights(&layout->contexts[i], index);
		if (rights == 0)
			continue;
		fputs(count++ == 0 ? "" : ", ", stream);
		good = write_text(layout->contexts[i].name, stream) && good;
		fprintf(stream, " %s", map_rights(rights));
	}
	if (count == 0)
		fputs("no component", stream);
	return good;
}

static bool write_region(const struct layout *layout, size_t index, FILE *stream)
{
	const struct layout_region *region = &layout->regions[index];
	fputs("<tr>", stream);
	bool good = write_name_cell(region->name, stream);
	fprintf(stream, "<td>%s</td>", kind_text(region->kind));
	good = write_name_cell(region->bank != LAYOUT_NONE ? layout->banks[region->bank].name : "",
		       stream) &&
	       good;
	fprintf(stream,
		"<td class=\"n\">0x%08" PRIx64 "</td><td class=\"n\">0x%08" PRIx64
		"</td><td class=\"n\">%" PRIu64 "</td><td class=\"n\">%" PRIu64 "</td><td>",
		region->base, region->base + region->reserved - 1, region->size,
		region->reserved - region->size);
	good = write_openers(layout, index, stream) && good;
	fputs("</td></tr>\n", stream);
	return good;
}

static bool write_regions(const struct layout *layout, FILE *stream)
{
	bool good = true;
	fputs("<h2>Regions</h2>\n<table>\n<thead><tr><th>region</th><th>what</th><th>bank</th>"
	      "<th>first byte</th><th>last byte</th><th>bytes in use</th><th>unused</th>"
	      "<th>who may touch it</th></tr></thead>\n<tbody>\n",
		stream);
	for (size_t i = 0; i < layout->region_count; i++)
		good = write_region(layout, i, stream) && good;
	fputs("</tbody>\n</table>\n", stream);
	return good;
}

/* --- contexts ------------------------------------------------------------------------------ */

static bool write_row(const struct layout *layout, const struct layout_row *row, FILE *stream)
{
	fprintf(stream, "<tr><td class=\"n\">%u</td><td>", row->slot);
	bool good = write_text(layout->regions[row->region].name, stream);
	fprintf(stream, "</td><td>%s</td><td>", map_rights(row->access));
	for (size_t i = 0; i < row->cover_count; i++)
		fprintf(stream, "%s0x%08" PRIx64 " to 0x%08" PRIx64 " (%" PRIu64 ")",
			i == 0 ? "" : "<br>", row->covers[i].base,
			row->covers[i].base + row->covers[i].size - 1, row->covers[i].size);
	if (row->cover_count == 0)
		fputs("nothing by itself", stream);
	fputs("</td></tr>\n", stream);
	return good;
}

static bool write_context(
	const struct layout *layout, const struct layout_context *context, FILE *stream)
{
	fputs("<table>\n<caption>", stream);
	bool good = write_text(context->name, stream);
	fprintf(stream,
		": %zu of %u rows</caption>\n<thead><tr><th>row</th><th>region</th><th>rights</th>"
		"<th>what it opens (bytes)</th></tr></thead>\n<tbody>\n",
		context->row_count, layout->mpu_regions);
	for (size_t i = 0; i < context->row_count; i++)
		good = write_row(layout, &context->rows[i], stream) && good;
	fputs("</tbody>\n</table>\n", stream);
	return good;
}

bool html_write(struct diag *diag, const struct layout *layout, FILE *stream)
{
	bool good = write_head(layout, stream);
	good = write_banks(layout, stream) && good;
	good = write_regions(layout, stream) && good;
	fputs("<h2>What each component may touch while it runs</h2>\n", stream);
	for (size_t i = 0; i < layout->context_count; i++)
		good = write_context(layout, &layout->contexts[i], stream) && good;
	fputs("</body>\n</html>\n", stream);
	return good || diag_no_memory(diag);
}
