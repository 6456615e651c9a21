/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What the alignment of one object works on.  Nobody but elfbind/split*.c
 * includes this.
 */
#ifndef BERTH_SPLIT_STATE_H
#define BERTH_SPLIT_STATE_H

#include "elfbind/machine.h"
#include "elfbind/sequence.h"
#include "elfbind/split.h"

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

/* Whether SYMBOL is a function with code in OBJECT. */
static inline bool split_is_code(const struct object *object, const struct object_symbol *symbol)
{
	return symbol->section != SHN_UNDEF && symbol->section < object->section_count &&
	       symbol->type == STT_FUNC &&
	       (object->sections[symbol->section].flags & SHF_EXECINSTR) != 0;
}

static inline uint64_t split_code_address(
	const struct machine *machine, const struct object_symbol *symbol)
{
	return symbol->value & machine->code_bits;
}

static inline const struct wasm_import *split_import_of(
	const struct wasm_module *module, uint32_t function)
{
	return &module->imports[module->functions[function].import];
}

/* By section, then by address. */
int split_compare_functions(const void *left, const void *right);

/* elfbind/split_names.c: finds the code of every function, and the symbols of imports. */
bool split_find_functions(struct alignment *at);
bool split_find_imports(struct alignment *at);

/*
 * elfbind/split_report.c: says that call CALL, counted from 0, of function INDEX is another in
 * the object than in the module, or could be one of two; both sequences are shown.  False.
 */
bool split_report_difference(const struct alignment *at, uint32_t index, size_t call);
bool split_report_ambiguity(const struct alignment *at, uint32_t index, size_t call);

#endif
