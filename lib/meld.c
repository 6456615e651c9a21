/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Which component each function of a fused module belongs to, and what its code uses. */
#include "lib/meld.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/meld_sources.h"

/* --- owners -------------------------------------------------------------------- */

/* The one section of that name; *SECTION stays NULL where there is none. */
static bool find_section(struct diag *diag, const struct wasm_module *module, const char *name,
	const struct wasm_custom **section)
{
	*section = NULL;
	for (size_t i = 0; i < module->custom_count; i++) {
		if (strcmp(module->customs[i].name, name) != 0)
			continue;
		if (*section != NULL)
			return diag_error(diag, module->path,
				"has two sections of this name [section %s]: fuse the module again",
				name);
		*section = &module->customs[i];
	}
	return true;
}

/* Owners of the defined functions.  A fused module that does not say them is refused. */
static bool read_provenance(
	struct diag *diag, const struct wasm_module *module, struct meld_owners *owners)
{
	const struct wasm_custom *section;
	if (!find_section(diag, module, "component-provenance", &section))
		return false;
	owners->recorded = section != NULL;
	if (section != NULL)
		return meld_provenance(diag, module, section, owners->of_function);
	if (wasm_custom(module, "meld.signature-manifest") == NULL)
		return true;
	return diag_error(diag, module->path,
		"was fused without component-provenance, so that nobody knows which component a "
		"function is of: fuse it again without --no-component-provenance");
}

/* What a module that records nothing is: one component, number 0. */
static bool take_whole(
	struct diag *diag, const struct wasm_module *module, struct meld_owners *owners)
{
	for (size_t i = 0; i < owners->count; i++) {
		if (owners->of_function[i] != 0 && owners->of_function[i] != MELD_UNKNOWN)
			return diag_error(diag, module->path,
				"records no components, but its import map gives import %zu to "
				"component %u: fuse it again without --no-component-provenance",
				i, owners->of_function[i]);
		owners->of_function[i] = 0;
	}
	return true;
}

/* Which component calls something, as far as it was seen. */
struct opinion {
	bool seen;
	bool disputed; /* several do */
	bool direct;   /* it is called by its index */
	bool loose;    /* it may be called through other tables, too */
	uint32_t component;
};

/* What the calls of the defined functions say about the imports. */
struct callers {
	struct diag *diag;
	const struct wasm_module *module;
	const uint32_t *of_function;
	uint32_t caller;	 /* the function that is being scanned */
	struct opinion *imports; /* by import: who calls it */
	struct opinion *tables;	 /* by table: who calls through it */
	bool moves;		 /* functions may go from table to table */
};

static void note(struct opinion *opinion, uint32_t component)
{
	if (opinion->seen && opinion->component != component)
		opinion->disputed = true;
	opinion->seen = true;
	opinion->component = component;
}

static bool is_indirect(const struct wasm_instruction *instruction)
{
	return instruction->opcode == WASM_OP_CALL_INDIRECT ||
	       instruction->opcode == WASM_OP_RETURN_CALL_INDIRECT;
}

/* What lets a function be called through a table that no segment puts it into. */
static void note_moves(struct callers *callers, const struct wasm_instruction *instruction)
{
	if (instruction->opcode == WASM_OP_TABLE_GET || instruction->opcode == WASM_OP_TABLE_COPY)
		callers->moves = true;
	if (instruction->opcode == WASM_OP_REF_FUNC &&
		instruction->index < callers->module->imported_function_count)
		callers->imports[instruction->index].loose = true;
}

static bool visit_call(const struct wasm_instruction *instruction, void *context)
{
	struct callers *callers = context;
	uint32_t owner = callers->of_function[callers->caller];
	note_moves(callers, instruction);
	if (owner == MELD_UNKNOWN)
		return true;
	if (is_indirect(instruction))
		note(&callers->tables[instruction->table], owner);
	if ((instruction->opcode != WASM_OP_CALL && instruction->opcode != WASM_OP_RETURN_CALL) ||
		instruction->index >= callers->module->imported_function_count)
		return true;
	uint32_t recorded = callers->of_function[instruction->index];
	if (recorded != MELD_UNKNOWN && recorded != owner)
		return diag_error(callers->diag, callers->module->path,
			"import %u is recorded for component %u, but component %u calls it "
			"[function %u]: take module and import map of one meld run",
			instruction->index, recorded, owner, callers->caller);
	note(&callers->imports[instruction->index], owner);
	callers->imports[instruction->index].direct = true;
	return true;
}

