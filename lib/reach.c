/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/reach.h"

#include <stdlib.h>

#include "lib/checked.h"
#include "lib/reach_facts.h"

#define MOST_WORDS (UINT64_C(1) << 21)

/* --- instructions --------------------------------------------------------------------- */

/* Behind the prefix fd: 0 to 0a load, 0b stores, 54 to 57 load a lane, 58 to 5b store one. */
static unsigned vector_access(uint32_t code)
{
	return code == 0x0b || (code >= 0x58 && code <= 0x5b) ? REACH_WRITE : REACH_READ;
}

/* Behind the prefix fe: notify and wait, 10 to 16 load, 17 to 1d store, then both. */
static unsigned atomic_access(uint32_t code)
{
	if (code <= 0x16)
		return REACH_READ;
	return code <= 0x1d ? REACH_WRITE : REACH_READ | REACH_WRITE;
}

/* What an instruction with a memory does to it; to the destination for memory.copy. */
static unsigned access_of(uint32_t opcode)
{
	enum { FIRST_LOAD = 0x28, FIRST_STORE = 0x36, LAST_STORE = 0x3e };
	uint32_t code = opcode & 0xffffff;
	switch (opcode >> 24) {
	case 0xfc: /* memory.init, memory.copy, memory.fill */
		return REACH_WRITE;
	case 0xfd:
		return vector_access(code);
	case 0xfe:
		return atomic_access(code);
	default:
		break;
	}
	if (opcode == WASM_OP_MEMORY_SIZE)
		return 0;
	if (opcode == WASM_OP_MEMORY_GROW)
		return REACH_GROW;
	if (opcode >= FIRST_LOAD && opcode < FIRST_STORE)
		return REACH_READ;
	if (opcode >= FIRST_STORE && opcode <= LAST_STORE)
		return REACH_WRITE;
	return REACH_READ | REACH_WRITE;
}

/* One function while its code is looked at. */
struct visit {
	const bool *open; /* by table: others may put functions into it */
	uint8_t *direct;  /* by memory */
	bool *outside;
};

static bool visit(const struct wasm_instruction *instruction, void *context)
{
	struct visit *at = context;
	if (instruction->uses_memory)
		at->direct[instruction->memory] |= (uint8_t)access_of(instruction->opcode);
	if (instruction->opcode == WASM_OP_MEMORY_COPY)
		at->direct[instruction->memory2] |= REACH_READ;
	if ((instruction->opcode == WASM_OP_CALL_INDIRECT ||
		    instruction->opcode == WASM_OP_RETURN_CALL_INDIRECT) &&
		at->open[instruction->table])
		*at->outside = true;
	return true;
}

static bool scan_functions(struct diag *diag, const struct reach *reach, const bool *open)
{
	const struct wasm_module *module = reach->module;
	for (size_t i = module->imported_function_count; i < module->function_count; i++) {
		struct visit at = {
			open, reach->direct + i * module->memory_count, &reach->outside[i]};
		if (!wasm_scan(diag, module, (uint32_t)i, visit, &at))
			return false;
	}
	return true;
}

/*
 * What is imported or exported can be filled from outside; so can all tables
 * where functions move out of such a one, or come as references.
 */
static void find_open(const struct reach *reach, bool *open)
{
	const struct wasm_module *module = reach->module;
	bool all = reach->graph.crossing;
	for (size_t i = 0; i < module->table_count; i++)
		open[i] = module->tables[i].imported;
	for (size_t i = 0; i < module->export_count; i++)
		if (module->exports[i].kind == WASM_TABLE)
			open[module->exports[i].index] = true;
	for (size_t i = 0; reach->graph.moves && i < module->table_count; i++)
		all = all || open[i];
	for (size_t i = 0; all && i < module->table_count; i++)
		open[i] = true;
}

static bool scan(struct diag *diag, struct reach *reach)
{
	const struct wasm_module *module = reach->module;
	bool *open = calloc(module->table_count + 1, sizeof(*open));
	reach->direct = calloc(module->function_count * module->memory_count + 1, 1);
	reach->outside = calloc(module->function_count + 1, sizeof(*reach->outside));
	bool good = (open != NULL && reach->direct != NULL && reach->outside != NULL) ||
		    diag_no_memory(diag);
	if (good)
		find_open(reach, open);
	good = good && scan_functions(diag, reach, open);
	free(open);
	return good;
}

/* --- groups ----------------------------------------------------------------------------- */

