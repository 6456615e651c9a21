/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * memory.grow in the core modules.  The compilers make it a constant -1, so
 * nothing in an image shows that a guest expects more memory than it gets.
 */
#include <stdlib.h>
#include <string.h>

#include "elfbind/audit.h"

/* A direct call, by function indices. */
struct edge {
	uint32_t caller;
	uint32_t callee;
};

/* One module while it is scanned. */
struct growth {
	struct audit *audit;
	const struct wasm_module *module;
	uint32_t function; /* the one that is scanned */
	struct edge *edges;
	size_t edge_count;
	size_t edge_capacity;
	size_t *first; /* by function: offset in the file of its first memory.grow, or 0 */
	size_t *count; /* by function: how many it has */
	bool *reaches; /* by function: whether it calls what is asked about */
	bool no_memory;
	bool found;
};

static bool add_edge(struct growth *growth, uint32_t callee)
{
	if (growth->edge_count == growth->edge_capacity) {
		size_t capacity = growth->edge_capacity == 0 ? 256 : growth->edge_capacity * 2;
		struct edge *edges = reallocarray(growth->edges, capacity, sizeof(*growth->edges));
		if (edges == NULL)
			return false;
		growth->edges = edges;
		growth->edge_capacity = capacity;
	}
	growth->edges[growth->edge_count++] = (struct edge){growth->function, callee};
	return true;
}

static bool visit(const struct wasm_instruction *instruction, void *context)
{
	struct growth *growth = context;
	if (instruction->opcode == WASM_OP_MEMORY_GROW) {
		if (growth->count[growth->function]++ == 0)
			growth->first[growth->function] = instruction->offset;
	} else if (instruction->opcode == WASM_OP_CALL ||
		   instruction->opcode == WASM_OP_RETURN_CALL) {
		growth->no_memory = !add_edge(growth, instruction->index);
	}
	return !growth->no_memory;
}

/* The first export from which direct calls lead to FUNCTION, or NULL. */
static const struct wasm_export *export_reaching(struct growth *growth, uint32_t function)
{
	const struct wasm_module *module = growth->module;
	bool changed = true;
	memset(growth->reaches, 0, module->function_count * sizeof(*growth->reaches));
	growth->reaches[function] = true;
	while (changed) {
		changed = false;
		for (size_t i = 0; i < growth->edge_count; i++) {
			const struct edge *edge = &growth->edges[i];
			if (!growth->reaches[edge->callee] || growth->reaches[edge->caller])
				continue;
			growth->reaches[edge->caller] = true;
			changed = true;
		}
	}
	for (size_t i = 0; i < module->export_count; i++)
		if (module->exports[i].kind == WASM_FUNCTION &&
			growth->reaches[module->exports[i].index])
			return &module->exports[i];
	return NULL;
}

static void report(struct growth *growth, uint32_t function)
{
	const struct wasm_export *export = export_reaching(growth, function);
	growth->found = true;
	diag_error(growth->audit->diag, growth->module->path,
		"A005: memory.grow at offset 0x%zx, %zu in this function, %s%s [function %u]: it "
		"always fails on the target: give the guest an allocator that uses "
		"cabi-arena-realloc",
		growth->first[function], growth->count[function],
		export == NULL ? "which no export reaches by direct calls" : "reached from export ",
		export == NULL ? "" : export->name, function);
}

static bool scan_module(struct growth *growth)
{
	const struct wasm_module *module = growth->module;
	size_t imported = module->imported_function_count;
	growth->first = calloc(module->function_count + 1, sizeof(*growth->first));
	growth->count = calloc(module->function_count + 1, sizeof(*growth->count));
	growth->reaches = calloc(module->function_count + 1, sizeof(*growth->reaches));
	if (growth->first == NULL || growth->count == NULL || growth->reaches == NULL)
		return false;
	for (size_t i = imported; i < module->function_count; i++) {
		growth->function = (uint32_t)i;
		if (!wasm_scan(growth->audit->diag, module, (uint32_t)i, visit, growth))
			return false;
	}
	for (size_t i = imported; i < module->function_count; i++)
		if (growth->count[i] > 0)
			report(growth, (uint32_t)i);
	return true;
}

/* Scans one module, the first time that it is asked about. */
static void look_at(struct audit *audit, struct audit_core *core)
{
	struct growth growth = {.audit = audit, .module = core->module};
	size_t errors = audit->diag->errors;
	if (core->scanned)
		return;
	core->scanned = true;
	/* What wasm_scan refuses it reports itself. */
	if (!scan_module(&growth) && audit->diag->errors == errors)
		diag_no_memory(audit->diag);
	core->grows = growth.found;
	free(growth.edges);
	free(growth.first);
	free(growth.count);
	free(growth.reaches);
}

void audit_growth(struct audit *audit)
{
	const struct audit_input *input = audit->input;
	size_t functions = 0;
	size_t modules = 0;
	if (input->core_count == 0) {
		audit_blind(audit, AUDIT_GROWTH, "no core module given (--core)");
		return;
	}
	for (size_t i = 0; i < input->core_count; i++) {
		struct audit_core *core = &input->cores[i];
		look_at(audit, core);
		if (!input->alone && !audit_is_core_of(input->image, core->module))
			continue;
		if (core->grows)
			audit_found(audit, AUDIT_GROWTH);
		functions += core->module->function_count;
		modules++;
	}
	if (modules == 0 || audit->cores_not_given != 0) {
		audit_blind(audit, AUDIT_GROWTH, "not every core module of the image is given");
		return;
	}
	audit_looked(audit, AUDIT_GROWTH, "%zu functions of %zu core modules", functions, modules);
}
