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

#include "lib/object_fields.h"
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

/* --- all of them ------------------------------------------------------------------ */

/* How many of the names' first bytes are complete names: all up to the last NUL. */
static uint64_t names_end(const struct object *object)
{
	const struct object_section *names =
		&object->sections[object->sections[object->symbol_table].link];
	if (names->bytes == NULL)
		return 1; /* only the empty name */
	const uint8_t *last = memrchr(names->bytes, '\0', names->size);
	return last == NULL ? 0 : (uint64_t)(last - names->bytes) + 1;
}

static bool check_symbol(struct object_reader *reader, size_t index, uint64_t name,
	uint64_t name_limit, const struct object_symbol *symbol)
{
	const struct object *object = reader->object;
	uint32_t table = object->symbol_table;
	if (name >= name_limit)
		return object_damaged(reader, table,
			"the name of symbol %zu does not end within the names", index);
	bool local = index < object->sections[table].info;
	if (object->type == ET_REL && local != (symbol->binding == STB_LOCAL))
		return object_damaged(reader, table, "symbol %zu is %s among the %s ones", index,
			local ? "not local" : "local", local ? "local" : "global");
	if (symbol->section < object->section_count || symbol->section == OBJECT_ABSOLUTE ||
		symbol->section == OBJECT_COMMON || symbol->section == OBJECT_OTHER)
		return true;
	return object_damaged(reader, table, "symbol %zu is in section %u of %zu", index,
		symbol->section, object->section_count);
}

/* Checks every symbol, and keeps it where there is an array. */
static bool read_entries(struct object_reader *reader, struct object_symbol *to)
{
	const struct object *object = reader->object;
	const struct object_form form = object_form(object);
	const uint8_t *entry = object->sections[object->symbol_table].bytes;
	uint64_t limit = names_end(object);
	for (size_t i = 0; i < object->symbol_count; i++, entry += FIELD_SIZE(form, Sym)) {
		struct object_symbol symbol = object_symbol(object, i);
		uint64_t name = FIELD_GET(form, entry, Sym, st_name);
		if (!check_symbol(reader, i, name, limit, &symbol))
			return false;
		if (to != NULL)
			to[i] = symbol;
	}
	return true;
}

/* Checks the tables as a whole. */
static bool check_tables(struct object_reader *reader)
{
	struct object *object = reader->object;
	struct object_form form = object_form(object);
	if (!find_only(reader, SHT_SYMTAB_SHNDX, object->symbol_table, &object->symbol_sections) ||
		!object_check_table(reader, object->symbol_table, FIELD_SIZE(form, Sym)))
		return false;
	const struct object_section *table = &object->sections[object->symbol_table];
	object->symbol_count = table->size / FIELD_SIZE(form, Sym);
	if (object->symbol_count > INT32_MAX || table->info > object->symbol_count)
		return object_damaged(reader, object->symbol_table, "%u of %zu symbols are local",
			table->info, object->symbol_count);
	if (object->sections[table->link].type != SHT_STRTAB)
		return object_damaged(
			reader, object->symbol_table, "its names are no string table");
	if (object->symbol_sections == 0)
		return true;
	if (!object_check_table(reader, object->symbol_sections, sizeof(Elf32_Word)))
		return false;
	if (object->sections[object->symbol_sections].size / sizeof(Elf32_Word) <
		object->symbol_count)
		return object_damaged(
			reader, object->symbol_sections, "it is shorter than the symbol table");
	return true;
}

bool object_read_symbols(struct object_reader *reader)
{
	struct object *object = reader->object;
	struct object_symbol *symbols = NULL;
	if (!find_only(reader, SHT_SYMTAB, 0, &object->symbol_table))
		return false;
	if (object->symbol_table == 0)
		return true;
	if (!check_tables(reader))
		return false;
	if (object->symbol_count == 0)
		return true;
	if (reader->part != OBJECT_NAMES) {
		symbols = calloc(object->symbol_count, sizeof(*symbols));
		if (symbols == NULL)
			return diag_no_memory(reader->diag);
	}
	bool good = read_entries(reader, symbols);
	object->symbols = symbols;
	return good;
}

const struct object_symbol *object_definition(const struct object *object, const char *name)
{
	for (size_t i = 1; i < object->symbol_count; i++)
		if (object->symbols[i].section != SHN_UNDEF &&
			strcmp(object->symbols[i].name, name) == 0)
			return &object->symbols[i];
	return NULL;
}
