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

static bool entries_changed(const struct object_edit *edit)
{
	const struct edit_entry *entries = (const struct edit_entry *)edit->entries.bytes;
	const uint8_t *table = edit->object->sections[edit->object->symbol_table].bytes;
	size_t size = FIELD_SIZE(edit->form, Sym);
	for (size_t i = 0; i < edit->entries.size / sizeof(*entries); i++)
		if (memcmp(entries[i].bytes, table + entries[i].symbol * size, size) != 0)
			return true;
	return false;
}

bool object_edit_changed(const struct object_edit *edit)
{
	const struct object *object = edit->object;
	if (edit->skeleton != NULL || edit->section_count != object->section_count ||
		!same(&edit->headers, object->file.bytes + edit->headers_offset,
			edit->headers.size))
		return true;
	if (entries_changed(edit) || edit_names_changed(edit))
		return true;
	for (size_t i = 1; i < object->section_count; i++) {
		const struct buffer *content = &edit->sections[i].content;
		if (edit->sections[i].strings.size != 0)
			return true;
		if (content->bytes != NULL &&
			!same(content, object->sections[i].bytes, input_size(edit, i)))
			return true;
	}
	return false;
}

/* --- where everything goes ------------------------------------------------------------ */

struct piece {
	uint64_t offset; /* in the new file */
	const uint8_t *bytes;
	uint64_t size;
};

struct pieces {
	struct piece *list;
	size_t count;
};

/* The new file: the first KEPT bytes of the input with pieces over them, then pieces behind. */
struct arrangement {
	struct object_edit *edit;
	uint64_t kept;
	struct pieces over;
	struct pieces behind; /* in order; what is between them is zeros */
	uint64_t end;
	uint8_t header[sizeof(Elf64_Ehdr)];
};

static void put_piece(struct pieces *pieces, uint64_t offset, const uint8_t *bytes, uint64_t size)
{
	if (size != 0)
		pieces->list[pieces->count++] =
			(struct piece){.offset = offset, .bytes = bytes, .size = size};
}

/* Makes the end of the file a multiple of ALIGN. */
static bool pad(struct arrangement *at, uint64_t align)
{
	if (align > MOST_FILE_ALIGNMENT)
		align = MOST_FILE_ALIGNMENT;
	return align < 2 || checked_align(at->end, align, &at->end) ||
	       diag_no_memory(at->edit->diag);
}

static bool put_behind(struct arrangement *at, const uint8_t *bytes, uint64_t size)
{
	put_piece(&at->behind, at->end, bytes, size);
	return checked_add(at->end, size, &at->end) || diag_no_memory(at->edit->diag);
}

/* The entries of a symbol table that stays where it is. */
static void place_entries(struct arrangement *at)
{
	struct object_edit *edit = at->edit;
	const struct edit_entry *entries = (const struct edit_entry *)edit->entries.bytes;
	uint64_t table = edit->object->sections[edit->object->symbol_table].offset;
	size_t size = FIELD_SIZE(edit->form, Sym);
	for (size_t i = 0; i < edit->entries.size / sizeof(*entries); i++)
		put_piece(&at->over, table + entries[i].symbol * size, entries[i].bytes, size);
}

/* The replaced names of a string table that stays where it is. */
static void place_names(struct arrangement *at)
{
	struct object_edit *edit = at->edit;
	size_t count;
	const struct edit_name *names = edit_replaced_names(edit, &count);
	uint64_t table = count == 0 ? 0 : edit->object->sections[edit_symbol_names(edit)].offset;
	for (size_t i = 0; i < count; i++)
		put_piece(&at->over, table + names[i].offset, edit->texts.bytes + names[i].text,
			names[i].size);
}

/* A string table of the input behind the end, with its replaced names. */
static bool put_names_behind(struct arrangement *at, size_t index)
{
	struct object_edit *edit = at->edit;
	const struct object_section *table = &edit->object->sections[index];
	uint64_t done = 0;
	size_t count = 0;
	const struct edit_name *names = NULL;
	if (edit->names.size != 0 && index == edit_symbol_names(edit))
		names = edit_replaced_names(edit, &count);
	for (size_t i = 0; i < count; i++) {
		if (!put_behind(at, table->bytes + done, names[i].offset - done) ||
			!put_behind(at, edit->texts.bytes + names[i].text, names[i].size))
			return false;
		done = (uint64_t)names[i].offset + names[i].size;
	}
	return table->bytes == NULL || put_behind(at, table->bytes + done, table->size - done);
}

