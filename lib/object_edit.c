/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * An edit from its start to its end, and its sections.
 */
#include "lib/object_edit.h"

#include <stdlib.h>
#include <string.h>

#include "lib/checked.h"
#include "lib/object_edit_state.h"

/* --- buffers ------------------------------------------------------------------- */

bool buffer_append(
	struct object_edit *edit, struct buffer *buffer, const void *bytes, size_t length)
{
	uint64_t need;
	if (!checked_add(buffer->size, length, &need) || need > SIZE_MAX / 2)
		return diag_no_memory(edit->diag);
	if (buffer->bytes == NULL || need > buffer->capacity) {
		size_t capacity = buffer->capacity < 64 ? 64 : buffer->capacity;
		while (capacity < need)
			capacity *= 2;
		uint8_t *grown = realloc(buffer->bytes, capacity);
		if (grown == NULL)
			return diag_no_memory(edit->diag);
		buffer->bytes = grown;
		buffer->capacity = capacity;
	}
	if (length != 0 && bytes != NULL)
		memcpy(buffer->bytes + buffer->size, bytes, length);
	else
		memset(buffer->bytes + buffer->size, 0, length);
	buffer->size = (size_t)need;
	return true;
}

/* Puts the changed entries into the copy of the symbol table. */
static void fold_entries(struct object_edit *edit, struct buffer *content)
{
	const struct edit_entry *entries = (const struct edit_entry *)edit->entries.bytes;
	size_t size = FIELD_SIZE(edit->form, Sym);
	for (size_t i = 0; i < edit->entries.size / sizeof(*entries); i++)
		memcpy(content->bytes + entries[i].symbol * size, entries[i].bytes, size);
	edit->entries.size = 0;
}

struct buffer *edit_touch(struct object_edit *edit, uint32_t index)
{
	struct edit_section *touched = &edit->sections[index];
	if (touched->content.bytes != NULL)
		return &touched->content;
	const struct object_section *section = &edit->object->sections[index];
	size_t size = section->bytes == NULL ? 0 : (size_t)section->size;
	if (size != object_size_in_file(section)) {
		diag_error(edit->diag, edit->object->path,
			"has contents that were not read [section %s]: read the whole object",
			section->name);
		return NULL;
	}
	if (!buffer_append(edit, &touched->content, section->bytes, size) ||
		!buffer_append(
			edit, &touched->content, touched->strings.bytes, touched->strings.size))
		return NULL;
	touched->strings.size = 0;
	if (index == edit->object->symbol_table)
		fold_entries(edit, &touched->content);
	if (edit->names.size != 0 && index == edit_symbol_names(edit))
		edit_fold_names(edit, &touched->content);
	return &touched->content;
}

/* --- start and end --------------------------------------------------------------- */

struct span {
	uint64_t offset;
	uint64_t size;
	const char *name;
};

static int compare_spans(const void *left, const void *right)
{
	const struct span *a = left;
	const struct span *b = right;
	return (a->offset > b->offset) - (a->offset < b->offset);
}

/*
 * No byte of an object may belong to two sections (gABI, "Sections"): where
 * one did, a change to the one would silently be a change to the other.
 */
static bool check_overlap(struct object_edit *edit)
{
	const struct object *object = edit->object;
	struct span *spans = calloc(object->section_count + 2, sizeof(*spans));
	if (spans == NULL)
		return diag_no_memory(edit->diag);
	size_t count = 0;
	spans[count++] = (struct span){0, FIELD_SIZE(edit->form, Ehdr), "ELF header"};
	spans[count++] = (struct span){edit->headers_offset,
		object->section_count * FIELD_SIZE(edit->form, Shdr), "section headers"};
	for (size_t i = 1; i < object->section_count; i++)
		if (object_size_in_file(&object->sections[i]) != 0)
			spans[count++] = (struct span){object->sections[i].offset,
				object->sections[i].size, object->sections[i].name};
	qsort(spans, count, sizeof(*spans), compare_spans);
	bool good = true;
	for (size_t i = 1; i < count && good; i++)
		if (checked_overlap(
			    spans[i - 1].offset, spans[i - 1].size, spans[i].offset, spans[i].size))
			good = diag_error(edit->diag, object->path,
				"is damaged: %s and %s share bytes: make it again",
				spans[i - 1].name, spans[i].name);
	free(spans);
	return good;
}

static bool copy_headers(struct object_edit *edit)
{
	const struct object *object = edit->object;
	edit->section_count = object->section_count;
	edit->section_capacity = object->section_count;
	edit->sections = calloc(edit->section_capacity, sizeof(*edit->sections));
	if (edit->sections == NULL)
		return diag_no_memory(edit->diag);
	return buffer_append(edit, &edit->headers, object->file.bytes + edit->headers_offset,
		object->section_count * FIELD_SIZE(edit->form, Shdr));
}

static bool start(struct object_edit *edit)
{
	const struct object *object = edit->object;
	if (object->type != ET_REL)
		return diag_error(edit->diag, object->path,
			"is not a relocatable object: give what the compiler wrote, before "
			"linking");
	if (object->section_count == 0)
		return diag_error(
			edit->diag, object->path, "has no sections: give what the compiler wrote");
	edit->headers_offset = FIELD_GET(edit->form, object->file.bytes, Ehdr, e_shoff);
	edit->symbol_count = object->symbol_count;
	edit->local_count =
		object->symbol_table == 0 ? 0 : object->sections[object->symbol_table].info;
	for (uint32_t i = 1; i < object->section_count; i++)
		if (object->sections[i].type == SHT_SYMTAB_SHNDX &&
			object->sections[i].link == object->symbol_table)
			edit->extension = i;
	return check_overlap(edit) && copy_headers(edit);
}

