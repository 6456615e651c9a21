/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/inject.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "elfbind/compiler_data.h"
#include "elfbind/init_records.h"
#include "elfbind/inject_state.h"
#include "elfbind/machine.h"
#include "elfbind/memory_image.h"
#include "elfbind/veneer.h"
#include "lib/checked.h"
#include "lib/object_edit.h"
#include "runtime/include/berth/regions.h"
#include "symmap/resolve.h"

#define NO_SYMBOL 0u /* symbol 0 of every table is the null symbol */

/* Linkers give a script's explicit address no more alignment than this section asks for. */
enum { MEMORY_ALIGN = 16, DATA_ALIGN = 8 };

/* The component that is worked on. */
struct target {
	const struct layout_component *component;
	const struct layout_region *memory;
	const struct layout_region *data;
	uint32_t context; /* index in the region table */
	uint32_t index;	  /* of its memory in the module */
	struct meld_use use;
};

static char *format(const char *pattern, ...) __attribute__((format(printf, 1, 2)));

static char *format(const char *pattern, ...)
{
	char *text = NULL;
	va_list arguments;
	va_start(arguments, pattern);
	if (vasprintf(&text, pattern, arguments) < 0)
		text = NULL;
	va_end(arguments);
	return text;
}

static bool stale(struct diag *diag, const struct inject_input *input, const char *component,
	const char *what, uint64_t layout, uint64_t module)
{
	return diag_error(diag, input->module->path,
		"%s of component %s is %" PRIu64 " in the layout and %" PRIu64
		" in the module: run ldgen again",
		what, component, layout, module);
}

/* --- validate ---------------------------------------------------------------- */

/* The table that the component's code calls through; SIZE_MAX when there is none. */
static size_t used_table(const struct inject_input *input, const struct target *target)
{
	for (size_t i = 0; i < input->module->table_count; i++)
		if (target->use.table[i])
			return i;
	return SIZE_MAX;
}

/* Bytes of the memory as the module has it, trimmed by the layout or not. */
static uint64_t declared_size(const struct target *target)
{
	return target->memory->declared != 0 ? target->memory->declared : target->memory->size;
}

static bool check_sizes(
	struct diag *diag, const struct inject_input *input, const struct target *target)
{
	const struct wasm_module *module = input->module;
	const struct layout_component *component = target->component;
	if (declared_size(target) != module->memories[target->index].size)
		return stale(diag, input, component->name, "the memory size", declared_size(target),
			module->memories[target->index].size);
	uint64_t globals = 0;
	for (size_t i = 0; i < module->global_count; i++)
		globals += wasm_type_bytes(module->globals[i].type);
	if (component->globals_size != globals)
		return stale(diag, input, component->name, "the size of the globals",
			component->globals_size, globals);
	size_t table = used_table(input, target);
	uint64_t entries = table == SIZE_MAX ? 0 : module->tables[table].minimum;
	if (component->table_count != entries)
		return stale(diag, input, component->name, "the size of the function table",
			component->table_count, entries);
	return true;
}

static bool in_arena(struct diag *diag, const struct inject_input *input,
	const struct target *target, const char *what, uint64_t at)
{
	return diag_error(diag, input->module->path,
		"has %s at byte %" PRIu64 " of memory %" PRIu32 ", beyond byte %" PRIu64
		", where the layout lets the arena of component %s start: run ldgen again",
		what, at, target->index, target->component->arena.offset, target->component->name);
}

/* What ldgen saw to, for the module may be another than then: arenas lie above data and stack. */
static bool check_arena(
	struct diag *diag, const struct inject_input *input, const struct target *target)
{
	const struct wasm_module *module = input->module;
	const struct layout_arena *arena = &target->component->arena;
	if (!arena->present || arena->memory != target->index)
		return true;
	for (size_t i = 0; i < module->data_count; i++) {
		const struct wasm_data *data = &module->data[i];
		if (data->active && data->memory == target->index && data->constant &&
			(data->offset > arena->offset || data->size > arena->offset - data->offset))
			return in_arena(diag, input, target, "the end of initial data",
				(uint64_t)data->offset + data->size);
	}
	for (size_t i = 0; i < module->global_count; i++) {
		const struct wasm_global *global = &module->globals[i];
		if (target->use.global[i] && global->mutable && global->constant &&
			global->type == WASM_I32 && global->initial > arena->offset &&
			global->initial <= declared_size(target))
			return in_arena(diag, input, target,
				"what may be the top of its stack, a mutable global,",
				global->initial);
	}
	return true;
}

