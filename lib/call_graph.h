/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Who calls whom in a core module, and what its exports reach.
 *
 * Nodes are the functions, and behind them one for each pair of a table and a
 * signature.  A call by index leads to the node of its table and signature, and
 * that one to every function of the signature that is an element of the table:
 *
 *     export ──► f ──► g ──► (table 0, i32 -> i32) ──► h
 *                 direct       by index                  element
 *
 * So there are as many edges as calls and elements, and not one for each pair
 * of a call and an element.  What else may put functions into a table (passive
 * segments, ref.func, initial values of globals and tables) counts as in every
 * table; where functions move from one table to another, all tables count as one.
 * They do too where references to functions cross the border of the module: as
 * parameters, results or globals that are imported or exported.  Then everything
 * to which there is a reference can be called from outside.
 */
#ifndef BERTH_CALL_GRAPH_H
#define BERTH_CALL_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/diag.h"
#include "lib/wasm.h"
#include "lib/wasm_names.h"

#define CALL_GRAPH_NONE UINT32_MAX

enum call_root_kind { ROOT_EXPORT, ROOT_START, ROOT_TABLE, ROOT_REFERENCE };

/* What calls from outside. */
struct call_root {
	enum call_root_kind kind;
	const char *name; /* of the export, function or table; "" for the others */
	uint32_t node;
};

struct call_edge {
	uint32_t from;
	uint32_t to;
};

struct call_graph {
	const struct wasm_module *module;
	struct wasm_names names;
	size_t node_count;
	struct call_edge *edges; /* by their first node */
	size_t edge_count;
	size_t edge_capacity;
	size_t *first; /* by node: its first edge; one more behind the last */
	struct call_root *roots;
	size_t root_count;
	bool crossing; /* references to functions cross the border of the module */
	bool moves;    /* functions move between tables */
	/* By node, after call_graph_make: from where it is reached on the shortest way. */
	uint32_t *
		parent; /* the node before it; CALL_GRAPH_NONE for a root and what is not reached */
	uint32_t *root; /* index in roots; CALL_GRAPH_NONE when nothing reaches it */
	uint32_t *depth; /* functions before it */
	/* By function. */
	size_t *growth;	      /* how many memory.grow it has */
	size_t *first_growth; /* offset in the file of the first */
	size_t steps;	      /* edges that were followed: each at most once */
};

/* Builds the graph of MODULE.  False after a report; freed with call_graph_free in any case. */
bool call_graph_make(struct diag *diag, const struct wasm_module *module, struct call_graph *graph);

void call_graph_free(struct call_graph *graph);

/*
 * The way on which FUNCTION, which something reaches, is reached: "export run →
 * helper → by index: grow".  The middle of a long one is left out.  A new
 * string; NULL when memory ran out.
 */
char *call_graph_path(const struct call_graph *graph, uint32_t function);

#endif
