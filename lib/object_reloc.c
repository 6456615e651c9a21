/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Reading the relocations of an ELF file.
 *
 *      SHT_REL, SHT_RELA   entries: offset, symbol, type (and addend);
 *                          sh_link: the symbol table; sh_info: the section
 *                          that is relocated
 *
 * Those that a linker left for the loader (sh_link: .dynsym) are not listed.
 */
#include <stdlib.h>

#include "lib/checked.h"
#include "lib/object_read.h"

static uint32_t target_of(const struct object *object, const struct object_relocation *relocation)
{
	return object->sections[relocation->table].info;
}

static size_t entry_size_of(const struct object *object, size_t table)
{
	const struct object_form form = object_form(object);
	return object->sections[table].type == SHT_REL ? FIELD_SIZE(form, Rel)
						       : FIELD_SIZE(form, Rela);
}

/* Whether section INDEX holds relocations that this file is about. */
static bool is_listed(const struct object *object, size_t index)
{
	const struct object_section *table = &object->sections[index];
	return (table->type == SHT_REL || table->type == SHT_RELA) && table->info != 0 &&
	       object->symbol_table != 0 && table->link == object->symbol_table;
}

/* In an object every relocation is for the linker, so one that is not listed is a fault. */
static bool check_table(struct object_reader *reader, size_t index)
{
	const struct object *object = reader->object;
	const struct object_section *table = &object->sections[index];
	if (table->type != SHT_REL && table->type != SHT_RELA)
		return true;
	if (object->type == ET_REL && !is_listed(object, index))
		return object_damaged(reader, index, "relocations without symbols or target");
	if (is_listed(object, index) && table->info >= object->section_count)
		return object_damaged(reader, index, "it relocates section %u of %zu", table->info,
			object->section_count);
	return true;
}

/*
 * Bytes of section INDEX that relocations are about: of a compressed one, those
 * that it has when it is not (gABI chapter 4, "Section Compression").
 */
static uint64_t relocated_size(const struct object *object, uint32_t index)
{
	const struct object_section *section = &object->sections[index];
	GElf_Chdr header;
	if ((section->flags & SHF_COMPRESSED) != 0 &&
		gelf_getchdr(elf_getscn(object->elf, index), &header) != NULL)
		return header.ch_size;
	return section->size;
}

static bool read_entry(
	struct object_reader *reader, size_t table, size_t entry, struct object_relocation *to)
{
	const struct object *object = reader->object;
	const struct object_section *section = &object->sections[table];
	const struct object_form form = object_form(object);
	bool rela = section->type == SHT_RELA;
	const uint8_t *from = section->bytes + entry * entry_size_of(object, table);
	uint64_t info = FIELD_GET(form, from, Rela, r_info); /* same place in Rel and Rela */
	uint64_t addend = rela ? FIELD_GET(form, from, Rela, r_addend) : 0;
	*to = (struct object_relocation){
		.offset = FIELD_GET(form, from, Rela, r_offset),
		.type = (uint32_t)(form.wide ? ELF64_R_TYPE(info) : ELF32_R_TYPE(info)),
		.symbol = (uint32_t)(form.wide ? ELF64_R_SYM(info) : ELF32_R_SYM(info)),
		.addend = form.wide ? (int64_t)addend : (int32_t)addend,
		.table = (uint32_t)table,
		.entry = (uint32_t)entry,
	};
	if (to->symbol >= object->symbol_count)
		return object_damaged(reader, table, "entry %zu names symbol %u of %zu", entry,
			to->symbol, object->symbol_count);
	if (object->type == ET_REL && to->offset > relocated_size(object, section->info))
		return object_damaged(reader, table, "entry %zu lies behind the section", entry);
	return true;
}

