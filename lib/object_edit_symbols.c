/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Changes of symbols and relocations, but for the names: lib/object_edit_names.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/object_edit_state.h"

/* --- symbols ----------------------------------------------------------------------------- */

/*
 * The entry of SYMBOL, changed without a copy of the table.  NULL unless the
 * symbols are changed in their order, as renaming does it: the others pay for
 * the copy.
 */
static uint8_t *touch_entry(struct object_edit *edit, uint32_t symbol)
{
	size_t size = FIELD_SIZE(edit->form, Sym);
	struct edit_entry *last = NULL;
	if (edit->entries.size != 0)
		last = (struct edit_entry *)(edit->entries.bytes + edit->entries.size) - 1;
	if (last != NULL && last->symbol == symbol)
		return last->bytes;
	if (last != NULL && last->symbol > symbol)
		return NULL;
	struct edit_entry entry = {.symbol = symbol};
	const struct object_section *table = &edit->object->sections[edit->object->symbol_table];
	memcpy(entry.bytes, table->bytes + symbol * size, size);
	if (!buffer_append(edit, &edit->entries, &entry, sizeof(entry)))
		return NULL;
	return ((struct edit_entry *)(edit->entries.bytes + edit->entries.size) - 1)->bytes;
}

static bool exists(struct object_edit *edit, uint32_t symbol)
{
	return (symbol != 0 && symbol < edit->symbol_count) ||
	       EDIT_ERROR(edit, "has no symbol %u: give one that exists", symbol);
}

static int compare_entries(const void *left, const void *right)
{
	const struct edit_entry *a = left;
	const struct edit_entry *b = right;
	return (a->symbol > b->symbol) - (a->symbol < b->symbol);
}

/* The entry of SYMBOL, which exists, as it is now. */
static const uint8_t *entry_of(const struct object_edit *edit, uint32_t symbol)
{
	uint32_t table = edit->object->symbol_table;
	const struct buffer *copy = &edit->sections[table].content;
	size_t at = symbol * FIELD_SIZE(edit->form, Sym);
	if (copy->bytes != NULL)
		return copy->bytes + at;
	const struct edit_entry wanted = {.symbol = symbol};
	const struct edit_entry *changed = NULL;
	if (edit->entries.size != 0)
		changed = bsearch(&wanted, edit->entries.bytes, edit->entries.size / sizeof(wanted),
			sizeof(wanted), compare_entries);
	return changed != NULL ? changed->bytes : edit->object->sections[table].bytes + at;
}

/* The entry of SYMBOL for changing; NULL after a report. */
static uint8_t *touch_symbol(struct object_edit *edit, uint32_t symbol)
{
	if (!exists(edit, symbol))
		return NULL;
	struct buffer *copy = &edit->sections[edit->object->symbol_table].content;
	if (copy->bytes == NULL) {
		uint8_t *entry = touch_entry(edit, symbol);
		if (entry != NULL)
			return entry;
		copy = edit_touch(edit, edit->object->symbol_table);
	}
	return copy == NULL ? NULL : copy->bytes + symbol * FIELD_SIZE(edit->form, Sym);
}

bool object_edit_rename_symbol(struct object_edit *edit, uint32_t symbol, const char *name)
{
	bool done;
	uint32_t offset;
	if (!exists(edit, symbol))
		return false;
	uint64_t old = FIELD_GET(edit->form, entry_of(edit, symbol), Sym, st_name);
	if (!edit_replace_name(edit, symbol, old, name, &done))
		return false;
	if (done || strcmp(edit_string(edit, edit_symbol_names(edit), old), name) == 0)
		return true;
	uint8_t *entry = touch_symbol(edit, symbol);
	if (entry == NULL || !edit_add_string(edit, edit_symbol_names(edit), name, &offset))
		return false;
	FIELD_PUT(edit->form, entry, Sym, st_name, offset);
	return true;
}

/* Makes the table of section numbers that do not fit into 16 bits. */
static bool add_extension(struct object_edit *edit)
{
	struct object_section section = {
		.name = ".symtab_shndx", .type = SHT_SYMTAB_SHNDX, .align = sizeof(Elf32_Word)};
	if (!object_edit_add_section(edit, &section, &edit->extension))
		return false;
	uint8_t *header = edit_header(edit, edit->extension);
	FIELD_PUT(edit->form, header, Shdr, sh_link, edit->object->symbol_table);
	FIELD_PUT(edit->form, header, Shdr, sh_entsize, sizeof(Elf32_Word));
	return buffer_append(edit, &edit->sections[edit->extension].content, NULL,
		edit->symbol_count * sizeof(Elf32_Word));
}

