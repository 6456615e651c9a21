/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What is known of the code that a node of the call graph reaches: a set of bits for
 * each group of nodes that reach each other.  For lib/reach*.c alone.
 */
#ifndef BERTH_REACH_FACTS_H
#define BERTH_REACH_FACTS_H

#include "lib/reach.h"

/* Facts about a group: three for each memory, one for each imported function, and one. */
enum { FACTS_PER_MEMORY = 3, WORD_BITS = 64 };

static inline size_t import_fact(const struct reach *reach, size_t function)
{
	return reach->module->memory_count * FACTS_PER_MEMORY + function;
}

/* The last: a call through a table that can be filled from outside. */
static inline size_t outside_fact(const struct reach *reach)
{
	return import_fact(reach, reach->module->imported_function_count);
}

static inline bool has_fact(const uint64_t *set, size_t fact)
{
	return (set[fact / WORD_BITS] >> fact % WORD_BITS & 1) != 0;
}

static inline const uint64_t *set_of(const struct reach *reach, uint32_t node)
{
	return reach->sets + reach->group[node] * reach->set_words;
}

#endif
