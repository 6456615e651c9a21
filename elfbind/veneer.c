/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The machine code of veneers.  tests/arena/veneer_thumb.S and veneer_rv32.S are
 * their source; tests/cli/veneer.bats assembles them and finds the same bytes.
 */
#include "elfbind/veneer.h"

#include <gelf.h>
#include <string.h>

#include "elfbind/init_records.h"
#include "lib/unit_code.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define HALF(half) (uint8_t)((half)&0xff), (uint8_t)((half) >> 8)
#define WIDE(first, second) HALF(first), HALF(second)
#define WORD(word) HALF((word)&0xffff), HALF((uint32_t)(word) >> 16)

/*
 * How a new block is taken, on both machines (struct berth_arena_state,
 * runtime/arena_bump.c):
 *
 *     no old block, something asked, ALIGN 1, 2, 4 or 8       else: call
 *     last = left & -ALIGN        alignment counts from the arena's end, which 8 divides
 *     left = last - length        less than 0, as in an arena that nobody has used: call
 *     return end - last
 *
 * However large the state says that left is, a block does not reach beyond the end.
 */

/* --- Thumb-2 (Armv7-M ARM, DDI 0403, A7.7), little-endian code ------------------------------ */

/*
 * The arena is the fifth argument, which AAPCS puts at [sp].  ip is dead at the
 * branch, so a veneer of the linker's own may overwrite it.  The addend of the branch
 * is -4 in place (AAELF32, R_ARM_THM_CALL).
 */
#define THUMB_CALL                                                                                 \
	WIDE(0xf240, 0x0c00),	      /* movw  ip, #:lower16:arena */                              \
		WIDE(0xf2c0, 0x0c00), /* movt  ip, #:upper16:arena */                              \
		WIDE(0xe92d, 0x5000), /* push  {ip, lr} */                                         \
		WIDE(0xf7ff, 0xfffe), /* bl    berth_arena_realloc */                              \
		WIDE(0xe8bd, 0x9000)  /* pop   {ip, pc} */

/* The relocations of THUMB_CALL at AT; R_ARM_THM_PC22 is AAELF32's R_ARM_THM_CALL. */
#define THUMB_FIXUPS(at)                                                                           \
	{(at), R_ARM_THM_MOVW_ABS_NC, VENEER_ARENA}, {(at) + 4, R_ARM_THM_MOVT_ABS, VENEER_ARENA}, \
	{                                                                                          \
		(at) + 12, R_ARM_THM_PC22, VENEER_REALLOC                                          \
	}

static const uint8_t thumb_code[] = {THUMB_CALL};
static const struct veneer_fixup thumb_fixups[] = {THUMB_FIXUPS(0)};
static const struct veneer thumb = {
	.code = thumb_code,
	.size = sizeof(thumb_code),
	.align = UNIT_CODE_ALIGN,
	.symbol = 1,
	.fixups = thumb_fixups,
	.fixup_count = COUNT(thumb_fixups),
};

enum { THUMB_BUMP_CALL = 0x2c, THUMB_BUMP_WORDS = 0x40 };

static const uint8_t thumb_bump_code[] = {
	HALF(0xb9a1),	      /* cbnz  r1, call */
	HALF(0xb19b),	      /* cbz   r3, call */
	HALF(0x1e50),	      /* subs  r0, r2, #1 */
	WIDE(0xf062, 0x0c07), /* orn   ip, r2, #7 */
	WIDE(0xea1c, 0x0f00), /* tst   ip, r0 */
	HALF(0xd10d),	      /* bne   call */
	WIDE(0xe9df, 0xc20b), /* ldrd  ip, r2, words   the state's address, the arena's end */
	WIDE(0xf8dc, 0x1004), /* ldr   r1, [ip, #4]    left */
	HALF(0x4381),	      /* bics  r1, r0          last */
	HALF(0x1acb),	      /* subs  r3, r1, r3      left */
	HALF(0xd303),	      /* bcc   full */
	WIDE(0xe9cc, 0x1300), /* strd  r1, r3, [ip] */
	HALF(0x1a50),	      /* subs  r0, r2, r1 */
	HALF(0x4770),	      /* bx    lr */
	HALF(0x1acb),	      /* full: subs r3, r1, r3  the arguments as they were */
	HALF(0x1c42),	      /* adds  r2, r0, #1 */
	HALF(0x2100),	      /* movs  r1, #0 */
	THUMB_CALL,	      /* call: */
	WORD(0), WORD(0),     /* words: */
};

static const struct veneer_fixup thumb_bump_fixups[] = {THUMB_FIXUPS(THUMB_BUMP_CALL)};
static const struct veneer thumb_bump = {
	.code = thumb_bump_code,
	.size = sizeof(thumb_bump_code),
	.align = UNIT_CODE_ALIGN,
	.symbol = 1,
	.words = THUMB_BUMP_WORDS,
	.fixups = thumb_bump_fixups,
	.fixup_count = COUNT(thumb_bump_fixups),
};

/* --- RV32I (RISC-V ISA Manual, volume I, 2.4 to 2.6), without compressed instructions -------- */

/*
 * The arena is the fifth argument, which the psABI puts in a4.  t1 is a temporary, and
 * no link register (2.5.1).  The allocator returns to the component.
 */
