/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Reading ELF files: the header and the sections.
 *
 *      +--------------------+
 *      | ELF header         |  e_shoff -> section header table
 *      +--------------------+  e_shnum entries; 0: sh_size of entry 0 (more than 65,279)
 *      | sections, in any   |  e_shstrndx: the table of their names; 0xffff: sh_link of entry 0
 *      | order, with gaps   |
 *      +--------------------+
 *      | section headers    |  name, type, flags, where in the file, link, info, ...
 *      +--------------------+
 *
 * libelf decodes class and byte order; this file does not believe any number
 * that it decodes before it has been compared with the size of the file.
 */
#include "lib/object.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/checked.h"
#include "lib/object_read.h"

bool object_damaged(struct object_reader *reader, size_t section, const char *format, ...)
{
	char *what = NULL;
	va_list arguments;
	va_start(arguments, format);
	int length = vasprintf(&what, format, arguments);
	va_end(arguments);
	if (length < 0)
		return diag_no_memory(reader->diag);
	const struct object *object = reader->object;
	const char *name =
		section != 0 && object->sections != NULL ? object->sections[section].name : NULL;
	if (section != 0)
		diag_error(reader->diag, object->path,
			"is damaged: %s [section %zu %s]: make it again", what, section,
			name == NULL ? "" : name);
	else
		diag_error(reader->diag, object->path, "is damaged: %s: make it again", what);
	free(what);
	return false;
}

/* --- the file as a whole ------------------------------------------------------ */

static bool starts_with(const struct blob *file, const char *magic, size_t length)
{
	return file->size >= length && memcmp(file->bytes, magic, length) == 0;
}

/* Says what a file that is no ELF file is instead, where its first bytes tell. */
static bool not_elf(struct object_reader *reader)
{
	const struct blob *file = &reader->object->file;
	const char *path = reader->object->path;
	if (starts_with(file, "!<arch>\n", 8) || starts_with(file, "!<thin>\n", 8))
		return diag_error(reader->diag, path,
			"is an archive, not an object: extract the member with ar x");
	if (starts_with(file, "\0asm", 4))
		return diag_error(reader->diag, path,
			"is a WebAssembly module, not an object: give the object compiled from it");
	if (starts_with(file, "BC\xc0\xde", 4))
		return diag_error(reader->diag, path,
			"is LLVM bitcode, not an object: compile it without link-time "
			"optimisation");
	if (starts_with(file, ELFMAG, SELFMAG))
		return diag_error(reader->diag, path,
			"is an ELF file that is cut short or damaged: make it again");
	return diag_error(
		reader->diag, path, "is not an ELF file: give an object or a linked image");
}

/* libelf takes an unknown class or byte order for its own. */
static bool check_ident(struct object_reader *reader)
{
	const uint8_t *ident = reader->object->file.bytes;
	if (ident[EI_CLASS] != ELFCLASS32 && ident[EI_CLASS] != ELFCLASS64)
		return object_damaged(reader, 0, "ELF class %u", ident[EI_CLASS]);
	if (ident[EI_DATA] != ELFDATA2LSB && ident[EI_DATA] != ELFDATA2MSB)
		return object_damaged(reader, 0, "ELF byte order %u", ident[EI_DATA]);
	return true;
}

static bool read_header(struct object_reader *reader)
{
	struct object *object = reader->object;
	GElf_Ehdr header;
	if (elf_version(EV_CURRENT) == EV_NONE)
		return diag_error(reader->diag, NULL, "libelf is too old: %s", elf_errmsg(-1));
	if (!starts_with(&object->file, ELFMAG, SELFMAG) || object->file.size < EI_NIDENT)
		return not_elf(reader);
	if (!check_ident(reader))
		return false;
	object->elf = elf_memory((char *)object->file.bytes, object->file.size);
	if (object->elf == NULL || elf_kind(object->elf) != ELF_K_ELF ||
		gelf_getehdr(object->elf, &header) == NULL)
		return not_elf(reader);
	object->class = header.e_ident[EI_CLASS];
	object->data = header.e_ident[EI_DATA];
	object->type = header.e_type;
	object->machine = header.e_machine;
	object->entry = header.e_entry;
	if (header.e_version != EV_CURRENT)
		return object_damaged(reader, 0, "ELF version %u", header.e_version);

	size_t entry_size = gelf_fsize(object->elf, ELF_T_SHDR, 1, EV_CURRENT);
	if (header.e_shoff != 0 && header.e_shentsize != entry_size)
		return object_damaged(reader, 0, "section headers of %u bytes", header.e_shentsize);
	object->section_count = header.e_shnum;
	if (header.e_shnum == 0 && elf_getshdrnum(object->elf, &object->section_count) != 0)
		return not_elf(reader);
	if (object->section_count > object->file.size / entry_size ||
		!checked_within(
			header.e_shoff, object->section_count * entry_size, object->file.size))
		return object_damaged(reader, 0, "the section headers end behind the file");
	if ((header.e_shoff == 0) != (object->section_count == 0))
		return object_damaged(reader, 0, "%zu section headers at offset %ju",
			object->section_count, (uintmax_t)header.e_shoff);
	return true;
}

