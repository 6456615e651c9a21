/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/made_from.h"

#include <string.h>

#include "lib/bind_record.h"
#include "lib/function_name.h"
#include "lib/import_table.h"
#include "lib/name_table.h"

/*
 * Whether the import table of OBJECT, where there is one, is that of MODULE.  Why nothing can be
 * said is said by who reads the table for what is in it.
 */
static bool has_imports(const struct object *object, const struct wasm_module *module)
{
	struct diag diag = diag_quiet();
	if (object_section(object, IMPORT_TABLE_SECTION) == NULL)
		return true;
	struct wasm_module *table = import_table_read(&diag, object);
	bool same =
		table != NULL && table->imported_function_count == module->imported_function_count;
	for (size_t i = 0; same && i < module->imported_function_count; i++) {
		const struct wasm_import *one = &table->imports[table->functions[i].import];
		const struct wasm_import *two = &module->imports[module->functions[i].import];
		same = strcmp(one->module, two->module) == 0 && strcmp(one->field, two->field) == 0;
	}
	wasm_free(table);
	return same;
}

/* A module may export something under the name func_N, which says nothing then. */
static bool has_functions(const struct object *object, const struct wasm_module *module)
{
	for (size_t i = 1; i < object->symbol_count; i++) {
		const struct object_symbol *symbol = &object->symbols[i];
		uint32_t number;
		if (symbol->type == STT_FUNC && symbol->section != SHN_UNDEF &&
			symbol->binding == STB_LOCAL &&
			function_name_number(symbol->name, &number) &&
			(number >= module->function_count || module->functions[number].imported))
			return false;
	}
	return true;
}

/* What every module of the canonical ABI exports says nothing. */
static bool speaks(const struct wasm_module *module, const struct wasm_export *export)
{
	return export->kind == WASM_FUNCTION && export->index >= module->imported_function_count &&
	       strncmp(export->name, "cabi_realloc", 12) != 0 && export->name[0] != '_';
}

static bool has_code(const struct object *object)
{
	for (size_t i = 1; i < object->symbol_count; i++)
		if (object->symbols[i].type == STT_FUNC && object->symbols[i].section != SHN_UNDEF)
			return true;
	return false;
}

/* Whether OBJECT defines one of the exports, if there are any.  A compiler may leave out some. */
static bool has_exports(const struct object *object, const struct wasm_module *module)
{
	struct name_table *exports = NULL;
	bool found = true;
	for (size_t i = 0; i < module->export_count && found; i++)
		if (speaks(module, &module->exports[i]))
			found = name_table_add(&exports, module->exports[i].name, i);
	/* Without memory nothing speaks against it. */
	found = !found || exports == NULL;
	for (size_t i = 1; i < object->symbol_count && !found; i++)
		found = object->symbols[i].section != SHN_UNDEF &&
			name_table_find(exports, object->symbols[i].name) != NAME_NONE;
	name_table_free(&exports);
	return found;
}

const char *made_from_other(const struct object *object, const struct wasm_module *module)
{
	struct diag diag = diag_quiet();
	struct bind_records records;
	bool read = bind_records_read(&diag, object, &records);
	bool bound = records.count > 0;
	bool other = read && bound && bind_records_find(&records, module) == NULL;
	bind_records_free(&records);
	if (other)
		return "was bound with another one";
	if (!has_imports(object, module))
		return "has other imports";
	if (!has_functions(object, module))
		return "has functions that it does not have";
	/* bind gives exports other names. */
	if (!bound && has_code(object) && !has_exports(object, module))
		return "defines none of its exports";
	return NULL;
}
