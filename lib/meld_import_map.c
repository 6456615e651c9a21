/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The fuser's import map (--emit-import-map), version 2:
 *
 *   { "version": 2,
 *     "imports": [ { "index": 0,          function index
 *                    "module": "tick-now",
 *                    "name": "$2",
 *                    "component": 2,      number, or null
 *                    "kind": "function", "encoding": …, "memory": …, "realloc": … } ] }
 *
 * It lists every imported function of the module exactly once.
 */
#include "lib/meld_sources.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"

enum { MAP_VERSION = 2 };

struct map_reader {
	struct diag *diag;
	const struct wasm_module *module;
	const char *path;
	uint32_t *of_function;
	bool *seen; /* by function index */
};

static bool damaged(const struct map_reader *reader, size_t entry, const char *what)
{
	return diag_error(reader->diag, reader->path,
		"import map entry %zu: %s: take the map of the same meld run as the module", entry,
		what);
}

static json_t *load(struct diag *diag, const char *path)
{
	struct blob file;
	json_error_t error;
	if (!file_read(diag, path, &file))
		return NULL;
	json_t *root =
		json_loadb((const char *)file.bytes, file.size, JSON_REJECT_DUPLICATES, &error);
	blob_free(&file);
	if (root == NULL)
		diag_error_at(diag, path, error.line > 0 ? (size_t)error.line : 1,
			error.column > 0 ? (size_t)error.column : 1,
			"%s: give the file that meld fuse --emit-import-map wrote", error.text);
	return root;
}

static bool string_is(const json_t *object, const char *key, const char *expected)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text != NULL && strcmp(text, expected) == 0;
}

static bool take_entry(struct map_reader *reader, size_t entry, const json_t *object)
{
	const struct wasm_module *module = reader->module;
	const json_t *number = json_object_get(object, "index");
	const json_t *component = json_object_get(object, "component");
	json_int_t index = json_integer_value(number);
	json_int_t owner = json_integer_value(component);
	if (!json_is_integer(number) || index < 0 ||
		(uint64_t)index >= module->imported_function_count)
		return damaged(reader, entry, "\"index\" is not the index of an imported function");
	const struct wasm_import *import = &module->imports[module->functions[index].import];
	if (reader->seen[index])
		return damaged(reader, entry, "the import is listed twice");
	reader->seen[index] = true;
	if (!string_is(object, "module", import->module) ||
		!string_is(object, "name", import->field))
		return damaged(
			reader, entry, "\"module\" and \"name\" are not those of the import");
	if (json_is_null(component))
		return true;
	if (!json_is_integer(component) || owner < 0 || owner >= MELD_UNKNOWN)
		return damaged(reader, entry, "\"component\" is no number");
	reader->of_function[index] = (uint32_t)owner;
	return true;
}

static bool take_map(struct map_reader *reader, const json_t *root)
{
	const json_t *version = json_object_get(root, "version");
	const json_t *imports = json_object_get(root, "imports");
	if (!json_is_integer(version) || json_integer_value(version) != MAP_VERSION)
		return diag_error(reader->diag, reader->path,
			"is no import map of version %d: give the file that meld 0.65 fuse "
			"--emit-import-map wrote",
			MAP_VERSION);
	if (!json_is_array(imports))
		return diag_error(reader->diag, reader->path,
			"has no list \"imports\": give the file that meld fuse --emit-import-map "
			"wrote");
	for (size_t i = 0; i < json_array_size(imports); i++)
		if (!take_entry(reader, i, json_array_get(imports, i)))
			return false;
	if (json_array_size(imports) == reader->module->imported_function_count)
		return true;
	return diag_error(reader->diag, reader->path,
		"lists %zu of the module's %zu imported functions: take the map of the same meld "
		"run as the module",
		json_array_size(imports), reader->module->imported_function_count);
}

bool meld_import_map(struct diag *diag, const struct wasm_module *module, const char *path,
	uint32_t *of_function)
{
	struct map_reader reader = {
		.diag = diag, .module = module, .path = path, .of_function = of_function};
	json_t *root = load(diag, path);
	if (root == NULL)
		return false;
	reader.seen = calloc(module->function_count + 1, sizeof(*reader.seen));
	bool good = reader.seen != NULL ? take_map(&reader, root) : diag_no_memory(diag);
	free(reader.seen);
	json_decref(root);
	return good;
}