/* --- sections ----------------------------------------------------------------- */

const char *object_string(const struct object *object, uint32_t table, uint64_t offset)
{
	if (table == 0)
		return offset == 0 ? "" : NULL;
	const struct object_section *section = &object->sections[table];
	if (section->bytes == NULL)
		return offset == 0 ? "" : NULL;
	if (offset >= section->size ||
		memchr(section->bytes + offset, '\0', section->size - offset) == NULL)
		return NULL;
	return (const char *)section->bytes + offset;
}

bool object_check_table(struct object_reader *reader, size_t section, uint64_t entry_size)
{
	const struct object_section *table = &reader->object->sections[section];
	if (table->entry_size == entry_size && table->size % entry_size == 0 &&
		(table->flags & SHF_COMPRESSED) == 0)
		return true;
	return object_damaged(reader, section, "a table of entries of %ju bytes has size %ju",
		(uintmax_t)table->entry_size, (uintmax_t)table->size);
}

/* Whether the contents of a section were left in the file. */
static bool is_left(const struct object *object, const struct object_section *section)
{
	const struct object_span wanted = {.offset = section->offset};
	return object->left_count != 0 && bsearch(&wanted, object->left, object->left_count,
						  sizeof(wanted), object_compare_spans) != NULL;
}

static bool read_section(struct object_reader *reader, size_t index)
{
	struct object *object = reader->object;
	struct object_section *section = &object->sections[index];
	GElf_Shdr header;
	if (gelf_getshdr(elf_getscn(object->elf, index), &header) == NULL)
		return object_damaged(reader, index, "%s", elf_errmsg(-1));
	if (index == 0)
		return true; /* its fields serve the extended numbering only */
	*section = (struct object_section){
		.type = header.sh_type,
		.flags = header.sh_flags,
		.address = header.sh_addr,
		.offset = header.sh_offset,
		.size = header.sh_size,
		.align = header.sh_addralign,
		.entry_size = header.sh_entsize,
		.link = header.sh_link,
		.info = header.sh_info,
	};
	if (section->link >= object->section_count)
		return object_damaged(reader, index, "it links to section %u of %zu", section->link,
			object->section_count);
	if ((section->align & (section->align - 1)) != 0)
		return object_damaged(reader, index, "its alignment %ju is not a power of two",
			(uintmax_t)section->align);
	if (section->type == SHT_NULL || section->type == SHT_NOBITS)
		return true;
	if (!checked_within(section->offset, section->size, object->file.size))
		return object_damaged(reader, index, "it ends behind the file");
	if (section->size != 0 && !is_left(object, section))
		section->bytes = object->file.bytes + section->offset;
	return true;
}

/* The names come last, because their table is itself a section. */
static bool read_section_names(struct object_reader *reader)
{
	struct object *object = reader->object;
	size_t table = 0;
	if (elf_getshdrstrndx(object->elf, &table) != 0 || table >= object->section_count)
		return object_damaged(reader, 0, "the table of section names does not exist");
	if (table != 0 && object->sections[table].type != SHT_STRTAB)
		return object_damaged(
			reader, table, "the table of section names is no string table");
	object->name_table = (uint32_t)table;
	for (size_t i = 1; i < object->section_count; i++) {
		GElf_Shdr header;
		if (gelf_getshdr(elf_getscn(object->elf, i), &header) == NULL)
			return object_damaged(reader, i, "%s", elf_errmsg(-1));
		const char *name = object_string(object, object->name_table, header.sh_name);
		if (name == NULL)
			return object_damaged(reader, i, "its name does not end within the names");
		object->sections[i].name = name;
	}
	return true;
}

