/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Finding the calls and jumps in linked RV32 code: no disassembler, only how
 * long instructions are and which of them name where they go.
 *
 * Source: RISC-V ISA Manual, Volume I (20191213): 1.5 (lengths), 2.4 (AUIPC), 2.5
 * (JAL, JALR), 16.4 (C.J, C.JAL).
 */
#ifndef BERTH_RV32_H
#define BERTH_RV32_H

#include "elfbind/code_call.h"
#include "lib/diag.h"
#include "lib/object.h"

/*
 * Adds to CALLS what goes on elsewhere by JAL, C.J, C.JAL, or AUIPC with a JALR
 * behind it that uses its register, in the functions of IMAGE that have a size.
 * Jumps within a function are among them, conditional branches are not.  False after
 * a report when memory ran out.
 */
bool rv32_calls(struct diag *diag, const struct object *image, struct code_calls *calls);

#endif
