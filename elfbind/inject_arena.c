/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Gives a component its arena: a veneer in its name, which calls the allocator of
 * the runtime, and the constant that this reads with the component's own rights,
 *
 *     berth_arena_COMPONENT in .rodata.berth.unit.UNIT.COMPONENT.arena: a struct berth_arena.
 *
 * It says what the region table says of the arena, which only native code reads.
 */
#include "elfbind/inject_state.h"

#include <stdlib.h>

#include "elfbind/veneer.h"
#include "lib/text.h"
#include "mpu-table/table.h"
#include "symmap/resolve.h"

enum { ARENA_WORDS = sizeof(struct berth_arena) / sizeof(uint32_t) };

/* Takes over NAME. */
static bool add_section(
	struct injection *run, char *name, const struct object_section *what, uint32_t *section)
{
	struct object_section added = *what;
	added.name = name;
	bool done = name == NULL ? diag_no_memory(run->diag)
				 : object_edit_add_section(run->edit, &added, section);
	free(name);
	return done;
}

static bool add_veneer_section(struct injection *run, const struct inject_target *target,
	const struct berth_arena *arena, const struct veneer *veneer, uint32_t *section)
{
	uint8_t bytes[UNIT_CODE_VENEER];
	veneer_write(veneer, arena, bytes);
	struct object_section code = {.type = SHT_PROGBITS,
		.flags = SHF_ALLOC | SHF_EXECINSTR,
		.size = veneer->size,
		.align = veneer->align,
		.bytes = bytes};
	return add_section(
		run, inject_unit_section(run, ".text", target->component->name), &code, section);
}

static bool add_constant(struct injection *run, const struct inject_target *target,
	const struct berth_arena *arena, uint32_t *symbol)
{
	const char *component = target->component->name;
	const uint32_t words[ARENA_WORDS] = {arena->memory_base, arena->memory_size, arena->offset,
		arena->size, arena->state, arena->policy};
	uint8_t bytes[sizeof(words)];
	for (size_t i = 0; i < ARENA_WORDS; i++)
		init_records_put_word(run->records.data, bytes + i * sizeof(uint32_t), words[i]);
	struct object_section constant = {.type = SHT_PROGBITS,
		.flags = SHF_ALLOC,
		.size = sizeof(bytes),
		.align = 4,
		.bytes = bytes};
	uint32_t section;
	char *part = text_format("%s.arena", component);
	char *place = part == NULL ? NULL : inject_unit_section(run, ".rodata", part);
	free(part);
	if (!add_section(run, place, &constant, &section))
		return false;
	struct object_symbol as = {.size = sizeof(bytes),
		.type = STT_OBJECT,
		.binding = STB_GLOBAL,
		.visibility = STV_DEFAULT,
		.section = section};
	char *name = text_format("berth_arena_%s", component);
	bool done = inject_define_as(run, name, &as, symbol);
	free(name);
	return done;
}

/* The object may need an arena that the layout does not have. */
static bool needs_no_arena(struct injection *run, const struct inject_target *target)
{
	const struct object *object = run->input->object;
	const char *component = target->component->name;
	char *name = component_symbol(component, "__cabi_arena_realloc");
	if (name == NULL)
		return diag_no_memory(run->diag);
	uint32_t symbol = inject_find_symbol(object, name);
	bool good = symbol == NO_SYMBOL || object->symbols[symbol].section != SHN_UNDEF;
	if (!good)
		diag_error(run->diag, object->path,
			"calls [symbol %s], and the layout gives component %s no arena: give it "
			"one in the manifest and run ldgen, or bind without --arena %s",
			name, component, component);
	free(name);
	return good;
}

/* ALLOCATOR is the symbol of berth_arena_realloc, one for all veneers of the object. */
bool inject_arena(struct injection *run, const struct inject_target *target, uint32_t allocator)
{
	const struct object *object = run->input->object;
	if (!target->component->arena.present)
		return needs_no_arena(run, target);
	const struct berth_arena arena = table_arena(run->input->layout, target->context);
	const struct veneer *veneer = veneer_for(object, &arena);
	uint32_t symbols[2] = {[VENEER_REALLOC] = allocator};
	uint32_t section;
	if (!add_veneer_section(run, target, &arena, veneer, &section) ||
		!add_constant(run, target, &arena, &symbols[VENEER_ARENA]))
		return false;
	for (size_t i = 0; i < veneer->fixup_count; i++)
		if (!object_edit_add_relocation(run->edit, section, veneer->fixups[i].offset,
			    veneer->fixups[i].type, symbols[veneer->fixups[i].target], 0))
			return false;
	struct object_symbol symbol = {.value = veneer->symbol,
		.size = veneer->size,
		.type = STT_FUNC,
		.binding = STB_GLOBAL,
		.visibility = STV_DEFAULT,
		.section = section};
	char *name = component_symbol(target->component->name, "__cabi_arena_realloc");
	bool done = inject_define(run, name, &symbol);
	free(name);
	return done;
}
