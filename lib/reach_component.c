/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the context of a component must hold, from what each node of the call graph reaches. */
#include "lib/reach.h"

#include <stdlib.h>

#include "lib/reach_facts.h"

/*
 * Whether others can put functions into tables of the module or call through them.
 * For an exported table that would take a symbol, and compiled objects have
 * none: what stands there is what the module puts there.
 */
static bool has_foreign_tables(const struct reach *reach)
{
	for (size_t i = 0; i < reach->module->table_count; i++)
		if (reach->module->tables[i].imported)
			return true;
	return reach->graph.crossing;
}

/* Whether ROOT is a way into COMPONENT. */
static bool enters(const struct reach *reach, const struct meld_owners *owners,
	const struct call_root *root, uint32_t component)
{
	if (root->kind == ROOT_TABLE && !has_foreign_tables(reach))
		return false;
	if (root->node >= reach->module->function_count)
		return true;
	uint32_t owner = owners->of_function[root->node];
	return owner == component || owner == MELD_UNKNOWN;
}

bool reach_takes_integer(const struct wasm_module *module, size_t function)
{
	const struct wasm_signature *signature =
		&module->signatures[module->functions[function].signature];
	for (size_t i = 0; i < signature->param_count; i++)
		if (signature->params[i] == WASM_I32 || signature->params[i] == WASM_I64)
			return true;
	return false;
}

/* All facts of what leads into COMPONENT. */
static void join_roots(const struct reach *reach, const struct meld_owners *owners,
	uint32_t component, uint64_t *all)
{
	for (size_t i = 0; i < reach->graph.root_count; i++)
		if (enters(reach, owners, &reach->graph.roots[i], component))
			for (size_t word = 0; word < reach->set_words; word++)
				all[word] |= set_of(reach, reach->graph.roots[i].node)[word];
}

static int compare_numbers(const void *a, const void *b)
{
	const uint32_t *one = a;
	const uint32_t *two = b;
	return *one < *two ? -1 : *one > *two;
}

/* Position of component NUMBER; behind the last for one that is not known. */
static size_t place_of(const struct meld_owners *owners, uint32_t number)
{
	const uint32_t *found = bsearch(&number, owners->components, owners->component_count,
		sizeof(number), compare_numbers);
	return found == NULL ? owners->component_count : (size_t)(found - owners->components);
}

/* By position: the components that give an integer to what is outside. */
static void find_givers(const struct reach *reach, const struct meld_owners *owners,
	const uint64_t *all, bool *gives)
{
	const struct wasm_module *module = reach->module;
	gives[owners->component_count] =
		has_fact(all, outside_fact(reach)) && has_foreign_tables(reach);
	for (size_t i = 0; i < module->imported_function_count; i++)
		if (has_fact(all, import_fact(reach, i)) && reach_takes_integer(module, i))
			gives[place_of(owners, owners->of_function[i])] = true;
}

/* By position: whether the component's own code touches a memory at all. */
static void find_touching(
	const struct reach *reach, const struct meld_owners *owners, bool *touching)
{
	const struct wasm_module *module = reach->module;
	for (size_t i = module->imported_function_count; i < module->function_count; i++)
		for (size_t m = 0; m < module->memory_count; m++)
			if ((reach->direct[i * module->memory_count + m] &
				    (REACH_READ | REACH_WRITE)) != 0)
				touching[place_of(owners, owners->of_function[i])] = true;
}

/*
 * Marks the memories that the code of those touches by itself; all of them where
 * one is not known or touches none, because its pointers may go anywhere.
 */
static void mark_native(const struct reach *reach, const struct meld_owners *owners,
	const bool *gives, const bool *touching, uint8_t *touched)
{
	const struct wasm_module *module = reach->module;
	bool all = gives[owners->component_count];
	for (size_t i = 0; i < owners->component_count; i++)
		all = all || (gives[i] && !touching[i]);
	for (size_t m = 0; all && m < module->memory_count; m++)
		touched[m] |= REACH_NATIVE;
	for (size_t i = module->imported_function_count; i < module->function_count; i++) {
		const uint8_t *direct = reach->direct + i * module->memory_count;
		if (!gives[place_of(owners, owners->of_function[i])])
			continue;
		for (size_t m = 0; m < module->memory_count; m++)
			if ((direct[m] & (REACH_READ | REACH_WRITE)) != 0)
				touched[m] |= REACH_NATIVE;
	}
}

bool reach_component(struct diag *diag, const struct reach *reach, const struct meld_owners *owners,
	uint32_t component, uint8_t *touched)
{
	const struct wasm_module *module = reach->module;
	uint64_t *all = calloc(reach->set_words, sizeof(*all));
	bool *gives = calloc(owners->component_count + 1, sizeof(*gives));
	bool *touching = calloc(owners->component_count + 1, sizeof(*touching));
	bool good = all != NULL && gives != NULL && touching != NULL;
	if (good) {
		join_roots(reach, owners, component, all);
		for (size_t i = 0; i < module->memory_count; i++) {
			touched[i] = 0;
			for (unsigned bit = 0; bit < FACTS_PER_MEMORY; bit++)
				if (has_fact(all, i * FACTS_PER_MEMORY + bit))
					touched[i] |= (uint8_t)(1u << bit);
		}
		find_givers(reach, owners, all, gives);
		find_touching(reach, owners, touching);
		mark_native(reach, owners, gives, touching, touched);
	}
	free(all);
	free(gives);
	free(touching);
	return good || diag_no_memory(diag);
}

bool reach_functions(struct diag *diag, const struct reach *reach, const struct meld_owners *owners,
	uint32_t component, bool *reached)
{
	const struct call_graph *graph = &reach->graph;
	size_t count = 0;
	bool *met = calloc(graph->node_count + 1, sizeof(*met));
	uint32_t *open = reallocarray(NULL, graph->node_count + 1, sizeof(*open));
	bool good = (met != NULL && open != NULL) || diag_no_memory(diag);
	for (size_t i = 0; good && i < graph->root_count; i++)
		if (enters(reach, owners, &graph->roots[i], component) &&
			!met[graph->roots[i].node]) {
			met[graph->roots[i].node] = true;
			open[count++] = graph->roots[i].node;
		}
	while (good && count > 0) {
		uint32_t node = open[--count];
		for (size_t i = graph->first[node]; i < graph->first[node + 1]; i++)
			if (!met[graph->edges[i].to]) {
				met[graph->edges[i].to] = true;
				open[count++] = graph->edges[i].to;
			}
	}
	for (size_t i = 0; good && i < reach->module->function_count; i++)
		reached[i] = met[i];
	free(met);
	free(open);
	return good;
}
