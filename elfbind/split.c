/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/split.h"

#include <inttypes.h>
#include <stdlib.h>

#include "elfbind/split_state.h"

/* --- the two sequences --------------------------------------------------------------- */

static bool expect_call(const struct wasm_instruction *instruction, void *context)
{
	struct alignment *at = context;
	if (instruction->opcode != WASM_OP_CALL && instruction->opcode != WASM_OP_RETURN_CALL)
		return true;
	if (at->expected_count == at->expected_capacity) {
		size_t capacity = at->expected_capacity == 0 ? 64 : at->expected_capacity * 2;
		struct sequence_call *grown = reallocarray(at->expected, capacity, sizeof(*grown));
		if (grown == NULL) {
			at->exhausted = true;
			return false;
		}
		at->expected = grown;
		at->expected_capacity = capacity;
	}
	uint32_t callee = instruction->index;
	bool import = callee < at->module->imported_function_count;
	at->expected[at->expected_count++] = (struct sequence_call){
		.callee = callee, .class = import ? at->import_class[callee] : callee};
	return true;
}

/*
 * Whether RELOCATION calls the run-time library of the compiler: an undefined
 * symbol that no import is called.  These calls are not in the wasm code.
 */
static bool is_library_call(const struct alignment *at, const struct object_relocation *relocation)
{
	return machine_is_call(at->machine, at->object, relocation) &&
	       at->object->symbols[relocation->symbol].section == SHN_UNDEF &&
	       at->split->import_slot[relocation->symbol] == SPLIT_NONE;
}

/* Whether RELOCATION is the call of a wasm function. */
static bool is_wasm_call(const struct alignment *at, const struct object_relocation *relocation)
{
	return machine_is_call(at->machine, at->object, relocation) &&
	       !is_library_call(at, relocation);
}

/*
 * The class of what RELOCATION in CALLER calls.  False where it is a branch
 * within CALLER, which is no call.
 */
static bool find_class(const struct alignment *at, const struct object_relocation *relocation,
	const struct split_function *caller, uint32_t *class)
{
	const struct object_symbol *symbol = &at->object->symbols[relocation->symbol];
	*class = SEQUENCE_NO_CLASS;
	if (symbol->section == SHN_UNDEF) {
		if (machine_call_target(at->machine, at->object, relocation) ==
			split_code_address(at->machine, symbol))
			*class = (uint32_t)at->split->import_slot[relocation->symbol];
		return true;
	}
	struct split_function key = {.section = symbol->section,
		.start = machine_call_target(at->machine, at->object, relocation)};
	if (key.section == caller->section && key.start > caller->start &&
		key.start - caller->start < caller->size)
		return false;
	const struct split_function *callee = bsearch(&key, at->split->functions,
		at->split->function_count, sizeof(key), split_compare_functions);
	if (callee != NULL)
		*class = callee->index;
	return true;
}

static void add_found(struct alignment *at, size_t relocation, const struct split_function *caller)
{
	uint32_t class;
	at->unknown_count += is_library_call(at, &at->object->relocations[relocation]);
	if (!is_wasm_call(at, &at->object->relocations[relocation]) ||
		!find_class(at, &at->object->relocations[relocation], caller, &class))
		return;
	at->found_class[at->found_count] = class;
	at->found[at->found_count++] = relocation;
}

/* --- alignment ---------------------------------------------------------------------------- */

/*
 * Whether calls of imports are left out.  Beside calls that the module does not
 * have, these are not unreachable ones, but those of another module.
 */
static bool leaves_out_import(const struct alignment *at)
{
	size_t imports = at->module->imported_function_count;
	size_t count = 0;
	for (size_t i = 0; i < at->expected_count; i++)
		count += at->expected[i].callee < imports;
	for (size_t i = 0; i < at->found_count; i++)
		count -= at->found_class[i] < imports;
	return count != 0;
}

