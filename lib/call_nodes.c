/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/call_nodes.h"

#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#define uthash_nonfatal_oom(node) ((node)->lost = true)
#include <uthash.h>

struct call_node {
	struct {
		uint32_t table;
		uint32_t signature;
	} key;
	uint32_t node;
	bool lost;
	UT_hash_handle hh;
};

/* A signature to be put in order. */
struct ordered {
	const struct wasm_signature *signature;
	uint32_t index;
};

static int compare_types(const uint8_t *a, size_t a_count, const uint8_t *b, size_t b_count)
{
	if (a_count != b_count)
		return a_count < b_count ? -1 : 1;
	return a_count == 0 ? 0 : memcmp(a, b, a_count);
}

static int compare_signatures(const struct wasm_signature *a, const struct wasm_signature *b)
{
	int order = compare_types(a->params, a->param_count, b->params, b->param_count);
	return order != 0 ? order
			  : compare_types(a->results, a->result_count, b->results, b->result_count);
}

static int by_signature(const void *a, const void *b)
{
	const struct ordered *one = a;
	const struct ordered *two = b;
	int order = compare_signatures(one->signature, two->signature);
	if (order != 0)
		return order;
	return one->index < two->index ? -1 : one->index > two->index;
}

/* Equal signatures may stand in a module more than once, and a call by one reaches all. */
static bool find_same(struct call_nodes *nodes, const struct wasm_module *module)
{
	size_t count = module->signature_count;
	struct ordered *ordered = reallocarray(NULL, count + 1, sizeof(*ordered));
	nodes->same = reallocarray(NULL, count + 1, sizeof(*nodes->same));
	if (ordered == NULL || nodes->same == NULL) {
		free(ordered);
		return false;
	}
	for (size_t i = 0; i < count; i++)
		ordered[i] = (struct ordered){&module->signatures[i], (uint32_t)i};
	qsort(ordered, count, sizeof(*ordered), by_signature);
	for (size_t i = 0; i < count; i++) {
		bool equal = i > 0 && compare_signatures(
					      ordered[i - 1].signature, ordered[i].signature) == 0;
		nodes->same[ordered[i].index] =
			equal ? nodes->same[ordered[i - 1].index] : ordered[i].index;
	}
	free(ordered);
	return true;
}

bool call_nodes_start(struct call_nodes *nodes, const struct wasm_module *module)
{
	*nodes = (struct call_nodes){.count = module->function_count};
	return find_same(nodes, module);
}

void call_nodes_end(struct call_nodes *nodes)
{
	struct call_node *node;
	struct call_node *next;
	HASH_ITER(hh, nodes->table, node, next)
	{
		HASH_DEL(nodes->table, node);
		free(node);
	}
	free(nodes->same);
	nodes->same = NULL;
}

uint32_t call_nodes_get(struct call_nodes *nodes, uint32_t table, uint32_t signature, bool *fresh)
{
	struct call_node *node = NULL;
	struct call_node probe = {.key = {table, signature}};
	HASH_FIND(hh, nodes->table, &probe.key, sizeof(probe.key), node);
	*fresh = node == NULL;
	if (node != NULL)
		return node->node;
	node = calloc(1, sizeof(*node));
	if (node == NULL)
		return UINT32_MAX;
	*node = (struct call_node){.key = {table, signature}, .node = (uint32_t)nodes->count};
	HASH_ADD(hh, nodes->table, key, sizeof(node->key), node);
	if (node->lost) {
		free(node);
		return UINT32_MAX;
	}
	return (uint32_t)nodes->count++;
}
