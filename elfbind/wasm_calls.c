/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/wasm_calls.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/function_name.h"

struct listing {
	struct wasm_calls *calls;
	bool no_memory;
};

static bool add_callee(const struct wasm_instruction *instruction, void *context)
{
	struct listing *listing = context;
	struct wasm_calls *calls = listing->calls;
	if (instruction->opcode != WASM_OP_CALL)
		return true;
	if (calls->count == calls->capacity) {
		size_t capacity = calls->capacity == 0 ? 64 : calls->capacity * 2;
		uint32_t *callees = reallocarray(calls->callees, capacity, sizeof(*calls->callees));
		if (callees == NULL) {
			listing->no_memory = true;
			return false;
		}
		calls->callees = callees;
		calls->capacity = capacity;
	}
	calls->callees[calls->count++] = instruction->index;
	return true;
}

bool wasm_calls_list(struct diag *diag, const struct wasm_module *module, uint32_t index,
	struct wasm_calls *calls)
{
	struct listing listing = {.calls = calls};
	calls->count = 0;
	if (wasm_scan(diag, module, index, add_callee, &listing))
		return true;
	return listing.no_memory ? diag_no_memory(diag) : false;
}

void wasm_calls_free(struct wasm_calls *calls)
{
	free(calls->callees);
	*calls = (struct wasm_calls){0};
}

/* Whether a call of TARGET can be one of function CALLEE. */
static bool can_be(const struct image_code *code, const struct wasm_module *module, uint32_t callee,
	uint32_t target)
{
	char name[32];
	size_t first;
	if (module->functions[callee].imported)
		return true;
	snprintf(name, sizeof(name), "func_%" PRIu32, callee);
	size_t count = image_code_functions(code, target, &first);
	for (size_t i = first; i < first + count; i++)
		if (strcmp(code->functions[i]->name, name) == 0)
			return true;
	return false;
}

bool wasm_calls_agree(const struct image_code *code, const struct object_symbol *function,
	const struct wasm_module *module, const struct wasm_calls *calls)
{
	size_t first;
	size_t found = 0;
	size_t count = image_code_calls(code, image_code_start(function), function->size, &first);
	for (size_t i = first; i < first + count; i++) {
		const struct code_call *call = &code->calls[i];
		if (!call->links)
			continue;
		if (found == calls->count ||
			!can_be(code, module, calls->callees[found], call->target))
			return false;
		found++;
	}
	return found == calls->count;
}

uint32_t wasm_calls_index(const struct object_symbol *function, const struct wasm_module *module)
{
	uint32_t index;
	if (!function_name_number(function->name, &index) || index >= module->function_count ||
		module->functions[index].imported)
		return UINT32_MAX;
	return index;
}
