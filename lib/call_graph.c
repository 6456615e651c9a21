/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/call_graph.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/call_nodes.h"

/* While the graph is made. */
struct making {
	struct diag *diag;
	struct call_graph *graph;
	struct call_nodes nodes;
	uint32_t function; /* the one that is scanned */
	bool no_memory;
};

static bool is_function(const struct call_graph *graph, uint32_t node)
{
	return node < graph->module->function_count;
}

/* --- edges ------------------------------------------------------------------------------------ */

static bool add_edge(struct making *making, uint32_t from, uint32_t to)
{
	struct call_graph *graph = making->graph;
	if (graph->edge_count == graph->edge_capacity) {
		size_t capacity = graph->edge_capacity == 0 ? 256 : graph->edge_capacity * 2;
		struct call_edge *edges =
			reallocarray(graph->edges, capacity, sizeof(*graph->edges));
		if (edges == NULL)
			return false;
		graph->edges = edges;
		graph->edge_capacity = capacity;
	}
	graph->edges[graph->edge_count++] = (struct call_edge){from, to};
	return true;
}

/*
 * The node of TABLE and SIGNATURE (in the words of call_nodes.h); a new one
 * leads on to what may be in any table.  CALL_GRAPH_NONE when memory ran out.
 */
static uint32_t node_of(struct making *making, uint32_t table, uint32_t signature)
{
	bool fresh = false;
	if (making->graph->moves && table != CALL_NODES_ANY)
		table = 0;
	uint32_t node = call_nodes_get(&making->nodes, table, signature, &fresh);
	if (node == CALL_GRAPH_NONE || !fresh || table == CALL_NODES_ANY)
		return node;
	uint32_t any = node_of(making, CALL_NODES_ANY, signature);
	return any != CALL_GRAPH_NONE && add_edge(making, node, any) ? node : CALL_GRAPH_NONE;
}

/* FUNCTION may be called through TABLE, by its signature and by who knows none. */
static bool add_element(struct making *making, uint32_t table, uint32_t function)
{
	const struct wasm_module *module = making->graph->module;
	uint32_t signature = module->functions[function].signature;
	uint32_t typed = node_of(making, table, making->nodes.same[signature]);
	uint32_t untyped = node_of(making, table, CALL_NODES_ANY);
	return typed != CALL_GRAPH_NONE && untyped != CALL_GRAPH_NONE &&
	       add_edge(making, typed, function) && add_edge(making, untyped, function);
}

/* --- code ------------------------------------------------------------------------------------- */

/* The first look, which only finds out whether functions move between tables. */
static bool visit_moves(const struct wasm_instruction *instruction, void *context)
{
	struct making *making = context;
	if (instruction->opcode == WASM_OP_TABLE_GET ||
		(instruction->opcode == WASM_OP_TABLE_COPY &&
			instruction->table != instruction->table2))
		making->graph->moves = true;
	return true;
}

static bool add_indirect(struct making *making, const struct wasm_instruction *instruction)
{
	uint32_t node = node_of(making, instruction->table, making->nodes.same[instruction->index]);
	return node != CALL_GRAPH_NONE && add_edge(making, making->function, node);
}

static bool visit(const struct wasm_instruction *instruction, void *context)
{
	struct making *making = context;
	struct call_graph *graph = making->graph;
	bool good = true;
	switch (instruction->opcode) {
	case WASM_OP_MEMORY_GROW:
		if (graph->growth[making->function]++ == 0)
			graph->first_growth[making->function] = instruction->offset;
		break;
	case WASM_OP_CALL:
	case WASM_OP_RETURN_CALL:
		good = add_edge(making, making->function, instruction->index);
		break;
	case WASM_OP_CALL_INDIRECT:
	case WASM_OP_RETURN_CALL_INDIRECT:
		good = add_indirect(making, instruction);
		break;
	case WASM_OP_REF_FUNC:
		good = add_element(making, CALL_NODES_ANY, instruction->index);
		break;
	default:
		break;
	}
	making->no_memory = making->no_memory || !good;
	return good;
}

static bool scan(struct making *making,
	bool (*look)(const struct wasm_instruction *instruction, void *context))
{
	const struct wasm_module *module = making->graph->module;
	for (size_t i = module->imported_function_count; i < module->function_count; i++) {
		making->function = (uint32_t)i;
		if (!wasm_scan(making->diag, module, (uint32_t)i, look, making))
			return making->no_memory ? diag_no_memory(making->diag) : false;
	}
	return true;
}

static bool add_elements(struct making *making)
{
	const struct wasm_module *module = making->graph->module;
	for (size_t i = 0; i < module->elements_count; i++) {
		const struct wasm_elements *elements = &module->elements[i];
		uint32_t table = elements->active ? elements->table : CALL_NODES_ANY;
		for (size_t j = 0; j < elements->count; j++)
			if (elements->functions[j] < module->function_count &&
				!add_element(making, table, elements->functions[j]))
				return diag_no_memory(making->diag);
	}
	for (size_t i = 0; i < module->reference_count; i++)
		if (!add_element(making, CALL_NODES_ANY, module->references[i]))
			return diag_no_memory(making->diag);
	return true;
}

