/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Calls that go nowhere.
 *
 * When a link is told to ignore what is missing, GNU ld drops the symbol and
 * makes the call a branch to address 0 (modulo what a branch reaches); lld
 * keeps the symbol and makes it a branch to the next instruction.  GNU ld thus
 * leaves no name, but the core modules know it: the calls of func_N are those
 * of wasm function N, in order.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elfbind/audit.h"
#include "elfbind/thumb.h"
#include "runtime/include/berth/regions.h"

/* BL and B.W reach 16 MiB in both directions: bits 24 to 0 (DDI 0403, A7.7.18). */
#define REACH_MASK 0x1ffffffu

/* The linked image's calls. */
struct code {
	const struct object *image;
	struct thumb_call *calls;
	size_t call_count;
};

/* The direct calls of one wasm function. */
struct wasm_calls {
	uint32_t *callees;
	size_t count;
	size_t capacity;
};

/* --- functions of the image -------------------------------------------------------------- */

static uint64_t function_start(const struct object_symbol *symbol)
{
	return symbol->value & ~UINT64_C(1);
}

static bool is_function(const struct object_symbol *symbol)
{
	return symbol->type == STT_FUNC && symbol->section != SHN_UNDEF;
}

/* Whether a function starts at ADDRESS; called NAME, when that is not NULL. */
static bool starts_function(const struct object *image, uint64_t address, const char *name)
{
	for (size_t i = 0; i < image->symbol_count; i++)
		if (is_function(&image->symbols[i]) &&
			function_start(&image->symbols[i]) == address &&
			(name == NULL || strcmp(image->symbols[i].name, name) == 0))
			return true;
	return false;
}

/* The function that ADDRESS lies in; a local one, such as func_N, where there are several. */
static const struct object_symbol *function_around(const struct object *image, uint64_t address)
{
	const struct object_symbol *found = NULL;
	for (size_t i = 0; i < image->symbol_count; i++) {
		const struct object_symbol *symbol = &image->symbols[i];
		if (is_function(symbol) && address >= function_start(symbol) &&
			address - function_start(symbol) < symbol->size &&
			(found == NULL || symbol->binding == STB_LOCAL))
			found = symbol;
	}
	return found;
}

static bool goes_nowhere(const struct object *image, const struct thumb_call *call)
{
	bool to_zero = (call->target & REACH_MASK) == 0;
	bool to_next = call->links && call->target == call->address + 4;
	return (to_zero || to_next) && !starts_function(image, call->target, NULL);
}

/* --- which import it was ------------------------------------------------------------------- */

static bool add_callee(const struct wasm_instruction *instruction, void *context)
{
	struct wasm_calls *calls = context;
	if (instruction->opcode != WASM_OP_CALL)
		return true;
	if (calls->count == calls->capacity) {
		size_t capacity = calls->capacity == 0 ? 64 : calls->capacity * 2;
		uint32_t *callees = reallocarray(calls->callees, capacity, sizeof(*calls->callees));
		if (callees == NULL)
			return false;
		calls->callees = callees;
		calls->capacity = capacity;
	}
	calls->callees[calls->count++] = instruction->index;
	return true;
}

/* Whether call CALL can be of function CALLEE: one that has code must be what it goes to. */
static bool can_be(const struct object *image, const struct wasm_module *module, uint32_t callee,
	const struct thumb_call *call)
{
	char name[32];
	if (module->functions[callee].imported)
		return true;
	snprintf(name, sizeof(name), "func_%" PRIu32, callee);
	return starts_function(image, call->target, name);
}

/*
 * The import that CALL, in FUNCTION, would have called if FUNCTION is wasm
 * function INDEX of MODULE; NULL when their calls do not agree.
 */
static const struct wasm_import *import_called(struct diag *diag, const struct code *code,
	const struct object_symbol *function, const struct wasm_module *module, uint32_t index,
	const struct thumb_call *call)
{
	struct wasm_calls calls = {0};
	const struct wasm_import *import = NULL;
	size_t found = 0;
	bool agree = wasm_scan(diag, module, index, add_callee, &calls);
	for (size_t i = 0; agree && i < code->call_count; i++) {
		const struct thumb_call *at = &code->calls[i];
		if (!at->links || at->address < function_start(function) ||
			at->address - function_start(function) >= function->size)
			continue;
		agree = found < calls.count &&
			can_be(code->image, module, calls.callees[found], at);
		if (agree && at == call && module->functions[calls.callees[found]].imported)
			import = &module->imports[module->functions[calls.callees[found]].import];
		found++;
	}
	free(calls.callees);
	return agree && found == calls.count ? import : NULL;
}

