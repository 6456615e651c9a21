/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* How the call instructions of each machine are relocated. */
#ifndef BERTH_MACHINE_H
#define BERTH_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/object.h"

enum { MACHINE_CALLS = 6 };

struct machine {
	uint16_t machine;	       /* EM_* */
	uint64_t code_bits;	       /* of a function symbol's value that are its address */
	uint32_t calls[MACHINE_CALLS]; /* R_* of branches to functions, 0 behind the last */
	uint32_t address; /* R_* that makes a word of 32 bits the address of a symbol */
	/* The addend (RELA) of a call that goes to its symbol. */
	int64_t addend;
	/* Every call in the wasm code has one in the object.  Otherwise unreachable calls may be
	 * left out, and calls within a section may have no relocation. */
	bool whole;
	/* Whether a relocation of a type above is at a branch; NULL where the type says it. */
	bool (*is_branch)(const struct object *object, const struct object_relocation *relocation);
};

/* The description of MACHINE (EM_*), or NULL where berth does not know its calls. */
const struct machine *machine_find(uint16_t machine);

/* Whether RELOCATION of OBJECT is that of a call or tail call. */
bool machine_is_call(const struct machine *machine, const struct object *object,
	const struct object_relocation *relocation);

/*
 * Where a call through RELOCATION goes in the section of its symbol, which is
 * defined.
 */
uint64_t machine_call_target(const struct machine *machine, const struct object *object,
	const struct object_relocation *relocation);

#endif
