/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/bind.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "elfbind/bind_imports.h"
#include "elfbind/component_names.h"
#include "elfbind/leave_record.h"
#include "lib/arm_attributes.h"
#include "lib/bind_record.h"
#include "lib/object_few.h"

/* --- all other symbols -------------------------------------------------------------- */

struct naming {
	struct diag *diag;
	struct binding *binding;
	const struct component_names *names; /* NULL without the module */
	uint32_t *named; /* by entry of the map: the symbol that it named, or 0 */
};

/* "", and $ with digits: what the fuser makes of the names of imports. */
static bool is_fused_name(const char *name)
{
	if (name[0] == '\0')
		return true;
	return name[0] == '$' && name[1] != '\0' &&
	       name[1 + strspn(name + 1, "0123456789")] == '\0';
}

static bool refuse_fused_name(const struct naming *at, const struct object_symbol *symbol)
{
	const struct bind_input *input = at->binding->input;
	if (input->module == NULL)
		return diag_error(at->diag, input->object->path,
			"has an import without a name of its own, which may stand for several "
			"[undefined symbol '%s']: give the core module with --core",
			symbol->name);
	return diag_error(at->diag, input->object->path,
		"has an undefined symbol that is no import of %s [symbol '%s']: give the core "
		"module that this object was compiled from",
		input->module->path, symbol->name);
}

/* The name that the exports' map gives to symbol INDEX; whatever the rule RENAMED goes. */
static bool name_by_export_map(
	struct naming *at, uint32_t index, const struct map_entry *entry, char *renamed)
{
	const struct bind_input *input = at->binding->input;
	const struct object_symbol symbol = object_symbol(input->object, index);
	bool *used = &at->binding->export_used[entry - input->exports->entries];
	free(renamed);
	if (*used)
		return diag_error_at(at->diag, input->exports->path, entry->line, entry->column,
			"[symbol '%s'] is defined twice in %s: rename one where it is made",
			entry->old, input->object->path);
	*used = true;
	const struct map_entry *other =
		input->map == NULL ? NULL : map_find_symbol(input->map, symbol.name);
	if (other != NULL && strcmp(other->new, entry->new) != 0)
		return diag_error_at(at->diag, input->exports->path, entry->line, entry->column,
			"[symbol '%s'] becomes %s here and %s in %s: take one out", entry->old,
			entry->new, other->new, input->map->path);
	return plan_rename_symbol(at->diag, &at->binding->plan, index, strdup(entry->new));
}

/* Applies the map's line for symbol INDEX. */
static bool name_by_map(struct naming *at, uint32_t index, const struct map_entry *entry)
{
	const struct bind_input *input = at->binding->input;
	const struct object_symbol symbol = object_symbol(input->object, index);
	uint32_t *named = &at->named[entry - input->map->entries];
	if (*named != 0)
		return diag_error_at(at->diag, input->map->path, entry->line, entry->column,
			"[symbol '%s'] is two symbols of %s (%" PRIu32 " and %" PRIu32
			"): take this line out, or rename them where they are made",
			entry->old, input->object->path, *named, index);
	*named = index;
	bool served = input->served != NULL && input->served[entry - input->map->entries];
	if (symbol.section == SHN_UNDEF && input->natives != NULL && !served &&
		natives_find(input->natives, entry->new) == NULL)
		return diag_error_at(at->diag, input->map->path, entry->line, entry->column,
			"no native defines %s, which shall serve [symbol '%s'] of %s: give the "
			"object that does with --against",
			entry->new, entry->old, input->object->path);
	return plan_rename_symbol(at->diag, &at->binding->plan, index, strdup(entry->new));
}

