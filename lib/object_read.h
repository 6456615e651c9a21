/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the files that read an ELF file share; nobody else includes this. */
#ifndef BERTH_OBJECT_READ_H
#define BERTH_OBJECT_READ_H

#include "lib/object.h"

struct object_reader {
	struct diag *diag;
	struct object *object; /* being filled */
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

/* The entries of a table, converted to the machine that runs this; NULL after a report. */
Elf_Data *object_table(struct object_reader *reader, size_t section, uint64_t entry_size);

/* Phases of object_parse, in this order; each reports and returns false on a fault. */
bool object_read_symbols(struct object_reader *reader);
bool object_read_relocations(struct object_reader *reader);

#endif
