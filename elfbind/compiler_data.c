/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/compiler_data.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/checked.h"
#include "symmap/resolve.h"

#define GLOBALS_SYMBOL "__synth_globals"
#define SEGMENTS_SECTION ".wasm_data"

enum { RECORD_HEADER = 8 }; /* bytes */

static bool differs(
	struct diag *diag, const struct compiler_data *data, const char *section, const char *what)
{
	return diag_error(diag, data->object->path,
		"[section %s] does not hold %s of %s: the object was not made from this module",
		section, what, data->module);
}

/* --- globals --------------------------------------------------------------------- */

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text);
	size_t more = strlen(end);
	return length >= more && strcmp(text + length - more, end) == 0;
}

/* The symbol of the globals under whatever component's name; 0 when there is none. */
static uint32_t globals_symbol(const struct object *object)
{
	for (size_t i = 1; i < object->symbol_count; i++)
		if (object->symbols[i].section < object->section_count &&
			object->symbols[i].section != SHN_UNDEF &&
			ends_with(object->symbols[i].name, GLOBALS_SYMBOL))
			return (uint32_t)i;
	return 0;
}

/* They are one component's: code of the other could change them. */
static bool check_owner(struct diag *diag, const struct compiler_data *data, const char *name)
{
	char *own = component_symbol(data->component, GLOBALS_SYMBOL);
	if (own == NULL)
		return diag_no_memory(diag);
	bool good = data->only && (strcmp(name, own) == 0 || strcmp(name, GLOBALS_SYMBOL) == 0);
	free(own);
	if (!good)
		diag_error(diag, data->object->path,
			"has one [symbol %s] for all components of its module: compile each "
			"component to an object of its own",
			name);
	return good;
}

/* Whether nothing but SYMBOL points into its section, which would be dropped with it. */
static bool stands_alone(const struct object *object, uint32_t symbol)
{
	const struct object_symbol *globals = &object->symbols[symbol];
	for (size_t i = 1; i < object->symbol_count; i++)
		if (i != symbol && object->symbols[i].section == globals->section &&
			object->symbols[i].type != STT_SECTION)
			return false;
	return globals->value == 0 && globals->size == object->sections[globals->section].size;
}

static bool move_globals(struct diag *diag, const struct compiler_data *data)
{
	const struct object *object = data->object;
	uint32_t index = globals_symbol(object);
	if (index == 0)
		return true;
	struct object_symbol symbol = object->symbols[index];
	const struct object_section *section = &object->sections[symbol.section];
	if (!check_owner(diag, data, symbol.name))
		return false;
	if (!stands_alone(object, index))
		return diag_error(diag, object->path,
			"[section %s] holds more than [symbol %s]: data that belongs to no "
			"component cannot be placed; give what the compiler wrote",
			section->name, symbol.name);
	if (section->bytes == NULL || section->size != data->globals->size ||
		memcmp(section->bytes, data->globals->bytes, section->size) != 0)
		return differs(diag, data, section->name, "the globals");
	uint32_t old = symbol.section;
	symbol.section = data->section;
	symbol.value = data->offset;
	return object_edit_set_symbol(data->edit, index, &symbol) &&
	       object_edit_make_nobits(data->edit, old, 0, section->align);
}

/* --- data segments ----------------------------------------------------------------- */

/* Applies the records of SECTION to IMAGE, which is zero; false when they do not fit. */
static bool apply_records(
	const struct object *object, const struct object_section *section, struct blob *image)
{
	for (uint64_t at = 0; at < section->size;) {
		if (section->size - at < RECORD_HEADER)
			return false;
		uint64_t offset = object_word(object, section->bytes + at);
		uint64_t length = object_word(object, section->bytes + at + 4);
		at += RECORD_HEADER;
		if (!checked_within(at, length, section->size) ||
			!checked_within(offset, length, image->size))
			return false;
		if (length != 0)
			memcpy(image->bytes + offset, section->bytes + at, length);
		at = (at + length + 3) & ~UINT64_C(3);
	}
	return true;
}

static bool drop_segments(struct diag *diag, const struct compiler_data *data)
{
	const struct object *object = data->object;
	const struct object_section *section = object_section(object, SEGMENTS_SECTION);
	if (section == NULL || section->bytes == NULL)
		return true;
	struct blob image = {
		.bytes = calloc(1, data->memory->size + 1), .size = data->memory->size};
	if (image.bytes == NULL)
		return diag_no_memory(diag);
	bool same = apply_records(object, section, &image) &&
		    (image.size == 0 || memcmp(image.bytes, data->memory->bytes, image.size) == 0);
	blob_free(&image);
	if (!same)
		return differs(diag, data, section->name, "the data segments");
	return object_edit_make_nobits(
		data->edit, (uint32_t)(section - object->sections), 0, section->align);
}

bool compiler_data_is(const struct object *object, uint32_t section)
{
	uint32_t globals = globals_symbol(object);
	return object_section(object, SEGMENTS_SECTION) == &object->sections[section] ||
	       (globals != 0 && object->symbols[globals].section == section);
}

bool compiler_data_take(struct diag *diag, const struct compiler_data *data)
{
	return move_globals(diag, data) && drop_segments(diag, data);
}
