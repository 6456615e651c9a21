/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Imports that a component serves: a definition of the import's name in the
 * object itself, or an export of another component, whose code would then run
 * in the memory of the caller.  No linker minds.
 *
 * The record of bind says which native each import has; in the linked image it
 * must not be where an export is.  For images without one, the core modules
 * say which calls are those of imports, and func_N where components' code is.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "elfbind/audit.h"
#include "elfbind/wasm_calls.h"
#include "lib/definitions.h"
#include "lib/function_name.h"

#define REMEDY "serve the import by a native, under a name that no component's object defines"

struct search {
	struct audit *audit;
	struct name_table *definitions;
	size_t imports; /* looked at */
};

/* --- names that one object has twice ---------------------------------------------------- */

/* In an object, a name that is undefined and defined: the linker joins the two. */
static void search_object(struct search *at)
{
	const struct object *object = at->audit->input->image;
	for (size_t i = 1; i < object->symbol_count; i++) {
		const struct object_symbol *symbol = &object->symbols[i];
		if (symbol->section != SHN_UNDEF || symbol->name[0] == '\0')
			continue;
		at->imports++;
		const struct object_symbol *own =
			definitions_of(object, at->definitions, symbol->name);
		if (own == NULL || own->binding == STB_LOCAL)
			continue;
		audit_found(at->audit, AUDIT_OWN);
		diag_error(at->audit->diag, object->path,
			"A019: is undefined and defined in one object, which thus calls itself "
			"[symbol %s]: " REMEDY,
			symbol->name);
	}
}

/* --- by the record ------------------------------------------------------------------------ */

/* The arena of a component is in its object, as inject puts it there. */
static bool is_arena(const struct bind_record *record, const struct bind_record_import *import)
{
	static const char suffix[] = "___cabi_arena_realloc";
	for (size_t i = 0; i < record->component_count; i++) {
		const struct bind_record_component *of = &record->components[i];
		size_t length = strlen(of->name);
		if (of->arena && strncmp(import->native, of->name, length) == 0 &&
			strcmp(import->native + length, suffix) == 0)
			return true;
	}
	return false;
}

static const char *owner_of(const struct bind_record *record, uint32_t component)
{
	bool named = component != BIND_RECORD_NONE && record->components[component].name[0] != '\0';
	return named ? record->components[component].name : "?";
}

struct exported {
	uint64_t address;
	const struct bind_record_export *export;
	const struct bind_record *record;
};

struct exports {
	struct exported *list; /* by address */
	size_t count;
};

static int by_address(const void *a, const void *b)
{
	const struct exported *one = a;
	const struct exported *two = b;
	return (one->address > two->address) - (one->address < two->address);
}

static void check_import(struct search *at, const struct exports *exports,
	const struct bind_record *record, const struct bind_record_import *import)
{
	const struct object *image = at->audit->input->image;
	const struct object_symbol *native = definitions_of(image, at->definitions, import->native);
	if (import->function == BIND_RECORD_NONE)
		return;
	at->imports++;
	if (native == NULL || is_arena(record, import))
		return;
	const struct exported key = {.address = native->value};
	const struct exported *found =
		bsearch(&key, exports->list, exports->count, sizeof(key), by_address);
	if (found == NULL)
		return;
	audit_found(at->audit, AUDIT_OWN);
	diag_error(at->audit->diag, image->path,
		"A019: serves import '%s' '%s' of component %s, and is the export %s of %-s "
		"component %s [symbol %s]: " REMEDY,
		import->module, import->field, owner_of(record, import->component),
		found->export->name,
		found->record == record ? "its own object," : "another object,",
		owner_of(found->record, found->export->component), import->native);
}

static size_t count_exports(const struct bind_records *records)
{
	size_t count = 0;
	for (size_t i = 0; i < records->count; i++)
		count += records->list[i].export_count;
	return count;
}

static void list_exports(
	struct search *at, const struct bind_record *record, struct exports *exports)
{
	for (size_t i = 0; i < record->export_count; i++) {
		const struct object_symbol *symbol = definitions_of(
			at->audit->input->image, at->definitions, record->exports[i].symbol);
		if (symbol != NULL)
			exports->list[exports->count++] =
				(struct exported){symbol->value, &record->exports[i], record};
	}
}

