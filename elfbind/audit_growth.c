/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * memory.grow in the core modules.  The compilers make it a constant -1, so
 * nothing in an image shows that a guest expects more memory than it gets.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elfbind/audit.h"
#include "lib/call_graph.h"

/* The name of FUNCTION, or its number in NUMBER. */
static const char *label(const struct call_graph *graph, uint32_t function, char number[16])
{
	const char *name = wasm_name_of(&graph->names, function);
	snprintf(number, 16, "%" PRIu32, function);
	return name == NULL ? number : name;
}

/* --- memory.grow ------------------------------------------------------------------------------ */

static bool report_reached(struct diag *diag, const struct call_graph *graph,
	struct audit_core *core, uint32_t function)
{
	char number[16];
	char *path = call_graph_path(graph, function);
	if (path == NULL)
		return diag_no_memory(diag);
	core->grows = true;
	/* What a finding is about is the function; the way to it may change. */
	diag_error(diag, core->module->path,
		"A005: memory.grow at offset 0x%zx, %zu in this function, reached from %-s "
		"[function %s]: it always fails on the target: give the guest an allocator that "
		"uses cabi-arena-realloc",
		graph->first_growth[function], graph->growth[function], path,
		label(graph, function, number));
	free(path);
	return true;
}

static bool report_growth(
	struct diag *diag, const struct call_graph *graph, struct audit_core *core)
{
	const struct wasm_module *module = core->module;
	for (size_t i = module->imported_function_count; i < module->function_count; i++) {
		char number[16];
		uint32_t function = (uint32_t)i;
		if (graph->growth[i] == 0)
			continue;
		if (graph->root[i] != CALL_GRAPH_NONE) {
			if (!report_reached(diag, graph, core, function))
				return false;
			continue;
		}
		core->dead_growth++;
		diag_note(diag, module->path,
			"A010: memory.grow at offset 0x%zx, %zu in this function, which nothing "
			"that the module exports calls [function %s]: link the guest with "
			"--gc-sections",
			graph->first_growth[i], graph->growth[i], label(graph, function, number));
	}
	return true;
}

/* --- allocators by name ------------------------------------------------------------- */

/* One note for each allocator that the module names, with its first function. */
static void report_allocators(
	struct diag *diag, const struct call_graph *graph, struct audit_core *core)
{
	for (size_t a = 0; audit_allocators[a] != NULL; a++) {
		uint32_t first = 0;
		size_t count = 0;
		for (size_t i = 0; i < graph->names.count; i++) {
			const char *name = wasm_name_of(&graph->names, (uint32_t)i);
			if (name == NULL || !audit_is_allocator(name, a))
				continue;
			if (count++ == 0)
				first = (uint32_t)i;
		}
		if (count == 0)
			continue;
		core->allocators = true;
		diag_note(diag, core->module->path,
			"A011: has %zu function%-s of the allocator %s, which grows a memory when "
			"it is full [function %s]: allocate with cabi-arena-realloc instead",
			count, count == 1 ? "" : "s", audit_allocators[a],
			wasm_name_of(&graph->names, first));
	}
}

/* --- the subjects ------------------------------------------------------------------- */

/* Scans one module, the first time that it is asked about. */
static void look_at(struct audit *audit, struct audit_core *core)
{
	struct call_graph graph;
	if (core->scanned)
		return;
	core->scanned = true;
	if (call_graph_make(audit->diag, core->module, &graph) &&
		report_growth(audit->diag, &graph, core))
		report_allocators(audit->diag, &graph, core);
	call_graph_free(&graph);
}

void audit_growth(struct audit *audit)
{
	const struct audit_input *input = audit->input;
	size_t functions = 0;
	size_t modules = 0;
	size_t dead = 0;
	if (input->core_count == 0) {
		audit_blind(audit, AUDIT_GROWTH, "no core module given (--core)");
		return;
	}
	for (size_t i = 0; i < input->core_count; i++) {
		struct audit_core *core = &input->cores[i];
		look_at(audit, core);
		if (!input->alone && !audit_is_core_of(input, core->module))
			continue;
		if (core->grows)
			audit_found(audit, AUDIT_GROWTH);
		if (core->allocators)
			audit_found(audit, AUDIT_ALLOCATORS);
		functions += core->module->function_count;
		dead += core->dead_growth;
		modules++;
	}
	if (modules == 0 || audit->cores_not_given != 0) {
		audit_blind(audit, AUDIT_GROWTH, "not every core module of the image is given");
		return;
	}
	if (dead == 0)
		audit_looked(audit, AUDIT_GROWTH, "%zu functions of %zu core modules", functions,
			modules);
	else
		audit_looked(audit, AUDIT_GROWTH,
			"%zu functions of %zu core modules; %zu with it that nothing calls",
			functions, modules, dead);
}
