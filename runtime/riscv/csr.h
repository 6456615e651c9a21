/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The control and status registers that the runtime uses, as The RISC-V
 * Instruction Set Manual, Volume II: Privileged Architecture (20211203)
 * describes them.  Numbers stand where an assembler may not know the name.
 */
#ifndef BERTH_RISCV_CSR_H
#define BERTH_RISCV_CSR_H

/* mstatus, 3.1.6. */
#define MSTATUS_MIE 0x8
#define MSTATUS_MPIE 0x80
#define MSTATUS_MPP 0x1800
#define MSTATUS_VS 0x600
#define MSTATUS_FS 0x6000
#define MSTATUS_MPRV 0x20000
#define MSTATUS_TW 0x200000

/* mideleg, 3.1.8 and 3.1.9: SSI, STI, SEI; those of virtual machines reach nobody else. */
#define MIDELEG_SUPERVISOR 0x222u

/* mcause, 3.1.15, table 3.6. */
#define MCAUSE_INTERRUPT 0x80000000u
#define MCAUSE_FETCH_MISALIGNED 0
#define MCAUSE_FETCH_ACCESS 1
#define MCAUSE_ILLEGAL 2
#define MCAUSE_BREAKPOINT 3
#define MCAUSE_LOAD_MISALIGNED 4
#define MCAUSE_LOAD_ACCESS 5
#define MCAUSE_STORE_MISALIGNED 6
#define MCAUSE_STORE_ACCESS 7
#define MCAUSE_ECALL_USER 8

/* pmpcfg, 3.7.1. */
#define CSR_PMPCFG4 0x3a4

/* mseccfg of Smepmp (PMP Enhancements for memory access and execution prevention on
 * machine mode, 1.0, 3). */
#define CSR_MSECCFG 0x747
#define MSECCFG_MML 1u

#ifndef __ASSEMBLER__
#include <stdint.h>

#ifdef BERTH_HOST
/* A host test counts them. */
void berth_host_fence(void);
#define FENCE() berth_host_fence()
#else
#define CSR_TEXT(name) #name
#define FENCE() __asm__ volatile("sfence.vma" ::: "memory")

#define CSR_READ(name)                                                                             \
	__extension__({                                                                            \
		uint32_t value_;                                                                   \
		__asm__ volatile("csrr %0, " CSR_TEXT(name) : "=r"(value_)::"memory");             \
		value_;                                                                            \
	})
#define CSR_WRITE(name, value)                                                                     \
	__asm__ volatile("csrw " CSR_TEXT(name) ", %0" ::"r"((uint32_t)(value)) : "memory")
#define CSR_SET(name, bits)                                                                        \
	__asm__ volatile("csrs " CSR_TEXT(name) ", %0" ::"r"((uint32_t)(bits)) : "memory")
#define CSR_CLEAR(name, bits)                                                                      \
	__asm__ volatile("csrc " CSR_TEXT(name) ", %0" ::"r"((uint32_t)(bits)) : "memory")
#endif
#endif

#endif
