/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/meld_manifest.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { MANIFEST_VERSION = 1 };

static const char section_name[] = "meld.signature-manifest";

struct reader {
	struct diag *diag;
	const struct wasm_module *module;
	const struct wasm_export **exports; /* the exported functions, by name */
	size_t export_count;
	struct meld_manifest *manifest;
};

static bool damaged(const struct reader *reader, size_t entry, const char *what)
{
	return diag_error(reader->diag, reader->module->path,
		"manifest entry %zu %s [section %s]: make the module again with meld 0.65, or take "
		"the section out",
		entry, what, section_name);
}

/* --- the module's exports, to be found by name ------------------------------------- */

static int compare_exports(const void *left, const void *right)
{
	const struct wasm_export *a = *(const struct wasm_export *const *)left;
	const struct wasm_export *b = *(const struct wasm_export *const *)right;
	return strcmp(a->name, b->name);
}

static int compare_with_export(const void *key, const void *element)
{
	const struct wasm_export *export = *(const struct wasm_export *const *)element;
	return strcmp(key, export->name);
}

static bool sort_exports(struct reader *reader)
{
	const struct wasm_module *module = reader->module;
	reader->exports = calloc(module->export_count + 1, sizeof(const struct wasm_export *));
	if (reader->exports == NULL)
		return diag_no_memory(reader->diag);
	for (size_t i = 0; i < module->export_count; i++)
		if (module->exports[i].kind == WASM_FUNCTION)
			reader->exports[reader->export_count++] = &module->exports[i];
	qsort(reader->exports, reader->export_count, sizeof(const struct wasm_export *),
		compare_exports);
	return true;
}

/* --- one entry ------------------------------------------------------------------------- */

/* Whether the list of type names says what the COUNT types at TYPES are. */
static bool types_agree(const json_t *list, const uint8_t *types, size_t count)
{
	static const struct {
		uint8_t type;
		const char *name;
	} names[] = {{WASM_I32, "i32"}, {WASM_I64, "i64"}, {WASM_F32, "f32"}, {WASM_F64, "f64"}};
	if (!json_is_array(list) || json_array_size(list) != count)
		return false;
	for (size_t i = 0; i < count; i++) {
		const char *text = json_string_value(json_array_get(list, i));
		size_t k = 0;
		while (k < sizeof(names) / sizeof(names[0]) && names[k].type != types[i])
			k++;
		if (text == NULL || k == sizeof(names) / sizeof(names[0]) ||
			strcmp(text, names[k].name) != 0)
			return false;
	}
	return true;
}

static bool core_agrees(
	const struct reader *reader, const struct wasm_export *export, const json_t *object)
{
	const struct wasm_module *module = reader->module;
	const struct wasm_signature *signature =
		&module->signatures[module->functions[export->index].signature];
	const json_t *core = json_object_get(object, "core");
	return types_agree(json_object_get(core, "params"), signature->params,
		       signature->param_count) &&
	       types_agree(json_object_get(core, "results"), signature->results,
		       signature->result_count);
}

/* Writes "at: u32" for one parameter, which is a pair of strings. */
static bool put_param(FILE *stream, const json_t *param, bool first)
{
	const char *name = json_string_value(json_array_get(param, 0));
	const char *type = json_string_value(json_array_get(param, 1));
	if (json_array_size(param) != 2 || name == NULL || type == NULL)
		return false;
	fprintf(stream, "%s%s: %s", first ? "" : ", ", name, type);
	return true;
}

static bool put_wit(FILE *stream, const json_t *wit)
{
	const json_t *params = json_object_get(wit, "params");
	const json_t *result = json_object_get(wit, "result");
	if (!json_is_array(params) || (!json_is_string(result) && !json_is_null(result)))
		return false;
	fputs("func(", stream);
	for (size_t i = 0; i < json_array_size(params); i++)
		if (!put_param(stream, json_array_get(params, i), i == 0))
			return false;
	fputc(')', stream);
	if (json_is_string(result))
		fprintf(stream, " -> %s", json_string_value(result));
	return true;
}

/* The WIT signature as text, in a new string; *GOOD is false when WIT is not what it should be. */
static char *wit_text(const json_t *wit, bool *good)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	*good = true;
	if (stream == NULL)
		return NULL;
	*good = put_wit(stream, wit);
	if (fclose(stream) == 0 && *good)
		return text;
	free(text);
	return NULL;
}

/* Copies the string at KEY; null and a missing key leave NULL.  False for another type. */
static bool copy_name(const struct reader *reader, const json_t *object, const char *key, char **to)
{
	const json_t *value = json_object_get(object, key);
	if (value == NULL || json_is_null(value))
		return true;
	if (!json_is_string(value))
		return false;
	*to = strdup(json_string_value(value));
	return *to != NULL || diag_no_memory(reader->diag);
}

