/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Where the bodies of a core module's functions lie (Core Specification, 5.5.13). */
#include "lib/wasm_sections.h"

/* Smallest number of bytes that a body and a group of locals can take. */
enum { SMALLEST_BODY = 3, SMALLEST_LOCALS = 2 };

/* Locals: groups of a count and a type; together with the parameters below 2^32. */
static bool read_locals(struct wasm_reader *reader, const struct wasm_module *module,
	struct wasm_function *function)
{
	size_t start = reader->at;
	uint32_t groups;
	uint64_t total = module->signatures[function->signature].param_count;
	if (!wasm_count(reader, SMALLEST_LOCALS, &groups))
		return false;
	for (uint32_t i = 0; i < groups; i++) {
		uint32_t count;
		uint8_t type;
		if (!wasm_u32(reader, &count) || !wasm_value_type(reader, &type))
			return false;
		total += count;
		if (total > UINT32_MAX)
			return wasm_damaged(reader, start, "there are more than 2^32 locals");
	}
	function->local_count = (uint32_t)total;
	return true;
}

static bool read_body(
	struct wasm_reader *whole, const struct wasm_module *module, struct wasm_function *function)
{
	uint32_t size;
	function->entry_start = whole->at;
	if (!wasm_u32(whole, &size))
		return false;
	struct wasm_reader body = *whole;
	if (!wasm_skip(whole, size))
		return false;
	body.end = whole->at;
	body.function = (uint32_t)(function - module->functions);
	if (!read_locals(&body, module, function))
		return false;
	function->body_start = body.at;
	function->body_end = body.end;
	return true;
}

bool wasm_read_code(struct wasm_reader *reader, struct wasm_module *module)
{
	uint32_t count;
	size_t defined = module->function_count - module->imported_function_count;
	module->code_section = reader->at;
	if (!wasm_count(reader, SMALLEST_BODY, &count))
		return false;
	if (count != defined)
		return wasm_damaged(reader, module->code_section,
			"there are %u function bodies for %zu functions", count, defined);
	for (size_t i = module->imported_function_count; i < module->function_count; i++)
		if (!read_body(reader, module, &module->functions[i]))
			return false;
	return true;
}
