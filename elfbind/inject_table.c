/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The object that holds the region table and its names. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elfbind/inject.h"
#include "lib/layout_fields.h"
#include "lib/object_edit.h"
#include "mpu-table/table.h"

/* e_flags of objects for the ARM EABI version 5 (AAELF32, 5.2).  For RISC-V zero is the soft-float
 * ABI without compressed instructions (RISC-V ELF psABI, "File Header"): what the compiler's
 * objects have, and nothing that a linker would refuse beside them. */
#define ARM_EABI_VERSION_5 0x05000000u

static struct object_edit *start(struct diag *diag, const struct layout *layout)
{
	uint16_t machine = arch_find(layout->arch)->elf;
	return object_edit_new(
		diag, ELFCLASS32, ELFDATA2LSB, machine, machine == EM_ARM ? ARM_EABI_VERSION_5 : 0);
}

static bool add_symbol(
	struct object_edit *edit, const char *name, uint32_t section, uint64_t value, uint64_t size)
{
	struct object_symbol symbol = {.name = name,
		.value = value,
		.size = size,
		.type = STT_OBJECT,
		.binding = STB_GLOBAL,
		.visibility = STV_DEFAULT,
		.section = section};
	uint32_t index;
	return object_edit_add_symbol(edit, &symbol, &index);
}

/* What the linker takes out of the runtime's library for such arenas; NULL where
 * it needs nothing. */
static const char *wanted_for(const struct layout_arena *arena)
{
	if (arena->present && arena->policy == LAYOUT_FREE_LIST)
		return "berth_list_allocate";
	return arena->present && arena->reset == LAYOUT_RESET_CALL ? "berth_arena_call_ended"
								   : NULL;
}

static bool want_policies(struct object_edit *edit, const struct layout *layout)
{
	struct object_symbol symbol = {.type = STT_NOTYPE,
		.binding = STB_GLOBAL,
		.visibility = STV_DEFAULT,
		.section = SHN_UNDEF};
	bool added[LAYOUT_POLICY_NAMES] = {false};
	uint32_t index;
	for (size_t i = 0; i < layout->component_count; i++) {
		const struct layout_arena *arena = &layout->components[i].arena;
		symbol.name = wanted_for(arena);
		if (symbol.name == NULL || added[arena->policy])
			continue;
		if (!object_edit_add_symbol(edit, &symbol, &index))
			return false;
		added[arena->policy] = true;
	}
	return true;
}

/* What files that were compiled with the layout's regions.h refer to. */
static bool add_fingerprint(
	struct diag *diag, struct object_edit *edit, const struct layout *layout, uint32_t section)
{
	uint32_t fingerprint;
	char name[32];
	if (!layout_fingerprint(diag, layout, &fingerprint))
		return false;
	snprintf(name, sizeof(name), "berth_layout_%08" PRIx32, fingerprint);
	struct object_symbol symbol = {.name = name,
		.type = STT_NOTYPE,
		.binding = STB_GLOBAL,
		.visibility = STV_DEFAULT,
		.section = section};
	uint32_t ignored;
	return object_edit_add_symbol(edit, &symbol, &ignored);
}

static bool fill(struct diag *diag, struct object_edit *edit, const struct layout *layout,
	const struct blob *table, const struct blob *names)
{
	struct object_section rows = {.name = TABLE_SECTION,
		.type = SHT_PROGBITS,
		.flags = SHF_ALLOC,
		.size = table->size,
		.align = 4,
		.bytes = table->bytes};
	struct object_section text = {.name = TABLE_NAMES_SECTION,
		.type = SHT_PROGBITS,
		.size = names->size,
		.align = 1,
		.bytes = names->bytes};
	uint32_t section;
	uint32_t ignored;
	return object_edit_add_section(edit, &rows, &section) &&
	       object_edit_add_section(edit, &text, &ignored) &&
	       add_symbol(edit, "berth_regions", section, 0, table->size) &&
	       want_policies(edit, layout) && add_fingerprint(diag, edit, layout, section);
}

bool inject_table(struct diag *diag, const struct layout *layout, struct blob *output)
{
	struct blob table = {0};
	struct blob names = {0};
	struct object_edit *edit = NULL;
	*output = (struct blob){0};
	bool done = table_make(diag, layout, &table, &names);
	if (done) {
		edit = start(diag, layout);
		done = edit != NULL && fill(diag, edit, layout, &table, &names) &&
		       object_edit_write(edit, output);
	}
	object_edit_free(edit);
	blob_free(&names);
	blob_free(&table);
	return done;
}