/* A string table of the input, which is not copied, and the strings behind it. */
static bool place_strings(struct arrangement *at, size_t index)
{
	const struct object_section *table = &at->edit->object->sections[index];
	const struct buffer *strings = &at->edit->sections[index].strings;
	uint8_t *header = edit_header(at->edit, index);
	uint64_t before = table->bytes == NULL ? 0 : table->size;
	FIELD_PUT(at->edit->form, header, Shdr, sh_offset, at->end);
	FIELD_PUT(at->edit->form, header, Shdr, sh_size, before + strings->size);
	return put_names_behind(at, index) && put_behind(at, strings->bytes, strings->size);
}

/* Puts the bytes of section INDEX over the old ones, or behind the end with a new offset. */
static bool place_section(struct arrangement *at, size_t index)
{
	struct object_edit *edit = at->edit;
	const struct buffer *content = &edit->sections[index].content;
	uint8_t *header = edit_header(edit, index);
	bool in_input = index < edit->object->section_count && edit->skeleton == NULL;
	if (edit->sections[index].strings.size != 0)
		return place_strings(at, index);
	if (content->bytes == NULL || (in_input && is_nobits(edit, index)))
		return true;
	if (in_input && content->size == input_size(edit, index)) {
		put_piece(&at->over, edit->object->sections[index].offset, content->bytes,
			content->size);
		return true;
	}
	size_t kept = is_nobits(edit, index) ? 0 : content->size;
	if (kept != 0 && !pad(at, FIELD_GET(edit->form, header, Shdr, sh_addralign)))
		return false;
	FIELD_PUT(edit->form, header, Shdr, sh_offset, at->end);
	if (kept != 0)
		FIELD_PUT(edit->form, header, Shdr, sh_size, kept);
	return put_behind(at, content->bytes, kept);
}

/* Puts the section headers, and what the ELF header says of them. */
static bool place_headers(struct arrangement *at)
{
	struct object_edit *edit = at->edit;
	struct object_form form = edit->form;
	size_t count = edit->section_count;
	if (edit->skeleton == NULL && count == edit->object->section_count) {
		put_piece(&at->over, edit->headers_offset, edit->headers.bytes, edit->headers.size);
		return true;
	}
	if (!pad(at, form.wide ? 8 : 4))
		return false;
	/* The gABI's extended numbering: the count stands in entry 0. */
	bool extended = count >= SHN_LORESERVE;
	FIELD_PUT(form, edit_header(edit, 0), Shdr, sh_size, extended ? count : 0);
	memcpy(at->header, edit->object->file.bytes, FIELD_SIZE(form, Ehdr));
	FIELD_PUT(form, at->header, Ehdr, e_shnum, extended ? 0 : count);
	FIELD_PUT(form, at->header, Ehdr, e_shoff, at->end);
	put_piece(&at->over, 0, at->header, FIELD_SIZE(form, Ehdr));
	return put_behind(at, edit->headers.bytes, edit->headers.size);
}

static int compare_pieces(const void *left, const void *right)
{
	const struct piece *a = left;
	const struct piece *b = right;
	return (a->offset > b->offset) - (a->offset < b->offset);
}

static bool make_room(struct arrangement *at)
{
	struct object_edit *edit = at->edit;
	/* A section is one piece or two, a changed symbol one, a name one and what is before it;
	 * and there are two headers. */
	size_t most = edit->section_count * 2 + 2;
	size_t entries = edit->entries.size / sizeof(struct edit_entry);
	size_t names = edit->names.size / sizeof(struct edit_name);
	at->over.list = calloc(most + entries + names, sizeof(*at->over.list));
	at->behind.list = calloc(most + names * 2, sizeof(*at->behind.list));
	return (at->over.list != NULL && at->behind.list != NULL) || diag_no_memory(edit->diag);
}

static void arrangement_free(struct arrangement *at)
{
	free(at->over.list);
	free(at->behind.list);
}

