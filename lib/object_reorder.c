/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Making global symbols local.
 *
 * The gABI wants all local symbols before the first global one ("Symbol
 * Table", sh_info), so that the table is put in a new order and everything that
 * names a symbol by its number is written anew:
 *
 *      .symtab                      old numbers   new
 *      locals, as they were             0..3      0..3
 *      globals that become local        5, 8      4, 5
 *      the other globals                4, 6, 7   6, 7, 8
 *
 *      SHT_SYMTAB_SHNDX        a word for each entry, in the same order
 *      SHT_REL, SHT_RELA       r_info
 *      SHT_GROUP               sh_info, the signature
 *      SHT_LLVM_ADDRSIG        ULEB128 numbers of the symbols whose address counts
 */
#include <stdlib.h>
#include <string.h>

#include "lib/object_edit_state.h"

/* LLVM, docs/Extensions.rst; elf.h does not know them. */
enum { LLVM_ADDRSIG = 0x6fff4c03, LLVM_CALL_GRAPH_PROFILE = 0x6fff4c09 };

#define EDIT_ERROR(edit, ...) diag_error((edit)->diag, (edit)->object->path, __VA_ARGS__)

struct reorder {
	struct object_edit *edit;
	const bool *localized;
	uint32_t *place; /* by old number: the new one */
	uint32_t local_count;
};

/* --- the table ------------------------------------------------------------------------ */

static bool becomes_local(const struct reorder *at, size_t symbol)
{
	return symbol < at->edit->object->symbol_count && symbol >= at->edit->local_count &&
	       at->localized[symbol];
}

static void find_places(struct reorder *at)
{
	const struct object_edit *edit = at->edit;
	uint32_t next = edit->local_count;
	for (uint32_t i = 0; i < edit->local_count; i++)
		at->place[i] = i;
	for (size_t i = edit->local_count; i < edit->symbol_count; i++)
		if (becomes_local(at, i))
			at->place[i] = next++;
	at->local_count = next;
	for (size_t i = edit->local_count; i < edit->symbol_count; i++)
		if (!becomes_local(at, i))
			at->place[i] = next++;
}

/* Puts the first symbol_count entries of SIZE bytes of section INDEX in their new order. */
static bool move_entries(struct reorder *at, uint32_t index, size_t size)
{
	struct buffer *entries = edit_touch(at->edit, index);
	size_t bytes = at->edit->symbol_count * size;
	uint8_t *old = entries == NULL ? NULL : malloc(bytes);
	if (entries != NULL && old == NULL)
		diag_no_memory(at->edit->diag);
	if (old == NULL)
		return false;
	memcpy(old, entries->bytes, bytes);
	for (size_t i = 0; i < at->edit->symbol_count; i++)
		memcpy(entries->bytes + at->place[i] * size, old + i * size, size);
	free(old);
	return true;
}

/* A local symbol has no visibility; the other bits of st_other are the machine's. */
static bool set_bindings(struct reorder *at)
{
	struct object_form form = at->edit->form;
	struct buffer *symbols = edit_touch(at->edit, at->edit->object->symbol_table);
	if (symbols == NULL)
		return false;
	for (uint32_t i = at->edit->local_count; i < at->local_count; i++) {
		uint8_t *entry = symbols->bytes + i * FIELD_SIZE(form, Sym);
		uint64_t info = FIELD_GET(form, entry, Sym, st_info);
		uint64_t other = FIELD_GET(form, entry, Sym, st_other);
		FIELD_PUT(form, entry, Sym, st_info,
			(uint64_t)ELF64_ST_INFO(STB_LOCAL, ELF64_ST_TYPE(info)));
		FIELD_PUT(form, entry, Sym, st_other, other & ~(uint64_t)3);
	}
	return true;
}

/* --- what names symbols by number ------------------------------------------------------ */

/* The bytes of section INDEX, also of one that was added in this edit. */
static struct buffer *touch(struct reorder *at, uint32_t index)
{
	return index < at->edit->object->section_count ? edit_touch(at->edit, index)
						       : &at->edit->sections[index].content;
}

static bool renumber_relocations(struct reorder *at, uint32_t index, bool rela)
{
	struct object_form form = at->edit->form;
	size_t size = rela ? FIELD_SIZE(form, Rela) : FIELD_SIZE(form, Rel);
	struct buffer *entries = touch(at, index);
	if (entries == NULL)
		return false;
	for (size_t offset = 0; offset + size <= entries->size; offset += size) {
		uint8_t *entry = entries->bytes + offset;
		uint64_t info = FIELD_GET(form, entry, Rel, r_info);
		uint64_t moved = form.wide ? ELF64_R_INFO((uint64_t)at->place[ELF64_R_SYM(info)],
						     ELF64_R_TYPE(info))
					   : ELF32_R_INFO((uint64_t)at->place[ELF32_R_SYM(info)],
						     ELF32_R_TYPE(info));
		FIELD_PUT(form, entry, Rel, r_info, moved);
	}
	return true;
}

static void renumber_group(struct reorder *at, uint32_t index)
{
	uint8_t *header = edit_header(at->edit, index);
	uint64_t signature = FIELD_GET(at->edit->form, header, Shdr, sh_info);
	FIELD_PUT(at->edit->form, header, Shdr, sh_info, at->place[signature]);
}

/* The next ULEB128 number at *OFFSET; false at the end or where it is damaged. */
static bool next_number(const struct buffer *from, size_t *offset, uint64_t *number)
{
	*number = 0;
	for (unsigned shift = 0; shift < 35 && *offset < from->size; shift += 7) {
		uint8_t byte = from->bytes[(*offset)++];
		*number |= (uint64_t)(byte & 0x7f) << shift;
		if ((byte & 0x80) == 0)
			return true;
	}
	return false;
}

static bool append_number(struct object_edit *edit, struct buffer *to, uint32_t number)
{
	uint8_t bytes[5];
	size_t count = 0;
	do {
		bytes[count] = (uint8_t)(number & 0x7f);
		number >>= 7;
		bytes[count++] |= number == 0 ? 0 : 0x80;
	} while (number != 0);
	return buffer_append(edit, to, bytes, count);
}

/* Written anew as a whole: a number may need another count of bytes. */
static bool renumber_addrsig(struct reorder *at, uint32_t index)
{
	struct buffer *old = touch(at, index);
	struct buffer renumbered = {0};
	size_t offset = 0;
	bool good = old != NULL;
	while (good && offset < old->size) {
		uint64_t number;
		if (!next_number(old, &offset, &number) || number >= at->edit->symbol_count)
			good = EDIT_ERROR(at->edit,
				"is damaged: its list of symbols whose address counts names none "
				"[section %u]: make it again",
				index);
		else
			good = append_number(at->edit, &renumbered, at->place[number]);
	}
	if (!good || renumbered.bytes == NULL) {
		free(renumbered.bytes);
		return good;
	}
	free(old->bytes);
	*old = renumbered;
	return true;
}

static bool renumber_section(struct reorder *at, uint32_t index)
{
	uint8_t *header = edit_header(at->edit, index);
	if (FIELD_GET(at->edit->form, header, Shdr, sh_link) != at->edit->object->symbol_table)
		return true;
	uint64_t type = FIELD_GET(at->edit->form, header, Shdr, sh_type);
	switch (type) {
	case SHT_REL:
	case SHT_RELA:
		return renumber_relocations(at, index, type == SHT_RELA);
	case SHT_GROUP:
		renumber_group(at, index);
		return true;
	case LLVM_ADDRSIG:
		return renumber_addrsig(at, index);
	case SHT_SYMTAB_SHNDX:
	case LLVM_CALL_GRAPH_PROFILE: /* its symbols stand in its relocations */
		return true;
	default:
		return EDIT_ERROR(at->edit,
			"has a section of type 0x%jx that may name symbols by number [section %u]: "
			"its symbols cannot be made local; compile it without that section",
			(uintmax_t)type, index);
	}
}

/* --- the whole ---------------------------------------------------------------------------- */

static bool reorder(struct reorder *at)
{
	struct object_edit *edit = at->edit;
	uint32_t table = edit->object->symbol_table;
	find_places(at);
	if (!move_entries(at, table, FIELD_SIZE(edit->form, Sym)) || !set_bindings(at))
		return false;
	if (edit->extension != 0 && !move_entries(at, edit->extension, sizeof(Elf32_Word)))
		return false;
	for (uint32_t i = 1; i < edit->section_count; i++)
		if (!renumber_section(at, i))
			return false;
	edit->local_count = at->local_count;
	FIELD_PUT(edit->form, edit_header(edit, table), Shdr, sh_info, edit->local_count);
	return true;
}

bool object_edit_localize(struct object_edit *edit, const bool *localized)
{
	struct reorder at = {.edit = edit, .localized = localized};
	bool any = false;
	for (size_t i = edit->local_count; i < edit->object->symbol_count; i++)
		any = any || localized[i];
	if (!any)
		return true;
	at.place = calloc(edit->symbol_count, sizeof(*at.place));
	if (at.place == NULL)
		return diag_no_memory(edit->diag);
	bool good = reorder(&at);
	free(at.place);
	return good;
}