static bool target_start(
	struct diag *diag, const struct inject_input *input, size_t number, struct target *target)
{
	const struct layout *layout = input->layout;
	*target = (struct target){
		.component = &layout->components[number], .context = (uint32_t)number};
	target->memory = &layout->regions[target->component->memory];
	target->data = &layout->regions[target->component->data];
	target->index = (uint32_t)target->memory->index;
	if (target->memory->index < 0 || target->index >= input->module->memory_count)
		return diag_error(diag, input->module->path,
			"has no memory %" PRId64 ", which the layout gives to component %s: "
			"give the core module of that component, or run ldgen again",
			target->memory->index, target->component->name);
	if (!meld_use(diag, input->module, input->owners, target->component->fused, &target->use))
		return false;
	return check_sizes(diag, input, target) && check_arena(diag, input, target);
}

/* --- names in the object ------------------------------------------------------ */

uint32_t inject_find_symbol(const struct object *object, const char *name)
{
	for (size_t i = 1; i < object->symbol_count; i++)
		if (strcmp(object->symbols[i].name, name) == 0)
			return (uint32_t)i;
	return NO_SYMBOL;
}

static uint32_t find_section(const struct object *object, const char *name)
{
	for (size_t i = 1; i < object->section_count; i++)
		if (strcmp(object->sections[i].name, name) == 0)
			return (uint32_t)i;
	return 0;
}

bool inject_define(struct injection *run, const char *name, const struct object_symbol *as)
{
	const struct object *object = run->input->object;
	if (name == NULL)
		return diag_no_memory(run->diag);
	uint32_t symbol = inject_find_symbol(object, name);
	if (symbol == NO_SYMBOL) {
		struct object_symbol added = *as;
		added.name = name;
		return object_edit_add_symbol(run->edit, &added, &symbol);
	}
	if (object->symbols[symbol].section != SHN_UNDEF)
		return diag_error(run->diag, object->path,
			"defines [symbol %s] already: inject takes an object as elfbind bind wrote "
			"it, once",
			name);
	return object_edit_set_symbol(run->edit, symbol, as);
}

static bool define_region(struct injection *run, char *name, uint32_t section, uint64_t size)
{
	struct object_symbol symbol = {.size = size,
		.type = STT_OBJECT,
		.binding = STB_GLOBAL,
		.visibility = STV_DEFAULT,
		.section = section};
	bool done = inject_define(run, name, &symbol);
	free(name);
	return done;
}

/* --- memories ------------------------------------------------------------------ */

