/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Element and data segments of a core module (Core Specification, 5.5.12, 5.5.14, 5.5.16). */
#include <stdlib.h>

#include "lib/wasm_sections.h"

uint32_t wasm_element_of(const struct wasm_constant *constant)
{
	if (constant->kind == WASM_CONSTANT_FUNCTION)
		return constant->function;
	return constant->kind == WASM_CONSTANT_NULL ? WASM_ELEMENT_NULL : WASM_ELEMENT_UNKNOWN;
}

/* The offset of an active segment: memories and tables have 32-bit addresses. */
static bool read_offset(struct wasm_reader *reader, const struct wasm_module *module,
	bool *is_constant, uint64_t *offset)
{
	size_t start = reader->at;
	struct wasm_constant constant;
	if (!wasm_constant(reader, module, &constant))
		return false;
	*is_constant = constant.kind == WASM_CONSTANT_NUMBER;
	*offset = *is_constant ? constant.bits : 0;
	if (constant.kind == WASM_CONSTANT_OTHER || (*is_constant && constant.type == WASM_I32))
		return true;
	return wasm_damaged(reader, start, "the offset of a segment is no i32");
}

/* Flags of an element segment (5.5.12). */
enum { ELEMENTS_NOT_ACTIVE = 1, ELEMENTS_EXPLICIT = 2, ELEMENTS_EXPRESSIONS = 4 };

/* The kind or type that follows unless table 0 and functions are meant. */
static bool read_elements_type(struct wasm_reader *reader, uint32_t flags)
{
	uint8_t type;
	if ((flags & (ELEMENTS_NOT_ACTIVE | ELEMENTS_EXPLICIT)) == 0)
		return true;
	if ((flags & ELEMENTS_EXPRESSIONS) != 0)
		return wasm_reference_type(reader, &type);
	if (!wasm_byte(reader, &type))
		return false;
	return type == 0 ||
	       wasm_damaged(reader, reader->at - 1, "there are no elements of kind %u", type);
}

static bool read_elements_head(struct wasm_reader *reader, const struct wasm_module *module,
	uint32_t *flags, struct wasm_elements *elements)
{
	size_t start = reader->at;
	if (!wasm_u32(reader, flags))
		return false;
	if (*flags > 7)
		return wasm_damaged(reader, start, "an element segment has the flags %u", *flags);
	elements->active = (*flags & ELEMENTS_NOT_ACTIVE) == 0;
	if (!elements->active)
		return read_elements_type(reader, *flags);
	if ((*flags & ELEMENTS_EXPLICIT) != 0 &&
		!wasm_index(reader, module->table_count, "table", &elements->table))
		return false;
	if (elements->table >= module->table_count)
		return wasm_damaged(reader, start, "an element segment is for a missing table");
	return read_offset(reader, module, &elements->constant, &elements->offset) &&
	       read_elements_type(reader, *flags);
}

static bool read_element(struct wasm_reader *reader, const struct wasm_module *module,
	bool expression, uint32_t *function)
{
	size_t start = reader->at;
	struct wasm_constant constant;
	if (!expression)
		return wasm_index(reader, module->function_count, "function", function);
	if (!wasm_constant(reader, module, &constant))
		return false;
	if (constant.kind == WASM_CONSTANT_NUMBER)
		return wasm_damaged(reader, start, "an element is a number");
	*function = wasm_element_of(&constant);
	return true;
}

bool wasm_read_elements(struct wasm_reader *reader, struct wasm_module *module)
{
	uint32_t flags = 0;
	uint32_t count = 0;
	struct wasm_elements *grown = wasm_grown(
		reader, module->elements, module->elements_count, sizeof(*module->elements));
	if (grown == NULL)
		return false;
	module->elements = grown;
	struct wasm_elements *elements = &grown[module->elements_count++];
	*elements = (struct wasm_elements){0};
	if (!read_elements_head(reader, module, &flags, elements) || !wasm_count(reader, 1, &count))
		return false;
	elements->functions = calloc((size_t)count + 1, sizeof(*elements->functions));
	if (elements->functions == NULL)
		return diag_no_memory(reader->diag);
	for (; elements->count < count; elements->count++)
		if (!read_element(reader, module, (flags & ELEMENTS_EXPRESSIONS) != 0,
			    &elements->functions[elements->count]))
			return false;
	return true;
}

static bool read_data_head(
	struct wasm_reader *reader, const struct wasm_module *module, struct wasm_data *data)
{
	size_t start = reader->at;
	uint32_t flags;
	if (!wasm_u32(reader, &flags))
		return false;
	if (flags > 2)
		return wasm_damaged(reader, start, "a data segment has the flags %u", flags);
	data->active = flags != 1;
	if (!data->active)
		return true;
	if (flags == 2 && !wasm_u32(reader, &data->memory))
		return false;
	if (data->memory >= module->memory_count)
		return wasm_damaged(reader, start, "a data segment is for memory %u of %zu",
			data->memory, module->memory_count);
	return read_offset(reader, module, &data->constant, &data->offset);
}

bool wasm_read_data(struct wasm_reader *reader, struct wasm_module *module)
{
	struct wasm_data data = {0};
	uint32_t size;
	if (!read_data_head(reader, module, &data) || !wasm_count(reader, 1, &size))
		return false;
	data.bytes = reader->bytes + reader->at;
	data.size = size;
	reader->at += size;
	struct wasm_data *grown =
		wasm_grown(reader, module->data, module->data_count, sizeof(*module->data));
	if (grown == NULL)
		return false;
	module->data = grown;
	module->data[module->data_count++] = data;
	return true;
}

bool wasm_read_data_count(struct wasm_reader *reader, struct wasm_module *module)
{
	module->has_data_count = true;
	return wasm_u32(reader, &module->announced_data_count);
}
