/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Small ELF objects for tests: ELF32, little endian, one .text of four bytes
 * and the symbols that the test asks for.
 */
#ifndef BERTH_OBJECT_MAKER_H
#define BERTH_OBJECT_MAKER_H

#include <check.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"

struct made_symbol {
	const char *name;
	unsigned char binding;
	unsigned char type;
	unsigned char visibility;
	Elf32_Section section; /* 1: .text */
};

#define MADE_FUNCTION(name)                                                                        \
	{                                                                                          \
		(name), STB_GLOBAL, STT_FUNC, STV_DEFAULT, 1                                       \
	}

enum { MADE_TEXT = 1, MADE_SYMBOLS, MADE_STRINGS, MADE_NAMES, MADE_SECTIONS };

/* The names of the sections; the offsets are below. */
static const char made_names[] = "\0.text\0.symtab\0.strtab\0.shstrtab";

static inline Elf32_Shdr made_section(
	Elf32_Word name, Elf32_Word type, size_t offset, size_t size, Elf32_Word entry)
{
	return (Elf32_Shdr){.sh_name = name,
		.sh_type = type,
		.sh_offset = (Elf32_Off)offset,
		.sh_size = (Elf32_Word)size,
		.sh_entsize = entry,
		.sh_addralign = 4};
}

/* Appends SIZE bytes at DATA, aligned to four, and returns where they begin. */
static inline size_t made_put(struct blob *blob, const void *data, size_t size)
{
	size_t at = (blob->size + 3) & ~(size_t)3;
	blob->bytes = realloc(blob->bytes, at + size + 1);
	ck_assert_ptr_nonnull(blob->bytes);
	memset(blob->bytes + blob->size, 0, at - blob->size);
	memcpy(blob->bytes + at, data, size);
	blob->size = at + size;
	return at;
}

/* An object for MACHINE with COUNT symbols; the caller frees it. */
static inline struct blob make_object(
	Elf32_Half machine, const struct made_symbol *symbols, size_t count)
{
	Elf32_Ehdr header = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32,
				     ELFDATA2LSB, EV_CURRENT},
		.e_type = ET_REL,
		.e_machine = machine,
		.e_version = EV_CURRENT,
		.e_ehsize = sizeof(header),
		.e_shentsize = sizeof(Elf32_Shdr),
		.e_shnum = MADE_SECTIONS,
		.e_shstrndx = MADE_NAMES};
	struct blob blob = {0};
	struct blob strings = {0};
	Elf32_Sym *table = calloc(count + 1, sizeof(*table));
	ck_assert_ptr_nonnull(table);
	made_put(&strings, "", 1);
	for (size_t i = 0; i < count; i++) {
		const struct made_symbol *symbol = &symbols[i];
		table[i + 1].st_name =
			(Elf32_Word)made_put(&strings, symbol->name, strlen(symbol->name) + 1);
		table[i + 1].st_info = (unsigned char)ELF32_ST_INFO(symbol->binding, symbol->type);
		table[i + 1].st_other = symbol->visibility;
		table[i + 1].st_shndx = symbol->section;
	}
	Elf32_Shdr sections[MADE_SECTIONS] = {{0}};
	made_put(&blob, &header, sizeof(header));
	sections[MADE_TEXT] =
		made_section(1, SHT_PROGBITS, made_put(&blob, "\x70\x47\0\xbf", 4), 4, 0);
	sections[MADE_SYMBOLS] =
		made_section(7, SHT_SYMTAB, made_put(&blob, table, (count + 1) * sizeof(*table)),
			(count + 1) * sizeof(*table), sizeof(*table));
	sections[MADE_SYMBOLS].sh_link = MADE_STRINGS;
	/* Local symbols come first. */
	sections[MADE_SYMBOLS].sh_info = 1;
	for (size_t i = 0; i < count; i++)
		sections[MADE_SYMBOLS].sh_info += symbols[i].binding == STB_LOCAL;
	sections[MADE_STRINGS] = made_section(
		15, SHT_STRTAB, made_put(&blob, strings.bytes, strings.size), strings.size, 0);
	sections[MADE_NAMES] = made_section(23, SHT_STRTAB,
		made_put(&blob, made_names, sizeof(made_names)), sizeof(made_names), 0);
	header.e_shoff = (Elf32_Off)made_put(&blob, sections, sizeof(sections));
	memcpy(blob.bytes, &header, sizeof(header));
	free(table);
	blob_free(&strings);
	return blob;
}

/* Appends the member NAME to ARCHIVE, which starts with its magic; long names in no table. */
static inline void add_member(struct blob *archive, const char *name, const struct blob *member)
{
	char header[128];
	snprintf(header, sizeof(header), "%-16s%-12d%-6d%-6d%-8o%-10zu`\n", name, 0, 0, 0, 0644,
		member->size);
	archive->bytes = realloc(archive->bytes, archive->size + 60 + member->size + 1);
	ck_assert_ptr_nonnull(archive->bytes);
	memcpy(archive->bytes + archive->size, header, 60);
	memcpy(archive->bytes + archive->size + 60, member->bytes, member->size);
	archive->size += 60 + member->size;
	if (archive->size % 2 != 0)
		archive->bytes[archive->size++] = '\n';
}

/* Writes BLOB to the file PATH. */
static inline void write_blob(const char *path, const struct blob *blob)
{
	FILE *file = fopen(path, "wb");
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(blob->bytes, 1, blob->size, file), blob->size);
	ck_assert_int_eq(fclose(file), 0);
}

#endif
