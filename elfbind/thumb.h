/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Finding the calls in linked Thumb code: no disassembler, only where
 * instructions start and which of them are BL or B.W, or the end of what linkers
 * put in between where these do not reach: LDR.W PC, [PC] or MOVW, MOVT, BX.
 *
 * Source: Armv7-M ARM (DDI 0403): A5.1 (a halfword of 0b11101, 0b11110 or
 * 0b11111 starts an instruction of two), A7.7.12 (B, encoding T4), A7.7.18
 * (BL), A7.7 (LDR literal, T2; MOV immediate, T3; MOVT; BX; by their names);
 * AAELF32, 5.5.5 (mapping symbols: $t code, $d data).
 */
#ifndef BERTH_THUMB_H
#define BERTH_THUMB_H

#include "elfbind/code_call.h"
#include "lib/diag.h"
#include "lib/object.h"

/*
 * Adds the calls of all Thumb code that symbols point to, by section and address, to
 * CALLS.  False after a report when memory ran out.
 */
bool thumb_calls(struct diag *diag, const struct object *image, struct code_calls *calls);

#endif
