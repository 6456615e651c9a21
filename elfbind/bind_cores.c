/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/bind_cores.h"

#include <stdlib.h>

#include "elfbind/audit.h"
#include "elfbind/bind.h"
#include "elfbind/split.h"
#include "lib/bind_record.h"
#include "lib/function_name.h"
#include "lib/import_table.h"
#include "lib/made_from.h"
#include "lib/name_table.h"

/* --- reading --------------------------------------------------------------------------- */

static bool enter_names(
	struct diag *diag, const struct bind_core *core, size_t index, struct name_table **names)
{
	for (size_t i = 0; i < core->components.count; i++) {
		const char *name = core->components.list[i].name;
		size_t other = name_table_find(*names, name);
		if (other != NAME_NONE && other != index)
			return diag_error(diag, core->path,
				"has a component that is called %s like one of another module: "
				"give it another name with --component",
				name);
		if (!name_table_add(names, name, index))
			return diag_no_memory(diag);
	}
	return true;
}

bool bind_cores_read(struct diag *diag, struct bind_cores *cores)
{
	struct name_table *names = NULL;
	bool good = true;
	for (size_t i = 0; i < cores->count && good; i++) {
		struct bind_core *core = &cores->list[i];
		core->module = wasm_read(diag, core->path);
		good = core->module != NULL &&
		       meld_owners(diag, core->module, core->import_map, &core->owners) &&
		       component_options_number(
			       diag, &core->components, core->path, &core->owners) &&
		       enter_names(diag, core, i, &names);
	}
	name_table_free(&names);
	return good;
}

void bind_cores_free(struct bind_cores *cores)
{
	for (size_t i = 0; cores->list != NULL && i < cores->count; i++) {
		meld_owners_free(&cores->list[i].owners);
		wasm_free(cores->list[i].module);
		component_options_free(&cores->list[i].components);
	}
	free(cores->list);
	*cores = (struct bind_cores){0};
}

/* --- choosing --------------------------------------------------------------------------- */

/* Whether a symbol or a section is there that only a WebAssembly compiler makes. */
static bool is_compiled(const struct object *object)
{
	if (object_section(object, IMPORT_TABLE_SECTION) != NULL)
		return true;
	for (size_t i = 1; i < object->symbol_count; i++) {
		const struct object_symbol *symbol = &object->symbols[i];
		bool named = symbol->type != STT_SECTION && symbol->type != STT_FILE &&
			     symbol->binding != STB_LOCAL;
		uint32_t number;
		bool numbered =
			symbol->type == STT_FUNC && function_name_number(symbol->name, &number);
		if (numbered || (named && audit_is_wasm_name(symbol->name)))
			return true;
	}
	return false;
}

static bool fits(struct diag *quiet, const struct object *object, const struct wasm_module *module)
{
	struct split split = {0};
	bool good = made_from_other(object, module) == NULL &&
		    split_object(quiet, object, module, &split);
	split_free(&split);
	return good;
}

bool bind_cores_choose(struct diag *diag, const struct bind_cores *cores,
	const struct object *object, const struct bind_core **core)
{
	*core = NULL;
	if (cores->count == 0 || !is_compiled(object))
		return true;
	if (object_section(object, BIND_RECORD_SECTION) != NULL)
		return diag_error(diag, object->path,
			"was bound already [section " BIND_RECORD_SECTION
			"]: give the object as the compiler wrote it");
	struct diag quiet = diag_quiet();
	for (size_t i = 0; i < cores->count; i++) {
		if (!fits(&quiet, object, cores->list[i].module))
			continue;
		if (*core != NULL)
			return diag_error(diag, object->path,
				"may have been made from %s and from %s: bind it alone, with the "
				"one that it is made from",
				(*core)->path, cores->list[i].path);
		*core = &cores->list[i];
	}
	return *core != NULL ||
	       diag_error(diag, object->path,
		       "was made from none of the %zu core modules given: bind it alone with the "
		       "one that it should be made from, to see where they differ",
		       cores->count);
}

void bind_use_core(struct bind_input *input, const struct bind_core *core)
{
	input->module = core == NULL ? NULL : core->module;
	input->owners = core == NULL ? NULL : &core->owners;
	input->components = core == NULL ? NULL : core->components.list;
	input->component_count = core == NULL ? 0 : core->components.count;
}