/* --- the border ------------------------------------------------------------------------------- */

static bool has_reference(const uint8_t *types, size_t count)
{
	return count > 0 && memchr(types, WASM_FUNCREF, count) != NULL;
}

static bool signature_crosses(const struct wasm_signature *signature)
{
	return has_reference(signature->params, signature->param_count) ||
	       has_reference(signature->results, signature->result_count);
}

/* The types of tags are not kept: one that is imported or exported has any of the module. */
static bool tag_crosses(const struct wasm_module *module)
{
	for (size_t i = 0; i < module->signature_count; i++)
		if (signature_crosses(&module->signatures[i]))
			return true;
	return false;
}

/* Whether a reference to a function can come or go through the thing of KIND at INDEX. */
static bool crosses(const struct wasm_module *module, enum wasm_kind kind, uint32_t index)
{
	switch (kind) {
	case WASM_FUNCTION:
		return signature_crosses(&module->signatures[module->functions[index].signature]);
	case WASM_GLOBAL:
		return module->globals[index].type == WASM_FUNCREF;
	case WASM_TAG:
		return tag_crosses(module);
	default: /* tables have roots of their own */
		return false;
	}
}

static bool find_crossing(const struct wasm_module *module)
{
	for (size_t i = 0; i < module->import_count; i++)
		if (crosses(module, module->imports[i].kind, module->imports[i].index))
			return true;
	for (size_t i = 0; i < module->export_count; i++)
		if (crosses(module, module->exports[i].kind, module->exports[i].index))
			return true;
	return false;
}

/* --- roots ------------------------------------------------------------------------------------ */

static bool add_root(
	struct making *making, enum call_root_kind kind, const char *name, uint32_t node)
{
	struct call_graph *graph = making->graph;
	/* There is room for all: exports, the start function, imported tables, references. */
	graph->roots[graph->root_count++] = (struct call_root){kind, name, node};
	return node != CALL_GRAPH_NONE || diag_no_memory(making->diag);
}

static bool add_roots(struct making *making)
{
	const struct wasm_module *module = making->graph->module;
	bool good = true;
	making->graph->roots = calloc(
		module->export_count + module->table_count + 2, sizeof(*making->graph->roots));
	if (making->graph->roots == NULL)
		return diag_no_memory(making->diag);
	for (size_t i = 0; good && i < module->export_count; i++) {
		const struct wasm_export *export = &module->exports[i];
		if (export->kind == WASM_FUNCTION)
			good = add_root(making, ROOT_EXPORT, export->name, export->index);
		else if (export->kind == WASM_TABLE)
			good = add_root(making, ROOT_TABLE, export->name,
				node_of(making, export->index, CALL_NODES_ANY));
	}
	if (good && module->has_start)
		good = add_root(making, ROOT_START, "", module->start);
	for (size_t i = 0; good && i < module->table_count; i++)
		if (module->tables[i].imported)
			good = add_root(making, ROOT_TABLE, "",
				node_of(making, (uint32_t)i, CALL_NODES_ANY));
	if (good && making->graph->crossing)
		good = add_root(making, ROOT_REFERENCE, "", node_of(making, 0, CALL_NODES_ANY));
	return good;
}

/* --- the ways ----------------------------------------------------------------------- */

/* Orders the edges by their first node, keeping the order of those of one node. */
static bool order_edges(struct call_graph *graph)
{
	struct call_edge *ordered =
		reallocarray(NULL, graph->edge_count + 1, sizeof(*graph->edges));
	graph->first = calloc(graph->node_count + 2, sizeof(*graph->first));
	if (ordered == NULL || graph->first == NULL) {
		free(ordered);
		return false;
	}
	/* Counts one place too far, so that filling in moves each to its own place. */
	for (size_t i = 0; i < graph->edge_count; i++)
		graph->first[graph->edges[i].from + 2]++;
	for (size_t i = 2; i < graph->node_count + 2; i++)
		graph->first[i] += graph->first[i - 1];
	for (size_t i = 0; i < graph->edge_count; i++)
		ordered[graph->first[graph->edges[i].from + 1]++] = graph->edges[i];
	free(graph->edges);
	graph->edges = ordered;
	return true;
}

static bool reach(struct call_graph *graph, uint32_t *queue, size_t *length, uint32_t node,
	uint32_t root, uint32_t parent)
{
	if (graph->root[node] != CALL_GRAPH_NONE)
		return false;
	graph->root[node] = root;
	graph->parent[node] = parent;
	if (parent != CALL_GRAPH_NONE)
		graph->depth[node] = graph->depth[parent] + (is_function(graph, parent) ? 1 : 0);
	queue[(*length)++] = node;
	return true;
}

