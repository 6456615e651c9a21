/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Fills the function table of a component, whose slots are addresses that the linker knows. */
#include "elfbind/inject_state.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "elfbind/memory_image.h"
#include "lib/text.h"
#include "symmap/resolve.h"

/* The symbol of NATIVE; one that no code calls gets one, once. */
static uint32_t native_symbol(struct injection *run, const char *native)
{
	const struct bind_record *bound = run->bound;
	uint32_t symbol = inject_find_symbol(run->input->object, native);
	for (uint32_t i = 0; i < bound->import_count && symbol == NO_SYMBOL; i++)
		if (strcmp(bound->imports[i].native, native) == 0)
			symbol = run->import_symbols[i];
	if (symbol == NO_SYMBOL)
		return inject_undefined_symbol(run, strdup(native), &symbol) ? symbol : NO_SYMBOL;
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
	struct injection *run, const struct inject_target *target, uint32_t function, size_t slot)
{
	const struct object *object = run->input->object;
	uint32_t symbol = NO_SYMBOL;
	if (function < run->input->module->imported_function_count)
		return import_symbol(run, function, slot);
	char *name = text_format("func_%" PRIu32, function);
	char *scoped = name == NULL ? NULL : component_symbol(target->component->name, name);
	if (scoped != NULL) {
		symbol = inject_find_symbol(object, name);
		if (symbol == NO_SYMBOL)
			symbol = inject_find_symbol(object, scoped);
		if (symbol == NO_SYMBOL)
			diag_error(run->diag, object->path,
				"has no [symbol %s], which slot %zu of the function table needs: "
				"give the object that was compiled from %s",
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
	struct injection *run, const struct inject_target *target, const struct blob *image)
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

/* Where in the module's tables the component's begins, by where it is from the base register. */
static bool first_entry(struct injection *run, const struct inject_target *target, uint64_t *first)
{
	const struct layout_component *component = target->component;
	uint64_t offset = component->table - component->memory_base;
	*first = offset / 4;
	return (component->table >= component->memory_base && offset % 4 == 0 &&
		       offset / 4 <= UINT32_MAX) ||
	       diag_error(run->diag, run->input->module->path,
		       "the function table of component %s lies before its base register in the "
		       "layout: run ldgen again",
		       component->name);
}

/* A table over a memory is filled by the component that has the memory. */
static bool is_filled_by_another(const struct inject_target *target)
{
	const struct layout_component *component = target->component;
	uint64_t at = component->table;
	return (at < target->data->base || at - target->data->base >= target->data->size) &&
	       (at < target->memory->base || at - target->memory->base >= target->memory->size);
}

bool inject_function_table(
	struct injection *run, const struct inject_target *target, const struct blob *image)
{
	size_t count = (size_t)target->component->table_count;
	uint32_t *functions = NULL;
	uint64_t first = 0;
	if (count == 0 || is_filled_by_another(target))
		return true;
	bool done = overlay_is_free(run, target, image) && first_entry(run, target, &first) &&
		    tables_image(run->diag, run->input->module, first, count, &functions);
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
