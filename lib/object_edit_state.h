/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What an edit in progress is: the input, plus a copy of each table that has
 * been touched, in the form of the file.  Nobody but lib/object_edit*.c
 * includes this.
 */
#ifndef BERTH_OBJECT_EDIT_STATE_H
#define BERTH_OBJECT_EDIT_STATE_H

#include "lib/object_edit.h"
#include "lib/object_fields.h"

struct buffer {
	uint8_t *bytes; /* owned; NULL while untouched */
	size_t size;
	size_t capacity;
};

struct edit_section {
	struct buffer content; /* of added sections, and copies of touched ones */
	struct buffer strings; /* added behind a string table that is not copied yet */
	uint32_t relocations;  /* the section with the relocations added to it, or 0 */
};

/* An entry of the symbol table that is changed while the table is not copied yet. */
struct edit_entry {
	uint32_t symbol;
	uint8_t bytes[sizeof(Elf64_Sym)];
};

struct object_edit {
	struct diag *diag;
	const struct object *object;
	struct object *skeleton; /* owned: the object of an edit that started from nothing */
	struct object_form form;
	uint64_t headers_offset; /* e_shoff of the input */
	struct buffer headers;	 /* the section header table; never untouched */
	struct edit_section *sections;
	size_t section_count;
	size_t section_capacity;
	struct buffer entries; /* struct edit_entry, in the order of the symbols */
	size_t symbol_count;
	uint32_t local_count;
	uint32_t extension; /* the SHT_SYMTAB_SHNDX section, or 0 */
};

/* Appends LENGTH bytes (zeros where BYTES is NULL); false after a report. */
bool buffer_append(
	struct object_edit *edit, struct buffer *buffer, const void *bytes, size_t length);

/* The header of section INDEX in the header table. */
static inline uint8_t *edit_header(struct object_edit *edit, size_t index)
{
	return edit->headers.bytes + index * FIELD_SIZE(edit->form, Shdr);
}

/*
 * The bytes of section INDEX for changing, in a copy as a whole; NULL after a
 * report.  Renaming alone needs no copy of the two largest tables: it adds to
 * strings and entries, which this puts into the copy.
 */
struct buffer *edit_touch(struct object_edit *edit, uint32_t index);

#endif
