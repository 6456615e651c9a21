/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The nodes of a call graph that are no functions: pairs of a table and a signature. */
#ifndef BERTH_CALL_NODES_H
#define BERTH_CALL_NODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/wasm.h"

/* What is in every table; whoever calls with any signature. */
#define CALL_NODES_ANY UINT32_MAX

struct call_node;

struct call_nodes {
	uint32_t *same; /* by signature: the first that is equal, which stands for all */
	struct call_node *table;
	size_t count; /* of nodes, functions included */
};

/* Starts behind the functions of MODULE.  False when memory ran out; call_nodes_end in any case. */
bool call_nodes_start(struct call_nodes *nodes, const struct wasm_module *module);

/* Frees what NODES holds. */
void call_nodes_end(struct call_nodes *nodes);

/* The node of TABLE and SIGNATURE, *FRESH when it is new; UINT32_MAX when memory ran out. */
uint32_t call_nodes_get(struct call_nodes *nodes, uint32_t table, uint32_t signature, bool *fresh);

#endif
