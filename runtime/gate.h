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

/* What a component hands over that is stopped at a gate. */
struct berth_passage {
	const struct berth_gate *gate;
	const struct berth_context *context; /* of the component */
	uint32_t address;		     /* of words or of a pointer that are not accepted */
	uint32_t words[BERTH_MOST_GATE_WORDS];
};

/*
 * Fills the words of PASSAGE from the registers in SAVED and the stack; those
 * beyond the gate's number are zero.  Every pointer among them, as the gate
 * declares them, is replaced by the native address of what it points to, which
 * lies in the memory of the context.  False when words do not lie in its stack (the
 * address is where they should), or when a pointer does not or is not aligned (the
 * address is what it would have been).
 */
bool berth_gate_take(struct berth_passage *passage, struct berth_saved *saved);

#endif
