/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What enter.S calls, and what it offers to C. */
#ifndef BERTH_RISCV_TRAP_H
#define BERTH_RISCV_TRAP_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/riscv/saved.h"

/* A component was trapped: true when its call is over, false when *SAVED is to go on. */
bool berth_on_trap(struct berth_saved *saved);

/* Native code was trapped: returns after an interrupt, and not at all after an exception. */
void berth_on_native_trap(void);

/*
 * Calls READ, one instruction of four bytes that reads a CSR into a0 and a
 * return, and puts what it read into *VALUE.  False, and zero, when this hart
 * does not have the CSR.  Machine mode only; keeps mtvec.
 */
bool berth_probe(uint32_t (*read)(void), uint32_t *value);

#endif
