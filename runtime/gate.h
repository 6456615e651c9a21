/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Who may pass a gate, and with what. */
#ifndef BERTH_RUNTIME_GATE_H
#define BERTH_RUNTIME_GATE_H

#include "runtime/port.h"

/*
 * Whether each of the COUNT gates agrees with itself and with the contexts of
 * TABLE: looked at once, at boot.
 */
bool berth_gates_check(
	const struct berth_regions_header *table, const struct berth_gate *gates, uint32_t count);

/* Gate NUMBER, if there is one and context INDEX may use it; else NULL. */
const struct berth_gate *berth_gate_for(uint32_t number, uint32_t index);

/*
 * The argument words of a component that is stopped at GATE, into
 * words[BERTH_MOST_GATE_WORDS]; those beyond the gate's number are zero.
 * False when they do not lie in its stack; *ADDRESS is where they should.
 */
bool berth_gate_words(const struct berth_gate *gate, const struct berth_context *context,
	struct berth_saved *saved, uint32_t *words, uint32_t *address);

/*
 * Replaces every pointer among WORDS, as GATE declares them, by the native
 * address of what it points to, which lies in the memory of CONTEXT.  False
 * when one does not, or is not aligned; *ADDRESS is what it would have been.
 */
bool berth_gate_pointers(const struct berth_gate *gate, const struct berth_context *context,
	uint32_t *words, uint32_t *address);

#endif
