/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/import_table.h"

#include <stdlib.h>
#include <string.h>

enum { SMALLEST = 8 }; /* bytes of an entry with empty names */

struct reader {
	struct diag *diag;
	const struct object *object;
	const uint8_t *at;
	size_t left; /* bytes */
};

static bool damaged(const struct reader *reader, size_t entry, const char *what)
{
	return diag_error(reader->diag, reader->object->path,
		"import %zu %s [section %s]: compile it again, or give the core module", entry,
		what, IMPORT_TABLE_SECTION);
}

/* Reads SIZE bytes, at most 4, as a number. */
static bool read_number(struct reader *reader, size_t size, uint32_t *number)
{
	if (reader->left < size)
		return false;
	*number = 0;
	for (size_t i = 0; i < size; i++)
		*number |= (uint32_t)reader->at[i] << (8 * i);
	reader->at += size;
	reader->left -= size;
	return true;
}

static bool read_name(struct reader *reader, size_t entry, char **name)
{
	uint32_t length;
	if (!read_number(reader, 2, &length) || length > reader->left)
		return damaged(reader, entry, "is cut off");
	if (memchr(reader->at, '\0', length) != NULL)
		return damaged(reader, entry, "has a name with a byte 0");
	*name = strndup((const char *)reader->at, length);
	reader->at += length;
	reader->left -= length;
	return *name != NULL || diag_no_memory(reader->diag);
}

static bool read_entry(struct reader *reader, size_t entry, struct wasm_module *module)
{
	struct wasm_import *import = &module->imports[module->import_count++];
	uint32_t index;
	*import = (struct wasm_import){.kind = WASM_FUNCTION, .index = (uint32_t)entry};
	module->functions[entry] =
		(struct wasm_function){.imported = true, .import = (uint32_t)entry};
	if (!read_number(reader, 4, &index))
		return damaged(reader, entry, "is cut off");
	if (index != entry)
		return damaged(reader, entry, "has the index of another");
	return read_name(reader, entry, &import->module) &&
	       read_name(reader, entry, &import->field);
}

static bool make_room(struct diag *diag, const char *path, size_t count, struct wasm_module *module)
{
	module->path = strdup(path);
	module->imports = calloc(count + 1, sizeof(*module->imports));
	module->functions = calloc(count + 1, sizeof(*module->functions));
	module->signatures = calloc(1, sizeof(*module->signatures));
	module->signature_count = module->signatures != NULL;
	return (module->path != NULL && module->imports != NULL && module->functions != NULL &&
		       module->signatures != NULL) ||
	       diag_no_memory(diag);
}

static bool read_table(struct reader *reader, struct wasm_module *module)
{
	uint32_t count;
	if (!read_number(reader, 4, &count) || count > reader->left / SMALLEST)
		return diag_error(reader->diag, reader->object->path,
			"lists more imports than there is room for [section %s]: compile it again, "
			"or give the core module",
			IMPORT_TABLE_SECTION);
	if (!make_room(reader->diag, reader->object->path, count, module))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!read_entry(reader, i, module))
			return false;
	module->imported_function_count = count;
	module->function_count = count;
	return reader->left == 0 || damaged(reader, count, "is not counted, but there");
}

struct wasm_module *import_table_read(struct diag *diag, const struct object *object)
{
	const struct object_section *section = object_section(object, IMPORT_TABLE_SECTION);
	if (section == NULL || section->bytes == NULL) {
		diag_error(diag, object->path,
			"has no list of its imports [section %s]: give the core module that it was "
			"compiled from",
			IMPORT_TABLE_SECTION);
		return NULL;
	}
	struct reader reader = {diag, object, section->bytes, section->size};
	struct wasm_module *module = calloc(1, sizeof(*module));
	if (module == NULL)
		diag_no_memory(diag);
	else if (read_table(&reader, module))
		return module;
	wasm_free(module);
	return NULL;
}
