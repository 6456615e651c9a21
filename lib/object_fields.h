/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Single fields of the structures in an ELF file, in the file's own class and
 * byte order:
 *
 *     FIELD_PUT(form, entry, Sym, st_name, offset);
 *
 * writes st_name of the Elf32_Sym or Elf64_Sym at ENTRY and nothing else, so
 * that what this project does not know about an entry stays as it was.
 */
#ifndef BERTH_OBJECT_FIELDS_H
#define BERTH_OBJECT_FIELDS_H

#include <elf.h>
#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct object_form {
	bool wide; /* ELFCLASS64 */
	bool big;  /* ELFDATA2MSB */
};

static inline void field_put(struct object_form form, uint8_t *at, size_t width, uint64_t value)
{
	for (size_t i = 0; i < width; i++)
		at[form.big ? width - 1 - i : i] = (uint8_t)(value >> (8 * i));
}

/* The widths are written out because a loop over bytes is not made one load by every compiler. */
static inline uint64_t field_get(struct object_form form, const uint8_t *at, size_t width)
{
	uint16_t half;
	uint32_t word;
	uint64_t wide;
	switch (width) {
	case 1:
		return *at;
	case 2:
		memcpy(&half, at, sizeof(half));
		return form.big ? be16toh(half) : le16toh(half);
	case 4:
		memcpy(&word, at, sizeof(word));
		return form.big ? be32toh(word) : le32toh(word);
	default:
		memcpy(&wide, at, sizeof(wide));
		return form.big ? be64toh(wide) : le64toh(wide);
	}
}

#define FIELD_OFFSET(form, type, member)                                                           \
	((form).wide ? offsetof(Elf64_##type, member) : offsetof(Elf32_##type, member))
#define FIELD_WIDTH(form, type, member)                                                            \
	((form).wide ? sizeof(((Elf64_##type *)0)->member) : sizeof(((Elf32_##type *)0)->member))
#define FIELD_PUT(form, entry, type, member, value)                                                \
	field_put((form), (entry) + FIELD_OFFSET(form, type, member),                              \
		FIELD_WIDTH(form, type, member), (value))
#define FIELD_GET(form, entry, type, member)                                                       \
	field_get((form), (entry) + FIELD_OFFSET(form, type, member),                              \
		FIELD_WIDTH(form, type, member))

/* Bytes of one structure. */
#define FIELD_SIZE(form, type) ((form).wide ? sizeof(Elf64_##type) : sizeof(Elf32_##type))

#endif
