/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Finding out whether this hart has a CSR. */
#ifndef BERTH_RISCV_PROBE_H
#define BERTH_RISCV_PROBE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Calls READ, one instruction of four bytes that reads a CSR into a0 and a
 * return, and puts what it read into *VALUE.  False, and zero, when this hart
 * does not have the CSR.  Machine mode only; keeps mtvec.
 */
bool berth_probe(uint32_t (*read)(void), uint32_t *value);

#endif
