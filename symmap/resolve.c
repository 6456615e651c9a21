/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The order of the rules; what is reported is in resolve_report.c. */
#include "symmap/resolve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symmap/kebab.h"
#include "symmap/resolve_state.h"

static const char arena_symbol[] = "__cabi_arena_realloc";

const char *resolve_reason_text(enum resolve_reason reason)
{
	switch (reason) {
	case RESOLVE_BY_MAP:
		return "named in the map";
	case RESOLVE_BY_NAME:
		return "native of that name";
	case RESOLVE_BY_KEBAB:
		return "native of that kebab-case";
	case RESOLVE_BY_RULE:
		return "named by rule";
	default:
		return "arena of the component";
	}
}

/* Where a native is defined, as people read it; PLACE may be NULL. */
static char *source_text(const struct native *native, const char *place)
{
	char *text;
	const char *weak = native->weak ? ", weak" : "";
	int length = place == NULL ? asprintf(&text, "%s%s", native->source, weak)
				   : asprintf(&text, "%s%s (%s)", native->source, weak, place);
	return length < 0 ? NULL : text;
}

/* Fills the resolution; takes over NATIVE and SOURCE, which may be NULL for want of memory. */
static bool decide(const struct resolver *resolver, size_t index, enum resolve_reason reason,
	char *native, char *source)
{
	struct resolution *resolution = &resolver->resolutions[index];
	resolution->reason = reason;
	resolution->native = native;
	resolution->source = source;
	return (native != NULL && source != NULL) || diag_no_memory(resolver->diag);
}

/* --- rule 1: the map ----------------------------------------------------------------- */

static const struct map_entry *find_entry(const struct resolver *resolver, size_t index)
{
	const struct symbol_map *map = resolver->input->map;
	const struct wasm_import *import = resolver_import(resolver, index);
	if (map == NULL)
		return NULL;
	const struct map_entry *entry = map_find_import(map, import->module, import->field);
	if (entry == NULL)
		entry = map_find_symbol(map, resolver->names[index]);
	if (entry == NULL)
		entry = map_find_symbol(map, resolver->resolutions[index].kebab);
	return entry;
}

/* The component whose arena has the symbol NAME, or NULL. */
static const struct component_name *find_arena(const struct resolver *resolver, const char *name)
{
	const struct resolve_input *input = resolver->input;
	for (size_t i = 0; i < input->component_count; i++) {
		const struct component_name *component = &input->components[i];
		size_t length = strlen(component->name);
		if (component->arena && strncmp(name, component->name, length) == 0 &&
			name[length] == '_' && strcmp(name + length + 1, arena_symbol) == 0)
			return component;
	}
	return NULL;
}

static bool by_map(const struct resolver *resolver, size_t index, const struct map_entry *entry)
{
	const struct symbol_map *map = resolver->input->map;
	const struct natives *natives = resolver->input->natives;
	const struct native *const *list = NULL;
	size_t count = natives == NULL ? 0 : natives_find_all(natives, entry->new, &list);
	char *place;
	if (count > 1)
		return resolve_ambiguous(resolver, index, NULL, list, count);
	if (count == 0 && natives != NULL && find_arena(resolver, entry->new) == NULL)
		return diag_error_at(resolver->diag, map->path, entry->line, entry->column,
			"no native defines \"%s\": give the object that does, or correct the name",
			entry->new);
	if (asprintf(&place, "%s:%zu", map->path, entry->line) < 0)
		return diag_no_memory(resolver->diag);
	if (count == 0)
		return decide(resolver, index, RESOLVE_BY_MAP, strdup(entry->new), place);
	char *source = source_text(list[0], place);
	free(place);
	resolver->resolutions[index].definition = list[0];
	return decide(resolver, index, RESOLVE_BY_MAP, strdup(entry->new), source);
}

/* --- rules 2 and 3, and arenas --------------------------------------------------------- */

/* The component of import INDEX where it has an arena that shall serve it, else NULL. */
static const struct component_name *serving_arena(const struct resolver *resolver, size_t index)
{
	const struct resolve_input *input = resolver->input;
	const struct resolution *resolution = &resolver->resolutions[index];
	if (strcmp(resolution->kebab, RESOLVE_ARENA_KEBAB) != 0)
		return NULL;
	for (size_t i = 0; i < input->component_count; i++)
		if (input->components[i].number == resolution->component &&
			input->components[i].arena)
			return &input->components[i];
	return NULL;
}