/* Names symbol INDEX by the rule, or by ENTRY of the exports' map when that is not NULL. */
static bool name_by_component(struct naming *at, uint32_t index, const struct map_entry *entry)
{
	const struct object *object = at->binding->input->object;
	const struct object_symbol *symbol = &object->symbols[index];
	char *renamed;
	if (!component_names_symbol(at->diag, at->names, object, symbol,
		    split_function_at(object, &at->binding->split, symbol), &renamed))
		return false;
	if (entry != NULL)
		return name_by_export_map(at, index, entry, renamed);
	return renamed == NULL || plan_rename_symbol(at->diag, &at->binding->plan, index, renamed);
}

/* With the module at hand the rule is asked too: it checks that the export is where it must be. */
static bool name_export(struct naming *at, uint32_t index, const struct map_entry *entry)
{
	const char *name = object_symbol(at->binding->input->object, index).name;
	if (at->names == NULL)
		return name_by_export_map(at, index, entry, NULL);
	/* Not an export: the check at the end says that the line named nothing. */
	return name_by_component(at, index, component_names_export(at->names, name) ? entry : NULL);
}

static bool name_symbol(struct naming *at, uint32_t index)
{
	const struct bind_input *input = at->binding->input;
	const struct object_symbol symbol = object_symbol(input->object, index);
	bool undefined = symbol.section == SHN_UNDEF;
	/* Sections and source files have entries here, but nothing is bound by their names. */
	if (at->binding->plan.imports[index] || symbol.type == STT_SECTION ||
		symbol.type == STT_FILE)
		return true;
	if (undefined && is_fused_name(symbol.name))
		return refuse_fused_name(at, &symbol);
	bool exported = !undefined && symbol.binding != STB_LOCAL;
	const struct map_entry *entry = exported && input->exports != NULL
						? map_find_symbol(input->exports, symbol.name)
						: NULL;
	if (entry != NULL)
		return name_export(at, index, entry);
	entry = input->map == NULL ? NULL : map_find_symbol(input->map, symbol.name);
	if (entry != NULL)
		return name_by_map(at, index, entry);
	return at->names == NULL || !exported || name_by_component(at, index, NULL);
}

static bool name_symbols(
	struct diag *diag, struct binding *binding, const struct component_names *names)
{
	const struct bind_input *input = binding->input;
	struct naming at = {.diag = diag, .binding = binding, .names = names};
	at.named = calloc(input->map == NULL ? 1 : input->map->count + 1, sizeof(*at.named));
	if (at.named == NULL)
		return diag_no_memory(diag);
	bool good = true;
	for (size_t i = 0; binding->few != NULL && i < binding->few_count && good; i++)
		good = name_symbol(&at, binding->few[i]);
	for (uint32_t i = 1; binding->few == NULL && i < input->object->symbol_count && good; i++)
		good = name_symbol(&at, i);
	free(at.named);
	return good;
}

/* --- few symbols among many ----------------------------------------------------------- */

static void filter_map(struct name_filter *filter, const struct symbol_map *map)
{
	for (size_t i = 0; map != NULL && i < map->count; i++) {
		name_filter_add(filter, map->entries[i].new);
		if (!map->entries[i].is_import)
			name_filter_add(filter, map->entries[i].old);
	}
}

/*
 * Without the core module names change by the maps only.  In a large object
 * nearly all symbols have names that no map speaks of.
 */
static bool find_few(struct diag *diag, struct binding *binding)
{
	const struct bind_input *input = binding->input;
	struct name_filter filter;
	size_t names = 0;
	names += input->map == NULL ? 0 : input->map->count * 2;
	names += input->exports == NULL ? 0 : input->exports->count * 2;
	if (input->module != NULL || input->object->symbol_count / 4 < names)
		return true;
	bool good = name_filter_make(diag, names, &filter);
	if (good) {
		filter_map(&filter, input->map);
		filter_map(&filter, input->exports);
		/* What the fuser may have named, is_fused_name. */
		filter.first[0] = filter.first['$'] = true;
		good = object_few(diag, input->object, &filter, &binding->few, &binding->few_count);
	}
	name_filter_free(&filter);
	binding->plan.few = binding->few;
	binding->plan.few_count = binding->few_count;
	return good;
}

