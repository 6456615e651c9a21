/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Which symbols of the object are functions of the module, and which are its imports. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "elfbind/split_state.h"
#include "lib/checked.h"
#include "lib/function_name.h"
#include "lib/name_table.h"

/* --- functions ------------------------------------------------------------------- */

/* Enters symbol INDEX as function NUMBER, in place of KNOWN unless that is SPLIT_NONE. */
static bool enter_function(struct alignment *at, uint32_t index, uint32_t number, size_t known)
{
	const struct object_symbol *symbol = &at->object->symbols[index];
	struct split *split = at->split;
	uint64_t start = split_code_address(at->machine, symbol);
	if (!checked_within(start, symbol->size, at->object->sections[symbol->section].size))
		return diag_error(at->diag, at->object->path,
			"is damaged: [symbol %s] ends behind [section %s]: compile it again",
			symbol->name, at->object->sections[symbol->section].name);
	if (known == SPLIT_NONE)
		known = split->by_index[number] = split->function_count++;
	split->functions[known] = (struct split_function){.index = number,
		.symbol = index,
		.section = symbol->section,
		.start = start,
		.size = symbol->size};
	return true;
}

/* Enters symbol INDEX, called func_NUMBER, as that function. */
static bool take_function(struct alignment *at, uint32_t index, uint32_t number)
{
	const struct object_symbol *symbol = &at->object->symbols[index];
	struct split *split = at->split;
	if (number >= at->module->function_count || at->module->functions[number].imported)
		return diag_error(at->diag, at->object->path,
			"holds code that %s does not define [symbol %s]: give the core module that "
			"this object was compiled from",
			at->module->path, symbol->name);
	size_t known = split->by_index[number];
	if (known != SPLIT_NONE) {
		/* A module may export something under the name func_N: the local one counts. */
		uint8_t other = at->object->symbols[split->functions[known].symbol].binding;
		if ((other == STB_LOCAL) == (symbol->binding == STB_LOCAL))
			return diag_error(at->diag, at->object->path,
				"defines [symbol %s] twice: compile it again", symbol->name);
		if (other == STB_LOCAL)
			return true;
	}
	return enter_function(at, index, number, known);
}

/*
 * Some compilers give an exported function its export's name only.  INDEX is
 * such a symbol of function NUMBER, which has no func_N.
 */
static bool take_export(struct alignment *at, uint32_t index, uint32_t number)
{
	const struct object_symbol *symbol = &at->object->symbols[index];
	size_t known = at->split->by_index[number];
	if (known == SPLIT_NONE)
		return enter_function(at, index, number, known);
	const struct split_function *function = &at->split->functions[known];
	if (strncmp(at->object->symbols[function->symbol].name, "func_", 5) == 0 ||
		(function->section == symbol->section &&
			function->start == split_code_address(at->machine, symbol)))
		return true;
	return diag_error(at->diag, at->object->path,
		"has function %" PRIu32 " of %s twice [symbols %s and %s]: compile it again",
		number, at->module->path, at->object->symbols[function->symbol].name, symbol->name);
}

int split_compare_functions(const void *left, const void *right)
{
	const struct split_function *a = left;
	const struct split_function *b = right;
	if (a->section != b->section)
		return a->section < b->section ? -1 : 1;
	return (a->start > b->start) - (a->start < b->start);
}

/* Puts the functions in the order of their code; two on one byte would both own its calls. */
static bool order_functions(struct alignment *at)
{
	struct split *split = at->split;
	if (split->function_count != 0)
		qsort(split->functions, split->function_count, sizeof(*split->functions),
			split_compare_functions);
	for (size_t i = 0; i < split->function_count; i++) {
		const struct split_function *function = &split->functions[i];
		split->by_index[function->index] = i;
		if (i == 0 || function[-1].section != function->section)
			continue;
		if (function[-1].start == function->start ||
			checked_overlap(function[-1].start, function[-1].size, function->start,
				function->size))
			return diag_error(at->diag, at->object->path,
				"has one code for two functions [symbols func_%u and func_%u]: "
				"compile it without folding identical code",
				function[-1].index, function->index);
	}
	return true;
}

/* Names of exported functions of the module -> their numbers. */
static bool list_exports(const struct alignment *at, struct name_table **exports)
{
	const struct wasm_module *module = at->module;
	for (size_t i = 0; i < module->export_count; i++) {
		const struct wasm_export *export = &module->exports[i];
		if (export->kind == WASM_FUNCTION &&
			export->index >= module->imported_function_count &&
			!name_table_add(exports, export->name, export->index))
			return diag_no_memory(at->diag);
	}
	return true;
}

/* First all func_N, then what is known by the name of an export only. */
static bool take_functions(struct alignment *at, const struct name_table *exports)
{
	const struct object *object = at->object;
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		uint32_t number;
		const struct object_symbol *symbol = &object->symbols[i];
		if (!split_is_code(object, symbol) || !function_name_number(symbol->name, &number))
			continue;
		size_t export = symbol->binding == STB_LOCAL
					? NAME_NONE
					: name_table_find(exports, symbol->name);
		if ((export == NAME_NONE || export == number) && !take_function(at, i, number))
			return false;
	}
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		const struct object_symbol *symbol = &object->symbols[i];
		if (!split_is_code(object, symbol) || symbol->binding == STB_LOCAL)
			continue;
		size_t export = name_table_find(exports, symbol->name);
		if (export != NAME_NONE && !take_export(at, i, (uint32_t) export))
			return false;
	}
	return true;
}

bool split_find_functions(struct alignment *at)
{
	struct split *split = at->split;
	size_t count = at->module->function_count;
	struct name_table *exports = NULL;
	split->functions = calloc(count + 1, sizeof(*split->functions));
	split->by_index = calloc(count + 1, sizeof(*split->by_index));
	if (split->functions == NULL || split->by_index == NULL)
		return diag_no_memory(at->diag);
	for (size_t i = 0; i < count; i++)
		split->by_index[i] = SPLIT_NONE;
	bool good = list_exports(at, &exports) && take_functions(at, exports);
	name_table_free(&exports);
	return good && order_functions(at);
}

/* --- imports ---------------------------------------------------------------------- */

/* Marks the undefined symbols that carry the field of a function import. */
bool split_find_imports(struct alignment *at)
{
	struct split *split = at->split;
	struct name_table *fields = NULL;
	bool good = true;
	size_t imports = at->module->imported_function_count;
	split->import_slot = calloc(at->object->symbol_count + 1, sizeof(*split->import_slot));
	at->import_class = calloc(imports + 1, sizeof(*at->import_class));
	if (split->import_slot == NULL || at->import_class == NULL)
		return diag_no_memory(at->diag);
	for (uint32_t i = 0; i < imports && good; i++) {
		const char *field = split_import_of(at->module, i)->field;
		good = name_table_add(&fields, field, i);
		at->import_class[i] = (uint32_t)name_table_find(fields, field);
	}
	for (size_t i = 0; i < at->object->symbol_count; i++) {
		const struct object_symbol *symbol = &at->object->symbols[i];
		split->import_slot[i] = SPLIT_NONE;
		if (good && i != 0 && symbol->section == SHN_UNDEF)
			split->import_slot[i] = name_table_find(fields, symbol->name);
	}
	name_table_free(&fields);
	return good || diag_no_memory(at->diag);
}
