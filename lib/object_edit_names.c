/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Names in the string tables of an edit.
 *
 * Others may point into a string or at its tail, so that it must not be changed
 * where it stands unless it is known to be one symbol's alone:
 *
 *      st_name      6             13        19
 *      .strtab  ... \0read-fix\0cabi_realloc\0
 *                     alone       no: the symbol at 19 uses its tail
 *
 * A new name that fits then takes its place, and all else stays as it is; any
 * other is appended to its table.  Which strings are used is one bit for each
 * byte of the table, set where the name of a symbol (or of a section, where the
 * two share the table) starts.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/checked.h"
#include "lib/object_edit_state.h"
#include "lib/pages.h"

/* How many bytes of the input a string table has in front of what is added to it. */
static size_t input_strings(const struct object_edit *edit, uint32_t table)
{
	const struct object_section *section = &edit->object->sections[table];
	if (edit->sections[table].content.bytes != NULL || section->bytes == NULL)
		return 0;
	return (size_t)section->size;
}

bool edit_add_string(struct object_edit *edit, uint32_t table, const char *name, uint32_t *offset)
{
	*offset = 0;
	if (name[0] == '\0')
		return true;
	struct edit_section *section = &edit->sections[table];
	struct buffer *strings =
		section->content.bytes != NULL ? &section->content : &section->strings;
	size_t before = input_strings(edit, table);
	if (before + strings->size == 0 && !buffer_append(edit, strings, "", 1))
		return false;
	size_t length = strlen(name) + 1;
	if (before + strings->size > UINT32_MAX - length)
		return EDIT_ERROR(edit, "has more than 4 GiB of names: split the module");
	*offset = (uint32_t)(before + strings->size);
	return buffer_append(edit, strings, name, length);
}

const char *edit_string(const struct object_edit *edit, uint32_t table, uint64_t offset)
{
	const struct edit_section *section = &edit->sections[table];
	size_t before = input_strings(edit, table);
	if (offset < before)
		return (const char *)edit->object->sections[table].bytes + offset;
	const struct buffer *strings =
		section->content.bytes != NULL ? &section->content : &section->strings;
	return strings->bytes == NULL ? "" : (const char *)strings->bytes + (offset - before);
}

/* --- who uses which bytes -------------------------------------------------------------- */

static bool has_bit(const uint8_t *bits, size_t index)
{
	return (bits[index / 8] >> index % 8 & 1) != 0;
}

static void set_bit(uint8_t *bits, size_t index)
{
	bits[index / 8] |= (uint8_t)(1u << index % 8);
}

/* A second user of the same string is noted within it, at its second byte. */
static void enter_start(uint8_t *starts, uint64_t offset)
{
	if (offset != 0)
		set_bit(starts, offset + has_bit(starts, offset));
}

/* Always inlined, so that the loop is made for one form of file. */
static inline __attribute__((always_inline)) void enter_symbols(
	struct object_form form, uint8_t *starts, const struct object *object)
{
	const uint8_t *entry = object->sections[object->symbol_table].bytes;
	for (size_t i = 0; i < object->symbol_count; i++, entry += FIELD_SIZE(form, Sym))
		enter_start(starts, FIELD_GET(form, entry, Sym, st_name));
}

/* Section 0 has no name, whatever stands there. */
static void enter_sections(const struct object_edit *edit, uint8_t *starts)
{
	const uint8_t *header = edit->object->file.bytes + edit->headers_offset;
	for (size_t i = 1; i < edit->object->section_count; i++)
		enter_start(starts, FIELD_GET(edit->form, header + i * FIELD_SIZE(edit->form, Shdr),
					    Shdr, sh_name));
}

/* Whether a section that this file does not know may point into TABLE. */
static bool has_other_users(const struct object *object, uint32_t table)
{
	for (uint32_t i = 1; i < object->section_count; i++)
		if (i != object->symbol_table && object->sections[i].link == table)
			return true;
	return false;
}

/* Finds the users of the symbols' names; false after a report. */
static bool find_users(struct object_edit *edit)
{
	const struct object *object = edit->object;
	uint32_t table = edit_symbol_names(edit);
	/* A bit for the byte behind the last string, and one more for its second user. */
	size_t bits = input_strings(edit, table) + 2;
	edit->starts = pages_calloc(bits / 8 + 1, 1);
	edit->replaced = calloc(object->symbol_count / 8 + 1, 1);
	if (edit->starts == NULL || edit->replaced == NULL)
		return diag_no_memory(edit->diag);
	if (has_other_users(object, table)) {
		memset(edit->starts, 0xff, bits / 8 + 1);
		return true;
	}
	const struct object_form narrow = {0};
	if (!edit->form.wide && !edit->form.big)
		enter_symbols(narrow, edit->starts, object);
	else
		enter_symbols(edit->form, edit->starts, object);
	if (table == object->name_table)
		enter_sections(edit, edit->starts);
	return true;
}

