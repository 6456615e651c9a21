/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Rows as an ELF object, for who has no C compiler at hand when the layout is
 * known:
 *
 *     .rodata.mpu.NAME    the arrays of emit.h one behind the other, then the count
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "lib/object_edit.h"
#include "mpu-table/emit.h"

/* e_flags of objects for the ARM EABI version 5 (AAELF32, 5.2).  RISC-V: no compressed code and
 * no floating-point arguments, so that it links with either. */
#define ARM_EABI_VERSION_5 0x05000000u

enum { WORD = 4 };

/* One array in the section that is being made. */
struct part {
	const char *suffix;
	uint32_t *words;
	size_t count;
};

static bool add_symbol(struct diag *diag, struct object_edit *edit, const char *name,
	const char *suffix, uint32_t section, uint64_t offset, uint64_t size)
{
	char *full = NULL;
	uint32_t index;
	if (asprintf(&full, "%s%s", name, suffix) < 0)
		return diag_no_memory(diag);
	struct object_symbol symbol = {.name = full,
		.value = offset,
		.size = size,
		.type = STT_OBJECT,
		.binding = STB_GLOBAL,
		.visibility = STV_DEFAULT,
		.section = section};
	bool done = object_edit_add_symbol(edit, &symbol, &index);
	free(full);
	return done;
}

static void store_word(uint8_t *at, uint32_t word)
{
	for (unsigned i = 0; i < WORD; i++)
		at[i] = (uint8_t)(word >> 8 * i);
}

/* Adds a section with the COUNT parts and a symbol for each. */
static bool add_parts(struct diag *diag, struct object_edit *edit, const char *name,
	const struct part *parts, size_t count)
{
	uint8_t bytes[WORD * (ROW_SLOTS * ROW_WORDS + ROW_SLOTS + 1)];
	size_t size = 0;
	char *section_name = NULL;
	uint32_t section;
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < parts[i].count; j++, size += WORD)
			store_word(bytes + size, parts[i].words[j]);
	if (asprintf(&section_name, ".rodata.mpu.%s", name) < 0)
		return diag_no_memory(diag);
	const struct object_section content = {.name = section_name,
		.type = SHT_PROGBITS,
		.flags = SHF_ALLOC,
		.size = size,
		.align = WORD,
		.bytes = bytes};
	bool done = object_edit_add_section(edit, &content, &section);
	size_t at = 0;
	for (size_t i = 0; i < count && done; i++) {
		done = add_symbol(
			diag, edit, name, parts[i].suffix, section, at, parts[i].count * WORD);
		at += parts[i].count * WORD;
	}
	free(section_name);
	return done;
}

static bool add_rows(struct diag *diag, struct object_edit *edit, const struct rowset *set,
	const struct rowset_context *context)
{
	uint32_t words[ROW_SLOTS * ROW_WORDS];
	uint32_t count = (uint32_t)context->count;
	size_t filled = 0;
	for (size_t i = 0; i < context->count; i++)
		for (uint32_t j = 0; j < set->architecture->arch->words; j++)
			words[filled++] = context->rows[i].words[j];
	const struct part parts[] = {{"_rows", words, filled}, {"_row_count", &count, 1}};
	return add_parts(diag, edit, context->name, parts, 2);
}

static bool add_pmp(
	struct diag *diag, struct object_edit *edit, const struct rowset_context *context)
{
	uint32_t addresses[ROW_SLOTS];
	uint32_t registers[ROW_SLOTS];
	uint32_t count = (uint32_t)context->count;
	size_t register_count = (context->count + EMIT_ENTRIES - 1) / EMIT_ENTRIES;
	for (size_t i = 0; i < context->count; i++)
		addresses[i] = context->rows[i].words[0];
	for (size_t i = 0; i < register_count; i++)
		registers[i] = emit_pmpcfg(context, i);
	const struct part parts[] = {{"_pmpaddr", addresses, context->count},
		{"_pmpcfg", registers, register_count}, {"_pmp_count", &count, 1}};
	return add_parts(diag, edit, context->name, parts, 3);
}

static bool fill(struct diag *diag, struct object_edit *edit, const struct rowset *set)
{
	enum arch_id id = set->architecture->arch->id;
	bool done = true;
	if (id == ARCH_ARMV8M || id == ARCH_ARMV81M) {
		uint32_t mair[2] = {set->target.mair[0], set->target.mair[1]};
		const struct part part = {"_mair", mair, 2};
		done = add_parts(diag, edit, "mpu", &part, 1);
	}
	for (size_t i = 0; i < set->count && done; i++)
		done = id == ARCH_RISCV ? add_pmp(diag, edit, &set->contexts[i])
					: add_rows(diag, edit, set, &set->contexts[i]);
	return done;
}

bool emit_object(struct diag *diag, const struct rowset *set, struct blob *output)
{
	uint16_t machine = set->architecture->arch->elf;
	*output = (struct blob){0};
	struct object_edit *edit = object_edit_new(
		diag, ELFCLASS32, ELFDATA2LSB, machine, machine == EM_ARM ? ARM_EABI_VERSION_5 : 0);
	bool done = edit != NULL && fill(diag, edit, set) && object_edit_write(edit, output);
	object_edit_free(edit);
	return done;
}
