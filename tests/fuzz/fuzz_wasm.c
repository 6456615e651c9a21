/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The reader of core modules, the fuser's records in them and beside them, the
 * scan of their code, and what can be reached in it.  Part 1 is the module, part 2 the fuser's
 * import map, where it is not empty.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/meld.h"
#include "lib/reach.h"
#include "lib/wasm.h"
#include "tests/fuzz/fuzz.h"

static uint8_t sum; /* what was read must be read in fact */

/* Every index is one that the module has. */
static bool visit(const struct wasm_instruction *instruction, void *context)
{
	const struct wasm_module *module = context;
	fuzz_promise(instruction->offset < module->file.size);
	fuzz_promise(!instruction->uses_memory || instruction->memory < module->memory_count);
	fuzz_promise(!instruction->uses_table || instruction->table < module->table_count);
	if (instruction->opcode == WASM_OP_CALL || instruction->opcode == WASM_OP_RETURN_CALL)
		fuzz_promise(instruction->index < module->function_count);
	if (instruction->opcode == WASM_OP_GLOBAL_GET || instruction->opcode == WASM_OP_GLOBAL_SET)
		fuzz_promise(instruction->index < module->global_count);
	return true;
}

static void use_functions(struct diag *diag, const struct wasm_module *module)
{
	for (uint32_t i = 0; i < module->function_count; i++) {
		const struct wasm_function *function = &module->functions[i];
		fuzz_promise(function->signature < module->signature_count);
		if (function->imported)
			fuzz_promise(function->import < module->import_count);
		else
			fuzz_promise(wasm_scan(diag, module, i, visit, (void *)module));
	}
}

static void use(struct diag *diag, const struct wasm_module *module)
{
	use_functions(diag, module);
	for (size_t i = 0; i < module->import_count; i++)
		sum ^= (uint8_t)(strlen(module->imports[i].module) +
				 strlen(module->imports[i].field));
	for (size_t i = 0; i < module->export_count; i++)
		sum ^= (uint8_t)strlen(module->exports[i].name);
	for (size_t i = 0; i < module->data_count; i++)
		for (size_t k = 0; k < module->data[i].size; k++)
			sum ^= module->data[i].bytes[k];
	for (size_t i = 0; i < module->elements_count; i++)
		for (size_t k = 0; k < module->elements[i].count; k++)
			fuzz_promise(module->elements[i].functions[k] >= WASM_ELEMENT_UNKNOWN ||
				     module->elements[i].functions[k] < module->function_count);
	for (size_t i = 0; i < module->custom_count; i++)
		(void)wasm_custom(module, module->customs[i].name);
}

static void use_owners(
	struct diag *diag, const struct wasm_module *module, const struct meld_owners *owners)
{
	fuzz_promise(owners->count == module->function_count);
	for (size_t i = 0; i < owners->component_count; i++) {
		struct meld_use use = {0};
		if (meld_use(diag, module, owners, owners->components[i], &use)) {
			for (size_t k = 0; k < module->memory_count; k++)
				sum ^= use.memory[k];
			for (size_t k = 0; k < module->global_count; k++)
				sum ^= use.global[k];
			for (size_t k = 0; k < module->table_count; k++)
				sum ^= use.table[k];
		}
		meld_use_free(&use);
	}
}

/* Who calls touches at least what the called touches. */
static void use_reach(
	struct diag *diag, const struct wasm_module *module, const struct meld_owners *owners)
{
	struct reach reach;
	uint8_t *touched = calloc(module->memory_count + 1, 1);
	fuzz_promise(touched != NULL);
	if (reach_make(diag, module, &reach)) {
		for (size_t i = 0; i < reach.graph.edge_count; i++)
			for (size_t m = 0; m < module->memory_count; m++)
				fuzz_promise((reach_memory(&reach, reach.graph.edges[i].to, m) &
						     ~reach_memory(&reach,
							     reach.graph.edges[i].from, m)) == 0);
		for (size_t i = 0; i < owners->component_count; i++)
			fuzz_promise(reach_component(
				diag, &reach, owners, owners->components[i], touched));
	}
	reach_free(&reach);
	free(touched);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag diag = fuzz_diag();
	struct blob file;
	struct blob map;
	struct meld_owners owners = {0};
	fuzz_split(data, size, &file, &map);
	struct wasm_module *module = wasm_parse(&diag, "input", &file);
	fuzz_promise((module == NULL) == (diag.errors > 0));
	if (module != NULL) {
		const char *path = map.size == 0 ? NULL : fuzz_file(0, map.bytes, map.size);
		use(&diag, module);
		if (meld_owners(&diag, module, path, &owners)) {
			use_owners(&diag, module, &owners);
			use_reach(&diag, module, &owners);
		}
	}
	meld_owners_free(&owners);
	wasm_free(module);
	blob_free(&map);
	return 0;
}
