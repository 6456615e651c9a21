/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * One symbol of an object, decoded when it is asked for.  Part of lib/object.h.
 */
#ifndef BERTH_OBJECT_SYMBOL_H
#define BERTH_OBJECT_SYMBOL_H

#include "lib/object.h"
#include "lib/object_fields.h"

/* What no section has as its number: a symbol that is damaged. */
#define OBJECT_NO_SECTION 0xfffffff0u

/* The section of a symbol whose st_shndx is SHN_XINDEX. */
static inline uint32_t object_extended_section(
	const struct object *object, struct object_form form, size_t symbol)
{
	if (object->symbol_sections == 0) /* the number itself may be one by now */
		return object->section_count > SHN_XINDEX ? OBJECT_NO_SECTION : SHN_XINDEX;
	const uint8_t *words = object->sections[object->symbol_sections].bytes;
	uint64_t section = field_get(form, words + symbol * sizeof(Elf32_Word), sizeof(Elf32_Word));
	return section < OBJECT_NO_SECTION ? (uint32_t)section : OBJECT_NO_SECTION;
}

/* The section number that st_shndx INDEX means, special ones as object.h has them. */
static inline uint32_t object_symbol_section(
	const struct object *object, struct object_form form, size_t symbol, uint32_t index)
{
	if (index < SHN_LORESERVE)
		return index;
	if (index == SHN_ABS)
		return OBJECT_ABSOLUTE;
	if (index == SHN_COMMON)
		return OBJECT_COMMON;
	return index == SHN_XINDEX ? object_extended_section(object, form, symbol) : OBJECT_OTHER;
}

/* Always inlined, so that a loop over all symbols is made for its form of file and decodes no field
 * that it does not use. */
static inline __attribute__((always_inline)) struct object_symbol object_decode_symbol(
	const struct object *object, struct object_form form, size_t index)
{
	const struct object_section *table = &object->sections[object->symbol_table];
	const uint8_t *entry = table->bytes + index * FIELD_SIZE(form, Sym);
	const uint8_t *names = object->sections[table->link].bytes;
	uint64_t name = FIELD_GET(form, entry, Sym, st_name);
	uint64_t info = FIELD_GET(form, entry, Sym, st_info);
	return (struct object_symbol){
		.name = names == NULL ? "" : (const char *)names + name,
		.value = FIELD_GET(form, entry, Sym, st_value),
		.size = FIELD_GET(form, entry, Sym, st_size),
		.type = ELF64_ST_TYPE(info),
		.binding = (uint8_t)ELF64_ST_BIND(info),
		.visibility = ELF64_ST_VISIBILITY(FIELD_GET(form, entry, Sym, st_other)),
		.section = object_symbol_section(
			object, form, index, (uint32_t)FIELD_GET(form, entry, Sym, st_shndx)),
	};
}

/* The same for everybody else. */
struct object_symbol object_symbol_at(const struct object *object, size_t index);

/* Symbol INDEX, which must exist. */
static inline struct object_symbol object_symbol(const struct object *object, size_t index)
{
	return object->symbols != NULL ? object->symbols[index] : object_symbol_at(object, index);
}

#endif