static bool name_sections(
	struct diag *diag, struct binding *binding, const struct component_names *names)
{
	const struct object *object = binding->input->object;
	for (uint32_t i = 1; i < object->section_count; i++) {
		char *renamed;
		if (!component_names_section(
			    diag, names, object, object->sections[i].name, &renamed))
			return false;
		if (renamed != NULL && !plan_rename_section(diag, &binding->plan, i, renamed))
			return false;
	}
	return true;
}

/* --- the whole --------------------------------------------------------------------------- */

/* A core of the M profile cannot run Arm code: the call would fault (AAELF32, 5.5.3). */
static bool check_state(struct diag *diag, const struct binding *binding)
{
	const struct object *object = binding->input->object;
	bool thumb_only = arm_is_microcontroller(object);
	for (size_t i = 0; thumb_only && i < binding->resolution_count; i++) {
		const struct resolution *resolution = &binding->resolutions[i];
		if (resolution->definition != NULL && resolution->definition->arm_state)
			return diag_error(diag, resolution->definition->source,
				"is Arm code, which the M-profile core of %s does not run [symbol "
				"%s]: compile it with -mthumb and the core's -mcpu",
				object->path, resolution->native);
	}
	return true;
}

/* What the core module says: which native each call needs, and whose each name is. */
static bool bind_module(struct diag *diag, struct binding *binding, struct component_names *names)
{
	const struct bind_input *input = binding->input;
	struct resolve_input imports = {.module = input->module,
		.owners = input->owners,
		.map = input->map,
		.natives = input->natives,
		.components = input->components,
		.component_count = input->component_count};
	return component_names_make(diag, input->module, input->owners, input->components,
		       input->component_count, names) &&
	       split_object(diag, input->object, input->module, &binding->split) &&
	       resolve_imports(diag, &imports, &binding->resolutions, &binding->resolution_count) &&
	       check_state(diag, binding) && bind_imports(diag, binding) &&
	       name_sections(diag, binding, names);
}

static bool check_object(struct diag *diag, const struct object *object)
{
	if (object->type != ET_REL)
		return diag_error(diag, object->path,
			"is not a relocatable object: give what the compiler wrote, before "
			"linking");
	if (object->symbol_table == 0)
		return diag_error(diag, object->path,
			"has no symbol table: give an object that was not stripped");
	return true;
}

static bool make_room(struct diag *diag, struct binding *binding)
{
	const struct bind_input *input = binding->input;
	size_t exports = input->exports == NULL ? 0 : input->exports->count;
	binding->export_used = calloc(exports + 1, sizeof(*binding->export_used));
	size_t lines = input->seam == NULL ? 0 : input->seam->count;
	binding->seam_used = calloc(lines + 1, sizeof(*binding->seam_used));
	if (binding->export_used == NULL || binding->seam_used == NULL)
		return diag_no_memory(diag);
	return input->keep == NULL || keep_use_make(diag, input->keep, &binding->keep_use);
}

/* The symbols of a bound object no longer say which import they stand for. */
static bool check_unbound(struct diag *diag, const struct object *object)
{
	if (object_section(object, BIND_RECORD_SECTION) == NULL)
		return true;
	return diag_error(diag, object->path,
		"was bound already [section " BIND_RECORD_SECTION
		"]: give the object as the compiler wrote it");
}

bool bind_make(struct diag *diag, const struct bind_input *input, struct binding *binding)
{
	*binding = (struct binding){.input = input};
	struct component_names names = {0};
	bool with_module = input->module != NULL;
	bool good =
		check_object(diag, input->object) && plan_make(diag, input->object, &binding->plan);
	good = good && (!with_module || check_unbound(diag, input->object));
	good = good && (input->natives == NULL || natives_fit(diag, input->natives, input->object));
	good = good && make_room(diag, binding);
	good = good && (!with_module || bind_module(diag, binding, &names));
	good = good && find_few(diag, binding);
	good = good && name_symbols(diag, binding, with_module ? &names : NULL);
	if (good && input->keep != NULL)
		good = keep_plan(diag, input->keep, &binding->plan, &binding->keep_use);
	good = good && plan_check(diag, &binding->plan);
	/* Among others, what no WebAssembly compiler made has no seam. */
	if (good && input->seam != NULL && (with_module || !input->among_others))
		good = seam_check(diag, input->seam, binding);
	good = good && (!with_module || leave_record(diag, binding, &names));
	component_names_free(&names);
	return good;
}

