/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Making the edited file.
 *
 *      +------------------------------+
 *      | the input, byte for byte,    |
 *      | but for entries of tables    |
 *      | that kept their size         |
 *      +------------------------------+ <- end of the input
 *      | tables that grew             |
 *      | added sections               |
 *      | section headers, when there  |
 *      | are more of them             |
 *      +------------------------------+
 *
 * Of an edit that started from nothing only the ELF header comes first; the
 * skeleton that it started from is not worth keeping.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/checked.h"
#include "lib/object_edit_state.h"

/* No section of a relocatable object needs more in the file; the linker reads sh_addralign. */
enum { MOST_FILE_ALIGNMENT = 16 };

/* Where a section of the input lies in the file, and how much of it is there. */
static uint64_t input_size(const struct object_edit *edit, size_t index)
{
	const struct object_section *section = &edit->object->sections[index];
	return section->bytes == NULL ? 0 : section->size;
}

static bool is_nobits(struct object_edit *edit, size_t index)
{
	return FIELD_GET(edit->form, edit_header(edit, index), Shdr, sh_type) == SHT_NOBITS;
}

static bool same(const struct buffer *buffer, const uint8_t *bytes, uint64_t size)
{
	return buffer->size == size && (size == 0 || memcmp(buffer->bytes, bytes, size) == 0);
}

bool object_edit_changed(const struct object_edit *edit)
{
	const struct object *object = edit->object;
	if (edit->skeleton != NULL || edit->section_count != object->section_count ||
		!same(&edit->headers, object->file.bytes + edit->headers_offset,
			edit->headers.size))
		return true;
	for (size_t i = 1; i < object->section_count; i++) {
		const struct buffer *content = &edit->sections[i].content;
		if (content->bytes != NULL &&
			!same(content, object->sections[i].bytes, input_size(edit, i)))
			return true;
	}
	return false;
}

/* Appends what is needed to make the end of FILE a multiple of ALIGN. */
static bool pad(struct object_edit *edit, struct buffer *file, uint64_t align)
{
	uint64_t end;
	if (align > MOST_FILE_ALIGNMENT)
		align = MOST_FILE_ALIGNMENT;
	if (align < 2)
		return true;
	if (!checked_align(file->size, align, &end))
		return diag_no_memory(edit->diag);
	return buffer_append(edit, file, NULL, (size_t)(end - file->size));
}

/* Writes the bytes of section INDEX over the old ones, or behind the end with a new offset. */
static bool place_section(struct object_edit *edit, struct buffer *file, size_t index)
{
	const struct buffer *content = &edit->sections[index].content;
	uint8_t *header = edit_header(edit, index);
	bool in_input = index < edit->object->section_count && edit->skeleton == NULL;
	if (content->bytes == NULL || (in_input && is_nobits(edit, index)))
		return true;
	if (in_input && content->size == input_size(edit, index)) {
		uint64_t offset = edit->object->sections[index].offset;
		if (content->size != 0)
			memcpy(file->bytes + offset, content->bytes, content->size);
		return true;
	}
	size_t kept = is_nobits(edit, index) ? 0 : content->size;
	if (kept != 0 && !pad(edit, file, FIELD_GET(edit->form, header, Shdr, sh_addralign)))
		return false;
	FIELD_PUT(edit->form, header, Shdr, sh_offset, file->size);
	if (kept != 0)
		FIELD_PUT(edit->form, header, Shdr, sh_size, kept);
	return buffer_append(edit, file, content->bytes, kept);
}

/* Writes the section headers, and what the ELF header says of them. */
static bool place_headers(struct object_edit *edit, struct buffer *file)
{
	struct object_form form = edit->form;
	size_t count = edit->section_count;
	if (edit->skeleton == NULL && count == edit->object->section_count) {
		memcpy(file->bytes + edit->headers_offset, edit->headers.bytes, edit->headers.size);
		return true;
	}
	if (!pad(edit, file, form.wide ? 8 : 4))
		return false;
	/* The gABI's extended numbering: the count stands in entry 0. */
	bool extended = count >= SHN_LORESERVE;
	FIELD_PUT(form, edit_header(edit, 0), Shdr, sh_size, extended ? count : 0);
	FIELD_PUT(form, file->bytes, Ehdr, e_shnum, extended ? 0 : count);
	FIELD_PUT(form, file->bytes, Ehdr, e_shoff, file->size);
	return buffer_append(edit, file, edit->headers.bytes, edit->headers.size);
}

static bool make(struct object_edit *edit, struct buffer *file)
{
	const struct object *object = edit->object;
	size_t kept = object->file.size;
	if (edit->skeleton != NULL) {
		kept = FIELD_SIZE(edit->form, Ehdr);
		for (uint32_t i = 1; i < object->section_count; i++)
			if (edit_touch(edit, i) == NULL)
				return false;
	}
	if (!buffer_append(edit, file, object->file.bytes, kept))
		return false;
	for (size_t i = 1; i < edit->section_count; i++)
		if (!place_section(edit, file, i))
			return false;
	if (!place_headers(edit, file))
		return false;
	if (!edit->form.wide && file->size > UINT32_MAX)
		return diag_error(edit->diag, object->path,
			"would grow beyond 4 GiB, which 32-bit ELF cannot hold: split the module");
	return true;
}

bool object_edit_write(struct object_edit *edit, struct blob *file)
{
	struct buffer made = {0};
	*file = (struct blob){0};
	bool good = object_edit_changed(edit) ? make(edit, &made)
					      : buffer_append(edit, &made, edit->object->file.bytes,
							edit->object->file.size);
	if (good)
		*file = (struct blob){.bytes = made.bytes, .size = made.size};
	else
		free(made.bytes);
	return good;
}
