/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/veneer.h"

#include <gelf.h>

#include "lib/unit_code.h"

/*
 * Thumb-2 (Armv7-M ARM, DDI 0403, A7.7), little-endian code:
 *
 *     movw  ip, #:lower16:arena        A7.7.76 T3
 *     movt  ip, #:upper16:arena        A7.7.79 T1
 *     push  {ip, lr}                   A7.7.101 T2: the arena is the fifth argument,
 *     bl    berth_arena_realloc        which AAPCS puts at [sp]
 *     pop   {ip, pc}                   A7.7.99 T2
 *
 * ip is dead at the branch, so a veneer of the linker's own may overwrite it.
 * The addend of the branch is -4 in place (AAELF32, R_ARM_THM_CALL).
 */
static const uint8_t thumb_code[] = {
	0x40, 0xf2, 0x00, 0x0c, /* movw */
	0xc0, 0xf2, 0x00, 0x0c, /* movt */
	0x2d, 0xe9, 0x00, 0x50, /* push */
	0xff, 0xf7, 0xfe, 0xff, /* bl */
	0xbd, 0xe8, 0x00, 0x90, /* pop */
};

static const struct veneer_fixup thumb_fixups[] = {
	{0, R_ARM_THM_MOVW_ABS_NC, VENEER_ARENA}, {4, R_ARM_THM_MOVT_ABS, VENEER_ARENA},
	{12, R_ARM_THM_PC22, VENEER_REALLOC}, /* AAELF32 calls it R_ARM_THM_CALL */
};

static const struct veneer thumb = {
	.code = thumb_code,
	.size = sizeof(thumb_code),
	.align = 4,
	.symbol = 1,
	.fixups = thumb_fixups,
	.fixup_count = sizeof(thumb_fixups) / sizeof(thumb_fixups[0]),
};

/*
 * RV32I (RISC-V ISA Manual, volume I, 2.4 and 2.5), without compressed instructions:
 *
 *     lui   a4, %hi(arena)             the arena is the fifth argument, which the psABI
 *     addi  a4, a4, %lo(arena)         puts in a4
 *     auipc t1, %pcrel_hi(allocator)   t1 is a temporary, and no link register (2.5.1)
 *     jalr  zero, t1, %pcrel_lo(...)   returns to the component
 *
 * R_RISCV_CALL_PLT stands for both instructions of the pair (psABI, "Relocation types").
 */
static const uint8_t rv32_code[] = {
	0x37, 0x07, 0x00, 0x00, /* lui */
	0x13, 0x07, 0x07, 0x00, /* addi */
	0x17, 0x03, 0x00, 0x00, /* auipc */
	0x67, 0x00, 0x03, 0x00, /* jalr */
};

static const struct veneer_fixup rv32_fixups[] = {
	{0, R_RISCV_HI20, VENEER_ARENA},
	{4, R_RISCV_LO12_I, VENEER_ARENA},
	{8, R_RISCV_CALL_PLT, VENEER_REALLOC},
};

static const struct veneer rv32 = {
	.code = rv32_code,
	.size = sizeof(rv32_code),
	.align = 4,
	.fixups = rv32_fixups,
	.fixup_count = sizeof(rv32_fixups) / sizeof(rv32_fixups[0]),
};

/* ldgen makes room for so many. */
_Static_assert(
	sizeof(thumb_code) <= UNIT_CODE_VENEER && sizeof(rv32_code) <= UNIT_CODE_VENEER, "veneer");

const struct veneer *veneer_for(const struct object *object)
{
	if (object->class != ELFCLASS32 || object->data != ELFDATA2LSB)
		return NULL;
	if (object->machine == EM_ARM)
		return &thumb;
	return object->machine == EM_RISCV ? &rv32 : NULL;
}