/* The search for groups (Tarjan 1972), with its own stack: a chain of calls may be long. */
struct search {
	const struct call_graph *graph;
	uint32_t *group;
	uint32_t *order;  /* by node: when it was first met, from 1; 0: not yet */
	uint32_t *lowest; /* by node: the earliest that it leads back to */
	size_t *next;	  /* by node: the edge to follow next */
	uint32_t *path;	  /* the nodes from the start to the present one */
	uint32_t *open;	  /* the nodes that have no group yet */
	size_t open_count;
	uint32_t met;
	uint32_t group_count;
};

static void enter(struct search *search, uint32_t node)
{
	search->order[node] = search->lowest[node] = ++search->met;
	search->next[node] = search->graph->first[node];
	search->open[search->open_count++] = node;
}

/* NODE leads back to nothing before it: what is open behind it is one group. */
static void close_group(struct search *search, uint32_t node)
{
	uint32_t last;
	do {
		last = search->open[--search->open_count];
		search->group[last] = search->group_count;
	} while (last != node);
	search->group_count++;
}

/* The next node to enter from NODE, or CALL_GRAPH_NONE when all have been met. */
static uint32_t follow(struct search *search, uint32_t node)
{
	const struct call_graph *graph = search->graph;
	while (search->next[node] < graph->first[node + 1]) {
		uint32_t to = graph->edges[search->next[node]++].to;
		if (search->order[to] == 0)
			return to;
		if (search->group[to] == CALL_GRAPH_NONE &&
			search->order[to] < search->lowest[node])
			search->lowest[node] = search->order[to];
	}
	return CALL_GRAPH_NONE;
}

/* Groups all that START leads to; callees get lower numbers than their callers. */
static void search_from(struct search *search, uint32_t start)
{
	size_t depth = 0;
	search->path[depth++] = start;
	enter(search, start);
	while (depth > 0) {
		uint32_t node = search->path[depth - 1];
		uint32_t to = follow(search, node);
		if (to != CALL_GRAPH_NONE) {
			search->path[depth++] = to;
			enter(search, to);
			continue;
		}
		if (search->lowest[node] == search->order[node])
			close_group(search, node);
		depth--;
		if (depth > 0 && search->lowest[node] < search->lowest[search->path[depth - 1]])
			search->lowest[search->path[depth - 1]] = search->lowest[node];
	}
}

static bool find_groups(struct reach *reach)
{
	size_t count = reach->graph.node_count;
	reach->group = reallocarray(NULL, count + 1, sizeof(*reach->group));
	struct search search = {.graph = &reach->graph,
		.group = reach->group,
		.order = calloc(count + 1, sizeof(uint32_t)),
		.lowest = calloc(count + 1, sizeof(uint32_t)),
		.next = calloc(count + 1, sizeof(size_t)),
		.path = reallocarray(NULL, count + 1, sizeof(uint32_t)),
		.open = reallocarray(NULL, count + 1, sizeof(uint32_t))};
	bool good = reach->group != NULL && search.order != NULL && search.lowest != NULL &&
		    search.next != NULL && search.path != NULL && search.open != NULL;
	for (size_t i = 0; good && i < count; i++)
		reach->group[i] = CALL_GRAPH_NONE;
	for (size_t i = 0; good && i < count; i++)
		if (search.order[i] == 0)
			search_from(&search, (uint32_t)i);
	reach->group_count = search.group_count;
	free(search.order);
	free(search.lowest);
	free(search.next);
	free(search.path);
	free(search.open);
	return good;
}

/* --- facts ------------------------------------------------------------------------------- */

static void add_fact(uint64_t *set, size_t fact)
{
	set[fact / WORD_BITS] |= UINT64_C(1) << fact % WORD_BITS;
}

/* What NODE does by itself. */
static void add_own(const struct reach *reach, uint64_t *set, uint32_t node)
{
	const struct wasm_module *module = reach->module;
	if (node < module->imported_function_count) {
		add_fact(set, import_fact(reach, node));
		return;
	}
	if (node >= module->function_count)
		return;
	const uint8_t *direct = reach->direct + node * module->memory_count;
	for (size_t i = 0; i < module->memory_count; i++)
		for (unsigned bit = 0; bit < FACTS_PER_MEMORY; bit++)
			if ((direct[i] >> bit & 1) != 0)
				add_fact(set, i * FACTS_PER_MEMORY + bit);
	if (reach->outside[node])
		add_fact(set, outside_fact(reach));
}