#define RV32_CALL                                                                                  \
	WORD(0x00000737),	  /* lui   a4, %hi(arena) */                                       \
		WORD(0x00070713), /* addi  a4, a4, %lo(arena) */                                   \
		WORD(0x00000317), /* auipc t1, %pcrel_hi(allocator) */                             \
		WORD(0x00030067)  /* jalr  zero, t1, %pcrel_lo(...) */

/* R_RISCV_CALL_PLT stands for both instructions of the pair (psABI, "Relocation types"). */
#define RV32_FIXUPS(at)                                                                            \
	{(at), R_RISCV_HI20, VENEER_ARENA}, {(at) + 4, R_RISCV_LO12_I, VENEER_ARENA},              \
	{                                                                                          \
		(at) + 8, R_RISCV_CALL_PLT, VENEER_REALLOC                                         \
	}

static const uint8_t rv32_code[] = {RV32_CALL};
static const struct veneer_fixup rv32_fixups[] = {RV32_FIXUPS(0)};
static const struct veneer rv32 = {
	.code = rv32_code,
	.size = sizeof(rv32_code),
	.align = UNIT_CODE_ALIGN,
	.fixups = rv32_fixups,
	.fixup_count = COUNT(rv32_fixups),
};

enum { RV32_BUMP_CALL = 0x48, RV32_BUMP_WORDS = 0x58 };

static const uint8_t rv32_bump_code[] = {
	WORD(0x04059463), /* bne   a1, zero, call */
	WORD(0x04068263), /* beq   a3, zero, call */
	WORD(0xfff60293), /* addi  t0, a2, -1 */
	WORD(0xff866313), /* ori   t1, a2, -8 */
	WORD(0x00537333), /* and   t1, t1, t0 */
	WORD(0x02031a63), /* bne   t1, zero, call */
	WORD(0x00000397), /* auipc t2, 0 */
	WORD(0x0403a283), /* lw    t0, 64(t2)    words: the state's address */
	WORD(0x40c00333), /* sub   t1, zero, a2 */
	WORD(0x0042ae03), /* lw    t3, 4(t0)     left */
	WORD(0x006e7e33), /* and   t3, t3, t1    last */
	WORD(0x40de0eb3), /* sub   t4, t3, a3    left */
	WORD(0x00de6c63), /* bltu  t3, a3, call */
	WORD(0x01c2a023), /* sw    t3, 0(t0) */
	WORD(0x01d2a223), /* sw    t4, 4(t0) */
	WORD(0x0443a503), /* lw    a0, 68(t2)    words: the arena's end */
	WORD(0x41c50533), /* sub   a0, a0, t3 */
	WORD(0x00008067), /* jalr  zero, 0(ra) */
	RV32_CALL,	  /* call: */
	WORD(0), WORD(0), /* words: */
};
_Static_assert(sizeof(rv32_bump_code) == UNIT_CODE_SHORT_RISCV &&
		       sizeof(thumb_bump_code) == UNIT_CODE_SHORT_ARM &&
		       RV32_BUMP_WORDS + UNIT_CODE_SHORT_WORDS == UNIT_CODE_SHORT_RISCV &&
		       THUMB_BUMP_WORDS + UNIT_CODE_SHORT_WORDS == UNIT_CODE_SHORT_ARM,
	"mpu-table check reads the words");
_Static_assert(
	sizeof(rv32_bump_code) == UNIT_CODE_VENEER && sizeof(thumb_bump_code) <= UNIT_CODE_VENEER,
	"ldgen makes room for so many");

static const struct veneer_fixup rv32_bump_fixups[] = {RV32_FIXUPS(RV32_BUMP_CALL)};
static const struct veneer rv32_bump = {
	.code = rv32_bump_code,
	.size = sizeof(rv32_bump_code),
	.align = UNIT_CODE_ALIGN,
	.words = RV32_BUMP_WORDS,
	.fixups = rv32_bump_fixups,
	.fixup_count = COUNT(rv32_bump_fixups),
};

/* --- which, and for whom --------------------------------------------------------------------- */

/*
 * Whether the short way is right for ARENA: 8 divides the address of its end, its
 * state is one of words, and no block can lie at offset 0, which would be a failure.
 */
static bool is_short(const struct berth_arena *arena)
{
	uint32_t end = arena->offset + arena->size;
	return arena->policy != BERTH_ARENA_FREE_LIST && arena->offset != 0 &&
	       end >= arena->offset && (arena->memory_base + end) % 8 == 0 && arena->state % 4 == 0;
}

bool veneer_there_is(const struct object *object)
{
	return object->class == ELFCLASS32 && object->data == ELFDATA2LSB &&
	       (object->machine == EM_ARM || object->machine == EM_RISCV);
}

const struct veneer *veneer_for(const struct object *object, const struct berth_arena *arena)
{
	if (!veneer_there_is(object))
		return NULL;
	if (object->machine == EM_ARM)
		return is_short(arena) ? &thumb_bump : &thumb;
	return is_short(arena) ? &rv32_bump : &rv32;
}

void veneer_write(const struct veneer *veneer, const struct berth_arena *arena,
	uint8_t code[UNIT_CODE_VENEER])
{
	memcpy(code, veneer->code, veneer->size);
	if (veneer->words == 0)
		return;
	init_records_put_word(ELFDATA2LSB, code + veneer->words, arena->state);
	init_records_put_word(ELFDATA2LSB, code + veneer->words + 4, arena->offset + arena->size);
}