/* Whether the string of LENGTH bytes at OFFSET is the name of one symbol and nothing else. */
static bool is_alone(
	const struct object_edit *edit, const uint8_t *strings, size_t offset, size_t length)
{
	if (offset == 0 || strings[offset - 1] != '\0')
		return false; /* it may be the tail of another */
	for (size_t i = offset + 1; i <= offset + length; i++)
		if (has_bit(edit->starts, i))
			return false;
	return true;
}

/* --- replacing -------------------------------------------------------------------------- */

static struct edit_name *find_replaced(const struct object_edit *edit, uint32_t symbol)
{
	struct edit_name *names = (struct edit_name *)edit->names.bytes;
	for (size_t i = edit->names.size / sizeof(*names); i-- > 0;)
		if (names[i].symbol == symbol)
			return &names[i];
	return NULL; /* does not come to pass */
}

/* Appends NAME to the texts, filled up with NUL to SIZE bytes. */
static bool add_text(struct object_edit *edit, const char *name, size_t size, size_t *text)
{
	size_t length = strlen(name);
	*text = edit->texts.size;
	return buffer_append(edit, &edit->texts, name, length) &&
	       buffer_append(edit, &edit->texts, NULL, size - length);
}

/* Another name for a symbol whose name was replaced already. */
static bool replace_again(
	struct object_edit *edit, uint32_t symbol, const char *name, size_t length, bool *done)
{
	struct edit_name *replaced = find_replaced(edit, symbol);
	*done = replaced != NULL && length < replaced->size;
	return !*done || add_text(edit, name, replaced->size, &replaced->text);
}

bool edit_replace_name(
	struct object_edit *edit, uint32_t symbol, uint64_t offset, const char *name, bool *done)
{
	uint32_t table = edit_symbol_names(edit);
	size_t length = strlen(name);
	*done = false;
	if (length == 0 || symbol >= edit->object->symbol_count ||
		offset >= input_strings(edit, table))
		return true;
	if (edit->starts == NULL && !find_users(edit))
		return false;
	if (has_bit(edit->replaced, symbol))
		return replace_again(edit, symbol, name, length, done);
	const char *strings = (const char *)edit->object->sections[table].bytes;
	size_t room = strlen(strings + offset);
	*done = room == length && memcmp(strings + offset, name, length) == 0;
	if (*done || length > room || !is_alone(edit, (const uint8_t *)strings, offset, room))
		return true;
	struct edit_name replaced = {
		.symbol = symbol, .offset = (uint32_t)offset, .size = (uint32_t)room + 1};
	if (!add_text(edit, name, replaced.size, &replaced.text) ||
		!buffer_append(edit, &edit->names, &replaced, sizeof(replaced)))
		return false;
	set_bit(edit->replaced, symbol);
	*done = true;
	return true;
}

/* --- writing ----------------------------------------------------------------------------- */

static int compare_names(const void *left, const void *right)
{
	const struct edit_name *a = left;
	const struct edit_name *b = right;
	return (a->offset > b->offset) - (a->offset < b->offset);
}

const struct edit_name *edit_replaced_names(struct object_edit *edit, size_t *count)
{
	struct edit_name *names = (struct edit_name *)edit->names.bytes;
	bool ordered = true;
	*count = edit->names.size / sizeof(*names);
	for (size_t i = 1; i < *count && ordered; i++)
		ordered = names[i - 1].offset < names[i].offset;
	if (!ordered)
		qsort(names, *count, sizeof(*names), compare_names);
	return names;
}

bool edit_names_changed(const struct object_edit *edit)
{
	const struct edit_name *names = (const struct edit_name *)edit->names.bytes;
	for (size_t i = 0; i < edit->names.size / sizeof(*names); i++)
		if (memcmp(edit->object->sections[edit_symbol_names(edit)].bytes + names[i].offset,
			    edit->texts.bytes + names[i].text, names[i].size) != 0)
			return true;
	return false;
}

void edit_fold_names(struct object_edit *edit, struct buffer *content)
{
	const struct edit_name *names = (const struct edit_name *)edit->names.bytes;
	for (size_t i = 0; i < edit->names.size / sizeof(*names); i++)
		memcpy(content->bytes + names[i].offset, edit->texts.bytes + names[i].text,
			names[i].size);
	edit->names.size = 0;
}