/* Stores the section of SYMBOL, in two places where its number is large. */
static bool put_section(struct object_edit *edit, uint32_t symbol, uint32_t section)
{
	uint32_t index = section;
	uint32_t extended = 0;
	if (section == OBJECT_ABSOLUTE)
		index = SHN_ABS;
	else if (section == OBJECT_COMMON)
		index = SHN_COMMON;
	else if (section >= edit->section_count)
		return EDIT_ERROR(edit, "has no section %u: give one that exists", section);
	else if (section >= SHN_LORESERVE) {
		index = SHN_XINDEX;
		extended = section;
	}
	if (extended != 0 && edit->extension == 0 && !add_extension(edit))
		return false;
	if (edit->extension != 0) {
		struct buffer *words = edit_touch(edit, edit->extension);
		if (words == NULL)
			return false;
		field_put(edit->form, words->bytes + (size_t)symbol * sizeof(Elf32_Word),
			sizeof(Elf32_Word), extended);
	}
	uint8_t *entry = touch_symbol(edit, symbol);
	if (entry != NULL)
		FIELD_PUT(edit->form, entry, Sym, st_shndx, index);
	return entry != NULL;
}

bool object_edit_set_symbol(
	struct object_edit *edit, uint32_t symbol, const struct object_symbol *to)
{
	uint8_t *entry = touch_symbol(edit, symbol);
	if (entry == NULL)
		return false;
	if (!edit_fits(edit, to->value) || !edit_fits(edit, to->size))
		return EDIT_ERROR(edit,
			"cannot hold value 0x%jx and size 0x%jx [symbol %u]: give smaller ones",
			(uintmax_t)to->value, (uintmax_t)to->size, symbol);
	if ((to->binding == STB_LOCAL) != (symbol < edit->local_count))
		return EDIT_ERROR(
			edit, "has its local symbols first [symbol %u]: keep its binding", symbol);
	/* The other bits of st_other mean something to the machine's ABI. */
	uint64_t other = FIELD_GET(edit->form, entry, Sym, st_other);
	FIELD_PUT(edit->form, entry, Sym, st_value, to->value);
	FIELD_PUT(edit->form, entry, Sym, st_size, to->size);
	FIELD_PUT(edit->form, entry, Sym, st_info, (uint64_t)ELF64_ST_INFO(to->binding, to->type));
	FIELD_PUT(edit->form, entry, Sym, st_other,
		(other & ~(uint64_t)3) | ELF64_ST_VISIBILITY(to->visibility));
	bool untouched = to->section == OBJECT_OTHER && symbol < edit->object->symbol_count &&
			 edit->object->symbols[symbol].section == OBJECT_OTHER;
	return untouched || put_section(edit, symbol, to->section);
}

/* Appends an entry of zeros to the symbol table and what goes with it. */
static bool grow_symbols(struct object_edit *edit, bool local)
{
	uint32_t table = edit->object->symbol_table;
	if (table == 0)
		return EDIT_ERROR(
			edit, "has no symbol table: give an object that was not stripped");
	if (edit->symbol_count >= INT32_MAX)
		return EDIT_ERROR(edit, "has too many symbols: split the module");
	if (local && edit->local_count != edit->symbol_count)
		return EDIT_ERROR(edit, "has global symbols already, which local ones must "
					"precede: add a global one");
	struct buffer *symbols = edit_touch(edit, table);
	if (symbols == NULL || !buffer_append(edit, symbols, NULL, FIELD_SIZE(edit->form, Sym)))
		return false;
	struct buffer *words = edit->extension == 0 ? NULL : edit_touch(edit, edit->extension);
	if (edit->extension != 0 &&
		(words == NULL || !buffer_append(edit, words, NULL, sizeof(Elf32_Word))))
		return false;
	edit->symbol_count++;
	edit->local_count += local;
	FIELD_PUT(edit->form, edit_header(edit, table), Shdr, sh_info, edit->local_count);
	return true;
}

bool object_edit_add_symbol(
	struct object_edit *edit, const struct object_symbol *symbol, uint32_t *index)
{
	if (!grow_symbols(edit, symbol->binding == STB_LOCAL))
		return false;
	*index = (uint32_t)(edit->symbol_count - 1);
	return object_edit_rename_symbol(edit, *index, symbol->name) &&
	       object_edit_set_symbol(edit, *index, symbol);
}

