/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Encoding protection rows for the Armv8-M MPU (PMSAv8).
 *
 * Source: Armv8-M Architecture Reference Manual (DDI 0553), D1.2: MPU_RBAR,
 * MPU_RLAR, MPU_MAIR0, MPU_MAIR1.  A row opens from a base to a limit, both
 * multiples of 32 bytes, so one row is always enough; two rows of one context
 * must not open the same byte.
 */
#ifndef BERTH_ARMV8M_ENCODE_H
#define BERTH_ARMV8M_ENCODE_H

#include "mpu-table/row.h"

enum { ARMV8M_GRANULE = 32, ARMV8M_SLOTS = 16 };

/*
 * What the rows' attribute indices mean, to be loaded once: attribute 0 is
 * Normal write-back memory (memory, data), 1 Normal write-through (code), 2
 * Device-nGnRE (peripherals), 3 Normal memory that is not cached.
 */
#define ARMV8M_MAIR0 UINT32_C(0x4404aaff)
#define ARMV8M_MAIR1 UINT32_C(0)

/*
 * Encodes the row (RBAR, RLAR) that opens exactly the range of REQUEST for
 * unprivileged code.  PXN, which only Armv8.1-M has, keeps the privileged side
 * from executing code that a component may execute.  Memory, data and
 * peripherals are never executable.  What is read only is so for both sides:
 * the architecture has no row that only the privileged side may write and the
 * other may read.  Returns 1, or 0 when the range is none of whole granules or
 * the rights cannot be expressed.
 */
size_t armv8m_encode(const struct row_request *request, bool pxn, struct row *rows);

#endif