static bool by_arena(
	const struct resolver *resolver, size_t index, const struct component_name *component)
{
	char *source;
	if (asprintf(&source, "arena of %s", component->name) < 0)
		source = NULL;
	return decide(resolver, index, RESOLVE_BY_ARENA,
		component_symbol(component->name, arena_symbol), source);
}

/* What a native may be called so that rule 3 finds it. */
static bool by_rule(const struct resolver *resolver, size_t index)
{
	char *identifier = export_identifier(resolver->names[index]);
	char *kebab = identifier == NULL ? NULL : kebab_case(identifier);
	bool served = kebab != NULL && strcmp(kebab, resolver->resolutions[index].kebab) == 0;
	bool good = kebab != NULL || diag_no_memory(resolver->diag);
	free(kebab);
	if (good && served)
		return decide(resolver, index, RESOLVE_BY_RULE, identifier, strdup("rule"));
	free(identifier);
	return good && resolve_missing(resolver, index);
}

static bool by_native(const struct resolver *resolver, size_t index)
{
	const struct natives *natives = resolver->input->natives;
	const struct component_name *arena = serving_arena(resolver, index);
	enum resolve_reason reason = RESOLVE_BY_NAME;
	const struct native *const *list = NULL;
	size_t count = 0;
	if (natives != NULL)
		count = natives_find_all(natives, resolver->names[index], &list);
	if (natives != NULL && count == 0) {
		reason = RESOLVE_BY_KEBAB;
		count = natives_find_kebab(natives, resolver->resolutions[index].kebab, &list);
	}
	if (count + (arena != NULL) > 1)
		return resolve_ambiguous(resolver, index, arena, list, count);
	if (arena != NULL)
		return by_arena(resolver, index, arena);
	if (count == 0 && natives == NULL && resolver->input->by_rule)
		return by_rule(resolver, index);
	if (count == 0)
		return resolve_missing(resolver, index);
	resolver->resolutions[index].definition = list[0];
	return decide(resolver, index, reason, strdup(list[0]->name), source_text(list[0], NULL));
}

/* --- all imports ------------------------------------------------------------------------- */

static bool name_import(const struct resolver *resolver, size_t index)
{
	struct resolution *resolution = &resolver->resolutions[index];
	const struct wasm_import *import = resolver_import(resolver, index);
	resolution->import = (uint32_t)index;
	resolution->component = resolver->input->owners->of_function[index];
	resolver->names[index] = import_name(&resolver->index, import);
	if (resolver->names[index] != NULL)
		resolution->kebab = kebab_case(resolver->names[index]);
	return resolution->kebab != NULL || diag_no_memory(resolver->diag);
}

static bool resolve_one(const struct resolver *resolver, size_t index)
{
	if (!name_import(resolver, index))
		return false;
	const struct map_entry *entry = find_entry(resolver, index);
	return entry != NULL ? by_map(resolver, index, entry) : by_native(resolver, index);
}

static bool resolver_start(struct resolver *resolver)
{
	resolver->count = resolver->input->module->imported_function_count;
	resolver->resolutions = calloc(resolver->count + 1, sizeof(*resolver->resolutions));
	resolver->names = calloc(resolver->count + 1, sizeof(*resolver->names));
	return (resolver->resolutions != NULL && resolver->names != NULL &&
		       import_index_make(resolver->input->module, &resolver->index)) ||
	       diag_no_memory(resolver->diag);
}

/* Frees everything but the resolutions. */
static void resolver_end(struct resolver *resolver)
{
	for (size_t i = 0; resolver->names != NULL && i < resolver->count; i++)
		free(resolver->names[i]);
	free(resolver->names);
	import_index_free(&resolver->index);
}

bool resolve_imports(struct diag *diag, const struct resolve_input *input,
	struct resolution **result, size_t *count)
{
	struct resolver resolver = {.diag = diag, .input = input};
	bool good = resolver_start(&resolver);
	bool all = good;
	for (size_t i = 0; good && i < resolver.count; i++)
		all = resolve_one(&resolver, i) && all;
	all = all && resolve_check_shared(&resolver) &&
	      (input->untyped || resolve_check_types(&resolver));
	resolver_end(&resolver);
	*result = NULL;
	*count = 0;
	if (all) {
		*result = resolver.resolutions;
		*count = resolver.count;
	} else {
		resolution_free(resolver.resolutions, resolver.count);
	}
	return all;
}

void resolution_free(struct resolution *resolutions, size_t count)
{
	for (size_t i = 0; resolutions != NULL && i < count; i++) {
		free(resolutions[i].kebab);
		free(resolutions[i].native);
		free(resolutions[i].source);
	}
	free(resolutions);
}
