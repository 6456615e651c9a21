/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Puts the memory and the data region of a component into its object. */
#include "elfbind/inject_state.h"

#include <inttypes.h>
#include <stdlib.h>

#include "elfbind/compiler_data.h"
#include "lib/checked.h"
#include "lib/text.h"

/* Linkers give a script's explicit address no more alignment than this section asks for. */
enum { MEMORY_ALIGN = 16, DATA_ALIGN = 8 };

/* Memory K > 0 is in the object: its bytes must be what the module says. */
static bool check_against_module(struct injection *run, const struct inject_target *target,
	const struct object_section *section, const struct blob *image)
{
	const struct object *object = run->input->object;
	if (section->size != inject_declared_size(target))
		return diag_error(run->diag, object->path,
			"[section %s] has %" PRIu64 " bytes and the layout gives region %s %" PRIu64
			": run ldgen again",
			section->name, section->size, target->memory->name,
			inject_declared_size(target));
	for (uint64_t i = 0; section->bytes != NULL && i < section->size; i++) {
		uint8_t expected = i < image->size ? image->bytes[i] : 0;
		if (section->bytes[i] != expected)
			return diag_error(run->diag, object->path,
				"[section %s] and the data segments of %s differ at offset %" PRIu64
				": the object was not made from this module",
				section->name, run->input->module->path, i);
	}
	return true;
}

/* A trimmed memory ends earlier: no symbol in it may say otherwise. */
static bool trim_symbols(
	struct injection *run, const struct inject_target *target, uint32_t section)
{
	const struct object *object = run->input->object;
	uint64_t end = target->memory->size;
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		struct object_symbol symbol = object->symbols[i];
		if (symbol.section != section || checked_within(symbol.value, symbol.size, end))
			continue;
		if (symbol.value > end)
			return diag_error(run->diag, object->path,
				"[symbol %s] lies beyond the %" PRIu64 " bytes that memory %" PRIu32
				" is trimmed to: trim it less",
				symbol.name, end, target->index);
		symbol.size = end - symbol.value;
		if (!object_edit_set_symbol(run->edit, i, &symbol))
			return false;
	}
	return true;
}

/* Gives the compiler's absolute symbol KIND of the memory, where there is one, VALUE. */
static bool set_size_symbol(
	struct injection *run, const struct inject_target *target, const char *kind, uint64_t value)
{
	const struct object *object = run->input->object;
	char *name = text_format(
		"%s___synth_mem_%s_%" PRIu32, target->component->name, kind, target->index);
	if (name == NULL)
		return diag_no_memory(run->diag);
	uint32_t found = inject_find_symbol(object, name);
	free(name);
	if (found == NO_SYMBOL || object->symbols[found].section != OBJECT_ABSOLUTE)
		return true;
	struct object_symbol symbol = object->symbols[found];
	symbol.value = value;
	return object_edit_set_symbol(run->edit, found, &symbol);
}

/* What the compiler's symbols say of the memory's size follows the layout. */
static bool follow_trim(struct injection *run, const struct inject_target *target, uint32_t section)
{
	if (target->memory->declared == 0)
		return true;
	return trim_symbols(run, target, section) &&
	       set_size_symbol(run, target, "size", target->memory->size) &&
	       set_size_symbol(run, target, "region", target->memory->reserved);
}

/* Places the memory's section in the object, empty, and names its start. */
bool inject_memory(
	struct injection *run, const struct inject_target *target, const struct blob *image)
{
	const struct object *object = run->input->object;
	const struct layout_region *memory = target->memory;
	uint32_t section = inject_find_section(object, memory->section);
	if (section == 0 && target->index != 0)
		return diag_error(run->diag, object->path,
			"has no [section %s]: give the object that elfbind bind --component wrote",
			memory->section);
	if (section != 0) {
		if (!check_against_module(run, target, &object->sections[section], image) ||
			!object_edit_make_nobits(run->edit, section, memory->size, MEMORY_ALIGN))
			return false;
	} else {
		struct object_section added = {.name = memory->section,
			.type = SHT_NOBITS,
			.flags = SHF_ALLOC | SHF_WRITE,
			.size = memory->size,
			.align = MEMORY_ALIGN};
		if (!object_edit_add_section(run->edit, &added, &section))
			return false;
	}
	if (!follow_trim(run, target, section))
		return false;
	return inject_define_region(run,
		text_format("%s_mem_%" PRIu32, target->component->name, target->index), section,
		memory->size);
}

bool inject_data(struct injection *run, const struct inject_target *target, uint32_t *section)
{
	struct object_section added = {.name = target->data->section,
		.type = SHT_NOBITS,
		.flags = SHF_ALLOC | SHF_WRITE,
		.size = target->data->size,
		.align = DATA_ALIGN};
	if (!object_edit_add_section(run->edit, &added, section))
		return false;
	return inject_define_region(
		run, text_format("%s_data", target->component->name), *section, target->data->size);
}

bool inject_joint(struct injection *run, const struct inject_target *target)
{
	const struct layout_region *joint = &run->input->layout->regions[target->joint];
	struct object_section added = {.name = joint->section,
		.type = SHT_NOBITS,
		.flags = SHF_ALLOC | SHF_WRITE,
		.size = joint->size,
		.align = DATA_ALIGN};
	uint32_t section;
	return object_edit_add_section(run->edit, &added, &section) &&
	       inject_define_region(
		       run, text_format("%s_joint", target->component->name), section, joint->size);
}

/* What the compiler for RISC-V has put into the object gives way to what inject adds. */
bool inject_take_compiler_data(struct injection *run, const struct inject_target *target,
	uint32_t section, const struct blob *globals, const struct blob *memory)
{
	const struct inject_input *input = run->input;
	if (input->object->machine != EM_RISCV)
		return true;
	struct compiler_data data = {.object = input->object,
		.edit = run->edit,
		.module = input->module->path,
		.component = target->component->name,
		.only = run->component_count == 1,
		.section = section,
		.offset = target->component->globals - target->data->base,
		.globals = globals,
		.memory = memory};
	return compiler_data_take(run->diag, &data);
}

/* Says with which layout the records were made, see layout_mark. */
bool inject_layout_mark(struct injection *run, const struct inject_target *target)
{
	struct object_symbol symbol = {
		.value = layout_mark(target->context, target->memory->base,
			target->component->globals, &target->component->arena),
		.type = STT_NOTYPE,
		.binding = STB_GLOBAL,
		.visibility = STV_DEFAULT,
		.section = OBJECT_ABSOLUTE};
	char *name = text_format("%s_layout", target->component->name);
	bool done = inject_define(run, name, &symbol);
	free(name);
	return done;
}
