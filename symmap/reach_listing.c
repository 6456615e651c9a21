/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * For people, a line for each export and one for each memory that a component needs:
 *
 *     export acme:imu/motion@1.0.0#read
 *       component  imu
 *       reads      memory 0
 *       writes     memory 0
 *       leaves     "tick-now" "$2"
 *     component imu
 *       memory 0   read and written; natives may get pointers into it
 *
 * As JSON:
 *
 * { "berth_reach": 1,
 *   "exports": [ { "export": "acme:imu/motion@1.0.0#read", "component": 2,
 *                  "component_name": "imu", "reads": [0], "writes": [0], "grows": [],
 *                  "leaves": [ {"index": 3, "module": "tick-now", "field": "$2"} ],
 *                  "leaves_by_table": false } ],
 *   "components": [ { "component": 2, "component_name": "imu",
 *                     "memories": [ {"memory": 0, "read": true, "written": true,
 *                                    "natives": true} ] } ] }
 *
 * An export is a function, or a table or references through which others call; component is
 * null where it is not known, component_name where none was given.
 */
#include "symmap/reach_listing.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/json_text.h"

static const char *name_of(const struct reach_listing *listing, uint32_t number)
{
	for (size_t i = 0; i < listing->component_count; i++)
		if (listing->components[i].number == number)
			return listing->components[i].name;
	return NULL;
}

static uint32_t owner_of(const struct reach_listing *listing, const struct call_root *root)
{
	return root->node < listing->owners->count ? listing->owners->of_function[root->node]
						   : MELD_UNKNOWN;
}

static const struct wasm_import *import_of(const struct reach_listing *listing, size_t function)
{
	const struct wasm_module *module = listing->reach->module;
	return &module->imports[module->functions[function].import];
}

/* --- for people ------------------------------------------------------------------------ */

static void put_escaped(FILE *stream, const char *text)
{
	diag_escape(stream, text, strlen(text));
}

static void put_component(FILE *stream, const struct reach_listing *listing, uint32_t number)
{
	const char *name = name_of(listing, number);
	if (name != NULL)
		put_escaped(stream, name);
	else if (number != MELD_UNKNOWN)
		fprintf(stream, "%" PRIu32, number);
	else
		fputs("not known", stream);
}

/* The line LABEL with the memories that NODE touches so; none without one. */
static void put_memories(FILE *stream, const struct reach *reach, uint32_t node, const char *label,
	enum reach_access access)
{
	size_t count = 0;
	for (size_t i = 0; i < reach->module->memory_count; i++)
		if ((reach_memory(reach, node, i) & (unsigned)access) != 0)
			fprintf(stream, "%s %zu", count++ == 0 ? label : ",", i);
	if (count > 0)
		fputc('\n', stream);
}

static void put_leaves(FILE *stream, const struct reach_listing *listing, uint32_t node)
{
	const char *label = "leaves    ";
	for (size_t i = 0; i < listing->reach->module->imported_function_count; i++) {
		if (!reach_import(listing->reach, node, i))
			continue;
		const struct wasm_import *import = import_of(listing, i);
		fprintf(stream, "  %s \"", label);
		put_escaped(stream, import->module);
		fputs("\" \"", stream);
		put_escaped(stream, import->field);
		fputs("\"\n", stream);
		label = "          ";
	}
	if (reach_outside(listing->reach, node))
		fprintf(stream, "  %s through a table that others can fill\n", label);
}

static void put_export(
	FILE *stream, const struct reach_listing *listing, const struct call_root *root)
{
	static const char *const kinds[] = {"export", "start function", "table", "references"};
	fputs(kinds[root->kind], stream);
	fputs(root->name[0] == '\0' ? "" : " ", stream);
	put_escaped(stream, root->name);
	fputs("\n  component  ", stream);
	put_component(stream, listing, owner_of(listing, root));
	fputc('\n', stream);
	put_memories(stream, listing->reach, root->node, "  reads      memory", REACH_READ);
	put_memories(stream, listing->reach, root->node, "  writes     memory", REACH_WRITE);
	put_memories(stream, listing->reach, root->node, "  grows      memory", REACH_GROW);
	put_leaves(stream, listing, root->node);
}

static const char *access_text(unsigned touched)
{
	static const char *const words[] = {
		"not touched", "only read", "only written", "read and written"};
	return words[touched & (REACH_READ | REACH_WRITE)];
}

static void put_needs(
	FILE *stream, const struct reach_listing *listing, uint32_t number, const uint8_t *touched)
{
	fputs("component ", stream);
	put_component(stream, listing, number);
	fputc('\n', stream);
	for (size_t i = 0; i < listing->reach->module->memory_count; i++) {
		char label[32];
		if ((touched[i] & (REACH_READ | REACH_WRITE | REACH_NATIVE)) == 0)
			continue;
		snprintf(label, sizeof(label), "memory %zu", i);
		fprintf(stream, "  %-10s %s%s\n", label, access_text(touched[i]),
			(touched[i] & REACH_NATIVE) != 0 ? "; natives may get pointers into it"
							 : "");
	}
}

