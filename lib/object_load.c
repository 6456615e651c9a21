/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Reading no more of an ELF file than is going to be looked at.
 *
 *      +-----------------+
 *      | ELF header      |  read first
 *      | .text           |  \
 *      | .data           |   > may be left in the file where they are large
 *      | .debug_info     |  /
 *      | .symtab, ...    |  read last
 *      | section headers |  read second: they say what may be left
 *      +-----------------+
 *
 * Nothing that this file finds in the headers is believed: where anything is
 * unusual the file is read whole, and the reader that follows says what is
 * wrong with it.  An object with 200 MB of data is bound in the time of a copy
 * in this way, and in no memory to speak of.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/checked.h"
#include "lib/object_read.h"
#include "lib/pages.h"

/* Below that, one more call of the system costs more than the bytes. */
enum { LARGE = 65536 };

struct loader {
	struct diag *diag;
	struct object *object;
	enum object_part part;
	struct object_form form;
	struct object_span head;    /* the ELF header */
	struct object_span headers; /* the section headers */
	uint64_t entry_size;
	struct object_span *taken; /* what sections and headers cover, ordered */
	size_t taken_count;
};

int object_compare_spans(const void *left, const void *right)
{
	const struct object_span *a = left;
	const struct object_span *b = right;
	return (a->offset > b->offset) - (a->offset < b->offset);
}

static bool read_span(struct loader *loader, uint64_t from, uint64_t to)
{
	const struct object *object = loader->object;
	if (from >= to)
		return true;
	pages_take(object->file.bytes + from, to - from);
	return source_read(loader->diag, object->path, &object->source, from, to - from,
		object->file.bytes + from);
}

/* Reads the ELF header, which is longer in ELF64; false after a report. */
static bool read_head(struct loader *loader)
{
	const uint8_t *bytes = loader->object->file.bytes;
	loader->head.size = sizeof(Elf32_Ehdr);
	if (!read_span(loader, 0, sizeof(Elf32_Ehdr)))
		return false;
	if (memcmp(bytes, ELFMAG, SELFMAG) != 0)
		return true;
	loader->form.wide = bytes[EI_CLASS] == ELFCLASS64;
	loader->form.big = bytes[EI_DATA] == ELFDATA2MSB;
	loader->head.size = FIELD_SIZE(loader->form, Ehdr);
	return read_span(loader, sizeof(Elf32_Ehdr), loader->head.size);
}

/* Finds the section headers; false where they are not as usual. */
static bool find_headers(struct loader *loader)
{
	const struct blob *file = &loader->object->file;
	const uint8_t *bytes = file->bytes;
	if (memcmp(bytes, ELFMAG, SELFMAG) != 0)
		return false;
	loader->entry_size = FIELD_SIZE(loader->form, Shdr);
	loader->headers.offset = FIELD_GET(loader->form, bytes, Ehdr, e_shoff);
	uint64_t count = FIELD_GET(loader->form, bytes, Ehdr, e_shnum);
	loader->headers.size = count * loader->entry_size; /* 16 bits each */
	return count != 0 && loader->headers.offset >= loader->head.size &&
	       checked_within(loader->headers.offset, loader->headers.size, file->size);
}

/* Whether the contents of the section with this HEADER may stay in the file. */
static bool may_stay(const struct loader *loader, const uint8_t *header)
{
	if (FIELD_GET(loader->form, header, Shdr, sh_type) != SHT_PROGBITS ||
		FIELD_GET(loader->form, header, Shdr, sh_size) < LARGE)
		return false;
	/* A relocation is compared with the size that stands in compressed contents. */
	uint64_t flags = FIELD_GET(loader->form, header, Shdr, sh_flags);
	if ((flags & SHF_COMPRESSED) != 0)
		return false;
	/* object_load_rest reads those that have not the name of debugging information. */
	return loader->part != OBJECT_WITHOUT_DEBUG || (flags & SHF_ALLOC) == 0;
}

/* Lists what the sections cover, and of that what may stay; false where they are not as usual. */
static bool list_spans(struct loader *loader)
{
	struct object *object = loader->object;
	size_t count = loader->headers.size / loader->entry_size;
	const uint8_t *header = object->file.bytes + loader->headers.offset;
	loader->taken[loader->taken_count++] = loader->head;
	loader->taken[loader->taken_count++] = loader->headers;
	for (size_t i = 0; i < count; i++, header += loader->entry_size) {
		struct object_span span = {FIELD_GET(loader->form, header, Shdr, sh_offset),
			FIELD_GET(loader->form, header, Shdr, sh_size)};
		uint64_t type = FIELD_GET(loader->form, header, Shdr, sh_type);
		if (type == SHT_NULL || type == SHT_NOBITS || span.size == 0)
			continue;
		if (!checked_within(span.offset, span.size, object->file.size))
			return false;
		loader->taken[loader->taken_count++] = span;
		if (may_stay(loader, header))
			object->left[object->left_count++] = span;
	}
	qsort(loader->taken, loader->taken_count, sizeof(*loader->taken), object_compare_spans);
	qsort(object->left, object->left_count, sizeof(*object->left), object_compare_spans);
	return true;
}

