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

/* The one section of TYPE (that links to LINK, unless LINK is 0), or 0; false when
 * there are two. */
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

static inline bool is_place(const struct object *object, uint32_t section)
{
	return section < object->section_count || section == OBJECT_ABSOLUTE ||
	       section == OBJECT_COMMON || section == OBJECT_OTHER;
}

/* Says what is wrong with a symbol. */
static bool refuse_symbol(struct object_reader *reader, size_t index, bool has_name,
	const struct object_symbol *symbol)
{
	const struct object *object = reader->object;
	uint32_t table = object->symbol_table;
	bool local = index < object->sections[table].info;
	if (!has_name)
		return object_damaged(reader, table,
			"the name of symbol %zu does not end within the names", index);
	if (!is_place(object, symbol->section))
		return object_damaged(reader, table, "symbol %zu is in section %u of %zu", index,
			symbol->section, object->section_count);
	return object_damaged(reader, table, "symbol %zu is %s among the %s ones", index,
		local ? "not local" : "local", local ? "local" : "global");
}

/* Checks every symbol, and keeps it where there is an array. */
static inline __attribute__((always_inline)) bool read_entries_of(
	struct object_form form, struct object_reader *reader, struct object_symbol *to)
{
	const struct object *object = reader->object;
	const uint8_t *entry = object->sections[object->symbol_table].bytes;
	const size_t locals = object->sections[object->symbol_table].info;
	const uint64_t limit = names_end(object);
	for (size_t i = 0; i < object->symbol_count; i++, entry += FIELD_SIZE(form, Sym)) {
		const struct object_symbol symbol = object_decode_symbol(object, form, i);
		bool has_name = FIELD_GET(form, entry, Sym, st_name) < limit;
		bool in_order =
			object->type != ET_REL || (i < locals) == (symbol.binding == STB_LOCAL);
		if (!has_name || !in_order || !is_place(object, symbol.section))
			return refuse_symbol(reader, i, has_name, &symbol);
		if (to != NULL)
			to[i] = symbol;
	}
	return true;
}

/* The common form of file gets loops of its own. */
static bool read_entries(struct object_reader *reader, struct object_symbol *to)
{
	const struct object_form form = object_form(reader->object);
	const struct object_form narrow = {0};
	if (form.wide || form.big)
		return read_entries_of(form, reader, to);
	return to == NULL ? read_entries_of(narrow, reader, NULL)
			  : read_entries_of(narrow, reader, to);
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

struct object_symbol object_symbol_at(const struct object *object, size_t index)
{
	return object_decode_symbol(object, object_form(object), index);
}

const struct object_symbol *object_definition(const struct object *object, const char *name)
{
	for (size_t i = 1; i < object->symbol_count; i++)
		if (object->symbols[i].section != SHN_UNDEF &&
			strcmp(object->symbols[i].name, name) == 0)
			return &object->symbols[i];
	return NULL;
}

const struct object_symbol *object_global(const struct object *object, const char *name)
{
	for (size_t i = 1; i < object->symbol_count; i++)
		if (object->symbols[i].section != SHN_UNDEF &&
			object->symbols[i].binding != STB_LOCAL &&
			strcmp(object->symbols[i].name, name) == 0)
			return &object->symbols[i];
	return NULL;
}
