/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What the exports of a core module may touch: for each, the memories that the
 * code reachable from it reads and writes, and the imported functions that it
 * calls, behind which nothing is seen.
 *
 * It is what may happen, not what will: every branch counts as taken, and a
 * call by index reaches whatever of its signature may be in the table
 * (lib/call_graph.h).  So what is not said here does not happen in the module's
 * own code; an imported function may do anything.
 *
 * Memory instructions are those of the Core Specification, 5.4.6 and 5.4.7, and
 * of the threads proposal.  memory.size and memory.grow touch no byte.
 */
#ifndef BERTH_REACH_H
#define BERTH_REACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/call_graph.h"
#include "lib/diag.h"
#include "lib/meld.h"
#include "lib/wasm.h"

/* How a memory is touched; bits. */
enum reach_access {
	REACH_READ = 1,
	REACH_WRITE = 2,
	REACH_GROW = 4,	  /* memory.grow */
	REACH_NATIVE = 8, /* an imported function may get a pointer into it; reach_component only */
};

/* Many functions that call each other are one group, which has one answer. */
struct reach {
	const struct wasm_module *module; /* borrowed */
	struct call_graph graph;
	uint32_t *group; /* by node of the graph */
	size_t group_count;
	uint64_t *sets; /* by group, set_words each: a bit for each fact */
	size_t set_words;
	uint8_t *direct; /* by function and memory: what its own instructions do */
	bool *outside;	 /* by function: it calls through a table that others can fill */
};

/*
 * Finds out about MODULE, which must outlive *REACH.  False after a report:
 * memory ran out, or the module has so many functions, memories and imports
 * that the answer would take more than 16 MiB.  The caller frees *REACH with
 * reach_free in any case.
 */
bool reach_make(struct diag *diag, const struct wasm_module *module, struct reach *reach);

void reach_free(struct reach *reach);

/* How code that is reachable from NODE (a function, or the node of a root) touches MEMORY. */
unsigned reach_memory(const struct reach *reach, uint32_t node, size_t memory);

/* Whether the imported FUNCTION is reachable from NODE. */
bool reach_import(const struct reach *reach, uint32_t node, size_t function);

/* Whether a call through a table that is imported or exported is reachable from NODE. */
bool reach_outside(const struct reach *reach, uint32_t node);

/*
 * What the context of COMPONENT must hold: by memory, how code that is reachable
 * from what calls it from outside touches it, into TOUCHED, which has room for
 * module->memory_count.  Exports whose component is not known count for every
 * component, and so do tables that are imported; an exported one does not, for an
 * object has no symbol by which others could get at it.  REACH_NATIVE is set for
 * the memories of the component that calls an imported function with an integer
 * parameter: it may be a pointer.  It is set for all memories where that
 * component's code touches none by itself, or a call through a table leads outside.  False, after a
 * report, when memory ran out.
 */
bool reach_component(struct diag *diag, const struct reach *reach, const struct meld_owners *owners,
	uint32_t component, uint8_t *touched);

/* Whether the imported FUNCTION could get a pointer: it has an integer parameter. */
bool reach_takes_integer(const struct wasm_module *module, size_t function);

/*
 * Marks in REACHED, which has room for module->function_count, the functions
 * that are reachable from what calls COMPONENT from outside, imported ones
 * too.  False, after a report, when memory ran out.
 */
bool reach_functions(struct diag *diag, const struct reach *reach, const struct meld_owners *owners,
	uint32_t component, bool *reached);

#endif
