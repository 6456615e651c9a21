/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * An edit that starts from nothing: from the smallest object there is, whose
 * bytes do not go into the new file.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/object_edit_state.h"

enum { SYMBOLS = 1, SYMBOL_NAMES = 2, SECTION_NAMES = 3, SKELETON_SECTIONS = 4 };

static const char skeleton_names[] = "\0.symtab\0.strtab\0.shstrtab";

static void put_skeleton_header(struct object_form form, uint8_t *file, size_t shdrs,
	uint32_t index, const uint64_t fields[static 6])
{
	uint8_t *header = file + shdrs + index * FIELD_SIZE(form, Shdr);
	FIELD_PUT(form, header, Shdr, sh_name, fields[0]);
	FIELD_PUT(form, header, Shdr, sh_type, fields[1]);
	FIELD_PUT(form, header, Shdr, sh_offset, fields[2]);
	FIELD_PUT(form, header, Shdr, sh_size, fields[3]);
	FIELD_PUT(form, header, Shdr, sh_addralign, fields[4]);
	FIELD_PUT(form, header, Shdr, sh_entsize, fields[5]);
}

/* The smallest object there is: a symbol table with its null entry, and the names. */
static void fill_skeleton(
	struct object_form form, uint16_t machine, uint32_t flags, size_t shdrs, uint8_t *file)
{
	file[EI_MAG0] = ELFMAG0;
	file[EI_MAG1] = ELFMAG1;
	file[EI_MAG2] = ELFMAG2;
	file[EI_MAG3] = ELFMAG3;
	file[EI_CLASS] = form.wide ? ELFCLASS64 : ELFCLASS32;
	file[EI_DATA] = form.big ? ELFDATA2MSB : ELFDATA2LSB;
	file[EI_VERSION] = EV_CURRENT;
	FIELD_PUT(form, file, Ehdr, e_type, ET_REL);
	FIELD_PUT(form, file, Ehdr, e_machine, machine);
	FIELD_PUT(form, file, Ehdr, e_version, EV_CURRENT);
	FIELD_PUT(form, file, Ehdr, e_shoff, shdrs);
	FIELD_PUT(form, file, Ehdr, e_flags, flags);
	FIELD_PUT(form, file, Ehdr, e_ehsize, FIELD_SIZE(form, Ehdr));
	FIELD_PUT(form, file, Ehdr, e_shentsize, FIELD_SIZE(form, Shdr));
	FIELD_PUT(form, file, Ehdr, e_shnum, SKELETON_SECTIONS);
	FIELD_PUT(form, file, Ehdr, e_shstrndx, SECTION_NAMES);

	uint64_t at = FIELD_SIZE(form, Ehdr);
	uint64_t symbol = FIELD_SIZE(form, Sym);
	put_skeleton_header(form, file, shdrs, SYMBOLS,
		(const uint64_t[]){1, SHT_SYMTAB, at, symbol, form.wide ? 8 : 4, symbol});
	at += symbol;
	put_skeleton_header(
		form, file, shdrs, SYMBOL_NAMES, (const uint64_t[]){9, SHT_STRTAB, at, 1, 1, 0});
	at += 1;
	put_skeleton_header(form, file, shdrs, SECTION_NAMES,
		(const uint64_t[]){17, SHT_STRTAB, at, sizeof(skeleton_names), 1, 0});
	memcpy(file + at, skeleton_names, sizeof(skeleton_names));
	uint8_t *symbols = file + shdrs + SYMBOLS * FIELD_SIZE(form, Shdr);
	FIELD_PUT(form, symbols, Shdr, sh_link, SYMBOL_NAMES);
	FIELD_PUT(form, symbols, Shdr, sh_info, 1);
}

struct object_edit *object_edit_new(
	struct diag *diag, uint8_t class, uint8_t data, uint16_t machine, uint32_t flags)
{
	struct object_form form = {.wide = class == ELFCLASS64, .big = data == ELFDATA2MSB};
	size_t shdrs = FIELD_SIZE(form, Ehdr) + FIELD_SIZE(form, Sym) + 1 + sizeof(skeleton_names);
	shdrs = (shdrs + 7) & ~(size_t)7;
	struct blob file = {.size = shdrs + SKELETON_SECTIONS * FIELD_SIZE(form, Shdr)};
	file.bytes = calloc(1, file.size);
	if (file.bytes == NULL) {
		diag_no_memory(diag);
		return NULL;
	}
	fill_skeleton(form, machine, flags, shdrs, file.bytes);
	struct object *skeleton = object_parse(diag, "new object", &file);
	if (skeleton == NULL)
		return NULL;
	struct object_edit *edit = object_edit_start(diag, skeleton);
	if (edit == NULL)
		object_free(skeleton);
	else
		edit->skeleton = skeleton;
	return edit;
}