/* Decides where everything goes, and writes that into the headers. */
static bool arrange(struct arrangement *at)
{
	struct object_edit *edit = at->edit;
	const struct object *object = edit->object;
	at->kept = edit->skeleton != NULL ? FIELD_SIZE(edit->form, Ehdr) : object->file.size;
	at->end = at->kept;
	for (uint32_t i = 1; edit->skeleton != NULL && i < object->section_count; i++)
		if (edit_touch(edit, i) == NULL)
			return false;
	if (!make_room(at))
		return false;
	if (!object_edit_changed(edit))
		return true;
	place_entries(at);
	if (edit->names.size != 0 && edit->sections[edit_symbol_names(edit)].strings.size == 0)
		place_names(at);
	for (size_t i = 1; i < edit->section_count; i++)
		if (!place_section(at, i))
			return false;
	if (!place_headers(at))
		return false;
	qsort(at->over.list, at->over.count, sizeof(*at->over.list), compare_pieces);
	if (!edit->form.wide && at->end > UINT32_MAX)
		return diag_error(edit->diag, object->path,
			"would grow beyond 4 GiB, which 32-bit ELF cannot hold: split the module");
	return true;
}

/* --- writing it --------------------------------------------------------------------- */

/* Where the new file goes: a stream, or memory. */
struct sink {
	struct output *output; /* NULL: to bytes */
	uint8_t *bytes;
	size_t size;
};

/* A failed write to a stream shows when the output is committed. */
static void put(struct sink *sink, const uint8_t *bytes, uint64_t size)
{
	static const uint8_t zeros[MOST_FILE_ALIGNMENT];
	const uint8_t *from = bytes == NULL ? zeros : bytes;
	if (sink->output != NULL)
		output_put(sink->output, from, size);
	else
		memcpy(sink->bytes + sink->size, from, size);
	sink->size += size;
}

/* Bytes that were left in the input. */
static bool put_left(const struct arrangement *at, struct sink *sink, uint64_t from, uint64_t to)
{
	struct diag *diag = at->edit->diag;
	const struct object *object = at->edit->object;
	uint64_t size = to - from;
	bool good = sink->output != NULL ? output_copy(sink->output, diag, object->path,
						   &object->source, from, size)
					 : source_read(diag, object->path, &object->source, from,
						   size, sink->bytes + sink->size);
	sink->size += size;
	return good;
}

/* The bytes [FROM, TO) of the input; LEFT is the first of what was left that may be among them. */
static bool put_input(
	const struct arrangement *at, struct sink *sink, uint64_t from, uint64_t to, size_t *left)
{
	const struct object *object = at->edit->object;
	for (; *left < object->left_count && object->left[*left].offset < to; (*left)++) {
		const struct object_span *span = &object->left[*left];
		put(sink, object->file.bytes + from, span->offset - from);
		from = span->offset + span->size;
		if (!put_left(at, sink, span->offset, from))
			return false;
	}
	put(sink, object->file.bytes + from, to - from);
	return true;
}

static bool put_all(const struct arrangement *at, struct sink *sink)
{
	uint64_t done = 0;
	size_t left = 0;
	for (size_t i = 0; i < at->over.count; i++) {
		const struct piece *piece = &at->over.list[i];
		if (!put_input(at, sink, done, piece->offset, &left))
			return false;
		put(sink, piece->bytes, piece->size);
		done = piece->offset + piece->size;
	}
	if (!put_input(at, sink, done, at->kept, &left))
		return false;
	for (size_t i = 0; i < at->behind.count; i++) {
		const struct piece *piece = &at->behind.list[i];
		put(sink, NULL, piece->offset - sink->size);
		put(sink, piece->bytes, piece->size);
	}
	const struct object *object = at->edit->object;
	return object->left_count == 0 ||
	       source_unchanged(at->edit->diag, object->path, &object->source);
}

bool object_edit_write(struct object_edit *edit, struct blob *file)
{
	struct arrangement at = {.edit = edit};
	struct sink sink = {0};
	*file = (struct blob){0};
	bool good = arrange(&at);
	if (good) {
		sink.bytes = malloc(at.end);
		good = sink.bytes != NULL ? put_all(&at, &sink) : diag_no_memory(edit->diag);
	}
	if (good)
		*file = (struct blob){.bytes = sink.bytes, .size = sink.size};
	else
		free(sink.bytes);
	arrangement_free(&at);
	return good;
}

bool object_edit_save(struct object_edit *edit, struct output *output)
{
	struct arrangement at = {.edit = edit};
	struct sink sink = {.output = output};
	(void)output_stream(output); /* which collects small pieces */
	bool good = arrange(&at) && put_all(&at, &sink);
	arrangement_free(&at);
	return good;
}
