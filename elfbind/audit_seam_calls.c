/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Which natives the code of each component calls in the linked image.
 *
 * The code of a module is a run of functions func_N in the symbol table whose
 * calls are those of its wasm functions N, in order.  Where wasm function N
 * calls an import, its code calls a native, and the component that function N
 * belongs to has it.  A branch out of the run is a call that no wasm function
 * has, and counts too.  Where any of this does not hold the seam is not
 * believed: A014.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "elfbind/audit_seam.h"
#include "lib/function_name.h"

/* Functions func_N that follow each other in the symbol table, by N. */
struct run {
	const struct object_symbol **functions;
	size_t count;
};

/* --- what stands against the proof --------------------------------------------------- */

bool seam_no_proof(struct comparison *at, const char *path, const char *why, const char *remedy)
{
	at->whole = false;
	audit_found(at->audit, AUDIT_SEAM);
	return diag_error(at->audit->diag, path,
		"A014: %s, so that the seam cannot be compared: %s", why, remedy);
}

/* --- sides ----------------------------------------------------------------------------- */

static const char *name_of(const struct audit_core *core, uint32_t number)
{
	for (size_t i = 0; i < core->components.count; i++)
		if (core->components.list[i].number == number)
			return core->components.list[i].name;
	return NULL;
}

static bool make_sides(struct comparison *at)
{
	const struct audit_input *input = at->audit->input;
	size_t count = 0;
	for (size_t i = 0; i < input->core_count; i++)
		count += input->cores[i].owners.component_count;
	at->sides = calloc(count + 1, sizeof(*at->sides));
	at->first_side = calloc(input->core_count + 1, sizeof(*at->first_side));
	at->found = calloc(input->core_count + 1, sizeof(*at->found));
	at->listed = calloc(at->seam->count + 1, sizeof(*at->listed));
	if (at->sides == NULL || at->first_side == NULL || at->found == NULL || at->listed == NULL)
		return diag_no_memory(at->audit->diag);
	for (size_t i = 0; i < input->core_count; i++) {
		const struct audit_core *core = &input->cores[i];
		at->first_side[i] = at->side_count;
		for (size_t c = 0; c < core->owners.component_count; c++)
			at->sides[at->side_count++] = (struct side){
				.component = name_of(core, core->owners.components[c]),
				.module = core->module->path};
	}
	return true;
}

/* The side of wasm function FUNCTION of core module CORE, or NULL when nobody says whose it is. */
static struct side *side_of(struct comparison *at, size_t core, uint32_t function)
{
	const struct meld_owners *owners = &at->audit->input->cores[core].owners;
	for (size_t i = 0; i < owners->component_count; i++)
		if (owners->components[i] == owners->of_function[function])
			return &at->sides[at->first_side[core] + i];
	return NULL;
}

static bool add_used(struct comparison *at, struct side *side, const struct used *used)
{
	if (side == NULL)
		return seam_no_proof(at, at->audit->input->image->path,
			"code that calls a native belongs to no component",
			"fuse the module with its component provenance");
	if (side->used_count == side->used_capacity) {
		size_t capacity = side->used_capacity * 2 + 16;
		struct used *list = reallocarray(side->used, capacity, sizeof(*list));
		if (list == NULL)
			return diag_no_memory(at->audit->diag);
		side->used = list;
		side->used_capacity = capacity;
	}
	side->used[side->used_count++] = *used;
	return true;
}

/* --- code of the modules --------------------------------------------------------------- */

/* Whether SYMBOL is a function func_N that is defined; N into *NUMBER. */
static bool is_numbered(const struct object_symbol *symbol, uint32_t *number)
{
	return symbol->type == STT_FUNC && symbol->section != SHN_UNDEF &&
	       function_name_number(symbol->name, number);
}

/* The next run in the symbol table from *NEXT on: as long as the numbers rise. */
static struct run next_run(
	const struct object *image, size_t *next, const struct object_symbol **room)
{
	struct run run = {room, 0};
	uint32_t last = 0;
	for (; *next < image->symbol_count; (*next)++) {
		const struct object_symbol *symbol = &image->symbols[*next];
		uint32_t number;
		if (!is_numbered(symbol, &number)) {
			if (run.count > 0)
				break;
			continue;
		}
		if (run.count > 0 && number <= last)
			break;
		last = number;
		run.functions[run.count++] = symbol;
	}
	return run;
}

/* Whether RUN is the code of MODULE: the numbers of its functions, and their calls. */
static bool is_code_of(
	struct comparison *at, const struct run *run, const struct wasm_module *module)
{
	for (size_t i = 0; i < run->count; i++) {
		uint32_t index = wasm_calls_index(run->functions[i], module);
		if (index == UINT32_MAX ||
			!wasm_calls_list(at->audit->diag, module, index, &at->calls) ||
			!wasm_calls_agree(&at->code, run->functions[i], module, &at->calls))
			return false;
	}
	return true;
}

/* Whether the branch CALL of FUNCTION leaves it, for a function that is none of the module's. */
static bool leaves(const struct comparison *at, const struct object_symbol *function,
	const struct code_call *call)
{
	size_t first;
	uint32_t number;
	uint64_t start = image_code_start(function);
	if (call->target >= start && call->target - start < function->size)
		return false;
	size_t count = image_code_functions(&at->code, call->target, &first);
	for (size_t i = first; i < first + count; i++)
		if (is_numbered(at->code.functions[i], &number))
			return false;
	return true;
}

