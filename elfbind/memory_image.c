/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/memory_image.h"

#include <gelf.h>
#include <stdlib.h>
#include <string.h>

#include "lib/checked.h"

/* A table larger than this is no firmware's; it bounds what is allocated. */
enum { LARGEST_TABLE = 65536 };

/* Where SEGMENT ends; false after a report when it does not lie within LIMIT. */
static bool segment_end(struct diag *diag, const struct wasm_module *module,
	const struct wasm_data *segment, uint64_t limit, uint64_t *end)
{
	size_t number = (size_t)(segment - module->data);
	if (!segment->constant)
		return diag_error(diag, module->path,
			"data segment %zu has an offset that is not a constant: link the guest "
			"without position-independent data",
			number);
	if (!checked_add(segment->offset, segment->size, end) || *end > limit)
		return diag_error(diag, module->path,
			"data segment %zu ends beyond the %llu bytes set aside for memory %u: "
			"raise the memory's size in the layout",
			number, (unsigned long long)limit, segment->memory);
	return true;
}

bool memory_image(struct diag *diag, const struct wasm_module *module, uint32_t memory,
	uint64_t limit, struct blob *image)
{
	*image = (struct blob){0};
	uint64_t highest = 0;
	for (size_t i = 0; i < module->data_count; i++) {
		const struct wasm_data *segment = &module->data[i];
		uint64_t end = 0;
		if (!segment->active || segment->memory != memory)
			continue;
		if (!segment_end(diag, module, segment, limit, &end))
			return false;
		highest = end > highest ? end : highest;
	}
	if (highest == 0)
		return true;
	image->bytes = calloc(1, highest);
	if (image->bytes == NULL)
		return diag_no_memory(diag);
	image->size = highest;
	for (size_t i = 0; i < module->data_count; i++) {
		const struct wasm_data *segment = &module->data[i];
		if (segment->active && segment->memory == memory && segment->size > 0)
			memcpy(image->bytes + segment->offset, segment->bytes, segment->size);
	}
	return true;
}

static bool global_is_plain(struct diag *diag, const struct wasm_module *module, size_t number)
{
	const struct wasm_global *global = &module->globals[number];
	if (global->imported)
		return diag_error(diag, module->path,
			"global %zu is imported: an embedder cannot know its value; define it in "
			"the module",
			number);
	if (!global->constant)
		return diag_error(diag, module->path,
			"the initialiser of global %zu is not a constant of 32 or 64 bits: give it "
			"one",
			number);
	return true;
}

bool globals_image(
	struct diag *diag, const struct wasm_module *module, uint8_t data, struct blob *image)
{
	*image = (struct blob){0};
	uint64_t total = 0;
	for (size_t i = 0; i < module->global_count; i++) {
		if (!global_is_plain(diag, module, i))
			return false;
		total += wasm_type_bytes(module->globals[i].type);
	}
	if (total == 0)
		return true;
	image->bytes = calloc(1, total);
	if (image->bytes == NULL)
		return diag_no_memory(diag);
	image->size = total;
	uint8_t *at = image->bytes;
	for (size_t i = 0; i < module->global_count; i++) {
		uint64_t bytes = wasm_type_bytes(module->globals[i].type);
		for (unsigned byte = 0; byte < bytes && byte < 8; byte++) {
			uint64_t place = data == ELFDATA2MSB ? bytes - 1 - byte : byte;
			at[place] = (uint8_t)(module->globals[i].initial >> (8 * byte));
		}
		at += bytes;
	}
	return true;
}

static bool fill_table(struct diag *diag, const struct wasm_module *module,
	const struct wasm_elements *segment, uint32_t *functions, size_t count)
{
	size_t number = (size_t)(segment - module->elements);
	if (!segment->constant)
		return diag_error(diag, module->path,
			"element segment %zu has an offset that is not a constant: link the guest "
			"without position-independent code",
			number);
	if (!checked_within(segment->offset, segment->count, count))
		return diag_error(diag, module->path,
			"element segment %zu does not fit the %zu entries of its table: the module "
			"traps when it is instantiated; rebuild it",
			number, count);
	for (size_t i = 0; i < segment->count; i++) {
		if (segment->functions[i] == WASM_ELEMENT_UNKNOWN)
			return diag_error(diag, module->path,
				"element segment %zu takes function %zu from an imported global, "
				"which an embedder cannot know: name the function in the module",
				number, i);
		functions[segment->offset + i] = segment->functions[i];
	}
	return true;
}

bool table_image(struct diag *diag, const struct wasm_module *module, uint32_t table,
	uint32_t **functions, size_t *count)
{
	*functions = NULL;
	uint64_t size = module->tables[table].minimum;
	if (size > LARGEST_TABLE)
		return diag_error(diag, module->path,
			"table %u has %llu entries; at most %d are supported: shrink it", table,
			(unsigned long long)size, LARGEST_TABLE);
	*count = (size_t)size;
	if (module->tables[table].initial == WASM_ELEMENT_UNKNOWN)
		return diag_error(diag, module->path,
			"table %u starts with the value of a global, which an embedder cannot "
			"know: name the function in the module",
			table);
	uint32_t *slots = malloc(sizeof(*slots) * (*count + 1));
	if (slots == NULL)
		return diag_no_memory(diag);
	for (size_t i = 0; i < *count; i++)
		slots[i] = module->tables[table].initial;
	for (size_t i = 0; i < module->elements_count; i++) {
		const struct wasm_elements *segment = &module->elements[i];
		if (!segment->active || segment->table != table)
			continue;
		if (!fill_table(diag, module, segment, slots, *count)) {
			free(slots);
			return false;
		}
	}
	*functions = slots;
	return true;
}

/* Copies what is in both: the ENTRIES of a table that begins at entry BEFORE, and
 * COUNT from FIRST. */
static void copy_entries(const uint32_t *table, uint64_t before, size_t entries,
	uint32_t *functions, uint64_t first, size_t count)
{
	for (size_t i = 0; i < entries; i++)
		if (before + i >= first && before + i - first < count)
			functions[before + i - first] = table[i];
}

static bool fill_entries(struct diag *diag, const struct wasm_module *module, uint64_t first,
	size_t count, uint32_t *functions)
{
	uint64_t before = 0;
	uint64_t last = first + count;
	for (uint32_t i = 0; i < module->table_count && before < last; i++) {
		uint64_t end = before + module->tables[i].minimum;
		uint32_t *table = NULL;
		size_t entries = 0;
		if (end > first && !table_image(diag, module, i, &table, &entries))
			return false;
		copy_entries(table, before, entries, functions, first, count);
		free(table);
		before = end;
	}
	return before >= last ||
	       diag_error(diag, module->path,
		       "has %llu entries in its tables, and the layout takes entry %llu for the "
		       "last: run ldgen again",
		       (unsigned long long)before, (unsigned long long)last);
}

bool tables_image(struct diag *diag, const struct wasm_module *module, uint64_t first, size_t count,
	uint32_t **functions)
{
	*functions = NULL;
	if (first > UINT32_MAX || count > LARGEST_TABLE)
		return diag_error(diag, module->path,
			"has no %zu table entries from entry %llu on, as the layout says: run "
			"ldgen again",
			count, (unsigned long long)first);
	uint32_t *slots = malloc(sizeof(*slots) * (count + 1));
	if (slots == NULL)
		return diag_no_memory(diag);
	for (size_t i = 0; i < count; i++)
		slots[i] = WASM_ELEMENT_NULL;
	if (!fill_entries(diag, module, first, count, slots)) {
		free(slots);
		return false;
	}
	*functions = slots;
	return true;
}
