/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The system registers that the runtime uses, as the Armv7-M Architecture
 * Reference Manual (DDI 0403) describes them.
 */
#ifndef BERTH_CORTEXM_REGISTERS_H
#define BERTH_CORTEXM_REGISTERS_H

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))

/*
 * The address of a block of registers, of which the compiler shall not know that it is a
 * constant: it then takes one register for the block, and instructions of two bytes for
 * each access, where it would take four bytes with another constant nearby.
 */
static inline uint32_t block_at(uint32_t address)
{
	__asm__("" : "+r"(address));
	return address;
}

/* System control block, B3.2. */
#define SYSTEM(offset) REGISTER(block_at(0xe000ed00) + (offset))
#define CCR SYSTEM(0x14)	   /* B3.2.8 */
#define SHPR1 SYSTEM(0x18)	   /* B3.2.10: priorities of MemManage, BusFault, UsageFault */
#define SHPR2 SYSTEM(0x1c)	   /* B3.2.11: priority of SVCall */
#define SHCSR SYSTEM(0x24)	   /* B3.2.13 */
#define CFSR SYSTEM(0x28)	   /* B3.2.15; bits are cleared by writing one */
#define HFSR SYSTEM(0x2c)	   /* B3.2.16; bits are cleared by writing one */
#define MMFAR SYSTEM(0x34)	   /* B3.2.17 */
#define BFAR SYSTEM(0x38)	   /* B3.2.18 */
#define CPACR REGISTER(0xe000ed88) /* B3.2.20 */

#define CCR_DIV_0_TRP (1u << 4)
#define CCR_STKALIGN (1u << 9)

#define SHPR1_FAULTS 0x00ffffffu
#define SHPR2_SVCALL 0xff000000u

#define SHCSR_PENDED (0xfu << 12) /* UsageFault, MemManage, BusFault, SVCall */
#define SHCSR_ENABLED (7u << 16)  /* MemManage, BusFault, UsageFault */

/* MemManage status, B3.2.15 table B3-16. */
#define CFSR_IACCVIOL (1u << 0)
#define CFSR_DACCVIOL (1u << 1)
#define CFSR_MUNSTKERR (1u << 3)
#define CFSR_MSTKERR (1u << 4)
#define CFSR_MMARVALID (1u << 7)
/* BusFault status. */
#define CFSR_IBUSERR (1u << 8)
#define CFSR_PRECISERR (1u << 9)
#define CFSR_IMPRECISERR (1u << 10)
#define CFSR_UNSTKERR (1u << 11)
#define CFSR_STKERR (1u << 12)
#define CFSR_BFARVALID (1u << 15)
/* UsageFault status. */
#define CFSR_UNDEFINSTR (1u << 16)
#define CFSR_INVSTATE (1u << 17)
#define CFSR_INVPC (1u << 18)
#define CFSR_NOCP (1u << 19)
#define CFSR_STKOF (1u << 20) /* Armv8-M (DDI 0553, D1.2: UFSR): a stack limit; else reserved */
#define CFSR_UNALIGNED (1u << 24)
#define CFSR_DIVBYZERO (1u << 25)

#define HFSR_FORCED (1u << 30)
#define HFSR_DEBUGEVT (1u << 31)

#define CPACR_CP10_UNPRIVILEGED (1u << 21) /* upper bit of the field: access for everyone */

/* Memory protection unit, B3.5. */
#define MPU(offset) REGISTER(block_at(0xe000ed90) + (offset))
#define MPU_TYPE MPU(0x0)  /* B3.5.5 */
#define MPU_CTRL MPU(0x4)  /* B3.5.6 */
#define MPU_RNR MPU(0x8)   /* B3.5.7 */
#define MPU_RBAR MPU(0xc)  /* B3.5.8 */
#define MPU_RASR MPU(0x10) /* B3.5.9 */
/* On Armv8-M (DDI 0553, D1.2). */
#define MPU_RLAR MPU(0x10)
#define MPU_MAIR0 MPU(0x30)
#define MPU_MAIR1 MPU(0x34)

#define MPU_CTRL_ENABLE (1u << 0)
#define MPU_CTRL_PRIVDEFENA (1u << 2)
#define MPU_RBAR_VALID (1u << 4)

/* CONTROL, B1.4.4. */
#define CONTROL_NPRIV (1u << 0)
#define CONTROL_SPSEL (1u << 1)

/*
 * EXC_RETURN, B1.5.8: thread mode, and the process stack; the same bits on Armv8-M
 * (DDI 0553, D1.2: EXC_RETURN).  There, ES says that the exception is a Secure one
 * and S that it interrupted Secure code; before, and without the Security
 * Extension, both or neither are set.
 */
#define EXC_RETURN_THREAD_PSP 0xcu
#define EXC_RETURN_ES 0x01u
#define EXC_RETURN_S 0x40u

/* What is Non-secure, on Armv8-M (DDI 0553, D1.2: SAU_CTRL, 0xe000edd0, behind those of the MPU);
 * zero to Non-secure code. */
#define SAU_CTRL MPU(0x40)
#define SAU_CTRL_ENABLE (1u << 0)
#define SAU_CTRL_ALLNS (1u << 1)

/* Secure faults, on Armv8-M (DDI 0553, D1.2: SFSR); bits are cleared by writing one. */
#define SFSR SYSTEM(0xe4)
#define SFSR_CALLS 0x1fu /* INVEP, INVIS, INVER, AUVIOL, INVTRAN */

/* r0 to r3; a struct, so that they are copied by instructions that take several. */
struct registers {
	uint32_t r[4];
};

/* What an exception puts on the stack, B1.5.6. */
struct frame {
	struct registers registers;
	uint32_t r12;
	uint32_t lr;
	uint32_t pc;
	uint32_t xpsr;
};

static inline void barrier(void)
{
	__asm__ volatile("dsb\n\tisb" ::: "memory");
}

#define READ_SPECIAL(name)                                                                         \
	__extension__({                                                                            \
		uint32_t value_;                                                                   \
		__asm__ volatile("mrs %0, " #name : "=r"(value_));                                 \
		value_;                                                                            \
	})

#endif