/* Enters the natives that FUNCTION, wasm function INDEX of core module CORE, calls. */
static bool enter_function(struct comparison *at, size_t core, const struct object_symbol *function)
{
	const struct wasm_module *module = at->audit->input->cores[core].module;
	uint32_t index = wasm_calls_index(function, module);
	size_t position = 0;
	size_t first;
	if (!wasm_calls_list(at->audit->diag, module, index, &at->calls))
		return false;
	size_t count =
		image_code_calls(&at->code, image_code_start(function), function->size, &first);
	for (size_t i = first; i < first + count; i++) {
		const struct code_call *call = &at->code.calls[i];
		struct used used = {call->target, call->address, function, NULL};
		if (call->links) {
			uint32_t callee = at->calls.callees[position++];
			if (!module->functions[callee].imported)
				continue;
			used.import = &module->imports[module->functions[callee].import];
		} else if (!leaves(at, function, call)) {
			continue;
		}
		if (!add_used(at, side_of(at, core, index), &used))
			return false;
	}
	return true;
}

/* Finds the core module that RUN is the code of, each once, and enters what it calls. */
static bool enter_run(struct comparison *at, const struct run *run)
{
	const struct audit_input *input = at->audit->input;
	for (size_t i = 0; i < input->core_count; i++) {
		if (at->found[i] || !is_code_of(at, run, input->cores[i].module))
			continue;
		at->found[i] = true;
		for (size_t f = 0; f < run->count; f++)
			if (!enter_function(at, i, run->functions[f]))
				return false;
		return true;
	}
	at->whole = false;
	audit_found(at->audit, AUDIT_SEAM);
	return diag_error(at->audit->diag, input->image->path,
		"A014: the code from 0x%08" PRIx64 " on is that of no core module given, so that "
		"the seam cannot be compared [symbol %s]: give every module that the image was "
		"made from with --core",
		image_code_start(run->functions[0]), run->functions[0]->name);
}

static bool enter_runs(struct comparison *at)
{
	const struct object *image = at->audit->input->image;
	const struct object_symbol **room =
		calloc(image->symbol_count + 1, sizeof(struct object_symbol *));
	bool good = room != NULL || diag_no_memory(at->audit->diag);
	for (size_t next = 0; good && next < image->symbol_count;) {
		struct run run = next_run(image, &next, room);
		good = run.count == 0 || enter_run(at, &run);
	}
	free(room);
	return good;
}

/* --- calls by index --------------------------------------------------------------------- */

/* Whether the code of core module CORE calls IMPORT directly, so that its native is known. */
static bool is_called(const struct comparison *at, size_t core, const struct wasm_import *import)
{
	size_t count = at->audit->input->cores[core].owners.component_count;
	for (size_t s = at->first_side[core]; s < at->first_side[core] + count; s++)
		for (size_t i = 0; i < at->sides[s].used_count; i++)
			if (at->sides[s].used[i].import == import)
				return true;
	return false;
}

/* The native that bind recorded for imported FUNCTION of MODULE, in the image; NULL without. */
static const struct object_symbol *recorded_native(
	const struct comparison *at, const struct wasm_module *module, uint32_t function)
{
	const struct audit_input *input = at->audit->input;
	const struct bind_record *record = bind_records_find(input->records, module);
	const char *native = NULL;
	for (uint32_t i = 0; record != NULL && i < record->import_count && native == NULL; i++)
		if (record->imports[i].function == function)
			native = record->imports[i].native;
	return native == NULL ? NULL : object_global(input->image, native);
}

/*
 * An import in a table may be called by index, which no call shows.  Where no
 * call shows its native either, it is the one that bind recorded.
 */
static bool check_element(struct comparison *at, size_t core, uint32_t function, bool *told)
{
	const struct wasm_module *module = at->audit->input->cores[core].module;
	if (function >= module->function_count || !module->functions[function].imported ||
		told[function])
		return true;
	told[function] = true;
	const struct wasm_import *import = &module->imports[module->functions[function].import];
	if (is_called(at, core, import))
		return true;
	const struct object_symbol *native = recorded_native(at, module, function);
	if (native != NULL)
		return add_used(at, side_of(at, core, function),
			&(struct used){.address = (uint32_t)native->value, .import = import});
	at->whole = false;
	audit_found(at->audit, AUDIT_SEAM);
	return diag_error(at->audit->diag, module->path,
		"A014: import '%s' '%s' is in a table and is called by index only, so that its "
		"native cannot be seen [function %" PRIu32 "]: call it in a function of the guest",
		import->module, import->field, function);
}

static bool check_elements(struct comparison *at)
{
	const struct audit_input *input = at->audit->input;
	bool good = true;
	for (size_t c = 0; c < input->core_count; c++) {
		const struct wasm_module *module = input->cores[c].module;
		bool *told = calloc(module->function_count + 1, sizeof(*told));
		if (told == NULL)
			return diag_no_memory(at->audit->diag);
		for (size_t i = 0; i < module->elements_count; i++)
			for (size_t j = 0; j < module->elements[i].count; j++)
				good = check_element(
					       at, c, module->elements[i].functions[j], told) &&
				       good;
		free(told);
	}
	return good;
}

/* --- all ----------------------------------------------------------------------------------- */

bool seam_sides(struct comparison *at)
{
	return make_sides(at) && enter_runs(at) && check_elements(at);
}

void seam_sides_free(struct comparison *at)
{
	for (size_t i = 0; i < at->side_count; i++)
		free(at->sides[i].used);
	free(at->sides);
	free(at->first_side);
	free(at->found);
	free(at->listed);
	wasm_calls_free(&at->calls);
}