/* No line may say something about nothing: it was meant for a name that is spelt otherwise. */
bool bind_check_used(struct diag *diag, const struct bind_input *input, const bool *export_used,
	const struct keep_use *keep_use, const char *where)
{
	bool good = true;
	for (size_t i = 0; input->exports != NULL && i < input->exports->count; i++) {
		const struct map_entry *entry = &input->exports->entries[i];
		if (!export_used[i])
			good = diag_error_at(diag, input->exports->path, entry->line, entry->column,
				"no export of %s is [symbol '%s']: give the name of one", where,
				entry->old);
	}
	if (input->keep == NULL)
		return good;
	return keep_check(diag, input->keep, keep_use, where) && good;
}

void bind_free(struct binding *binding)
{
	keep_use_free(&binding->keep_use);
	free(binding->few);
	free(binding->export_used);
	free(binding->seam_used);
	free(binding->import_used);
	plan_free(&binding->plan);
	resolution_free(binding->resolutions, binding->resolution_count);
	split_free(&binding->split);
	*binding = (struct binding){0};
}

/* --- evidence ------------------------------------------------------------------------------ */

static const char *component_of(const struct bind_input *input, uint32_t number)
{
	for (size_t i = 0; i < input->component_count; i++)
		if (input->components[i].number == number)
			return input->components[i].name;
	return NULL;
}

/* Who is called, in the words of the module, and by which symbol. */
static void explain_callee(const struct binding *binding, uint32_t callee, FILE *stream)
{
	const struct bind_input *input = binding->input;
	const struct wasm_module *module = input->module;
	if (callee >= module->imported_function_count) {
		const struct split_function *function =
			&binding->split.functions[binding->split.by_index[callee]];
		fprintf(stream, "function %" PRIu32 " -> %s", callee,
			plan_name(&binding->plan, function->symbol));
		return;
	}
	const struct wasm_import *import = &module->imports[module->functions[callee].import];
	const struct resolution *resolution = &binding->resolutions[callee];
	const char *component = component_of(input, resolution->component);
	fprintf(stream, "import %" PRIu32 " \"%s\" \"%s\"%s%s -> %s (%s, %s)", callee,
		import->module, import->field, component == NULL ? "" : " of ",
		component == NULL ? "" : component, resolution->native,
		resolve_reason_text(resolution->reason), resolution->source);
}

static void explain_call(const struct binding *binding, const struct split_function *function,
	size_t number, FILE *stream)
{
	const struct object *object = binding->input->object;
	const struct split_call *call = &binding->split.calls[function->first_call + number];
	const struct object_relocation *relocation = &object->relocations[call->relocation];
	char *text = NULL;
	size_t size = 0;
	FILE *line = open_memstream(&text, &size);
	if (line == NULL)
		return;
	fprintf(line, "func_%" PRIu32 " call %zu at %s+0x%" PRIx64 ": ", function->index,
		number + 1, object->sections[function->section].name, relocation->offset);
	explain_callee(binding, call->callee, line);
	if (fclose(line) == 0) {
		diag_escape(stream, text, size);
		fputc('\n', stream);
	}
	free(text);
}

void bind_explain(const struct binding *binding, FILE *stream)
{
	for (size_t i = 0; i < binding->split.function_count; i++)
		for (size_t k = 0; k < binding->split.functions[i].call_count; k++)
			explain_call(binding, &binding->split.functions[i], k, stream);
}