/* Whether no two of the spans share a byte. */
static bool are_apart(const struct loader *loader)
{
	for (size_t i = 1; i < loader->taken_count; i++)
		if (checked_overlap(loader->taken[i - 1].offset, loader->taken[i - 1].size,
			    loader->taken[i].offset, loader->taken[i].size))
			return false;
	return true;
}

/* Reads everything but what stays, the ELF header and the section headers. */
static bool read_between(struct loader *loader)
{
	const struct object *object = loader->object;
	uint64_t at = loader->head.size;
	size_t left = 0;
	bool headers_passed = false;
	for (;;) {
		struct object_span next = {object->file.size, 0};
		bool stays = left < object->left_count;
		if (stays)
			next = object->left[left];
		if (!headers_passed && loader->headers.offset <= next.offset) {
			next = loader->headers;
			headers_passed = true;
		} else {
			left++;
		}
		if (!read_span(loader, at, next.offset))
			return false;
		if (next.size == 0)
			return true;
		at = next.offset + next.size;
	}
}

/* Reads the headers; *USUAL says whether the sections are to be dealt with one by one. */
static bool plan(struct loader *loader, bool *usual)
{
	struct object *object = loader->object;
	if (!read_head(loader))
		return false;
	*usual = find_headers(loader);
	if (!*usual)
		return true;
	if (!read_span(
		    loader, loader->headers.offset, loader->headers.offset + loader->headers.size))
		return false;
	size_t count = loader->headers.size / loader->entry_size;
	loader->taken = calloc(count + 2, sizeof(*loader->taken));
	object->left = calloc(count + 1, sizeof(*object->left));
	if (loader->taken == NULL || object->left == NULL)
		return diag_no_memory(loader->diag);
	if (!list_spans(loader) || !are_apart(loader))
		object->left_count = 0;
	return true;
}

static bool load_parts(struct loader *loader)
{
	struct object *object = loader->object;
	bool usual;
	if (!plan(loader, &usual))
		return false;
	if (usual)
		return read_between(loader);
	return read_span(loader, loader->head.size, object->file.size);
}

bool object_load(struct diag *diag, struct object *object, enum object_part part)
{
	struct loader loader = {.diag = diag, .object = object, .part = part};
	if (part == OBJECT_WHOLE || !source_open(object->path, &object->source) ||
		object->source.size < LARGE || object->source.size > SIZE_MAX) {
		source_close(&object->source);
		return file_read(diag, object->path, &object->file);
	}
	object->file.size = (size_t)object->source.size;
	object->file.bytes = pages_alloc(object->file.size);
	if (object->file.bytes == NULL)
		return diag_no_memory(diag);
	bool good = load_parts(&loader);
	free(loader.taken);
	if (object->left_count == 0)
		source_close(&object->source);
	return good;
}

static bool is_debugging(const char *name)
{
	return strncmp(name, ".debug", 6) == 0 || strncmp(name, ".zdebug", 7) == 0;
}

/* Lists anew what is left: the contents that no section has. */
static void list_left(struct object *object)
{
	object->left_count = 0;
	for (size_t i = 1; i < object->section_count; i++) {
		const struct object_section *section = &object->sections[i];
		if (section->bytes == NULL && object_size_in_file(section) != 0)
			object->left[object->left_count++] =
				(struct object_span){section->offset, section->size};
	}
	qsort(object->left, object->left_count, sizeof(*object->left), object_compare_spans);
}

bool object_load_rest(struct object_reader *reader)
{
	struct object *object = reader->object;
	if (reader->part != OBJECT_WITHOUT_DEBUG || object->left_count == 0)
		return true;
	for (size_t i = 1; i < object->section_count; i++) {
		struct object_section *section = &object->sections[i];
		if (section->bytes != NULL || object_size_in_file(section) == 0 ||
			is_debugging(section->name))
			continue;
		uint8_t *bytes = object->file.bytes + section->offset;
		if (!source_read(reader->diag, object->path, &object->source, section->offset,
			    section->size, bytes))
			return false;
		section->bytes = bytes;
	}
	list_left(object);
	return true;
}