static bool align_function(struct alignment *at, struct split_function *function)
{
	at->expected_count = 0;
	if (!wasm_scan(at->diag, at->module, function->index, expect_call, at))
		return at->exhausted ? diag_no_memory(at->diag) : false;
	size_t where;
	switch (sequence_align(&at->sequence, at->expected, at->expected_count, at->found_class,
		at->found_count, at->machine->whole, at->place, &where)) {
	case SEQUENCE_ALIGNED:
		break;
	case SEQUENCE_DIFFERENT:
		return split_report_difference(at, function->index, where);
	case SEQUENCE_AMBIGUOUS:
		return split_report_ambiguity(at, function->index, where);
	default:
		return diag_no_memory(at->diag);
	}
	if (at->unknown_count != 0 && leaves_out_import(at))
		return split_report_difference(at, function->index, at->found_count);
	function->first_call = at->split->call_count;
	function->call_count = at->found_count;
	for (size_t i = 0; i < at->found_count; i++)
		at->split->calls[at->split->call_count++] = (struct split_call){
			.relocation = at->found[i], .callee = at->expected[at->place[i]].callee};
	return true;
}

/* A call outside every function has no counterpart in the module. */
static bool check_outside(struct alignment *at, size_t index)
{
	const struct object_relocation *relocation = &at->object->relocations[index];
	const struct object_section *table = &at->object->sections[relocation->table];
	if (!is_wasm_call(at, relocation) ||
		at->object->symbols[relocation->symbol].section != SHN_UNDEF)
		return true;
	return diag_error(at->diag, at->object->path,
		"calls an import outside every function [section %s, offset 0x%" PRIx64
		", symbol '%s']: give the object with its func_N symbols, as the compiler wrote it",
		at->object->sections[table->info].name, relocation->offset,
		at->object->symbols[relocation->symbol].name);
}

static bool lies_before(const struct object *object, const struct object_relocation *relocation,
	uint32_t section, uint64_t offset)
{
	uint32_t target = object->sections[relocation->table].info;
	return target < section || (target == section && relocation->offset < offset);
}

/* Functions and relocations are in the same order: one walk over both. */
static bool align_all(struct alignment *at)
{
	const struct object *object = at->object;
	size_t next = 0;
	for (size_t i = 0; i < at->split->function_count; i++) {
		struct split_function *function = &at->split->functions[i];
		for (; next < object->relocation_count &&
			lies_before(object, &object->relocations[next], function->section,
				function->start);
			next++)
			if (!check_outside(at, next))
				return false;
		at->found_count = 0;
		at->unknown_count = 0;
		for (; next < object->relocation_count &&
			lies_before(object, &object->relocations[next], function->section,
				function->start + function->size);
			next++)
			add_found(at, next, function);
		if (!align_function(at, function))
			return false;
	}
	for (; next < object->relocation_count; next++)
		if (!check_outside(at, next))
			return false;
	return true;
}

/* Room for as many calls as there are relocations. */
static bool make_room(struct alignment *at)
{
	size_t most = at->object->relocation_count + 1;
	at->split->calls = calloc(most, sizeof(*at->split->calls));
	at->found = calloc(most, sizeof(*at->found));
	at->found_class = calloc(most, sizeof(*at->found_class));
	at->place = calloc(most, sizeof(*at->place));
	return at->split->calls != NULL && at->found != NULL && at->found_class != NULL &&
	       at->place != NULL &&
	       sequence_make(&at->sequence, (uint32_t)at->module->function_count);
}

bool split_object(struct diag *diag, const struct object *object, const struct wasm_module *module,
	struct split *split)
{
	*split = (struct split){0};
	struct alignment at = {.diag = diag, .object = object, .module = module, .split = split};
	at.machine = machine_find(object->machine);
	if (at.machine == NULL)
		return diag_error(diag, object->path,
			"is for %s, whose calls berth does not know: compile for ARM, AArch64, "
			"RISC-V or x86-64",
			object_machine_name(object->machine));
	bool good = make_room(&at) || diag_no_memory(diag);
	good = good && split_find_functions(&at) && split_find_imports(&at) && align_all(&at);
	sequence_free(&at.sequence);
	free(at.import_class);
	free(at.expected);
	free(at.found);
	free(at.found_class);
	free(at.place);
	return good;
}

void split_free(struct split *split)
{
	free(split->functions);
	free(split->by_index);
	free(split->import_slot);
	free(split->calls);
	*split = (struct split){0};
}

const struct split_function *split_function_at(
	const struct object *object, const struct split *split, const struct object_symbol *symbol)
{
	const struct machine *machine = machine_find(object->machine);
	if (machine == NULL || !split_is_code(object, symbol) || split->function_count == 0)
		return NULL;
	struct split_function key = {
		.section = symbol->section, .start = split_code_address(machine, symbol)};
	return bsearch(&key, split->functions, split->function_count, sizeof(key),
		split_compare_functions);
}
