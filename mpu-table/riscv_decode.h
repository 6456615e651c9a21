/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Decoding RISC-V physical memory protection (PMP, RV32): what the hardware
 * does with a pmpaddr register and its byte of a pmpcfg register.
 *
 * Source: The RISC-V Instruction Set Manual, Volume II, section 3.7.1, and the
 * Smepmp extension.  Written from their tables, not from the encoder.
 */
#ifndef BERTH_RISCV_DECODE_H
#define BERTH_RISCV_DECODE_H

#include "mpu-table/row_view.h"

/*
 * Decodes entry INDEX of ENTRIES, whose first is entry 0, into *VIEW; a TOR
 * entry starts where the entry before it says.  TARGET gives the granularity
 * and whether mseccfg.MML is set.  False when the entry is reserved, or is one
 * that the part cannot hold; *WHY then says the rule, and is NULL otherwise.
 *
 * The lowest entry that matches any byte of an access decides, and must match
 * all of them: context_map.h.
 */
bool riscv_decode(const struct row_target *target, const struct row *entries, size_t index,
	struct row_view *view, const char **why);

#endif
