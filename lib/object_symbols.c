/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Reading the symbol table of an ELF file.
 *
 *      SHT_SYMTAB        entries; sh_link: the table of their names;
 *                        sh_info: how many at the start are local
 *      SHT_SYMTAB_SHNDX  one word per entry: the section of those whose
 *                        st_shndx is SHN_XINDEX; sh_link: the SHT_SYMTAB
 */
#include <stdlib.h>
#include <string.h>

#include "lib/object_read.h"

/* The one section of TYPE (that links to LINK, unless LINK is 0), or 0; false when there are two.
 */
static bool find_only(struct object_reader *reader, uint32_t type, uint32_t link, uint32_t *found)
{
	const struct object *object = reader->object;
	*found = 0;
	for (uint32_t i = 1; i < object->section_count; i++) {
		if (object->sections[i].type != type ||
			(link != 0 && object->sections[i].link != link))
			continue;
		if (*found != 0)
			return object_damaged(reader, i, "a second symbol table");
		*found = i;
	}
	return true;
}

/* The section number that SYMBOL means, special ones as object.h has them. */
static bool resolve_section(struct object_reader *reader, size_t index, const GElf_Sym *symbol,
	Elf32_Word extended, bool has_extended, uint32_t *section)
{
	const struct object *object = reader->object;
	*section = symbol->st_shndx;
	if (symbol->st_shndx == SHN_XINDEX && has_extended)
		*section = extended;
	else if (symbol->st_shndx == SHN_ABS)
		*section = OBJECT_ABSOLUTE;
	else if (symbol->st_shndx == SHN_COMMON)
		*section = OBJECT_COMMON;
	else if (symbol->st_shndx >= SHN_LORESERVE && symbol->st_shndx != SHN_XINDEX)
		*section = OBJECT_OTHER;
	if (*section >= OBJECT_ABSOLUTE && symbol->st_shndx != SHN_XINDEX)
		return true;
	if (*section < object->section_count)
		return true;
	return object_damaged(reader, object->symbol_table, "symbol %zu is in section %u of %zu",
		index, *section, object->section_count);
}

static bool read_symbol(
	struct object_reader *reader, size_t index, Elf_Data *entries, Elf_Data *extensions)
{
	struct object *object = reader->object;
	uint32_t table = object->symbol_table;
	GElf_Sym from;
	Elf32_Word extended = 0;
	if (gelf_getsymshndx(entries, extensions, (int)index, &from, &extended) == NULL)
		return object_damaged(reader, table, "symbol %zu: %s", index, elf_errmsg(-1));
	struct object_symbol *to = &object->symbols[index];
	*to = (struct object_symbol){
		.name = object_string(object, object->sections[table].link, from.st_name),
		.value = from.st_value,
		.size = from.st_size,
		.type = GELF_ST_TYPE(from.st_info),
		.binding = GELF_ST_BIND(from.st_info),
		.visibility = GELF_ST_VISIBILITY(from.st_other),
	};
	if (to->name == NULL)
		return object_damaged(reader, table,
			"the name of symbol %zu does not end within the names", index);
	bool local = index < object->sections[table].info;
	if (object->type == ET_REL && local != (to->binding == STB_LOCAL))
		return object_damaged(reader, table, "symbol %zu is %s among the %s ones", index,
			local ? "not local" : "local", local ? "local" : "global");
	return resolve_section(reader, index, &from, extended, extensions != NULL, &to->section);
}

/* Checks the table as a whole and finds its entries. */
static bool open_tables(struct object_reader *reader, Elf_Data **entries, Elf_Data **extensions)
{
	struct object *object = reader->object;
	uint32_t extension = 0;
	if (!find_only(reader, SHT_SYMTAB_SHNDX, object->symbol_table, &extension))
		return false;
	size_t entry_size = gelf_fsize(object->elf, ELF_T_SYM, 1, EV_CURRENT);
	*entries = object_table(reader, object->symbol_table, entry_size);
	if (*entries == NULL)
		return false;
	const struct object_section *table = &object->sections[object->symbol_table];
	object->symbol_count = table->size / entry_size;
	if (object->symbol_count > INT32_MAX || table->info > object->symbol_count)
		return object_damaged(reader, object->symbol_table, "%u of %zu symbols are local",
			table->info, object->symbol_count);
	if (object->sections[table->link].type != SHT_STRTAB)
		return object_damaged(
			reader, object->symbol_table, "its names are no string table");
	if (extension == 0)
		return true;
	*extensions = object_table(reader, extension, sizeof(Elf32_Word));
	if (*extensions == NULL)
		return false;
	if (object->sections[extension].size / sizeof(Elf32_Word) < object->symbol_count)
		return object_damaged(reader, extension, "it is shorter than the symbol table");
	return true;
}

bool object_read_symbols(struct object_reader *reader)
{
	struct object *object = reader->object;
	Elf_Data *entries = NULL;
	Elf_Data *extensions = NULL;
	if (!find_only(reader, SHT_SYMTAB, 0, &object->symbol_table))
		return false;
	if (object->symbol_table == 0)
		return true;
	if (!open_tables(reader, &entries, &extensions))
		return false;
	if (object->symbol_count == 0)
		return true;
	object->symbols = calloc(object->symbol_count, sizeof(*object->symbols));
	if (object->symbols == NULL)
		return diag_no_memory(reader->diag);
	for (size_t i = 0; i < object->symbol_count; i++)
		if (!read_symbol(reader, i, entries, extensions))
			return false;
	return true;
}

const struct object_symbol *object_definition(const struct object *object, const char *name)
{
	for (size_t i = 1; i < object->symbol_count; i++)
		if (object->symbols[i].section != SHN_UNDEF &&
			strcmp(object->symbols[i].name, name) == 0)
			return &object->symbols[i];
	return NULL;
}