/* The fuser's shims call an import with strings or lists through a table that holds it. */
static void note_elements(struct callers *callers)
{
	const struct wasm_module *module = callers->module;
	for (size_t i = 0; i < module->elements_count; i++) {
		const struct wasm_elements *elements = &module->elements[i];
		const struct opinion *table =
			elements->active ? &callers->tables[elements->table] : NULL;
		for (size_t k = 0; k < elements->count; k++) {
			if (elements->functions[k] >= module->imported_function_count)
				continue;
			struct opinion *import = &callers->imports[elements->functions[k]];
			import->loose = import->loose || table == NULL || callers->moves;
			if (table != NULL && table->seen)
				note(import, table->component);
			import->disputed = import->disputed || (table != NULL && table->disputed);
		}
	}
	for (size_t i = 0; i < module->reference_count; i++)
		if (module->references[i] < module->imported_function_count)
			callers->imports[module->references[i]].loose = true;
}

static bool scan_calls(struct callers *callers)
{
	const struct wasm_module *module = callers->module;
	for (size_t i = module->imported_function_count; i < module->function_count; i++) {
		callers->caller = (uint32_t)i;
		if (!wasm_scan(callers->diag, module, (uint32_t)i, visit_call, callers))
			return false;
	}
	note_elements(callers);
	return true;
}

static bool is_certain(const struct opinion *import)
{
	return import->seen && !import->disputed && (import->direct || !import->loose);
}

/* Gives imports without a record to the component that calls them, where that is one. */
static bool infer_imports(
	struct diag *diag, const struct wasm_module *module, struct meld_owners *owners)
{
	size_t count = module->imported_function_count;
	struct callers callers = {.diag = diag,
		.module = module,
		.of_function = owners->of_function,
		.imports = calloc(count + 1, sizeof(*callers.imports)),
		.tables = calloc(module->table_count + 1, sizeof(*callers.tables))};
	bool good = (callers.imports != NULL && callers.tables != NULL) || diag_no_memory(diag);
	good = good && scan_calls(&callers);
	for (size_t i = 0; good && i < count; i++)
		if (owners->of_function[i] == MELD_UNKNOWN && is_certain(&callers.imports[i]))
			owners->of_function[i] = callers.imports[i].component;
	free(callers.imports);
	free(callers.tables);
	return good;
}

static int compare_numbers(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left;
	uint32_t b = *(const uint32_t *)right;
	return (a > b) - (a < b);
}

/* The distinct owners, ascending. */
static bool list_components(struct diag *diag, struct meld_owners *owners)
{
	size_t known = 0;
	uint32_t *list = calloc(owners->count + 1, sizeof(*list));
	if (list == NULL)
		return diag_no_memory(diag);
	for (size_t i = 0; i < owners->count; i++)
		if (owners->of_function[i] != MELD_UNKNOWN)
			list[known++] = owners->of_function[i];
	qsort(list, known, sizeof(*list), compare_numbers);
	owners->component_count = 0;
	for (size_t i = 0; i < known; i++)
		if (i == 0 || list[i] != list[i - 1])
			list[owners->component_count++] = list[i];
	/* A module without functions that was never fused is component 0 all the same. */
	if (!owners->recorded && owners->component_count == 0)
		list[owners->component_count++] = 0;
	owners->components = list;
	return true;
}

/* Where there is only one component, what no record names is of it too. */
static void complete_single(struct meld_owners *owners)
{
	if (owners->component_count != 1)
		return;
	for (size_t i = 0; i < owners->count; i++)
		owners->of_function[i] = owners->components[0];
}

static bool find_owners(struct diag *diag, const struct wasm_module *module, const char *import_map,
	struct meld_owners *owners)
{
	if (!read_provenance(diag, module, owners))
		return false;
	if (import_map != NULL && !meld_import_map(diag, module, import_map, owners->of_function))
		return false;
	if (!owners->recorded)
		return take_whole(diag, module, owners);
	return infer_imports(diag, module, owners);
}