/* One search, from all roots at once: every node gets the shortest way to it. */
static bool search(struct call_graph *graph)
{
	size_t length = 0;
	uint32_t *queue = reallocarray(NULL, graph->node_count + 1, sizeof(*queue));
	graph->root = reallocarray(NULL, graph->node_count + 1, sizeof(*graph->root));
	graph->parent = reallocarray(NULL, graph->node_count + 1, sizeof(*graph->parent));
	graph->depth = calloc(graph->node_count + 1, sizeof(*graph->depth));
	if (queue == NULL || graph->root == NULL || graph->parent == NULL || graph->depth == NULL) {
		free(queue);
		return false;
	}
	for (size_t i = 0; i < graph->node_count; i++)
		graph->root[i] = graph->parent[i] = CALL_GRAPH_NONE;
	for (size_t i = 0; i < graph->root_count; i++)
		reach(graph, queue, &length, graph->roots[i].node, (uint32_t)i, CALL_GRAPH_NONE);
	for (size_t at = 0; at < length; at++) {
		uint32_t node = queue[at];
		for (size_t i = graph->first[node]; i < graph->first[node + 1]; i++) {
			graph->steps++;
			reach(graph, queue, &length, graph->edges[i].to, graph->root[node], node);
		}
	}
	free(queue);
	return true;
}

/* --- the whole ---------------------------------------------------------------------- */

static bool start(struct making *making)
{
	struct call_graph *graph = making->graph;
	size_t count = graph->module->function_count;
	graph->growth = calloc(count + 1, sizeof(*graph->growth));
	graph->first_growth = calloc(count + 1, sizeof(*graph->first_growth));
	bool good = graph->growth != NULL && graph->first_growth != NULL &&
		    wasm_names_read(graph->module, &graph->names) &&
		    call_nodes_start(&making->nodes, graph->module);
	return good || diag_no_memory(making->diag);
}

bool call_graph_make(struct diag *diag, const struct wasm_module *module, struct call_graph *graph)
{
	struct making making = {.diag = diag, .graph = graph};
	*graph = (struct call_graph){.module = module};
	graph->crossing = graph->moves = find_crossing(module);
	bool good = start(&making) && scan(&making, visit_moves) && scan(&making, visit) &&
		    add_elements(&making) && add_roots(&making);
	graph->node_count = making.nodes.count;
	if (good)
		good = (order_edges(graph) && search(graph)) || diag_no_memory(diag);
	call_nodes_end(&making.nodes);
	return good;
}

void call_graph_free(struct call_graph *graph)
{
	wasm_names_free(&graph->names);
	free(graph->edges);
	free(graph->first);
	free(graph->roots);
	free(graph->parent);
	free(graph->root);
	free(graph->depth);
	free(graph->growth);
	free(graph->first_growth);
	*graph = (struct call_graph){0};
}

/* --- paths -------------------------------------------------------------------------- */

enum { SHOWN = 8 }; /* functions at the end of a path */

#define ARROW " \xe2\x86\x92 "
#define DOTS "\xe2\x80\xa6"

static void put_root(FILE *stream, const struct call_root *root)
{
	static const char *const words[] = {"export ", "the start function", "table ",
		"a reference to a function that comes from outside"};
	fputs(words[root->kind], stream);
	if (root->kind == ROOT_TABLE && root->name[0] == '\0')
		fputs("that is imported", stream);
	else
		fputs(root->name, stream);
}

static void put_function(const struct call_graph *graph, FILE *stream, uint32_t function)
{
	const char *name = wasm_name_of(&graph->names, function);
	uint32_t caller = graph->parent[function];
	fputs(ARROW, stream);
	if (caller != CALL_GRAPH_NONE && !is_function(graph, caller))
		fputs("by index: ", stream);
	if (name == NULL)
		fprintf(stream, "function %" PRIu32, function);
	else
		fputs(name, stream);
}

char *call_graph_path(const struct call_graph *graph, uint32_t function)
{
	uint32_t shown[SHOWN];
	size_t count = 0;
	size_t hidden = 0;
	char *text = NULL;
	size_t size = 0;
	uint32_t at = function;
	FILE *stream = open_memstream(&text, &size);
	if (stream == NULL)
		return NULL;
	for (; at != CALL_GRAPH_NONE && count < SHOWN; at = graph->parent[at])
		if (is_function(graph, at))
			shown[count++] = at;
	if (at != CALL_GRAPH_NONE)
		hidden = (size_t)graph->depth[at] + (is_function(graph, at) ? 1 : 0);
	put_root(stream, &graph->roots[graph->root[function]]);
	if (hidden > 0)
		fprintf(stream, ARROW DOTS " %zu more " DOTS, hidden);
	while (count > 0)
		put_function(graph, stream, shown[--count]);
	if (fclose(stream) == 0)
		return text;
	free(text);
	return NULL;
}
