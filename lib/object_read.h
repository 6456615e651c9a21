/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the files that read an ELF file share; nobody else includes this. */
#ifndef BERTH_OBJECT_READ_H
#define BERTH_OBJECT_READ_H

#include "lib/object.h"
#include "lib/object_fields.h"

struct object_reader {
	struct diag *diag;
	struct object *object; /* being filled */
	enum object_part part;
};

/*
 * Reports that the file is damaged, with the section where SECTION is not 0:
 * "FILE: is damaged: what [section N .name]: compile it again".  Returns false.
 */
bool object_damaged(struct object_reader *reader, size_t section, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * The string at OFFSET of string table TABLE (a section index; 0: no table, so
 * that the only string is the empty one), or NULL when it is not terminated
 * within the table.
 */
const char *object_string(const struct object *object, uint32_t table, uint64_t offset);

/* Whether SECTION can be a table of entries of ENTRY_SIZE bytes; reports where not. */
bool object_check_table(struct object_reader *reader, size_t section, uint64_t entry_size);

/* How the fields of OBJECT are written. */
static inline struct object_form object_form(const struct object *object)
{
	return (struct object_form){
		.wide = object->class == ELFCLASS64, .big = object->data == ELFDATA2MSB};
}

/*
 * Reads from the file at object->path what PART needs of it, into object->file,
 * object->source and object->left.  False after a report.
 */
bool object_load(struct diag *diag, struct object *object, enum object_part part);

/* Orders struct object_span by offset, for qsort and bsearch. */
int object_compare_spans(const void *left, const void *right);

/* Reads what only a section's name shows to be needed. */
bool object_load_rest(struct object_reader *reader);

/* Phases of object_parse, in this order; each reports and returns false on a fault. */
bool object_read_symbols(struct object_reader *reader);
bool object_read_relocations(struct object_reader *reader);

#endif
