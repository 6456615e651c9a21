/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/component_names.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/name_table.h"

/* --- who owns what ---------------------------------------------------------------- */

/* A memory belongs to the one component whose code uses it. */
static bool find_memories(struct diag *diag, struct component_names *names)
{
	const struct wasm_module *module = names->module;
	names->memory = calloc(module->memory_count + 1, sizeof(*names->memory));
	if (names->memory == NULL)
		return diag_no_memory(diag);
	for (size_t i = 0; i < names->component_count; i++) {
		struct meld_use use;
		if (!meld_use(diag, module, names->owners, names->components[i].number, &use))
			return false;
		for (size_t k = 0; k < module->memory_count; k++)
			if (use.memory[k])
				names->memory[k] = names->memory[k] == NULL
							   ? names->components[i].name
							   : names->exported.all;
		meld_use_free(&use);
	}
	for (size_t k = 0; k < module->memory_count; k++)
		if (names->memory[k] == NULL)
			names->memory[k] = names->exported.all;
	return true;
}

static bool find_exports(struct diag *diag, struct component_names *names)
{
	for (size_t i = 0; i < names->module->export_count; i++)
		if (names->module->exports[i].kind == WASM_FUNCTION &&
			!name_table_add(&names->exports, names->module->exports[i].name, i))
			return diag_no_memory(diag);
	return true;
}

bool component_names_make(struct diag *diag, const struct wasm_module *module,
	const struct meld_owners *owners, const struct component_name *components,
	size_t component_count, struct component_names *names)
{
	*names = (struct component_names){.module = module,
		.owners = owners,
		.components = components,
		.component_count = component_count};
	if (!find_exports(diag, names))
		return false;
	if (!export_names_make(
		    diag, module->path, owners, components, component_count, &names->exported))
		return false;
	return component_count == 0 || find_memories(diag, names);
}

void component_names_free(struct component_names *names)
{
	export_names_free(&names->exported);
	free(names->memory);
	name_table_free(&names->exports);
	*names = (struct component_names){0};
}

/* --- names -------------------------------------------------------------------------- */

/* The number behind the last underscore of NAME, as in __synth_mem_base_1; false without one. */
static bool trailing_number(const char *name, uint64_t *number)
{
	const char *at = strrchr(name, '_');
	if (at == NULL || at[1] == '\0' || strlen(at + 1) > 9)
		return false;
	*number = 0;
	for (at++; *at != '\0'; at++) {
		if (*at < '0' || *at > '9')
			return false;
		*number = *number * 10 + (uint64_t)(*at - '0');
	}
	return true;
}

static bool prefixed(struct diag *diag, const char *component, const char *name, char **renamed)
{
	*renamed = component_symbol(component, name);
	return *renamed != NULL || diag_no_memory(diag);
}

bool component_names_symbol(struct diag *diag, const struct component_names *names,
	const struct object *object, const struct object_symbol *symbol,
	const struct split_function *function, char **renamed)
{
	*renamed = NULL;
	size_t export = name_table_find(names->exports, symbol->name);
	if (export != NAME_NONE) {
		if (function == NULL || function->index != names->module->exports[export].index)
			return diag_error(diag, object->path,
				"does not have [symbol %s] where function %" PRIu32
				" of %s is: give the core module that this object was compiled "
				"from",
				symbol->name, names->module->exports[export].index,
				names->module->path);
		*renamed = export_names_symbol(&names->exported, &names->module->exports[export]);
		return *renamed != NULL || diag_no_memory(diag);
	}
	if (names->component_count == 0)
		return true;
	if (function != NULL)
		return prefixed(diag, export_names_owner(&names->exported, function->index),
			symbol->name, renamed);
	if (strncmp(symbol->name, "__synth_", 8) != 0)
		return true;
	uint64_t memory;
	bool numbered = trailing_number(symbol->name, &memory);
	return prefixed(diag,
		numbered && memory < names->module->memory_count ? names->memory[memory]
								 : names->exported.all,
		symbol->name, renamed);
}

bool component_names_export(const struct component_names *names, const char *name)
{
	return name_table_find(names->exports, name) != NAME_NONE;
}

bool component_names_section(struct diag *diag, const struct component_names *names,
	const struct object *object, const char *name, char **renamed)
{
	static const char prefix[] = ".synth.wasm_mem";
	uint64_t memory;
	*renamed = NULL;
	if (names->component_count == 0 || strncmp(name, prefix, sizeof(prefix) - 1) != 0 ||
		name[sizeof(prefix) - 1] != '_' || !trailing_number(name, &memory))
		return true;
	if (memory >= names->module->memory_count)
		return diag_error(diag, object->path,
			"holds memory %" PRIu64
			", which %s does not have [section %s]: give the core "
			"module that this object was compiled from",
			memory, names->module->path, name);
	if (asprintf(renamed, ".berth.mem.%s.%" PRIu64, names->memory[memory], memory) >= 0)
		return true;
	*renamed = NULL;
	return diag_no_memory(diag);
}