static bool read_table(struct object_reader *reader, size_t index)
{
	struct object *object = reader->object;
	const struct object_section *section = &object->sections[index];
	size_t entry_size = entry_size_of(object, index);
	if (!object_check_table(reader, index, entry_size))
		return false;
	size_t count = section->size / entry_size;
	for (size_t i = 0; i < count; i++) {
		struct object_relocation *to = &object->relocations[object->relocation_count];
		if (!read_entry(reader, index, i, to))
			return false;
		object->relocation_count++;
	}
	return true;
}

/*
 * How many entries all tables have together.  Tables that share bytes could
 * claim any number, so that they are refused as soon as they are together
 * larger than the file.
 */
static bool count_entries(struct object_reader *reader, size_t *total)
{
	const struct object *object = reader->object;
	uint64_t bytes = 0;
	*total = 0;
	for (size_t i = 1; i < object->section_count; i++) {
		if (!check_table(reader, i))
			return false;
		if (!is_listed(object, i))
			continue;
		size_t entry_size = entry_size_of(object, i);
		bytes += object->sections[i].size;
		if (bytes > object->file.size || object->sections[i].size / entry_size > INT32_MAX)
			return object_damaged(reader, i, "too many relocations");
		*total += object->sections[i].size / entry_size;
	}
	return true;
}

/* --- order -------------------------------------------------------------------- */

struct keyed {
	struct object_relocation relocation;
	uint32_t target;
};

static int compare(const void *left, const void *right)
{
	const struct keyed *a = left;
	const struct keyed *b = right;
	if (a->target != b->target)
		return a->target < b->target ? -1 : 1;
	if (a->relocation.offset != b->relocation.offset)
		return a->relocation.offset < b->relocation.offset ? -1 : 1;
	if (a->relocation.table != b->relocation.table)
		return a->relocation.table < b->relocation.table ? -1 : 1;
	return (a->relocation.entry > b->relocation.entry) -
	       (a->relocation.entry < b->relocation.entry);
}

static bool is_sorted(const struct object *object)
{
	for (size_t i = 1; i < object->relocation_count; i++) {
		struct keyed before = {object->relocations[i - 1], 0};
		struct keyed after = {object->relocations[i], 0};
		before.target = target_of(object, &before.relocation);
		after.target = target_of(object, &after.relocation);
		if (compare(&before, &after) > 0)
			return false;
	}
	return true;
}

/* Most compilers write them in order already; only the others pay for sorting. */
static bool sort_relocations(struct object_reader *reader)
{
	struct object *object = reader->object;
	if (is_sorted(object))
		return true;
	struct keyed *keyed = calloc(object->relocation_count, sizeof(*keyed));
	if (keyed == NULL)
		return diag_no_memory(reader->diag);
	for (size_t i = 0; i < object->relocation_count; i++) {
		keyed[i].relocation = object->relocations[i];
		keyed[i].target = target_of(object, &object->relocations[i]);
	}
	qsort(keyed, object->relocation_count, sizeof(*keyed), compare);
	for (size_t i = 0; i < object->relocation_count; i++)
		object->relocations[i] = keyed[i].relocation;
	free(keyed);
	return true;
}

bool object_read_relocations(struct object_reader *reader)
{
	struct object *object = reader->object;
	size_t total = 0;
	if (!count_entries(reader, &total))
		return false;
	if (total == 0 || reader->part == OBJECT_NAMES)
		return true;
	object->relocations = calloc(total, sizeof(*object->relocations));
	if (object->relocations == NULL)
		return diag_no_memory(reader->diag);
	for (size_t i = 1; i < object->section_count; i++)
		if (is_listed(object, i) && !read_table(reader, i))
			return false;
	return sort_relocations(reader);
}

/* The first relocation whose target is SECTION or behind it. */
static size_t lower_bound(const struct object *object, uint64_t section)
{
	size_t low = 0;
	size_t high = object->relocation_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (target_of(object, &object->relocations[middle]) < section)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t object_relocations_of(const struct object *object, uint32_t section, size_t *first)
{
	*first = lower_bound(object, section);
	return lower_bound(object, (uint64_t)section + 1) - *first;
}