/* --- relocations ----------------------------------------------------------------------------- */

/* Puts symbol and type together as the class of the file wants it. */
static bool make_info(struct object_edit *edit, uint32_t symbol, uint32_t type, uint64_t *info)
{
	*info = edit->form.wide ? ELF64_R_INFO((uint64_t)symbol, type)
				: ELF32_R_INFO((uint64_t)symbol, type);
	if (symbol >= edit->symbol_count)
		return EDIT_ERROR(edit, "has no symbol %u: give one that exists", symbol);
	if (!edit->form.wide && (symbol > 0xffffff || type > 0xff))
		return EDIT_ERROR(edit,
			"cannot name symbol %u in a relocation of type %u: split the module",
			symbol, type);
	return true;
}

bool object_edit_retarget(
	struct object_edit *edit, const struct object_relocation *relocation, uint32_t symbol)
{
	uint64_t info;
	if (!make_info(edit, symbol, relocation->type, &info))
		return false;
	struct buffer *entries = edit_touch(edit, relocation->table);
	if (entries == NULL)
		return false;
	bool rela = edit->object->sections[relocation->table].type == SHT_RELA;
	size_t size = rela ? FIELD_SIZE(edit->form, Rela) : FIELD_SIZE(edit->form, Rel);
	uint8_t *entry = entries->bytes + relocation->entry * size;
	FIELD_PUT(edit->form, entry, Rel, r_info, info); /* same place in Rel and Rela */
	return true;
}

/* Whether the machine's ABI keeps addends in the section's bytes. */
static bool uses_rel(const struct object *object)
{
	return object->machine == EM_ARM || object->machine == EM_386 ||
	       (object->machine == EM_MIPS && object->class == ELFCLASS32);
}

static bool add_relocation_section(struct object_edit *edit, uint32_t section)
{
	bool rel = uses_rel(edit->object);
	uint64_t old = FIELD_GET(edit->form, edit_header(edit, section), Shdr, sh_name);
	char *name = NULL;
	if (asprintf(&name, "%s%s", rel ? ".rel" : ".rela",
		    edit_string(edit, edit->object->name_table, old)) < 0)
		return diag_no_memory(edit->diag);
	struct object_section added = {.name = name,
		.type = rel ? SHT_REL : SHT_RELA,
		.flags = SHF_INFO_LINK,
		.align = edit->form.wide ? 8 : 4};
	uint32_t index = 0;
	bool good = object_edit_add_section(edit, &added, &index);
	free(name);
	if (!good)
		return false;
	uint8_t *header = edit_header(edit, index);
	FIELD_PUT(edit->form, header, Shdr, sh_link, edit->object->symbol_table);
	FIELD_PUT(edit->form, header, Shdr, sh_info, section);
	FIELD_PUT(edit->form, header, Shdr, sh_entsize,
		rel ? FIELD_SIZE(edit->form, Rel) : FIELD_SIZE(edit->form, Rela));
	edit->sections[section].relocations = index;
	return true;
}

bool object_edit_add_relocation(struct object_edit *edit, uint32_t section, uint64_t offset,
	uint32_t type, uint32_t symbol, int64_t addend)
{
	uint64_t info;
	if (section < edit->object->section_count || section >= edit->section_count)
		return EDIT_ERROR(
			edit, "has no added section %u: give one that was added", section);
	if (offset >= edit->sections[section].content.size)
		return EDIT_ERROR(edit,
			"has no byte 0x%jx to relocate [section %u]: give one that exists",
			(uintmax_t)offset, section);
	if (uses_rel(edit->object) && addend != 0)
		return EDIT_ERROR(edit,
			"keeps addends in the section's bytes [section %u]: put it there", section);
	if (!make_info(edit, symbol, type, &info))
		return false;
	if (edit->sections[section].relocations == 0 && !add_relocation_section(edit, section))
		return false;
	uint8_t entry[sizeof(Elf64_Rela)] = {0};
	FIELD_PUT(edit->form, entry, Rela, r_offset, offset);
	FIELD_PUT(edit->form, entry, Rela, r_info, info);
	FIELD_PUT(edit->form, entry, Rela, r_addend, (uint64_t)addend);
	size_t size =
		uses_rel(edit->object) ? FIELD_SIZE(edit->form, Rel) : FIELD_SIZE(edit->form, Rela);
	struct buffer *entries = &edit->sections[edit->sections[section].relocations].content;
	return buffer_append(edit, entries, entry, size);
}
