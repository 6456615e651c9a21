/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Writing rows for firmware that loads them itself.  For each context NAME
 *
 *     NAME_rows[NAME_row_count]       the registers, slot after slot, as CMSIS's
 *                                     ARM_MPU_Region_t has them
 *
 * and on RISC-V instead NAME_pmpaddr[NAME_pmp_count], and NAME_pmpcfg: the
 * registers of RV32, four entries in each.  On Armv8-M also mpu_mair[2].
 */
#ifndef BERTH_EMIT_H
#define BERTH_EMIT_H

#include <stdio.h>

#include "mpu-table/rowset.h"

enum { EMIT_ENTRIES = 4 /* of a pmpcfg register of RV32 */ };

/* The pmpcfg register REGISTER of CONTEXT: entry 4 REGISTER in the lowest byte, those that are
 * not there off. */
uint32_t emit_pmpcfg(const struct rowset_context *context, size_t index);

/* C source that needs nothing but stdint.h. */
void emit_c(const struct rowset *set, FILE *stream);

/* One JSON object; false, after a report, when memory ran out. */
bool emit_json(struct diag *diag, const struct rowset *set, FILE *stream);

/* An ELF object with one read-only section for each context into *OUTPUT, which the caller frees;
 * false after a report. */
bool emit_object(struct diag *diag, const struct rowset *set, struct blob *output);

#endif