static bool take_entry(struct reader *reader, size_t entry, const json_t *object)
{
	struct meld_signature *signature = &reader->manifest->entries[reader->manifest->count++];
	const char *name = json_string_value(json_object_get(object, "export"));
	if (name == NULL)
		return damaged(reader, entry, "names no export");
	const struct wasm_export *const *export = bsearch(name, reader->exports,
		reader->export_count, sizeof(const struct wasm_export *), compare_with_export);
	if (export == NULL)
		return damaged(reader, entry, "names a function that the module does not export");
	if (!core_agrees(reader, *export, object))
		return damaged(reader, entry, "says other core types than the module");
	bool good;
	signature->export = strdup(name);
	signature->wit = wit_text(json_object_get(object, "wit"), &good);
	if (!good)
		return damaged(reader, entry, "has no \"wit\" of \"params\" and \"result\"");
	if (signature->export == NULL || signature->wit == NULL)
		return diag_no_memory(reader->diag);
	size_t errors = reader->diag->errors;
	if (copy_name(reader, object, "memory", &signature->memory) &&
		copy_name(reader, object, "realloc", &signature->realloc) &&
		copy_name(reader, object, "post_return", &signature->post_return))
		return true;
	return reader->diag->errors == errors
		       ? damaged(reader, entry,
				 "has a memory, realloc or post_return that is no name")
		       : false;
}

/* --- all of them ------------------------------------------------------------------------- */

static int compare_signatures(const void *left, const void *right)
{
	const struct meld_signature *a = left;
	const struct meld_signature *b = right;
	return strcmp(a->export, b->export);
}

static bool check_twice(const struct reader *reader)
{
	const struct meld_manifest *manifest = reader->manifest;
	for (size_t i = 1; i < manifest->count; i++)
		if (strcmp(manifest->entries[i - 1].export, manifest->entries[i].export) == 0)
			return diag_error(reader->diag, reader->module->path,
				"the manifest lists [export %s] twice [section %s]: make the "
				"module again with meld 0.65, or take the section out",
				manifest->entries[i].export, section_name);
	return true;
}

static bool take_manifest(struct reader *reader, const json_t *root)
{
	const json_t *version = json_object_get(root, "version");
	const json_t *exports = json_object_get(root, "exports");
	if (!json_is_integer(version) || json_integer_value(version) != MANIFEST_VERSION ||
		!json_is_array(exports))
		return diag_error(reader->diag, reader->module->path,
			"holds no manifest of version %d [section %s]: make the module again with "
			"meld 0.65, or take the section out",
			MANIFEST_VERSION, section_name);
	reader->manifest->entries =
		calloc(json_array_size(exports) + 1, sizeof(*reader->manifest->entries));
	if (reader->manifest->entries == NULL || !sort_exports(reader))
		return diag_no_memory(reader->diag);
	for (size_t i = 0; i < json_array_size(exports); i++)
		if (!take_entry(reader, i, json_array_get(exports, i)))
			return false;
	qsort(reader->manifest->entries, reader->manifest->count, sizeof(struct meld_signature),
		compare_signatures);
	return check_twice(reader);
}

bool meld_manifest_read(
	struct diag *diag, const struct wasm_module *module, struct meld_manifest *manifest)
{
	struct reader reader = {.diag = diag, .module = module, .manifest = manifest};
	const struct wasm_custom *section = wasm_custom(module, section_name);
	json_error_t error;
	*manifest = (struct meld_manifest){0};
	if (section == NULL)
		return true;
	json_t *root = json_loadb(
		(const char *)section->bytes, section->size, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		return diag_error(diag, module->path,
			"%s [section %s, byte %d]: make the module again with meld 0.65, or take "
			"the section out",
			error.text, section_name, error.position);
	bool good = take_manifest(&reader, root);
	json_decref(root);
	free(reader.exports);
	if (!good)
		meld_manifest_free(manifest);
	return good;
}

void meld_manifest_free(struct meld_manifest *manifest)
{
	for (size_t i = 0; i < manifest->count; i++) {
		free(manifest->entries[i].export);
		free(manifest->entries[i].wit);
		free(manifest->entries[i].memory);
		free(manifest->entries[i].realloc);
		free(manifest->entries[i].post_return);
	}
	free(manifest->entries);
	*manifest = (struct meld_manifest){0};
}

const struct meld_signature *meld_manifest_find(
	const struct meld_manifest *manifest, const char *export)
{
	struct meld_signature key = {.export = (char *)export};
	if (manifest->count == 0)
		return NULL;
	return bsearch(&key, manifest->entries, manifest->count, sizeof(key), compare_signatures);
}
