/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/split.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "elfbind/machine.h"
#include "elfbind/sequence.h"
#include "lib/checked.h"
#include "lib/name_table.h"

/* What is at hand while one object is aligned. */
struct alignment {
	struct diag *diag;
	const struct object *object;
	const struct wasm_module *module;
	const struct machine *machine;
	struct split *split;
	uint32_t *import_class; /* by import: the first one with the same field */
	struct sequence sequence;
	struct sequence_call *expected; /* calls of the function in question, in program order */
	size_t expected_count;
	size_t expected_capacity;
	size_t *found; /* its call relocations, by offset */
	uint32_t *found_class;
	size_t *place; /* in expected, by found call */
	size_t found_count;
	size_t unknown_count; /* its calls of symbols that no import is called */
	bool exhausted;	      /* memory ran out where it could not be reported */
};

/* --- functions ------------------------------------------------------------------- */

/* N of a symbol called func_N, in the one way to write N; false for other names. */
static bool function_number(const char *name, uint32_t *number)
{
	if (strncmp(name, "func_", 5) != 0)
		return false;
	const char *digits = name + 5;
	uint64_t value = 0;
	if (digits[0] == '\0' || (digits[0] == '0' && digits[1] != '\0'))
		return false;
	for (; *digits != '\0'; digits++) {
		if (*digits < '0' || *digits > '9' || value > UINT32_MAX)
			return false;
		value = value * 10 + (uint64_t)(*digits - '0');
	}
	*number = (uint32_t)value;
	return value < UINT32_MAX;
}

static bool is_code(const struct object *object, const struct object_symbol *symbol)
{
	return symbol->section != SHN_UNDEF && symbol->section < object->section_count &&
	       symbol->type == STT_FUNC &&
	       (object->sections[symbol->section].flags & SHF_EXECINSTR) != 0;
}

static uint64_t code_address(const struct machine *machine, const struct object_symbol *symbol)
{
	return symbol->value & machine->code_bits;
}

/* Enters symbol INDEX as function NUMBER, in place of KNOWN unless that is SPLIT_NONE. */
static bool enter_function(struct alignment *at, uint32_t index, uint32_t number, size_t known)
{
	const struct object_symbol *symbol = &at->object->symbols[index];
	struct split *split = at->split;
	uint64_t start = code_address(at->machine, symbol);
	if (!checked_within(start, symbol->size, at->object->sections[symbol->section].size))
		return diag_error(at->diag, at->object->path,
			"is damaged: [symbol %s] ends behind [section %s]: compile it again",
			symbol->name, at->object->sections[symbol->section].name);
	if (known == SPLIT_NONE)
		known = split->by_index[number] = split->function_count++;
	split->functions[known] = (struct split_function){.index = number,
		.symbol = index,
		.section = symbol->section,
		.start = start,
		.size = symbol->size};
	return true;
}

/* Enters symbol INDEX, called func_NUMBER, as that function. */
static bool take_function(struct alignment *at, uint32_t index, uint32_t number)
{
	const struct object_symbol *symbol = &at->object->symbols[index];
	struct split *split = at->split;
	if (number >= at->module->function_count || at->module->functions[number].imported)
		return diag_error(at->diag, at->object->path,
			"holds code that %s does not define [symbol %s]: give the core module that "
			"this object was compiled from",
			at->module->path, symbol->name);
	size_t known = split->by_index[number];
	if (known != SPLIT_NONE) {
		/* A module may export something under the name func_N: the local one counts. */
		uint8_t other = at->object->symbols[split->functions[known].symbol].binding;
		if ((other == STB_LOCAL) == (symbol->binding == STB_LOCAL))
			return diag_error(at->diag, at->object->path,
				"defines [symbol %s] twice: compile it again", symbol->name);
		if (other == STB_LOCAL)
			return true;
	}
	return enter_function(at, index, number, known);
}

/*
 * Some compilers give an exported function its export's name only.  INDEX is
 * such a symbol of function NUMBER, which has no func_N.
 */