/* N of a function called func_N, or the number of functions, which no function has. */
static size_t wasm_index(const struct object_symbol *function, const struct wasm_module *module)
{
	char *end;
	if (strncmp(function->name, "func_", 5) != 0 || function->name[5] < '0' ||
		function->name[5] > '9')
		return module->function_count;
	unsigned long long index = strtoull(function->name + 5, &end, 10);
	if (*end != '\0' || index >= module->function_count || module->functions[index].imported)
		return module->function_count;
	return (size_t)index;
}

static const struct wasm_import *find_import(const struct audit *audit, const struct code *code,
	const struct object_symbol *function, const struct thumb_call *call)
{
	const struct audit_input *input = audit->input;
	for (size_t i = 0; function != NULL && i < input->core_count; i++) {
		const struct wasm_module *module = input->cores[i].module;
		size_t index = wasm_index(function, module);
		if (index == module->function_count)
			continue;
		const struct wasm_import *import =
			import_called(audit->diag, code, function, module, (uint32_t)index, call);
		if (import != NULL)
			return import;
	}
	return NULL;
}

/* --- the subject ----------------------------------------------------------------------------- */

static void report(struct audit *audit, const struct code *code, const struct thumb_call *call)
{
	const struct object *image = code->image;
	const struct object_symbol *function = function_around(image, call->address);
	const struct wasm_import *import = find_import(audit, code, function, call);
	const char *name = function == NULL ? "?" : function->name;
	const char *remedy = "bind it, link its native, and do not let the linker ignore what is "
			     "missing";
	audit_found(audit, AUDIT_CALLS);
	if (import != NULL)
		diag_error(audit->diag, image->path,
			"A003: the call of import '%s' '%s' at 0x%08" PRIx64
			" goes nowhere [symbol %s]: %s",
			import->module, import->field, call->address, name, remedy);
	else
		diag_error(audit->diag, image->path,
			"A003: the call at 0x%08" PRIx64 " goes nowhere, to 0x%08" PRIx32
			" [symbol %s]: %s",
			call->address, call->target, name, remedy);
}

/* A region table of Armv7-M says that the core knows the Thumb state only. */
static bool is_for_armv7m(const struct object *image)
{
	const struct object_section *table = object_section(image, ".berth.regions");
	size_t at = offsetof(struct berth_regions_header, arch);
	return table != NULL && table->bytes != NULL && table->size >= at + 4 &&
	       table->bytes[at] == BERTH_ARCH_ARMV7M && table->bytes[at + 1] == 0;
}

/* The address of a function in Arm state is even (AAELF32, 5.5.3): a call of it faults. */
static void find_arm_code(struct audit *audit)
{
	const struct object *image = audit->input->image;
	if (!is_for_armv7m(image))
		return;
	for (size_t i = 0; i < image->symbol_count; i++) {
		const struct object_symbol *symbol = &image->symbols[i];
		if (!is_function(symbol) || symbol->size == 0 || symbol->value % 2 != 0)
			continue;
		audit_found(audit, AUDIT_CALLS);
		diag_error(audit->diag, image->path,
			"A003: is Arm code at 0x%08" PRIx64
			", which this core does not run [symbol %s]: compile it with -mthumb and "
			"the core's -mcpu",
			symbol->value, symbol->name);
	}
}

void audit_calls(struct audit *audit)
{
	const struct object *image = audit->input->image;
	struct code code = {.image = image};
	if (image->type == ET_REL) {
		audit_blind(audit, AUDIT_CALLS, "the object is not linked");
		return;
	}
	if (image->machine != EM_ARM || image->data != ELFDATA2LSB) {
		audit_blind(audit, AUDIT_CALLS, "only little-endian Thumb code is looked at");
		return;
	}
	if (!thumb_calls(audit->diag, image, &code.calls, &code.call_count))
		return;
	if (code.call_count == 0)
		audit_blind(audit, AUDIT_CALLS, "no symbol says where code is");
	else
		audit_looked(audit, AUDIT_CALLS, "%zu calls in Thumb code", code.call_count);
	for (size_t i = 0; i < code.call_count; i++)
		if (goes_nowhere(image, &code.calls[i]))
			report(audit, &code, &code.calls[i]);
	find_arm_code(audit);
	free(code.calls);
}