/* In an image only: addresses in an object are those of sections. */
static bool search_records(struct search *at)
{
	const struct bind_records *records = at->audit->input->records;
	struct exports exports = {
		.list = calloc(count_exports(records) + 1, sizeof(*exports.list))};
	if (exports.list == NULL)
		return diag_no_memory(at->audit->diag);
	for (size_t i = 0; i < records->count; i++)
		list_exports(at, &records->list[i], &exports);
	qsort(exports.list, exports.count, sizeof(*exports.list), by_address);
	for (size_t i = 0; i < records->count; i++)
		for (size_t k = 0; k < records->list[i].import_count; k++)
			check_import(at, &exports, &records->list[i], &records->list[i].imports[k]);
	free(exports.list);
	return true;
}

/* --- by the calls ------------------------------------------------------------------------- */

/* The func_N at ADDRESS, or NULL. */
static const struct object_symbol *component_code(const struct image_code *code, uint32_t address)
{
	size_t first;
	size_t count = image_code_functions(code, address & ~1u, &first);
	uint32_t number;
	for (size_t i = first; i < first + count; i++)
		if (function_name_number(code->functions[i]->name, &number))
			return code->functions[i];
	return NULL;
}

static void check_calls(struct search *at, const struct image_code *code,
	const struct object_symbol *function, const struct wasm_module *module,
	const struct wasm_calls *calls)
{
	size_t first;
	size_t position = 0;
	size_t count = image_code_calls(code, image_code_start(function), function->size, &first);
	for (size_t i = first; i < first + count; i++) {
		if (!code->calls[i].links)
			continue;
		uint32_t callee = calls->callees[position++];
		if (!module->functions[callee].imported)
			continue;
		const struct object_symbol *own = component_code(code, code->calls[i].target);
		at->imports++;
		if (own == NULL)
			continue;
		const struct wasm_import *import =
			&module->imports[module->functions[callee].import];
		audit_found(at->audit, AUDIT_OWN);
		diag_error(at->audit->diag, code->image->path,
			"A019: the call of import '%s' '%s' at 0x%08" PRIx64
			" in %s goes to the code of a component [symbol %s]: " REMEDY,
			import->module, import->field, code->calls[i].address, function->name,
			own->name);
	}
}

/* Functions whose calls are not those of the module are of another one. */
static bool search_calls(
	struct search *at, const struct image_code *code, const struct wasm_module *module)
{
	const struct object *image = at->audit->input->image;
	struct wasm_calls calls = {0};
	bool good = true;
	for (size_t i = 1; i < image->symbol_count && good; i++) {
		const struct object_symbol *function = &image->symbols[i];
		uint32_t index = function->type == STT_FUNC && function->section != SHN_UNDEF
					 ? wasm_calls_index(function, module)
					 : UINT32_MAX;
		if (index == UINT32_MAX)
			continue;
		good = wasm_calls_list(at->audit->diag, module, index, &calls);
		if (good && wasm_calls_agree(code, function, module, &calls))
			check_calls(at, code, function, module, &calls);
	}
	wasm_calls_free(&calls);
	return good;
}

static bool search_all_calls(struct search *at)
{
	const struct audit_input *input = at->audit->input;
	struct image_code code;
	bool good = image_code_make(at->audit->diag, input->image, &code);
	for (size_t i = 0; good && i < input->core_count; i++)
		good = search_calls(at, &code, input->cores[i].module);
	image_code_free(&code);
	return good;
}

/* --- the subject -------------------------------------------------------------------------- */

/* Why nothing can be seen, or NULL. */
static const char *hidden(const struct audit_input *input)
{
	if (input->image->symbol_table == 0)
		return "the file has no symbol table";
	if (input->image->type == ET_REL || input->records->count > 0)
		return NULL;
	if (input->core_count == 0)
		return "no record of bind in the image, and no core module given (--core)";
	if (input->image->machine != EM_ARM || input->image->data != ELFDATA2LSB)
		return "no record of bind, and only little-endian Thumb code is looked at";
	return NULL;
}

void audit_own(struct audit *audit)
{
	const struct audit_input *input = audit->input;
	struct search at = {.audit = audit};
	const char *why = hidden(input);
	if (why != NULL) {
		audit_blind(audit, AUDIT_OWN, why);
		return;
	}
	bool good = definitions_find(input->image, &at.definitions) || diag_no_memory(audit->diag);
	if (good && input->image->type == ET_REL)
		search_object(&at);
	else if (good)
		good = input->records->count > 0 ? search_records(&at) : search_all_calls(&at);
	if (good)
		audit_looked(audit, AUDIT_OWN, "%zu %s", at.imports,
			input->records->count > 0 || input->image->type == ET_REL
				? "imports"
				: "calls of imports");
	name_table_free(&at.definitions);
}
