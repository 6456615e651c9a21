/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Which components live in an object: bind wrote it down.  What is said again,
 * in the layout or on the command line, must be the same.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "elfbind/inject_state.h"

#define BIND_AGAIN "give the object that elfbind bind --core wrote"

/* --- the record ---------------------------------------------------------------------- */

/* A function that the module exports. */
struct exported {
	const char *name;
	uint32_t function;
};

static int compare_names(const void *a, const void *b)
{
	const struct exported *left = a;
	const struct exported *right = b;
	return strcmp(left->name, right->name);
}

/* The functions that MODULE exports, *COUNT of them, by their names; NULL when memory ran out. */
static struct exported *exported_by_name(const struct wasm_module *module, size_t *count)
{
	struct exported *list = calloc(module->export_count + 1, sizeof(*list));
	*count = 0;
	for (size_t i = 0; list != NULL && i < module->export_count; i++)
		if (module->exports[i].kind == WASM_FUNCTION)
			list[(*count)++] = (struct exported){
				module->exports[i].name, module->exports[i].index};
	if (list != NULL)
		qsort(list, *count, sizeof(*list), compare_names);
	return list;
}

/* The checksum says which module the record is of, and nothing of what else stands in it. */
static bool check_exports(struct injection *run)
{
	size_t count;
	struct exported *list = exported_by_name(run->input->module, &count);
	bool good = list != NULL || diag_no_memory(run->diag);
	for (uint32_t i = 0; good && i < run->bound->export_count; i++) {
		const struct bind_record_export *export = &run->bound->exports[i];
		const struct exported wanted = {.name = export->name};
		const struct exported *found =
			bsearch(&wanted, list, count, sizeof(*list), compare_names);
		if (found == NULL || found->function != export->function)
			good = diag_error(run->diag, run->input->object->path,
				"records function %" PRIu32 " as the export \"%s\", which its core "
				"module does not have there [section " BIND_RECORD_SECTION
				"]: " BIND_AGAIN,
				export->function, export->name);
	}
	free(list);
	return good;
}

/* A module of the same sizes but another one would give the wrong data and no sign of it. */
static bool find_record(struct injection *run)
{
	const struct object *object = run->input->object;
	const struct wasm_module *module = run->input->module;
	struct bind_records *records = &run->records_of_bind;
	if (!bind_records_read(run->diag, object, records))
		return false;
	if (records->damaged)
		return diag_error(run->diag, object->path,
			"has a damaged [section " BIND_RECORD_SECTION "]: " BIND_AGAIN);
	if (records->count == 0)
		return diag_error(run->diag, object->path,
			"has no [section " BIND_RECORD_SECTION
			"] that says how it was bound: " BIND_AGAIN);
	if (records->count > 1)
		return diag_error(run->diag, object->path,
			"was joined of %zu bound objects [section " BIND_RECORD_SECTION
			"]: inject each of them",
			records->count);
	run->bound = &records->list[0];
	if (!bind_record_is_of(run->bound, module))
		return diag_error(run->diag, module->path,
			"is not the core module that %s was bound with: give that one",
			object->path);
	return check_exports(run);
}

/* --- the names ----------------------------------------------------------------------- */

static const char *typed_name(const struct inject_input *input, size_t index)
{
	return index < input->name_count ? input->names[index] : "";
}

static bool is_typed(const struct inject_input *input, const char *name)
{
	for (size_t i = 0; i < input->name_count; i++)
		if (strcmp(input->names[i], name) == 0)
			return true;
	return false;
}

static bool check_typed(struct injection *run)
{
	const struct inject_input *input = run->input;
	for (size_t i = 0; i < input->name_count; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(input->names[i], input->names[k]) == 0)
				return diag_error(run->diag, NULL,
					"inject: component %s is named twice: name it once",
					input->names[i]);
	for (size_t i = 0; i < input->name_count; i++)
		if (!bind_record_has(run->bound, input->names[i]))
			return diag_error(run->diag, input->object->path,
				"was not bound with a component called %s: leave --component out, "
				"or give the object of that component",
				input->names[i]);
	for (size_t i = 0; input->name_count > 0 && i < run->bound->component_count; i++)
		if (!is_typed(input, run->bound->components[i].name))
			return diag_error(run->diag, input->object->path,
				"was bound with component %s too, which would get no memory: name "
				"all of its components, or none",
				run->bound->components[i].name);
	return true;
}

/* An object that was bound without names takes one from the command line, if it is for one. */
static bool check_unnamed(struct injection *run)
{
	const struct inject_input *input = run->input;
	if (run->bound->component_count != 1)
		return diag_error(run->diag, input->object->path,
			"was bound without names for its %" PRIu32
			" components: bind it with --component N=NAME for each",
			run->bound->component_count);
	return input->name_count == 1 ||
	       diag_error(run->diag, input->object->path,
		       "was bound without a name for its component: give --component NAME once, "
		       "here or to elfbind bind");
}

/* --- the layout ---------------------------------------------------------------------- */

/* What the manifest grants to COMPONENT is for the code of the module that it names. */
static bool check_core(const struct injection *run, const struct layout_component *component)
{
	if (component->core_checksum == 0 || component->core_checksum == run->bound->core_crc)
		return true;
	return diag_error(run->diag, run->input->object->path,
		"was bound as component %s with another core module than the layout was made with "
		"for it, %s: bind it with the name that the manifest gives to its module, or run "
		"ldgen again",
		component->name,
		component->core != NULL ? component->core : "whose name is missing");
}

static bool find_in_layout(struct injection *run, uint32_t recorded, const char *name)
{
	const struct layout *layout = run->input->layout;
	const struct bind_record_component *bound = &run->bound->components[recorded];
	size_t index = layout_find_component(layout, name);
	if (index == LAYOUT_NONE)
		return diag_error(run->diag, run->input->object->path,
			"holds component %s, which the layout does not have: name it in the "
			"manifest and run ldgen again, or bind the object with the name that it "
			"has there",
			name);
	if (layout->components[index].fused != bound->number)
		return diag_error(run->diag, run->input->object->path,
			"was bound with %s as component %" PRIu32
			" of its module, and the layout takes it for component %" PRIu32
			": give bind and the manifest (fused:) the same numbers",
			name, bound->number, layout->components[index].fused);
	if (!check_core(run, &layout->components[index]))
		return false;
	for (size_t i = 0; i < run->component_count; i++)
		if (run->components[i].layout == index)
			return diag_error(run->diag, run->input->object->path,
				"records component %s twice [section " BIND_RECORD_SECTION
				"]: " BIND_AGAIN,
				name);
	run->components[run->component_count++] =
		(struct inject_component){.layout = index, .recorded = recorded};
	return true;
}

bool inject_find_components(struct injection *run)
{
	if (!find_record(run))
		return false;
	const struct bind_record *bound = run->bound;
	bool unnamed = bind_record_has(bound, "");
	if (unnamed ? !check_unnamed(run) : !check_typed(run))
		return false;
	run->components = calloc(bound->component_count + 1, sizeof(*run->components));
	run->import_symbols = calloc(bound->import_count + 1, sizeof(*run->import_symbols));
	if (run->components == NULL || run->import_symbols == NULL)
		return diag_no_memory(run->diag);
	for (uint32_t i = 0; i < bound->component_count; i++)
		if (!find_in_layout(run, i,
			    unnamed ? typed_name(run->input, i) : bound->components[i].name))
			return false;
	return true;
}
