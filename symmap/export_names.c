/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "symmap/export_names.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- components ---------------------------------------------------------------------- */

const char *export_names_component(const struct export_names *names, uint32_t number)
{
	for (size_t i = 0; i < names->component_count; i++)
		if (names->components[i].number == number)
			return names->components[i].name;
	return names->all;
}

const char *export_names_owner(const struct export_names *names, uint32_t function)
{
	if (function >= names->owners->count)
		return names->all;
	return export_names_component(names, names->owners->of_function[function]);
}

static bool has_component(const struct meld_owners *owners, uint32_t number)
{
	for (size_t i = 0; i < owners->component_count; i++)
		if (owners->components[i] == number)
			return true;
	return false;
}

/* Every component has a name, and every name a component. */
static bool check_names(struct diag *diag, const char *path, const struct export_names *names)
{
	const struct meld_owners *owners = names->owners;
	char list[MELD_LIST_SIZE];
	meld_list(owners, list, sizeof(list));
	for (size_t i = 0; i < owners->component_count; i++)
		if (export_names_component(names, owners->components[i]) == NULL)
			return diag_error(diag, path,
				"has a component %" PRIu32
				" without a name: give --component %" PRIu32 "=NAME",
				owners->components[i], owners->components[i]);
	for (size_t i = 0; i < names->component_count; i++)
		if (!has_component(owners, names->components[i].number))
			return diag_error(diag, path,
				"has no component %" PRIu32
				", which shall be called %s: it is fused "
				"from %s",
				names->components[i].number, names->components[i].name, list);
	return true;
}

static char *join_names(const struct export_names *names)
{
	char *joined = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&joined, &size);
	if (stream == NULL)
		return NULL;
	for (size_t i = 0; i < names->owners->component_count; i++)
		fprintf(stream, "%s%s", i == 0 ? "" : "_",
			export_names_component(names, names->owners->components[i]));
	if (fclose(stream) == 0)
		return joined;
	free(joined);
	return NULL;
}

bool export_names_make(struct diag *diag, const char *path, const struct meld_owners *owners,
	const struct component_name *components, size_t component_count, struct export_names *names)
{
	*names = (struct export_names){
		.owners = owners, .components = components, .component_count = component_count};
	if (component_count == 0)
		return true;
	if (!check_names(diag, path, names))
		return false;
	names->all = join_names(names);
	return names->all != NULL || diag_no_memory(diag);
}

void export_names_free(struct export_names *names)
{
	free(names->all);
	*names = (struct export_names){0};
}

/* --- exports --------------------------------------------------------------------------- */

static bool is_plumbing(const char *export)
{
	return strcmp(export, "cabi_realloc") == 0 || strncmp(export, "cabi_realloc$", 13) == 0 ||
	       strncmp(export, "meld:", 5) == 0 || strcmp(export, "_initialize") == 0 ||
	       strncmp(export, "__", 2) == 0;
}

/* The line that names EXPORT by hand, or NULL. */
static const struct map_entry *find_by_hand(
	const struct export_names *names, const struct wasm_export *export)
{
	const struct map_entry *entry =
		names->exports == NULL ? NULL : map_find_symbol(names->exports, export->name);
	if (entry != NULL || names->map == NULL)
		return entry;
	return map_find_symbol(names->map, export->name);
}

char *export_names_symbol(const struct export_names *names, const struct wasm_export *export)
{
	const struct map_entry *entry = find_by_hand(names, export);
	if (entry != NULL)
		return strdup(entry->new);
	char *identifier = export_identifier(export->name);
	if (identifier == NULL || names->component_count == 0 || !is_plumbing(export->name))
		return identifier;
	char *symbol = component_symbol(export_names_owner(names, export->index), identifier);
	free(identifier);
	return symbol;
}