struct object_edit *object_edit_start(struct diag *diag, const struct object *object)
{
	struct object_edit *edit = calloc(1, sizeof(*edit));
	if (edit == NULL) {
		diag_no_memory(diag);
		return NULL;
	}
	edit->diag = diag;
	edit->object = object;
	edit->form.wide = object->class == ELFCLASS64;
	edit->form.big = object->data == ELFDATA2MSB;
	if (start(edit))
		return edit;
	object_edit_free(edit);
	return NULL;
}

static void edit_section_free(struct edit_section *section)
{
	free(section->content.bytes);
	free(section->strings.bytes);
}

void object_edit_free(struct object_edit *edit)
{
	if (edit == NULL)
		return;
	if (edit->sections != NULL)
		for (size_t i = 0; i < edit->section_count; i++)
			edit_section_free(&edit->sections[i]);
	free(edit->sections);
	free(edit->headers.bytes);
	free(edit->entries.bytes);
	free(edit->names.bytes);
	free(edit->texts.bytes);
	free(edit->starts);
	free(edit->replaced);
	object_free(edit->skeleton);
	free(edit);
}

/* --- sections -------------------------------------------------------------------------- */

static bool has_section_names(struct object_edit *edit)
{
	if (edit->object->name_table != 0)
		return true;
	return EDIT_ERROR(edit, "has no table of section names: pass it through ld -r first");
}

bool object_edit_rename_section(struct object_edit *edit, uint32_t section, const char *name)
{
	uint32_t offset;
	uint32_t table = edit->object->name_table;
	if (!has_section_names(edit))
		return false;
	uint64_t old = FIELD_GET(edit->form, edit_header(edit, section), Shdr, sh_name);
	if (strcmp(edit_string(edit, table, old), name) == 0)
		return true;
	if (!edit_add_string(edit, table, name, &offset))
		return false;
	FIELD_PUT(edit->form, edit_header(edit, section), Shdr, sh_name, offset);
	return true;
}

bool object_edit_make_nobits(
	struct object_edit *edit, uint32_t section, uint64_t size, uint64_t align)
{
	size_t first;
	if (!edit_fits(edit, size) || !edit_fits(edit, align) || (align & (align - 1)) != 0)
		return EDIT_ERROR(edit,
			"cannot hold a section of 0x%jx bytes aligned to 0x%jx [section %u]: give "
			"a smaller one",
			(uintmax_t)size, (uintmax_t)align, section);
	if (section < edit->object->section_count &&
		object_relocations_of(edit->object, section, &first) != 0)
		return EDIT_ERROR(edit,
			"has relocations for what shall hold no bytes [section %s]: put pointers "
			"elsewhere",
			edit->object->sections[section].name);
	uint8_t *header = edit_header(edit, section);
	FIELD_PUT(edit->form, header, Shdr, sh_type, SHT_NOBITS);
	FIELD_PUT(edit->form, header, Shdr, sh_size, size);
	FIELD_PUT(edit->form, header, Shdr, sh_addralign, align);
	return true;
}

/* Makes room for one more section and its header; nothing else of the edit changes. */
static bool grow_sections(struct object_edit *edit)
{
	if (edit->section_count >= OBJECT_ABSOLUTE - 1)
		return EDIT_ERROR(edit, "has too many sections: split the module");
	if (edit->section_count == edit->section_capacity) {
		size_t capacity = edit->section_capacity * 2;
		struct edit_section *grown =
			realloc(edit->sections, capacity * sizeof(*edit->sections));
		if (grown == NULL)
			return diag_no_memory(edit->diag);
		edit->sections = grown;
		edit->section_capacity = capacity;
	}
	if (!buffer_append(edit, &edit->headers, NULL, FIELD_SIZE(edit->form, Shdr)))
		return false;
	edit->sections[edit->section_count++] = (struct edit_section){0};
	return true;
}

bool object_edit_add_section(
	struct object_edit *edit, const struct object_section *section, uint32_t *index)
{
	uint32_t name;
	if (!edit_fits(edit, section->size) || !edit_fits(edit, section->align) ||
		(section->align & (section->align - 1)) != 0)
		return EDIT_ERROR(edit,
			"cannot hold a section of 0x%jx bytes aligned to 0x%jx [section %s]: give "
			"a smaller one",
			(uintmax_t)section->size, (uintmax_t)section->align, section->name);
	if (!has_section_names(edit) ||
		!edit_add_string(edit, edit->object->name_table, section->name, &name) ||
		!grow_sections(edit))
		return false;
	*index = (uint32_t)(edit->section_count - 1);
	uint8_t *header = edit_header(edit, *index);
	FIELD_PUT(edit->form, header, Shdr, sh_name, name);
	FIELD_PUT(edit->form, header, Shdr, sh_type, section->type);
	FIELD_PUT(edit->form, header, Shdr, sh_flags, section->flags);
	FIELD_PUT(edit->form, header, Shdr, sh_size, section->size);
	FIELD_PUT(edit->form, header, Shdr, sh_addralign, section->align);
	size_t kept = section->type == SHT_NOBITS ? 0 : (size_t)section->size;
	return buffer_append(edit, &edit->sections[*index].content, section->bytes, kept);
}
