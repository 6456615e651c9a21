/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Encoding protection rows for the Armv7-R MPU (PMSAv7).
 *
 * Source: Armv7-A and Armv7-R Architecture Reference Manual (DDI 0406C), B5
 * (the model) and B6.1 (the registers DRBAR, DRSR, DRACR, by c6 with opcodes
 * c1,0, c1,2 and c1,4; the region is selected with RGNR, so a row does not
 * name its slot).
 */
#ifndef BERTH_ARMV7R_ENCODE_H
#define BERTH_ARMV7R_ENCODE_H

#include "mpu-table/row.h"

enum { ARMV7R_GRANULE = 32, ARMV7R_SLOTS = 24 };

/*
 * Encodes the rows (DRBAR, DRSR, DRACR) that open exactly the range of REQUEST
 * for unprivileged code.  Memory and data are write-back memory that is not
 * shared, for the cores do not cache what is shared; they and peripherals,
 * which are Device memory, are never executable.  Returns the number of rows;
 * 0 when the range cannot be opened exactly with the rows allowed, or the
 * rights cannot be expressed.
 */
size_t armv7r_encode(const struct row_request *request, struct row *rows);

#endif
