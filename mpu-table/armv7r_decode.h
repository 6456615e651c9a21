/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Decoding protection rows of the Armv7-R MPU: what the hardware does with
 * DRBAR, DRSR and DRACR.
 *
 * Source: Armv7-A and Armv7-R Architecture Reference Manual (DDI 0406C), B5 and
 * B6.1.  Written from the manual's field tables, not from the encoder.
 */
#ifndef BERTH_ARMV7R_DECODE_H
#define BERTH_ARMV7R_DECODE_H

#include "mpu-table/row_view.h"

/*
 * Decodes the three registers of ROW into *VIEW.  False when they are illegal
 * or unpredictable on the hardware; *WHY then names the field and the rule, and
 * is NULL otherwise.
 */
bool armv7r_decode(const struct row *row, struct row_view *view, const char **why);

#endif