static bool read_sections(struct object_reader *reader)
{
	struct object *object = reader->object;
	if (object->section_count == 0)
		return true; /* a linked image may be stripped of its sections */
	if (object->section_count > UINT32_MAX)
		return object_damaged(reader, 0, "%zu sections", object->section_count);
	object->sections = calloc(object->section_count, sizeof(*object->sections));
	if (object->sections == NULL)
		return diag_no_memory(reader->diag);
	object->sections[0].name = "";
	for (size_t i = 0; i < object->section_count; i++)
		if (!read_section(reader, i))
			return false;
	return read_section_names(reader);
}

/*
 * SHT_GROUP: a word of flags, then the indices of the members; sh_info is the
 * symbol whose name is the group's signature (gABI, "Section Groups").
 */
static bool check_group(struct object_reader *reader, size_t index)
{
	const struct object *object = reader->object;
	const struct object_section *group = &object->sections[index];
	if (group->link != object->symbol_table || group->info >= object->symbol_count)
		return object_damaged(reader, index, "the signature of the group does not exist");
	if (group->size < 4 || group->size % 4 != 0)
		return object_damaged(
			reader, index, "a group of %ju bytes", (uintmax_t)group->size);
	for (uint64_t at = 4; at < group->size; at += 4)
		if (object_word(object, group->bytes + at) >= object->section_count)
			return object_damaged(
				reader, index, "a member of the group does not exist");
	return true;
}

static bool check_groups(struct object_reader *reader)
{
	for (size_t i = 1; i < reader->object->section_count; i++)
		if (reader->object->sections[i].type == SHT_GROUP && !check_group(reader, i))
			return false;
	return true;
}

/* --- the interface -------------------------------------------------------------- */

static struct object *parse(struct diag *diag, struct object *object, enum object_part part)
{
	struct object_reader reader = {.diag = diag, .object = object, .part = part};
	bool good = read_header(&reader) && read_sections(&reader) && object_load_rest(&reader) &&
		    object_read_symbols(&reader) && object_read_relocations(&reader) &&
		    check_groups(&reader);
	if (good)
		return object;
	object_free(object);
	return NULL;
}

static struct object *new_object(struct diag *diag, const char *path)
{
	struct object *object = calloc(1, sizeof(*object));
	if (object != NULL) {
		object->source = SOURCE_NONE;
		object->path = strdup(path);
		if (object->path != NULL)
			return object;
	}
	free(object);
	diag_no_memory(diag);
	return NULL;
}

struct object *object_parse(struct diag *diag, const char *path, struct blob *file)
{
	struct object *object = new_object(diag, path);
	if (object == NULL) {
		blob_free(file);
		return NULL;
	}
	object->file = *file;
	*file = (struct blob){0};
	return parse(diag, object, OBJECT_WHOLE);
}

struct object *object_read(struct diag *diag, const char *path)
{
	return object_read_part(diag, path, OBJECT_WHOLE);
}

struct object *object_read_part(struct diag *diag, const char *path, enum object_part part)
{
	struct object *object = new_object(diag, path);
	if (object == NULL)
		return NULL;
	if (object_load(diag, object, part))
		return parse(diag, object, part);
	object_free(object);
	return NULL;
}

void object_free(struct object *object)
{
	if (object == NULL)
		return;
	if (object->elf != NULL)
		elf_end(object->elf);
	free(object->relocations);
	free(object->symbols);
	free(object->sections);
	source_close(&object->source);
	free(object->left);
	blob_free(&object->file);
	free(object->path);
	free(object);
}

const struct object_section *object_section(const struct object *object, const char *name)
{
	for (size_t i = 1; i < object->section_count; i++)
		if (strcmp(object->sections[i].name, name) == 0)
			return &object->sections[i];
	return NULL;
}

uint32_t object_word(const struct object *object, const uint8_t *bytes)
{
	uint32_t little = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
			  (uint32_t)bytes[3] << 24;
	return object->data == ELFDATA2LSB ? little : __builtin_bswap32(little);
}

const char *object_machine_name(uint16_t machine)
{
	switch (machine) {
	case EM_ARM:
		return "ARM";
	case EM_AARCH64:
		return "AArch64";
	case EM_RISCV:
		return "RISC-V";
	case EM_386:
		return "80386";
	case EM_X86_64:
		return "x86-64";
	case EM_PPC:
		return "PowerPC";
	case EM_PPC64:
		return "PowerPC64";
	case EM_MIPS:
		return "MIPS";
	case EM_S390:
		return "S/390";
	case EM_SPARC:
		return "SPARC";
	case EM_SPARCV9:
		return "SPARC V9";
	case EM_XTENSA:
		return "Xtensa";
	default:
		return "unknown machine";
	}
}
