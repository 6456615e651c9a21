/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Reading ELF files: relocatable objects and linked images, ELF32 and ELF64,
 * either byte order.
 *
 * object_read validates everything it hands out: every section lies in the
 * file, every name is terminated, every link and symbol index exists.  Code
 * that works on a struct object checks nothing again.
 *
 * Format: System V gABI, chapters 4 (object files) and 5; ARM specifics in
 * "ELF for the Arm Architecture" (AAELF32).  The reading itself is libelf's.
 */
#ifndef BERTH_OBJECT_H
#define BERTH_OBJECT_H

#include <gelf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/diag.h"
#include "lib/file.h"
#include "lib/source.h"

struct object_section {
	const char *name; /* owned by the object; "" for an unnamed section */
	uint32_t type;	  /* SHT_* */
	uint64_t flags;	  /* SHF_* */
	uint64_t address;
	uint64_t offset; /* in the file */
	uint64_t size;	 /* bytes; of memory for SHT_NOBITS */
	uint64_t align;
	uint64_t entry_size;
	uint32_t link;
	uint32_t info;
	const uint8_t *bytes; /* into the object's bytes; NULL for NOBITS and empty sections, and
			       * where the contents were left in the file (object_read_part) */
};

struct object_symbol {
	const char *name; /* owned by the object; may be "" and may hold any byte but NUL */
	uint64_t value;
	uint64_t size;	    /* bytes */
	uint8_t type;	    /* STT_* */
	uint8_t binding;    /* STB_* */
	uint8_t visibility; /* STV_* */
	/* Index of the section, extended indices resolved; SHN_UNDEF for undefined
	 * symbols; OBJECT_ABSOLUTE, OBJECT_COMMON or OBJECT_OTHER for special ones. */
	uint32_t section;
};

#define OBJECT_ABSOLUTE 0xfffffff1u
#define OBJECT_COMMON 0xfffffff2u
#define OBJECT_OTHER 0xffffffffu

struct object_relocation {
	uint64_t offset; /* in the section that is relocated (ET_REL) */
	uint32_t type;	 /* R_<machine>_* */
	uint32_t symbol; /* index in the symbol table */
	int64_t addend;	 /* 0 for REL */
	uint32_t table;	 /* index of the relocation section */
	uint32_t entry;	 /* index in that section */
};

/* Bytes of the file that were left in it. */
struct object_span {
	uint64_t offset;
	uint64_t size;
};

struct object {
	char *path; /* as given; for messages */
	struct blob file;
	struct source source;	  /* open where something was left in it */
	struct object_span *left; /* whole sections, ordered; file.bytes holds nothing there */
	size_t left_count;
	Elf *elf;
	uint16_t type;	  /* ET_* */
	uint16_t machine; /* EM_* */
	uint8_t class;	  /* ELFCLASS32 or ELFCLASS64 */
	uint8_t data;	  /* ELFDATA2LSB or ELFDATA2MSB */
	uint64_t entry;
	struct object_section *sections;
	size_t section_count;
	uint32_t name_table;   /* section index of the section names; 0 when there are none */
	uint32_t symbol_table; /* section index of SHT_SYMTAB; 0 when there is none */
	struct object_symbol
		*symbols; /* NULL after OBJECT_NAMES; object_symbol() then decodes them */
	size_t symbol_count;
	uint32_t symbol_sections; /* section index of its SHT_SYMTAB_SHNDX; 0 when there is none */
	/* All relocations whose target section exists, ordered by (section, offset). */
	struct object_relocation *relocations;
	size_t relocation_count;
};

/*
 * Reads the ELF file at PATH.  Returns NULL after a report; else the caller
 * frees it with object_free.  More than one SHT_SYMTAB is refused.
 */
struct object *object_read(struct diag *diag, const char *path);

/* How much of a file a tool is going to look at. */
enum object_part {
	OBJECT_WHOLE,
	OBJECT_WITHOUT_DEBUG, /* not the contents of .debug_* sections */
	OBJECT_TABLES,	      /* not what the program is made of, SHT_PROGBITS */
	OBJECT_NAMES,	      /* nor are symbols and relocations decoded: arrays are empty */
};

/*
 * As object_read, but reads no more than PART of the file.  Only large contents
 * are left out, from 64 KiB, and only those that share no byte with anything
 * else; object_edit_save copies them from file to file.  What can only be read
 * from its beginning, such as a pipe, is read whole.
 */
struct object *object_read_part(struct diag *diag, const char *path, enum object_part part);

/* The same for bytes already in memory, which the object takes over (also on failure). */
struct object *object_parse(struct diag *diag, const char *path, struct blob *file);

/* Frees OBJECT; NULL is fine. */
void object_free(struct object *object);

/* The first section called NAME, or NULL. */
const struct object_section *object_section(const struct object *object, const char *name);

/* The first symbol called NAME that is defined (not SHN_UNDEF), or NULL. */
const struct object_symbol *object_definition(const struct object *object, const char *name);

/* The same of those that other files can see: not local. */
const struct object_symbol *object_global(const struct object *object, const char *name);

/* Symbol INDEX, which must exist, is object_symbol(object, index): lib/object_symbol.h. */

/* The bytes that SECTION takes in the file, whether they were read or not. */
static inline uint64_t object_size_in_file(const struct object_section *section)
{
	return section->type == SHT_NULL || section->type == SHT_NOBITS ? 0 : section->size;
}

/* The relocations of section SECTION are entries [*FIRST, *FIRST + result) of the array. */
size_t object_relocations_of(const struct object *object, uint32_t section, size_t *first);

/* "ARM", "RISC-V"… for messages; "machine N" is not made up: unknown ones
 * give "unknown machine". */
const char *object_machine_name(uint16_t machine);

/* Reads the 32-bit word at BYTES in the object's byte order. */
uint32_t object_word(const struct object *object, const uint8_t *bytes);

#include "lib/object_symbol.h"

#endif
