/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Injects every component of an object: checked, changed in memory, written. */
#include "elfbind/inject.h"

#include <stdlib.h>

#include "elfbind/inject_state.h"
#include "elfbind/machine.h"
#include "elfbind/memory_image.h"
#include "elfbind/veneer.h"
#include "lib/arch.h"
#include "lib/text.h"

/* Whether TARGET brings its globals itself: of joined ones the first does, for all. */
static bool has_globals(const struct injection *run, const struct inject_target *target)
{
	return target->joint == LAYOUT_NONE ||
	       run->input->layout->regions[target->joint].component == target->context;
}

/* Adds the globals: their region where they have one of their own, and their values. */
static bool inject_globals(
	struct injection *run, const struct inject_target *target, const struct blob *globals)
{
	if (!has_globals(run, target))
		return true;
	return (target->joint == LAYOUT_NONE || inject_joint(run, target)) &&
	       init_records_add(run->diag, &run->records, target->context,
		       target->component->globals, globals->bytes, globals->size);
}

static bool inject_component(
	struct injection *run, const struct inject_target *target, uint32_t allocator)
{
	struct blob image = {0};
	struct blob globals = {0};
	const struct wasm_module *module = run->input->module;
	uint32_t data;
	bool done = memory_image(run->diag, module, target->index, target->memory->size, &image) &&
		    inject_memory(run, target, &image) && inject_data(run, target, &data) &&
		    inject_layout_mark(run, target) &&
		    init_records_add_sparse(run->diag, &run->records, target->context,
			    target->memory->base, image.bytes, image.size) &&
		    globals_image(run->diag, module, run->records.data, &globals) &&
		    inject_take_compiler_data(run, target, data, &globals, &image) &&
		    inject_globals(run, target, &globals) &&
		    inject_function_table(run, target, &image) &&
		    inject_arena(run, target, allocator);
	blob_free(&globals);
	blob_free(&image);
	return done;
}

static bool add_init_section(struct injection *run)
{
	if (run->records.size == 0)
		return true;
	struct object_section added = {.name = ".berth.init",
		.type = SHT_PROGBITS,
		.flags = SHF_ALLOC,
		.size = run->records.size,
		.align = 4,
		.bytes = run->records.bytes};
	uint32_t section;
	uint32_t type = machine_find(run->input->object->machine)->address;
	if (!object_edit_add_section(run->edit, &added, &section))
		return false;
	for (size_t i = 0; i < run->records.fixup_count; i++)
		if (!object_edit_add_relocation(run->edit, section, run->records.fixups[i].offset,
			    type, run->records.fixups[i].symbol, 0))
			return false;
	return true;
}

static bool check_object(
	struct diag *diag, const struct object *object, const struct layout *layout)
{
	if (object->type != ET_REL)
		return diag_error(diag, object->path,
			"is not a relocatable object: give what elfbind bind wrote");
	if (!veneer_there_is(object))
		return diag_error(diag, object->path,
			"is for %s, for which there is no arena veneer: compile for little-endian "
			"Arm of profile M or RV32",
			object_machine_name(object->machine));
	if (object->machine != arch_find(layout->arch)->elf)
		return diag_error(diag, object->path,
			"is for %s, and the layout for %s: compile it for that, or run ldgen with "
			"the target of this object",
			object_machine_name(object->machine), layout->arch);
	if (inject_find_section(object, ".berth.init") != 0)
		return diag_error(diag, object->path,
			"has [section .berth.init] already: inject takes an object once");
	return true;
}

static bool any_arena(const struct injection *run)
{
	for (size_t i = 0; i < run->component_count; i++)
		if (run->input->layout->components[run->components[i].layout].arena.present)
			return true;
	return false;
}

static bool inject_all(struct injection *run)
{
	uint32_t allocator = NO_SYMBOL;
	bool done = inject_check_sections(run) && inject_rename_unit(run) &&
		    (!any_arena(run) || inject_undefined_symbol(run,
						text_format("berth_arena_realloc"), &allocator));
	for (size_t i = 0; done && i < run->component_count; i++) {
		const struct inject_component *component = &run->components[i];
		struct inject_target target;
		done = inject_target_start(run->diag, run->input, component->layout, &target) &&
		       inject_component(run, &target, allocator) && inject_entries(run, component);
		meld_use_free(&target.use);
	}
	return done && add_init_section(run);
}

bool inject_components(struct diag *diag, const struct inject_input *input, struct blob *output)
{
	struct injection run = {
		.diag = diag, .input = input, .records = {.data = input->object->data}};
	*output = (struct blob){0};
	bool done =
		check_object(diag, input->object, input->layout) && inject_find_components(&run);
	run.edit = done ? object_edit_start(diag, input->object) : NULL;
	done = run.edit != NULL && inject_all(&run) && object_edit_write(run.edit, output);
	object_edit_free(run.edit);
	init_records_free(&run.records);
	free(run.components);
	free(run.import_symbols);
	bind_records_free(&run.records_of_bind);
	return done;
}
