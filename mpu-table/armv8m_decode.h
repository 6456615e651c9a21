/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Decoding protection rows of the Armv8-M MPU: what the hardware does with a
 * pair of MPU_RBAR and MPU_RLAR.
 *
 * Source: Armv8-M Architecture Reference Manual (DDI 0553), D1.2.  Written from
 * the manual's field tables, not from the encoder.  Where two rows of one
 * context open the same byte, every access to it faults: context_map.h.
 */
#ifndef BERTH_ARMV8M_DECODE_H
#define BERTH_ARMV8M_DECODE_H

#include "mpu-table/row_view.h"

/*
 * Decodes the pair into *VIEW with the attributes MAIR (MPU_MAIR0, MPU_MAIR1).
 * HAS_PXN: the part is Armv8.1-M; in 8.0 that bit is reserved.  False when the
 * pair is illegal or unpredictable on the hardware; *WHY then names the field
 * and the rule, and is NULL otherwise.
 */
bool armv8m_decode(const struct row *row, const uint32_t mair[2], bool has_pxn,
	struct row_view *view, const char **why);

#endif
