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

/* A name that stands where the old one of its symbol stood. */
struct edit_name {
	uint32_t symbol;
	uint32_t offset; /* in the string table */
	uint32_t size;	 /* bytes there, the old name's NUL included */
	size_t text;	 /* in texts: as many bytes */
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
	struct buffer names;   /* struct edit_name */
	struct buffer texts;   /* the new names, each filled up with NUL */
	uint8_t *starts;       /* NULL until asked for: lib/object_edit_names.c */
	uint8_t *replaced;     /* one bit a symbol of the input: it has an edit_name */
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

/* Reports in the name of the file that is edited. */
#define EDIT_ERROR(edit, ...) diag_error((edit)->diag, (edit)->object->path, __VA_ARGS__)

/* Whether the class of the file can hold VALUE, a size or address. */
static inline bool edit_fits(const struct object_edit *edit, uint64_t value)
{
	return edit->form.wide || value <= UINT32_MAX;
}

/*
 * The bytes of section INDEX for changing, in a copy as a whole; NULL after a
 * report.  Renaming alone needs no copy of the two largest tables: it adds to
 * strings and entries, which this puts into the copy.
 */
struct buffer *edit_touch(struct object_edit *edit, uint32_t index);

/* --- lib/object_edit_names.c ------------------------------------------------------- */

/* The section with the names of symbols. */
static inline uint32_t edit_symbol_names(const struct object_edit *edit)
{
	return edit->object->sections[edit->object->symbol_table].link;
}

/* Appends NAME to string table TABLE; the empty name is at 0 by definition. */
bool edit_add_string(struct object_edit *edit, uint32_t table, const char *name, uint32_t *offset);

/*
 * The current string at OFFSET of TABLE: where the edit put it, or where the
 * input has it.  Not for a name that was replaced.
 */
const char *edit_string(const struct object_edit *edit, uint32_t table, uint64_t offset);

/*
 * Puts NAME where the old one of SYMBOL stands, at OFFSET of its string table,
 * if it fits there and nothing else uses these bytes; *DONE says whether.  False
 * after a report.
 */
bool edit_replace_name(
	struct object_edit *edit, uint32_t symbol, uint64_t offset, const char *name, bool *done);

/* The replaced names, ordered by offset; their count goes to *COUNT. */
const struct edit_name *edit_replaced_names(struct object_edit *edit, size_t *count);

/* Whether a replaced name is not the one that the input has. */
bool edit_names_changed(const struct object_edit *edit);

/* Puts the replaced names into CONTENT, the copy of their table; no more are replaced then. */
void edit_fold_names(struct object_edit *edit, struct buffer *content);

#endif