/* Memory K > 0 is in the object: its bytes must be what the module says. */
static bool check_against_module(struct injection *run, const struct target *target,
	const struct object_section *section, const struct blob *image)
{
	const struct object *object = run->input->object;
	if (section->size != declared_size(target))
		return diag_error(run->diag, object->path,
			"[section %s] has %" PRIu64 " bytes and the layout gives region %s %" PRIu64
			": run ldgen again",
			section->name, section->size, target->memory->name, declared_size(target));
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
static bool trim_symbols(struct injection *run, const struct target *target, uint32_t section)
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
	struct injection *run, const struct target *target, const char *kind, uint64_t value)
{
	const struct object *object = run->input->object;
	char *name =
		format("%s___synth_mem_%s_%" PRIu32, target->component->name, kind, target->index);
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
static bool follow_trim(struct injection *run, const struct target *target, uint32_t section)
{
	if (target->memory->declared == 0)
		return true;
	return trim_symbols(run, target, section) &&
	       set_size_symbol(run, target, "size", target->memory->size) &&
	       set_size_symbol(run, target, "region", target->memory->reserved);
}

/* Places the memory's section in the object, empty, and names its start. */
static bool place_memory(
	struct injection *run, const struct target *target, const struct blob *image)
{
	const struct object *object = run->input->object;
	const struct layout_region *memory = target->memory;
	uint32_t section = find_section(object, memory->section);
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
	return define_region(run, format("%s_mem_%" PRIu32, target->component->name, target->index),
		section, memory->size);
}

static bool place_data(struct injection *run, const struct target *target, uint32_t *section)
{
	struct object_section added = {.name = target->data->section,
		.type = SHT_NOBITS,
		.flags = SHF_ALLOC | SHF_WRITE,
		.size = target->data->size,
		.align = DATA_ALIGN};
	if (!object_edit_add_section(run->edit, &added, section))
		return false;
	return define_region(
		run, format("%s_data", target->component->name), *section, target->data->size);
}

/* What the compiler for RISC-V has put into the object gives way to what inject adds. */
static bool take_compiler_data(struct injection *run, const struct target *target, uint32_t section,
	const struct blob *globals, const struct blob *memory)
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
static bool mark_layout(struct injection *run, const struct target *target)
{
	struct object_symbol symbol = {.value = layout_mark(target->context, target->memory->base,
					       target->component->globals),
		.type = STT_NOTYPE,
		.binding = STB_GLOBAL,
		.visibility = STV_DEFAULT,
		.section = OBJECT_ABSOLUTE};
	char *name = format("%s_layout", target->component->name);
	bool done = inject_define(run, name, &symbol);
	free(name);
	return done;
}

/* The symbol NAME, which is freed, in *SYMBOL; added when the object does not have it. */
static bool undefined_symbol(struct injection *run, char *name, uint32_t *symbol)
{
	bool done = false;
	if (name == NULL) {
		diag_no_memory(run->diag);
	} else {
		*symbol = inject_find_symbol(run->input->object, name);
		struct object_symbol added = {.name = name,
			.type = STT_NOTYPE,
			.binding = STB_GLOBAL,
			.visibility = STV_DEFAULT,
			.section = SHN_UNDEF};
		done = *symbol != NO_SYMBOL || object_edit_add_symbol(run->edit, &added, symbol);
	}
	free(name);
	return done;
}

/* --- the function table --------------------------------------------------------- */

/* The symbol of NATIVE; one that no code calls gets one, once. */
static uint32_t native_symbol(struct injection *run, const char *native)
{
	const struct bind_record *bound = run->bound;
	uint32_t symbol = inject_find_symbol(run->input->object, native);
	for (uint32_t i = 0; i < bound->import_count && symbol == NO_SYMBOL; i++)
		if (strcmp(bound->imports[i].native, native) == 0)
			symbol = run->import_symbols[i];
	if (symbol == NO_SYMBOL)
		return undefined_symbol(run, strdup(native), &symbol) ? symbol : NO_SYMBOL;
	/* Those that were added lie behind those of the object. */
	if (symbol >= run->input->object->symbol_count ||
		run->input->object->symbols[symbol].section == SHN_UNDEF)
		return symbol;
	diag_error(run->diag, run->input->object->path,
		"defines [symbol %s] itself, which is the native of an import in its function "
		"table, so that it would call itself: rename one of them",
		native);
	return NO_SYMBOL;
}

/* The symbol of the native that serves import FUNCTION; NO_SYMBOL after a report. */
static uint32_t import_symbol(struct injection *run, uint32_t function, size_t slot)
{
	const struct bind_record *bound = run->bound;
	for (uint32_t i = 0; i < bound->import_count; i++)
		if (bound->imports[i].function == function)
			return run->import_symbols[i] =
				       native_symbol(run, bound->imports[i].native);
	diag_error(run->diag, run->input->object->path,
		"does not record the native of an import (function %" PRIu32
		") that slot %zu of the function table holds: bind the object again",
		function, slot);
	return NO_SYMBOL;
}

/* The symbol of wasm function FUNCTION in the object; NO_SYMBOL after a report. */
static uint32_t function_symbol(
	struct injection *run, const struct target *target, uint32_t function, size_t slot)
{
	const struct object *object = run->input->object;
	uint32_t symbol = NO_SYMBOL;
	if (function < run->input->module->imported_function_count)
		return import_symbol(run, function, slot);
	char *name = format("func_%" PRIu32, function);
	char *scoped = name == NULL ? NULL : component_symbol(target->component->name, name);
	if (scoped != NULL) {
		symbol = inject_find_symbol(object, name);
		if (symbol == NO_SYMBOL)
			symbol = inject_find_symbol(object, scoped);
		if (symbol == NO_SYMBOL)
			diag_error(run->diag, object->path,
				"has no [symbol %s], which slot %zu of the function table needs: "
				"give "
				"the object that was compiled from %s",
				name, slot, run->input->module->path);
	} else {
		diag_no_memory(run->diag);
	}
	free(scoped);
	free(name);
	return symbol;
}

/* Where the function table lies over the words of memory 0 no initial data may be. */
static bool overlay_is_free(
	struct injection *run, const struct target *target, const struct blob *image)
{
	const struct layout_component *component = target->component;
	uint64_t start = component->table - target->memory->base;
	uint64_t end = start + component->table_count * 4;
	if (component->table < target->memory->base || start >= target->memory->size)
		return true;
	for (uint64_t i = start; i < end && i < image->size; i++)
		if (image->bytes[i] != 0)
			return diag_error(run->diag, run->input->module->path,
				"has initial data at offset %" PRIu64 " of memory %" PRIu32
				", where the compiler expects the function table (up to %" PRIu64
				"): link the guest with --global-base at least that high",
				i, target->index, end);
	return true;
}

static bool fill_function_table(
	struct injection *run, const struct target *target, const struct blob *image)
{
	size_t table = used_table(run->input, target);
	if (table == SIZE_MAX)
		return true;
	uint32_t *functions = NULL;
	size_t count = 0;
	bool done = overlay_is_free(run, target, image) &&
		    table_image(run->diag, run->input->module, (uint32_t)table, &functions, &count);
	for (size_t i = 0; done && i < count; i++) {
		if (functions[i] == WASM_ELEMENT_NULL) {
			functions[i] = NO_SYMBOL;
			continue;
		}
		functions[i] = function_symbol(run, target, functions[i], i);
		done = functions[i] != NO_SYMBOL;
	}
	done = done && init_records_add_addresses(run->diag, &run->records, target->context,
			       target->component->table, functions, count);
	free(functions);
	return done;
}

/* --- the arena ------------------------------------------------------------------- */

static bool add_veneer_section(struct injection *run, const struct target *target,
	const struct veneer *veneer, uint32_t *section)
{
	char *name = format(".text.berth.%s", target->component->name);
	if (name == NULL)
		return diag_no_memory(run->diag);
	struct object_section added = {.name = name,
		.type = SHT_PROGBITS,
		.flags = SHF_ALLOC | SHF_EXECINSTR,
		.size = veneer->size,
		.align = veneer->align,
		.bytes = veneer->code};
	bool done = object_edit_add_section(run->edit, &added, section);
	free(name);
	return done;
}

/* The object may need an arena that the layout does not have. */
static bool needs_no_arena(struct injection *run, const struct target *target)
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
static bool add_arena(struct injection *run, const struct target *target, uint32_t allocator)
{
	const struct object *object = run->input->object;
	if (!target->component->arena.present)
		return needs_no_arena(run, target);
	const struct veneer *veneer = veneer_for(object);
	uint32_t symbols[2] = {[VENEER_REALLOC] = allocator};
	uint32_t section;
	if (!add_veneer_section(run, target, veneer, &section) ||
		!undefined_symbol(run, format("berth_arena_%s", target->component->name),
			&symbols[VENEER_ARENA]))
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

/* --- all of it -------------------------------------------------------------------- */

static bool inject_component(struct injection *run, const struct target *target, uint32_t allocator)
{
	struct blob image = {0};
	struct blob globals = {0};
	const struct wasm_module *module = run->input->module;
	uint32_t data;
	bool done = memory_image(run->diag, module, target->index, target->memory->size, &image) &&
		    place_memory(run, target, &image) && place_data(run, target, &data) &&
		    mark_layout(run, target) &&
		    init_records_add_sparse(run->diag, &run->records, target->context,
			    target->memory->base, image.bytes, image.size) &&
		    globals_image(run->diag, module, run->records.data, &globals) &&
		    take_compiler_data(run, target, data, &globals, &image) &&
		    init_records_add(run->diag, &run->records, target->context,
			    target->component->globals, globals.bytes, globals.size) &&
		    fill_function_table(run, target, &image) && add_arena(run, target, allocator);
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
	if (veneer_for(object) == NULL)
		return diag_error(diag, object->path,
			"is for %s, for which there is no arena veneer: compile for little-endian "
			"Arm of profile M or RV32",
			object_machine_name(object->machine));
	if (object->machine != arch_find(layout->arch)->elf)
		return diag_error(diag, object->path,
			"is for %s, and the layout for %s: compile it for that, or run ldgen with "
			"the target of this object",
			object_machine_name(object->machine), layout->arch);
	if (find_section(object, ".berth.init") != 0)
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
	bool done =
		!any_arena(run) || undefined_symbol(run, format("berth_arena_realloc"), &allocator);
	for (size_t i = 0; done && i < run->component_count; i++) {
		const struct inject_component *component = &run->components[i];
		struct target target;
		done = target_start(run->diag, run->input, component->layout, &target) &&
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