static bool take_export(struct alignment *at, uint32_t index, uint32_t number)
{
	const struct object_symbol *symbol = &at->object->symbols[index];
	size_t known = at->split->by_index[number];
	if (known == SPLIT_NONE)
		return enter_function(at, index, number, known);
	const struct split_function *function = &at->split->functions[known];
	if (strncmp(at->object->symbols[function->symbol].name, "func_", 5) == 0 ||
		(function->section == symbol->section &&
			function->start == code_address(at->machine, symbol)))
		return true;
	return diag_error(at->diag, at->object->path,
		"has function %" PRIu32 " of %s twice [symbols %s and %s]: compile it again",
		number, at->module->path, at->object->symbols[function->symbol].name, symbol->name);
}

static int compare_functions(const void *left, const void *right)
{
	const struct split_function *a = left;
	const struct split_function *b = right;
	if (a->section != b->section)
		return a->section < b->section ? -1 : 1;
	return (a->start > b->start) - (a->start < b->start);
}

/* Puts the functions in the order of their code; two on one byte would both own its calls. */
static bool order_functions(struct alignment *at)
{
	struct split *split = at->split;
	if (split->function_count != 0)
		qsort(split->functions, split->function_count, sizeof(*split->functions),
			compare_functions);
	for (size_t i = 0; i < split->function_count; i++) {
		const struct split_function *function = &split->functions[i];
		split->by_index[function->index] = i;
		if (i == 0 || function[-1].section != function->section)
			continue;
		if (function[-1].start == function->start ||
			checked_overlap(function[-1].start, function[-1].size, function->start,
				function->size))
			return diag_error(at->diag, at->object->path,
				"has one code for two functions [symbols func_%u and func_%u]: "
				"compile "
				"it without folding identical code",
				function[-1].index, function->index);
	}
	return true;
}

/* Names of exported functions of the module -> their numbers. */
static bool list_exports(const struct alignment *at, struct name_table **exports)
{
	const struct wasm_module *module = at->module;
	for (size_t i = 0; i < module->export_count; i++) {
		const struct wasm_export *export = &module->exports[i];
		if (export->kind == WASM_FUNCTION &&
			export->index >= module->imported_function_count &&
			!name_table_add(exports, export->name, export->index))
			return diag_no_memory(at->diag);
	}
	return true;
}

/* First all func_N, then what is known by the name of an export only. */
static bool take_functions(struct alignment *at, const struct name_table *exports)
{
	const struct object *object = at->object;
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		uint32_t number;
		const struct object_symbol *symbol = &object->symbols[i];
		if (!is_code(object, symbol) || !function_number(symbol->name, &number))
			continue;
		size_t export = symbol->binding == STB_LOCAL
					? NAME_NONE
					: name_table_find(exports, symbol->name);
		if ((export == NAME_NONE || export == number) && !take_function(at, i, number))
			return false;
	}
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		const struct object_symbol *symbol = &object->symbols[i];
		if (!is_code(object, symbol) || symbol->binding == STB_LOCAL)
			continue;
		size_t export = name_table_find(exports, symbol->name);
		if (export != NAME_NONE && !take_export(at, i, (uint32_t) export))
			return false;
	}
	return true;
}

static bool find_functions(struct alignment *at)
{
	struct split *split = at->split;
	size_t count = at->module->function_count;
	struct name_table *exports = NULL;
	split->functions = calloc(count + 1, sizeof(*split->functions));
	split->by_index = calloc(count + 1, sizeof(*split->by_index));
	if (split->functions == NULL || split->by_index == NULL)
		return diag_no_memory(at->diag);
	for (size_t i = 0; i < count; i++)
		split->by_index[i] = SPLIT_NONE;
	bool good = list_exports(at, &exports) && take_functions(at, exports);
	name_table_free(&exports);
	return good && order_functions(at);
}

/* --- imports ---------------------------------------------------------------------- */

static const struct wasm_import *import_of(const struct wasm_module *module, uint32_t function)
{
	return &module->imports[module->functions[function].import];
}

