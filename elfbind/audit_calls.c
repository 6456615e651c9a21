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

#include "elfbind/audit.h"
#include "elfbind/wasm_calls.h"
#include "runtime/include/berth/regions.h"

/* --- which import it was ------------------------------------------------------------------- */

/* How many linked calls of FUNCTION stand in front of CALL. */
static size_t position_of(const struct image_code *code, const struct object_symbol *function,
	const struct code_call *call)
{
	size_t first;
	size_t position = 0;
	size_t count = image_code_calls(code, image_code_start(function), function->size, &first);
	for (size_t i = first; i < first + count && &code->calls[i] != call; i++)
		position += code->calls[i].links ? 1 : 0;
	return position;
}

/*
 * The import that CALL, in FUNCTION, would have called if FUNCTION is wasm
 * function INDEX of MODULE; NULL when their calls do not agree.
 */
static const struct wasm_import *import_called(struct diag *diag, const struct image_code *code,
	const struct object_symbol *function, const struct wasm_module *module, uint32_t index,
	const struct code_call *call)
{
	struct wasm_calls calls = {0};
	const struct wasm_import *import = NULL;
	if (call->links && wasm_calls_list(diag, module, index, &calls) &&
		wasm_calls_agree(code, function, module, &calls)) {
		uint32_t callee = calls.callees[position_of(code, function, call)];
		if (module->functions[callee].imported)
			import = &module->imports[module->functions[callee].import];
	}
	wasm_calls_free(&calls);
	return import;
}

static const struct wasm_import *find_import(const struct audit *audit,
	const struct image_code *code, const struct object_symbol *function,
	const struct code_call *call)
{
	const struct audit_input *input = audit->input;
	for (size_t i = 0; function != NULL && i < input->core_count; i++) {
		const struct wasm_module *module = input->cores[i].module;
		uint32_t index = wasm_calls_index(function, module);
		if (index == UINT32_MAX)
			continue;
		const struct wasm_import *import =
			import_called(audit->diag, code, function, module, index, call);
		if (import != NULL)
			return import;
	}
	return NULL;
}

/* --- the subject ----------------------------------------------------------------------------- */

static void report(struct audit *audit, const struct image_code *code, const struct code_call *call)
{
	const struct object *image = code->image;
	const struct object_symbol *function = image_code_around(code, call->address);
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

/* A region table of the M profile says that the core knows the Thumb state only. */
static bool is_for_m_profile(const struct object *image)
{
	const struct object_section *table = object_section(image, ".berth.regions");
	size_t at = offsetof(struct berth_regions_header, arch);
	if (table == NULL || table->bytes == NULL || table->size < at + 4)
		return false;
	uint32_t arch = object_word(image, table->bytes + at);
	return arch == BERTH_ARCH_ARMV6M || arch == BERTH_ARCH_ARMV7M ||
	       arch == BERTH_ARCH_ARMV8M || arch == BERTH_ARCH_ARMV8_1M;
}

/* The address of a function in Arm state is even (AAELF32, 5.5.3): a call of it faults. */
static void find_arm_code(struct audit *audit)
{
	const struct object *image = audit->input->image;
	if (!is_for_m_profile(image))
		return;
	for (size_t i = 0; i < image->symbol_count; i++) {
		const struct object_symbol *symbol = &image->symbols[i];
		if (symbol->type != STT_FUNC || symbol->section == SHN_UNDEF || symbol->size == 0 ||
			symbol->value % 2 != 0)
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
	struct image_code code;
	if (image->type == ET_REL) {
		audit_blind(audit, AUDIT_CALLS, "the object is not linked");
		return;
	}
	if (image->machine != EM_ARM || image->data != ELFDATA2LSB) {
		audit_blind(audit, AUDIT_CALLS, "only little-endian Thumb code is looked at");
		return;
	}
	if (image_code_make(audit->diag, image, &code)) {
		if (code.call_count == 0)
			audit_blind(audit, AUDIT_CALLS, "no symbol says where code is");
		else
			audit_looked(
				audit, AUDIT_CALLS, "%zu calls in Thumb code", code.call_count);
		for (size_t i = 0; i < code.call_count; i++)
			if (image_code_goes_nowhere(&code, &code.calls[i]))
				report(audit, &code, &code.calls[i]);
		find_arm_code(audit);
	}
	image_code_free(&code);
}
