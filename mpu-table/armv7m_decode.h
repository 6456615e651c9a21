/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Decoding protection rows of the Armv7-M MPU: what the hardware does with a
 * pair of MPU_RBAR and MPU_RASR.
 *
 * Source: Armv7-M Architecture Reference Manual (DDI 0403), B3.5.  Written
 * from the manual's field tables, not from the encoder.
 */
#ifndef BERTH_ARMV7M_DECODE_H
#define BERTH_ARMV7M_DECODE_H

#include "mpu-table/row_view.h"

/*
 * Decodes the pair into *VIEW.  False when the pair is illegal or
 * unpredictable on the hardware; *WHY then names the field and the rule, and
 * is NULL otherwise.
 */
bool armv7m_decode(uint32_t rbar, uint32_t rasr, struct row_view *view, const char **why);

#endif