static bool start_owners(
	struct diag *diag, const struct wasm_module *module, struct meld_owners *owners)
{
	*owners = (struct meld_owners){.count = module->function_count};
	owners->of_function = calloc(owners->count + 1, sizeof(*owners->of_function));
	if (owners->of_function == NULL)
		return diag_no_memory(diag);
	for (size_t i = 0; i < owners->count; i++)
		owners->of_function[i] = MELD_UNKNOWN;
	return true;
}

bool meld_owners(struct diag *diag, const struct wasm_module *module, const char *import_map,
	struct meld_owners *owners)
{
	if (!start_owners(diag, module, owners))
		return false;
	if (!find_owners(diag, module, import_map, owners) || !list_components(diag, owners)) {
		meld_owners_free(owners);
		return false;
	}
	complete_single(owners);
	return true;
}

bool meld_import_owners(struct diag *diag, const struct wasm_module *module, const char *import_map,
	struct meld_owners *owners)
{
	if (!start_owners(diag, module, owners))
		return false;
	if ((import_map != NULL &&
		    !meld_import_map(diag, module, import_map, owners->of_function)) ||
		!list_components(diag, owners)) {
		meld_owners_free(owners);
		return false;
	}
	owners->recorded = import_map != NULL;
	return true;
}

void meld_owners_free(struct meld_owners *owners)
{
	free(owners->of_function);
	free(owners->components);
	*owners = (struct meld_owners){0};
}

void meld_list(const struct meld_owners *owners, char *text, size_t size)
{
	size_t length = 0;
	text[0] = '\0';
	for (size_t i = 0; i < owners->component_count && length < size; i++)
		length += (size_t)snprintf(text + length, size - length, "%s%u", i == 0 ? "" : ", ",
			owners->components[i]);
}

/* --- use ------------------------------------------------------------------------- */

static bool visit_use(const struct wasm_instruction *instruction, void *context)
{
	struct meld_use *use = context;
	if (instruction->uses_memory)
		use->memory[instruction->memory] = true;
	if (instruction->opcode == WASM_OP_MEMORY_COPY)
		use->memory[instruction->memory2] = true;
	if (instruction->uses_table)
		use->table[instruction->table] = true;
	if (instruction->opcode == WASM_OP_TABLE_COPY)
		use->table[instruction->table2] = true;
	if (instruction->opcode == WASM_OP_GLOBAL_GET || instruction->opcode == WASM_OP_GLOBAL_SET)
		use->global[instruction->index] = true;
	return true;
}

bool meld_use_chosen(struct diag *diag, const struct wasm_module *module, const bool *chosen,
	struct meld_use *use)
{
	*use = (struct meld_use){.memory = calloc(module->memory_count + 1, sizeof(bool)),
		.global = calloc(module->global_count + 1, sizeof(bool)),
		.table = calloc(module->table_count + 1, sizeof(bool))};
	bool good = (use->memory != NULL && use->global != NULL && use->table != NULL) ||
		    diag_no_memory(diag);
	for (size_t i = module->imported_function_count; good && i < module->function_count; i++)
		if (chosen[i])
			good = wasm_scan(diag, module, (uint32_t)i, visit_use, use);
	if (!good)
		meld_use_free(use);
	return good;
}

bool meld_use(struct diag *diag, const struct wasm_module *module, const struct meld_owners *owners,
	uint32_t component, struct meld_use *use)
{
	bool *chosen = calloc(module->function_count + 1, sizeof(*chosen));
	*use = (struct meld_use){0};
	if (chosen == NULL)
		return diag_no_memory(diag);
	for (size_t i = 0; i < module->function_count; i++)
		chosen[i] = owners->of_function[i] == component;
	bool good = meld_use_chosen(diag, module, chosen, use);
	free(chosen);
	return good;
}

void meld_table_span(const struct wasm_module *module, const struct meld_use *use, uint64_t *first,
	uint64_t *count)
{
	uint64_t before = 0;
	bool met = false;
	*first = *count = 0;
	for (size_t i = 0; i < module->table_count; i++) {
		uint64_t end = before + module->tables[i].minimum;
		if (use->table[i]) {
			*first = met ? *first : before;
			*count = end - *first;
			met = true;
		}
		before = end;
	}
}

void meld_use_free(struct meld_use *use)
{
	free(use->memory);
	free(use->global);
	free(use->table);
	*use = (struct meld_use){0};
}
