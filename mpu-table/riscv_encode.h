/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Encoding protection rows for RISC-V physical memory protection (PMP, RV32).
 *
 * Source: The RISC-V Instruction Set Manual, Volume II, section 3.7.1 (pmpcfg,
 * pmpaddr, address matching), and the Smepmp extension.  A row is a pmpaddr
 * register and its byte of a pmpcfg register; the slot is the entry's number.
 */
#ifndef BERTH_RISCV_ENCODE_H
#define BERTH_RISCV_ENCODE_H

#include "mpu-table/row.h"

enum { RISCV_SLOTS = 64 };

/*
 * Encodes the rows (pmpaddr, pmpcfg) that open exactly the range of REQUEST for
 * user mode on the part that TARGET describes.  One NAPOT or NA4 entry where
 * the range is a power of two at a multiple of itself; else an entry that is
 * off and holds the base, and a TOR entry, or TOR alone in entry 0 from address
 * 0; on a part with NAPOT only, one entry for each power of two in the range.
 *
 * Rows are not locked: machine mode is not bound by them.  With TARGET's mml
 * memory, data and peripherals are encoded as shared data, which both modes
 * may use; code is for user mode alone.
 *
 * Returns the number of rows; 0 when the range is none of whole granules,
 * takes more rows than allowed, or the rights cannot be expressed.
 */
size_t riscv_encode(
	const struct row_target *target, const struct row_request *request, struct row *rows);

#endif