/* Marks the undefined symbols that carry the field of a function import. */
static bool find_import_symbols(struct alignment *at)
{
	struct split *split = at->split;
	struct name_table *fields = NULL;
	bool good = true;
	size_t imports = at->module->imported_function_count;
	split->import_slot = calloc(at->object->symbol_count + 1, sizeof(*split->import_slot));
	at->import_class = calloc(imports + 1, sizeof(*at->import_class));
	if (split->import_slot == NULL || at->import_class == NULL)
		return diag_no_memory(at->diag);
	for (uint32_t i = 0; i < imports && good; i++) {
		const char *field = import_of(at->module, i)->field;
		good = name_table_add(&fields, field, i);
		at->import_class[i] = (uint32_t)name_table_find(fields, field);
	}
	for (size_t i = 0; i < at->object->symbol_count; i++) {
		const struct object_symbol *symbol = &at->object->symbols[i];
		split->import_slot[i] = SPLIT_NONE;
		if (good && i != 0 && symbol->section == SHN_UNDEF)
			split->import_slot[i] = name_table_find(fields, symbol->name);
	}
	name_table_free(&fields);
	return good || diag_no_memory(at->diag);
}

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
			code_address(at->machine, symbol))
			*class = (uint32_t)at->split->import_slot[relocation->symbol];
		return true;
	}
	struct split_function key = {.section = symbol->section,
		.start = machine_call_target(at->machine, at->object, relocation)};
	if (key.section == caller->section && key.start > caller->start &&
		key.start - caller->start < caller->size)
		return false;
	const struct split_function *callee = bsearch(&key, at->split->functions,
		at->split->function_count, sizeof(key), compare_functions);
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

/* --- what is shown when they differ --------------------------------------------------- */

static void show_expected(const struct alignment *at, FILE *stream)
{
	for (size_t i = 0; i < at->expected_count; i++) {
		uint32_t callee = at->expected[i].callee;
		fputs(i == 0 ? "" : ", ", stream);
		if (callee < at->module->imported_function_count)
			fprintf(stream, "import %u '%s' '%s'", callee,
				import_of(at->module, callee)->module,
				import_of(at->module, callee)->field);
		else
			fprintf(stream, "func_%u", callee);
	}
}

static void show_found(const struct alignment *at, FILE *stream)
{
	for (size_t i = 0; i < at->found_count; i++) {
		const struct object_relocation *relocation = &at->object->relocations[at->found[i]];
		fprintf(stream, "%s'%s' at 0x%" PRIx64, i == 0 ? "" : ", ",
			at->object->symbols[relocation->symbol].name, relocation->offset);
	}
}

static void show(const struct alignment *at, const char *whose,
	void (*list)(const struct alignment *at, FILE *stream), const char *path)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	if (stream == NULL)
		return;
	list(at, stream);
	if (fclose(stream) == 0)
		diag_note(at->diag, path, "%s calls: %s", whose, size == 0 ? "nothing" : text);
	free(text);
}

static bool report_difference(const struct alignment *at, uint32_t index, size_t call)
{
	diag_error(at->diag, at->object->path,
		"call %zu of [symbol func_%u] is not that of function %u in %s: give the core "
		"module "
		"that this object was compiled from",
		call + 1, index, index, at->module->path);
	show(at, "the module", show_expected, at->module->path);
	show(at, "the object", show_found, at->object->path);
	return false;
}

static bool report_ambiguity(const struct alignment *at, uint32_t index, size_t call)
{
	diag_error(at->diag, at->object->path,
		"leaves out calls of function %u in %s, so that call %zu of [symbol func_%u] could "
		"be one of two imports: give these imports fields of their own, or take the code "
		"that is never reached out of the module",
		index, at->module->path, call + 1, index);
	show(at, "the module", show_expected, at->module->path);
	show(at, "the object", show_found, at->object->path);
	return false;
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
		return report_difference(at, function->index, where);
	case SEQUENCE_AMBIGUOUS:
		return report_ambiguity(at, function->index, where);
	default:
		return diag_no_memory(at->diag);
	}
	if (at->unknown_count != 0 && leaves_out_import(at))
		return report_difference(at, function->index, at->found_count);
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
	good = good && find_functions(&at) && find_import_symbols(&at) && align_all(&at);
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
	if (machine == NULL || !is_code(object, symbol) || split->function_count == 0)
		return NULL;
	struct split_function key = {
		.section = symbol->section, .start = code_address(machine, symbol)};
	return bsearch(
		&key, split->functions, split->function_count, sizeof(key), compare_functions);
}
