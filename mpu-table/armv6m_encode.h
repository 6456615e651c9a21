/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Encoding protection rows for the Armv6-M MPU (PMSAv6, Cortex-M0+).
 *
 * Source: Armv6-M Architecture Reference Manual (DDI 0419), B3.5: MPU_RBAR
 * (B3.5.8), MPU_RASR (B3.5.9).  It differs from Armv7-M in two things: no
 * region is smaller than 256 bytes, and there is no TEX field.  Subregions of
 * 32 bytes still make ranges of any multiple of 32 bytes.
 */
#ifndef BERTH_ARMV6M_ENCODE_H
#define BERTH_ARMV6M_ENCODE_H

#include "mpu-table/row.h"

enum { ARMV6M_GRANULE = 32, ARMV6M_SLOTS = 8 };

/*
 * Encodes the rows (RBAR, RASR) that open exactly the range of REQUEST for
 * unprivileged code.  Memory, data and peripherals are never executable;
 * peripherals are Device memory.  Returns the number of rows; 0 when the range
 * cannot be opened exactly with the rows allowed, or the rights cannot be
 * expressed.
 */
size_t armv6m_encode(const struct row_request *request, struct row *rows);

#endif
