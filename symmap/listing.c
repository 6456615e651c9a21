/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * { "berth_resolution": 1,
 *   "imports": [ { "index": 0, "component": 2, "component_name": "imu",
 *                  "module": "tick-now", "field": "$2", "kebab": "tick-now",
 *                  "native": "tick_now", "reason": "kebab", "checked": "dwarf",
 *                  "source": "tcb.o" } ],
 *   "exports": [ { "export": "ns:pkg/iface@1.0.0#get", "wit": "func() -> string",
 *                  "memory": "memory$0", "realloc": "cabi_realloc",
 *                  "post_return": "cabi_post_ns:pkg/iface@1.0.0#get" } ] }
 *
 * exports is what meld.signature-manifest says, and null without that section.
 * checked is "dwarf" or "not checked"; component is null where it is not known, component_name
 * where none was given.
 */
#include "symmap/listing.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/json_text.h"

enum column { INDEX, COMPONENT, PAIR, KEBAB, NATIVE, REASON, CHECKED, SOURCE, COLUMNS };

static const char *const headings[COLUMNS] = {
	"IMPORT", "COMPONENT", "MODULE FIELD", "KEBAB", "NATIVE", "REASON", "CHECKED", "SOURCE"};

static const struct wasm_import *import_of(
	const struct resolve_input *input, const struct resolution *resolution)
{
	return &input->module->imports[input->module->functions[resolution->import].import];
}

static const char *component_name_of(const struct resolve_input *input, uint32_t number)
{
	for (size_t i = 0; i < input->component_count; i++)
		if (input->components[i].number == number)
			return input->components[i].name;
	return NULL;
}

/* --- the table ----------------------------------------------------------------------- */

static void put_escaped(FILE *stream, const char *text)
{
	diag_escape(stream, text, strlen(text));
}

/* Against what the native was compared with the import. */
static const char *checked_text(const struct resolution *resolution)
{
	return resolution->checked ? "dwarf" : "not checked";
}

static void put_cell(FILE *stream, const struct resolve_input *input,
	const struct resolution *resolution, enum column column)
{
	const struct wasm_import *import = import_of(input, resolution);
	const char *name = component_name_of(input, resolution->component);
	switch (column) {
	case INDEX:
		fprintf(stream, "%" PRIu32, resolution->import);
		break;
	case COMPONENT:
		if (name != NULL)
			fputs(name, stream);
		else if (resolution->component != MELD_UNKNOWN)
			fprintf(stream, "%" PRIu32, resolution->component);
		else
			fputc('-', stream);
		break;
	case PAIR:
		fputc('"', stream);
		put_escaped(stream, import->module);
		fputs("\" \"", stream);
		put_escaped(stream, import->field);
		fputc('"', stream);
		break;
	case KEBAB:
		put_escaped(stream, resolution->kebab);
		break;
	case NATIVE:
		put_escaped(stream, resolution->native);
		break;
	case REASON:
		fputs(resolve_reason_text(resolution->reason), stream);
		break;
	case CHECKED:
		fputs(checked_text(resolution), stream);
		break;
	default:
		put_escaped(stream, resolution->source);
	}
}

/* The text of a cell, in a new string; NULL when memory ran out. */
static char *cell(
	const struct resolve_input *input, const struct resolution *resolution, enum column column)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	if (stream == NULL)
		return NULL;
	put_cell(stream, input, resolution, column);
	if (fclose(stream) == 0)
		return text;
	free(text);
	return NULL;
}

/* How many places the UTF-8 text takes: continuation bytes take none. */
static size_t width_of(const char *text)
{
	size_t width = 0;
	for (; *text != '\0'; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

static bool measure(const struct resolve_input *input, const struct resolution *resolutions,
	size_t count, size_t *widths)
{
	for (int column = 0; column < COLUMNS; column++) {
		widths[column] = width_of(headings[column]);
		for (size_t i = 0; i < count; i++) {
			char *text = cell(input, &resolutions[i], (enum column)column);
			if (text == NULL)
				return false;
			size_t width = width_of(text);
			if (width > widths[column])
				widths[column] = width;
			free(text);
		}
	}
	return true;
}

/* The last column is not filled up, so that no line ends in blanks. */
static void put_padded(FILE *stream, const char *text, size_t width, enum column column)
{
	fputs(text, stream);
	if (column == COLUMNS - 1)
		fputc('\n', stream);
	else
		fprintf(stream, "%*s", (int)(width - width_of(text) + 2), "");
}

bool listing_table(FILE *stream, const struct resolve_input *input,
	const struct resolution *resolutions, size_t count)
{
	size_t widths[COLUMNS];
	if (!measure(input, resolutions, count, widths))
		return false;
	for (int column = 0; column < COLUMNS; column++)
		put_padded(stream, headings[column], widths[column], (enum column)column);
	for (size_t i = 0; i < count; i++)
		for (int column = 0; column < COLUMNS; column++) {
			char *text = cell(input, &resolutions[i], (enum column)column);
			if (text == NULL)
				return false;
			put_padded(stream, text, widths[column], (enum column)column);
			free(text);
		}
	return true;
}

/* --- JSON ------------------------------------------------------------------------------- */

static const char *reason_word(enum resolve_reason reason)
{
	static const char *const words[] = {"map", "name", "kebab", "arena", "rule"};
	return words[reason];
}

static json_t *entry_of(const struct resolve_input *input, const struct resolution *resolution)
{
	const struct wasm_import *import = import_of(input, resolution);
	const char *name = component_name_of(input, resolution->component);
	bool known = resolution->component != MELD_UNKNOWN;
	return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:s, s:o}", "index",
		(json_int_t)resolution->import, "component",
		known ? json_integer(resolution->component) : json_null(), "component_name",
		name == NULL ? json_null() : json_string(name), "module", json_text(import->module),
		"field", json_text(import->field), "kebab", json_text(resolution->kebab), "native",
		json_text(resolution->native), "reason", reason_word(resolution->reason), "checked",
		checked_text(resolution), "source", json_text(resolution->source));
}

static json_t *text_or_null(const char *text)
{
	return text == NULL ? json_null() : json_text(text);
}

/* What the manifest says of one export. */
static json_t *export_of(const struct meld_signature *signature)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "export", json_text(signature->export), "wit",
		json_text(signature->wit), "memory", text_or_null(signature->memory), "realloc",
		text_or_null(signature->realloc), "post_return",
		text_or_null(signature->post_return));
}

static json_t *exports_of(const struct meld_manifest *manifest)
{
	if (manifest == NULL || manifest->count == 0)
		return json_null();
	json_t *exports = json_array();
	bool good = exports != NULL;
	for (size_t i = 0; good && i < manifest->count; i++)
		good = json_append(exports, export_of(&manifest->entries[i]));
	return json_whole(exports, good);
}

static json_t *imports_of(
	const struct resolve_input *input, const struct resolution *resolutions, size_t count)
{
	json_t *imports = json_array();
	bool good = imports != NULL;
	for (size_t i = 0; good && i < count; i++)
		good = json_append(imports, entry_of(input, &resolutions[i]));
	return json_whole(imports, good);
}

bool listing_json(FILE *stream, const struct resolve_input *input,
	const struct meld_manifest *manifest, const struct resolution *resolutions, size_t count)
{
	json_t *root = json_pack("{s:i, s:o, s:o}", "berth_resolution", 1, "imports",
		imports_of(input, resolutions, count), "exports", exports_of(manifest));
	if (root == NULL)
		return false;
	/* A write that fails shows as an error of the stream at the end. */
	(void)json_dumpf(root, stream, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	fputc('\n', stream);
	json_decref(root);
	return true;
}