static void add_reached(const struct reach *reach, uint64_t *set, uint32_t node)
{
	const struct call_graph *graph = &reach->graph;
	for (size_t i = graph->first[node]; i < graph->first[node + 1]; i++) {
		const uint64_t *theirs =
			reach->sets + reach->group[graph->edges[i].to] * reach->set_words;
		for (size_t word = 0; word < reach->set_words; word++)
			set[word] |= theirs[word];
	}
}

/* Nodes ordered by their group, so that what a group calls is known before it. */
static uint32_t *order_nodes(const struct reach *reach)
{
	size_t count = reach->graph.node_count;
	size_t *place = calloc(reach->group_count + 1, sizeof(*place));
	uint32_t *nodes = reallocarray(NULL, count + 1, sizeof(*nodes));
	if (place != NULL && nodes != NULL) {
		for (size_t i = 0; i < count; i++)
			place[reach->group[i] + 1]++;
		for (size_t i = 1; i < reach->group_count; i++)
			place[i] += place[i - 1];
		for (size_t i = 0; i < count; i++)
			nodes[place[reach->group[i]]++] = (uint32_t)i;
	} else {
		free(nodes);
		nodes = NULL;
	}
	free(place);
	return nodes;
}

static bool collect(struct reach *reach)
{
	reach->sets = calloc(reach->group_count * reach->set_words + 1, sizeof(*reach->sets));
	uint32_t *nodes = order_nodes(reach);
	if (reach->sets == NULL || nodes == NULL) {
		free(nodes);
		return false;
	}
	for (size_t i = 0; i < reach->graph.node_count; i++) {
		uint64_t *set = reach->sets + reach->group[nodes[i]] * reach->set_words;
		add_own(reach, set, nodes[i]);
		add_reached(reach, set, nodes[i]);
	}
	free(nodes);
	return true;
}

/* --- the whole ----------------------------------------------------------------------------- */

/* Whether the answer for ITEMS things is of a size that can be worked with. */
static bool is_small(struct reach *reach, size_t items)
{
	const struct wasm_module *module = reach->module;
	uint64_t facts = 0;
	uint64_t words = 0;
	uint64_t bytes = 0;
	if (!checked_mul(module->memory_count, FACTS_PER_MEMORY, &facts) ||
		!checked_add(facts, module->imported_function_count, &facts))
		return false;
	reach->set_words = (size_t)(facts / WORD_BITS + 1);
	return checked_mul(items, reach->set_words, &words) && words <= MOST_WORDS &&
	       checked_mul(module->function_count, module->memory_count, &bytes) &&
	       bytes <= MOST_WORDS * sizeof(uint64_t);
}

static bool too_large(struct diag *diag, const struct wasm_module *module)
{
	return diag_error(diag, module->path,
		"has %zu functions, %zu memories and %zu imported functions: more than can be "
		"followed; split the module",
		module->function_count, module->memory_count, module->imported_function_count);
}

bool reach_make(struct diag *diag, const struct wasm_module *module, struct reach *reach)
{
	*reach = (struct reach){.module = module};
	if (!is_small(reach, module->function_count))
		return too_large(diag, module);
	if (!call_graph_make(diag, module, &reach->graph))
		return false;
	if (!is_small(reach, reach->graph.node_count) || !is_small(reach, reach->graph.edge_count))
		return too_large(diag, module);
	if (!scan(diag, reach))
		return false;
	return (find_groups(reach) && collect(reach)) || diag_no_memory(diag);
}

void reach_free(struct reach *reach)
{
	call_graph_free(&reach->graph);
	free(reach->group);
	free(reach->sets);
	free(reach->direct);
	free(reach->outside);
	*reach = (struct reach){0};
}

/* --- questions ------------------------------------------------------------------------------ */

unsigned reach_memory(const struct reach *reach, uint32_t node, size_t memory)
{
	unsigned access = 0;
	for (unsigned bit = 0; bit < FACTS_PER_MEMORY; bit++)
		if (has_fact(set_of(reach, node), memory * FACTS_PER_MEMORY + bit))
			access |= 1u << bit;
	return access;
}

bool reach_import(const struct reach *reach, uint32_t node, size_t function)
{
	return has_fact(set_of(reach, node), import_fact(reach, function));
}

bool reach_outside(const struct reach *reach, uint32_t node)
{
	return has_fact(set_of(reach, node), outside_fact(reach));
}