bool reach_listing_table(FILE *stream, const struct reach_listing *listing)
{
	const struct reach *reach = listing->reach;
	const struct meld_owners *owners = listing->owners;
	uint8_t *touched = calloc(reach->module->memory_count + 1, 1);
	bool good = touched != NULL || diag_no_memory(listing->diag);
	for (size_t i = 0; good && i < reach->graph.root_count; i++)
		put_export(stream, listing, &reach->graph.roots[i]);
	for (size_t i = 0; good && i < owners->component_count; i++) {
		good = reach_component(
			listing->diag, reach, owners, owners->components[i], touched);
		if (good)
			put_needs(stream, listing, owners->components[i], touched);
	}
	free(touched);
	return good;
}

/* --- JSON ------------------------------------------------------------------------------- */

static json_t *memories_of(const struct reach *reach, uint32_t node, enum reach_access access)
{
	json_t *list = json_array();
	bool good = list != NULL;
	for (size_t i = 0; good && i < reach->module->memory_count; i++)
		if ((reach_memory(reach, node, i) & (unsigned)access) != 0)
			good = json_append(list, json_integer((json_int_t)i));
	return json_whole(list, good);
}

static json_t *leaves_of(const struct reach_listing *listing, uint32_t node)
{
	json_t *list = json_array();
	bool good = list != NULL;
	for (size_t i = 0; good && i < listing->reach->module->imported_function_count; i++)
		if (reach_import(listing->reach, node, i))
			good = json_append(
				list, json_pack("{s:I, s:o, s:o}", "index", (json_int_t)i, "module",
					      json_text(import_of(listing, i)->module), "field",
					      json_text(import_of(listing, i)->field)));
	return json_whole(list, good);
}

static json_t *number_or_null(uint32_t number)
{
	return number == MELD_UNKNOWN ? json_null() : json_integer(number);
}

static json_t *name_or_null(const struct reach_listing *listing, uint32_t number)
{
	const char *name = name_of(listing, number);
	return name == NULL ? json_null() : json_text(name);
}

static json_t *export_of(const struct reach_listing *listing, const struct call_root *root)
{
	uint32_t owner = owner_of(listing, root);
	const struct reach *reach = listing->reach;
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "export",
		json_text(root->name), "component", number_or_null(owner), "component_name",
		name_or_null(listing, owner), "reads", memories_of(reach, root->node, REACH_READ),
		"writes", memories_of(reach, root->node, REACH_WRITE), "grows",
		memories_of(reach, root->node, REACH_GROW), "leaves",
		leaves_of(listing, root->node), "leaves_by_table",
		reach_outside(reach, root->node));
}

static json_t *needs_of(const struct reach_listing *listing, uint32_t number, uint8_t *touched)
{
	size_t count = listing->reach->module->memory_count;
	if (!reach_component(listing->diag, listing->reach, listing->owners, number, touched))
		return NULL;
	json_t *list = json_array();
	bool good = list != NULL;
	for (size_t i = 0; good && i < count; i++)
		if ((touched[i] & (REACH_READ | REACH_WRITE | REACH_NATIVE)) != 0)
			good = json_append(
				list, json_pack("{s:I, s:b, s:b, s:b}", "memory", (json_int_t)i,
					      "read", touched[i] & REACH_READ, "written",
					      touched[i] & REACH_WRITE, "natives",
					      touched[i] & REACH_NATIVE));
	return json_pack("{s:o, s:o, s:o}", "component", number_or_null(number), "component_name",
		name_or_null(listing, number), "memories", json_whole(list, good));
}

/* Each entry is written by itself, so that a large module needs no large tree. */
static bool put_entry(FILE *stream, json_t *entry, const char *before)
{
	if (entry == NULL)
		return false;
	fputs(before, stream);
	/* A write that fails shows as an error of the stream at the end. */
	(void)json_dumpf(entry, stream, JSON_ENSURE_ASCII);
	json_decref(entry);
	return true;
}

static bool put_entries(FILE *stream, const struct reach_listing *listing, uint8_t *touched)
{
	const struct call_graph *graph = &listing->reach->graph;
	const struct meld_owners *owners = listing->owners;
	bool good = true;
	fputs("{\n  \"berth_reach\": 1,\n  \"exports\": [", stream);
	for (size_t i = 0; good && i < graph->root_count; i++)
		good = put_entry(stream, export_of(listing, &graph->roots[i]),
			i == 0 ? "\n    " : ",\n    ");
	fputs("],\n  \"components\": [", stream);
	for (size_t i = 0; good && i < owners->component_count; i++)
		good = put_entry(stream, needs_of(listing, owners->components[i], touched),
			i == 0 ? "\n    " : ",\n    ");
	fputs("]\n}\n", stream);
	return good;
}

bool reach_listing_json(FILE *stream, const struct reach_listing *listing)
{
	uint8_t *touched = calloc(listing->reach->module->memory_count + 1, 1);
	bool good = touched != NULL && put_entries(stream, listing, touched);
	free(touched);
	return good || diag_no_memory(listing->diag);
}
