/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* How the call instructions of each machine are relocated. */
#ifndef BERTH_MACHINE_H
#define BERTH_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

enum { MACHINE_CALLS = 6 };

struct machine {
	uint16_t machine;	       /* EM_* */
	uint64_t code_bits;	       /* of a function symbol's value that are its address */
	uint32_t calls[MACHINE_CALLS]; /* R_* of branches to functions, 0 behind the last */
};

/* The description of MACHINE (EM_*), or NULL where berth does not know its calls. */
const struct machine *machine_find(uint16_t machine);

/* Whether relocation TYPE is that of a call or tail call. */
bool machine_is_call(const struct machine *machine, uint32_t type);

#endif
