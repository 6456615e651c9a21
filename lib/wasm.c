/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Core modules as a whole:
 *
 *   00 61 73 6d  01 00 00 00   magic "\0asm", version 1
 *   ID SIZE contents...        a section; SIZE in LEB128
 *   00 SIZE NAME contents...   a custom section, anywhere between the others
 *
 * The contents of sections are read in wasm_sections.c and its neighbours, code in wasm_scan.c.
 */
#include "lib/wasm.h"

#include <stdlib.h>
#include <string.h>

#include "lib/wasm_reader.h"

enum { HEADER_SIZE = 8, CUSTOM_SECTION = 0, LAST_SECTION = 13 };

/* Sections by number; the place in the order is not the number (5.5.2). */
static const struct {
	const char *name;
	uint8_t place;
} section_kinds[LAST_SECTION + 1] = {
	{"custom section", 0},
	{"type section", 1},
	{"import section", 2},
	{"function section", 3},
	{"table section", 4},
	{"memory section", 5},
	{"global section", 7},
	{"export section", 8},
	{"start section", 9},
	{"element section", 10},
	{"code section", 12},
	{"data section", 13},
	{"data count section", 11},
	{"tag section", 6},
};

static bool read_header(struct wasm_reader *reader)
{
	static const uint8_t magic[] = {0, 'a', 's', 'm'};
	static const uint8_t version[] = {1, 0, 0, 0};
	if (reader->end < HEADER_SIZE || memcmp(reader->bytes, magic, sizeof(magic)) != 0)
		return diag_error(reader->diag, reader->path,
			"is not WebAssembly: give the core module that the object was compiled "
			"from");
	if (reader->bytes[4] != 1 && reader->bytes[6] == 1)
		return diag_error(reader->diag, reader->path,
			"is a component and not a core module: fuse it first (meld fuse)");
	if (memcmp(reader->bytes + 4, version, sizeof(version)) != 0)
		return diag_error(reader->diag, reader->path,
			"is of a WebAssembly version other than 1: build it for version 1");
	reader->at = HEADER_SIZE;
	return true;
}

static bool read_custom(struct wasm_reader *reader, struct wasm_module *module)
{
	struct wasm_custom *grown =
		wasm_grown(reader, module->customs, module->custom_count, sizeof(*module->customs));
	if (grown == NULL)
		return false;
	module->customs = grown;
	struct wasm_custom custom = {0};
	if (!wasm_name(reader, &custom.name))
		return false;
	custom.bytes = reader->bytes + reader->at;
	custom.size = reader->end - reader->at;
	reader->at = reader->end;
	module->customs[module->custom_count++] = custom;
	return true;
}

/* Reads one section with a reader that sees nothing but its contents. */
static bool read_section(struct wasm_reader *whole, struct wasm_module *module, uint8_t *place)
{
	size_t start = whole->at;
	uint8_t id = 0;
	uint32_t size = 0;
	if (!wasm_byte(whole, &id) || !wasm_u32(whole, &size))
		return false;
	if (id > LAST_SECTION)
		return wasm_damaged(whole, start, "there is no section %u", id);
	struct wasm_reader part = *whole;
	part.section = section_kinds[id].name;
	if (!wasm_skip(whole, size))
		return false;
	part.end = whole->at;
	if (id == CUSTOM_SECTION)
		return read_custom(&part, module);
	if (section_kinds[id].place <= *place)
		return wasm_damaged(
			whole, start, "the %s is repeated or out of order", section_kinds[id].name);
	*place = section_kinds[id].place;
	if (!wasm_section(&part, module, id))
		return false;
	return part.at == part.end ||
	       wasm_damaged(&part, part.at, "%zu bytes are left over", part.end - part.at);
}

/* What can only be compared when every section is there. */
static bool check_counts(struct wasm_reader *reader, const struct wasm_module *module)
{
	for (size_t i = module->imported_function_count; i < module->function_count; i++)
		if (module->functions[i].body_end == 0)
			return wasm_damaged(reader, reader->at, "function %zu has no code", i);
	if (module->has_data_count && module->data_count != module->announced_data_count)
		return wasm_damaged(reader, reader->at,
			"there are %zu data segments and not %u as announced", module->data_count,
			module->announced_data_count);
	return true;
}

static bool ignore_instruction(const struct wasm_instruction *instruction, void *context)
{
	(void)instruction;
	(void)context;
	return true;
}

static bool check_code(struct diag *diag, const struct wasm_module *module)
{
	for (size_t i = module->imported_function_count; i < module->function_count; i++)
		if (!wasm_scan(diag, module, (uint32_t)i, ignore_instruction, NULL))
			return false;
	return true;
}

static bool read_module(struct diag *diag, struct wasm_module *module)
{
	struct wasm_reader reader = {.diag = diag,
		.path = module->path,
		.bytes = module->file.bytes,
		.end = module->file.size,
		.function = UINT32_MAX};
	uint8_t place = 0;
	if (!read_header(&reader))
		return false;
	while (reader.at < reader.end)
		if (!read_section(&reader, module, &place))
			return false;
	return check_counts(&reader, module) && check_code(diag, module);
}

struct wasm_module *wasm_parse(struct diag *diag, const char *path, struct blob *file)
{
	struct wasm_module *module = calloc(1, sizeof(*module));
	char *copy = strdup(path);
	if (module == NULL || copy == NULL) {
		diag_no_memory(diag);
		free(module);
		free(copy);
		blob_free(file);
		return NULL;
	}
	module->path = copy;
	module->file = *file;
	*file = (struct blob){0};
	if (!read_module(diag, module)) {
		wasm_free(module);
		return NULL;
	}
	return module;
}

struct wasm_module *wasm_read(struct diag *diag, const char *path)
{
	struct blob file;
	if (!file_read(diag, path, &file))
		return NULL;
	return wasm_parse(diag, path, &file);
}

static void free_names(struct wasm_module *module)
{
	for (size_t i = 0; i < module->import_count; i++) {
		free(module->imports[i].module);
		free(module->imports[i].field);
	}
	for (size_t i = 0; i < module->export_count; i++)
		free(module->exports[i].name);
	for (size_t i = 0; i < module->custom_count; i++)
		free(module->customs[i].name);
}

void wasm_free(struct wasm_module *module)
{
	if (module == NULL)
		return;
	free_names(module);
	for (size_t i = 0; i < module->signature_count; i++) {
		free(module->signatures[i].params);
		free(module->signatures[i].results);
	}
	for (size_t i = 0; i < module->elements_count; i++)
		free(module->elements[i].functions);
	free(module->signatures);
	free(module->imports);
	free(module->functions);
	free(module->tables);
	free(module->memories);
	free(module->globals);
	free(module->exports);
	free(module->elements);
	free(module->references);
	free(module->data);
	free(module->customs);
	free(module->path);
	blob_free(&module->file);
	free(module);
}

const struct wasm_custom *wasm_custom(const struct wasm_module *module, const char *name)
{
	for (size_t i = 0; i < module->custom_count; i++)
		if (strcmp(module->customs[i].name, name) == 0)
			return &module->customs[i];
	return NULL;
}

uint64_t wasm_type_bytes(uint8_t type)
{
	switch (type) {
	case WASM_I64:
	case WASM_F64:
		return 8;
	case WASM_V128:
		return 16;
	default:
		return 4;
	}
}
