/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The probe on RISC-V, compiled without compressed instructions: the program
 * is in machine mode, which entries that are not locked do not bind, and
 * mstatus.MPRV makes one load or store that of user mode.  Output and the end
 * go through semihosting.
 */
#include "probe.h"

/*
 * PROBE_MML: with mseccfg.MML machine mode executes only what a locked entry
 * says.  The last two of the 16 entries that QEMU's virt has open this program
 * for it: 2 MiB of code at 0x80000000, 64 KiB of memory at 0x80200000.
 */
#ifdef PROBE_MML
#define OWN_CONFIG 0x9b9d0000u /* of pmpcfg3: L, NAPOT, W, R; L, NAPOT, X, R */
enum { SLOTS = 14 };
#else
#define OWN_CONFIG 0u
enum { SLOTS = 16 };
#endif
enum { OWN_CODE = 0x2003ffff, OWN_MEMORY = 0x20081fff };

enum {
	SYS_WRITE0 = 4,
	SYS_EXIT = 0x18,
	ADP_STOPPED = 0x20026,
	ADP_ERROR = 0x20024,
	CAUSE_FETCH = 1,
	CAUSE_BREAK = 3,
	CAUSE_LOAD = 5,
	CAUSE_STORE = 7,
};

static uint32_t semihost(uint32_t operation, uintptr_t argument)
{
	register uint32_t a0 __asm__("a0") = operation;
	register uintptr_t a1 __asm__("a1") = argument;
	/* The three must lie in one page: that is how they are known. */
	__asm__ volatile(".balign 16\n\t"
			 "slli zero, zero, 0x1f\n\tebreak\n\tsrai zero, zero, 7"
			 : "+r"(a0)
			 : "r"(a1)
			 : "memory");
	return a0;
}

void probe_print(const char *text)
{
	semihost(SYS_WRITE0, (uintptr_t)text);
}

void probe_exit(bool good)
{
	for (;;)
		semihost(SYS_EXIT, good ? ADP_STOPPED : ADP_ERROR);
}

uint32_t probe_slots(void)
{
	return SLOTS;
}

/* A CSR's number is part of the instruction. */
#define SET_ADDRESS(slot)                                                                          \
	__asm__ volatile("csrw pmpaddr" #slot                                                      \
			 ", %0" ::"r"((uint32_t)slot < count ? rows[slot].words[0] : 0))
#define SET_CONFIG(number, value) __asm__ volatile("csrw pmpcfg" #number ", %0" ::"r"(value))

static uint32_t config(const struct probe_row *rows, uint32_t count, uint32_t first)
{
	uint32_t word = 0;
	for (uint32_t i = 0; i < 4 && first + i < count; i++)
		word |= rows[first + i].words[1] << 8 * i;
	return word;
}

#ifdef PROBE_MML
void probe_start(void);

/* RLB lets locked entries change, until MML is on. */
void probe_start(void)
{
	SET_CONFIG(3, 0);
	__asm__ volatile("csrw 0x747, %0" ::"r"(4)); /* mseccfg */
	__asm__ volatile("csrw pmpaddr14, %0" ::"r"(OWN_CODE));
	__asm__ volatile("csrw pmpaddr15, %0" ::"r"(OWN_MEMORY));
	SET_CONFIG(3, OWN_CONFIG);
	__asm__ volatile("csrw 0x747, %0" ::"r"(5));
	uint32_t is;
	__asm__ volatile("csrr %0, 0x747" : "=r"(is));
	if (is != 5) {
		probe_print("mseccfg.MML is not there\n");
		probe_exit(false);
	}
}
#else
void probe_start(void);

void probe_start(void)
{
	(void)OWN_CODE;
	(void)OWN_MEMORY;
}
#endif

void probe_load(const struct probe_row *rows, uint32_t count)
{
	SET_CONFIG(0, 0);
	SET_CONFIG(1, 0);
	SET_CONFIG(2, 0);
	SET_CONFIG(3, OWN_CONFIG);
	SET_ADDRESS(0);
	SET_ADDRESS(1);
	SET_ADDRESS(2);
	SET_ADDRESS(3);
	SET_ADDRESS(4);
	SET_ADDRESS(5);
	SET_ADDRESS(6);
	SET_ADDRESS(7);
	SET_ADDRESS(8);
	SET_ADDRESS(9);
	SET_ADDRESS(10);
	SET_ADDRESS(11);
	SET_ADDRESS(12);
	SET_ADDRESS(13);
#ifndef PROBE_MML
	SET_ADDRESS(14);
	SET_ADDRESS(15);
#endif
	SET_CONFIG(0, config(rows, count, 0));
	SET_CONFIG(1, config(rows, count, 4));
	SET_CONFIG(2, config(rows, count, 8));
	SET_CONFIG(3, config(rows, count, 12) | OWN_CONFIG);
	__asm__ volatile("sfence.vma" ::: "memory");
}

/* One access of user mode; the trap handler leaves cause and address in t0 and t1. */
#define TOUCH(instruction)                                                                         \
	__asm__ volatile("li t0, 0\n\t"                                                            \
			 "li t3, 0x1800\n\t"                                                       \
			 "csrc mstatus, t3\n\t" /* MPP: user */                                    \
			 "li t3, 0x20000\n\t"                                                      \
			 "csrs mstatus, t3\n\t" /* MPRV */                                         \
			 instruction "\n\t"                                                        \
			 "li t3, 0x20000\n\t"                                                      \
			 "csrc mstatus, t3\n\t"                                                    \
			 "mv %0, t0\n\t"                                                           \
			 "mv %1, t1"                                                               \
			 : "=&r"(cause), "=&r"(where)                                              \
			 : "r"(address), "r"(probe_byte(address))                                  \
			 : "t0", "t1", "t2", "t3", "memory")

static bool passed(uint32_t cause, uint32_t where, uint32_t expected, uint32_t address)
{
	if (cause == 0)
		return true;
	if (cause == expected && where == address)
		return false;
	probe_print("a fault of another kind or address\n");
	probe_exit(false);
}

bool probe_read(uint32_t address)
{
	uint32_t cause;
	uint32_t where;
	TOUCH("lb t2, 0(%2)");
	return passed(cause, where, CAUSE_LOAD, address);
}

bool probe_write(uint32_t address)
{
	uint32_t cause;
	uint32_t where;
	TOUCH("sb %3, 0(%2)");
	return passed(cause, where, CAUSE_STORE, address);
}

/* One access of machine mode. */
#define TOUCH_MACHINE(instruction)                                                                 \
	__asm__ volatile("li t0, 0\n\t" instruction "\n\t"                                         \
			 "mv %0, t0\n\t"                                                           \
			 "mv %1, t1"                                                               \
			 : "=&r"(cause), "=&r"(where)                                              \
			 : "r"(address), "r"(probe_byte(address))                                  \
			 : "t0", "t1", "t2", "memory")

bool probe_privileged_read(uint32_t address)
{
	uint32_t cause;
	uint32_t where;
	TOUCH_MACHINE("lb t2, 0(%2)");
	return passed(cause, where, CAUSE_LOAD, address);
}

bool probe_privileged_write(uint32_t address)
{
	uint32_t cause;
	uint32_t where;
	TOUCH_MACHINE("sb %3, 0(%2)");
	return passed(cause, where, CAUSE_STORE, address);
}

/* User mode goes to ADDRESS, and comes back by ebreak or because it cannot fetch it. */
bool probe_execute(uint32_t address)
{
	uint32_t cause;
	uint32_t where;
	__asm__ volatile("li t3, 0x1800\n\t"
			 "csrc mstatus, t3\n\t" /* MPP: user */
			 "csrw mepc, %2\n\t"
			 "la t3, 1f\n\t" /* where the handler goes on */
			 "mret\n"
			 "1:\n\t"
			 "mv %0, t0\n\t"
			 "mv %1, t1"
			 : "=&r"(cause), "=&r"(where)
			 : "r"(address)
			 : "t0", "t1", "t2", "t3", "memory");
	return passed(cause == CAUSE_BREAK ? 0 : cause, where, CAUSE_FETCH, address);
}

bool probe_read_word(uint32_t address)
{
	uint32_t cause;
	uint32_t where;
	TOUCH("lw t2, 0(%2)");
	return passed(cause, where, CAUSE_LOAD, address);
}

void probe_dead(void);

void probe_dead(void)
{
	probe_print("a trap that protection does not cause\n");
	probe_exit(false);
}

void probe_main(void);

/* Start, and the trap handler, which goes on behind the instruction: four bytes long. */
__asm__(".section .vectors, \"ax\"\n"
	".global probe_reset\n"
	"probe_reset:\n"
	"	la sp, probe_stack_top\n"
	"	la t0, probe_trap\n"
	"	csrw mtvec, t0\n"
	"	la t0, probe_bss\n"
	"	la t1, probe_bss_end\n"
	"1:	bgeu t0, t1, 2f\n"
	"	sw zero, 0(t0)\n"
	"	addi t0, t0, 4\n"
	"	j 1b\n"
	"2:	call probe_start\n"
	"	j probe_main\n"
	"	.balign 4\n"
	"probe_trap:\n"
	"	csrr t0, mcause\n"
	"	csrr t1, mtval\n"
	"	li t2, 5\n"
	"	beq t0, t2, 3f\n"
	"	li t2, 7\n"
	"	beq t0, t2, 3f\n"
	"	li t2, 1\n"
	"	beq t0, t2, 4f\n"
	"	li t2, 3\n"
	"	beq t0, t2, 4f\n"
	"5:	li t2, 0x20000\n"
	"	csrc mstatus, t2\n"
	"	j probe_dead\n"
	/* Of a fetch: from user mode only, and back to machine mode where t3 says. */
	"4:	csrr t1, mepc\n"
	"	csrr t2, mstatus\n"
	"	srli t2, t2, 11\n"
	"	andi t2, t2, 3\n"
	"	bnez t2, 5b\n"
	"	csrw mepc, t3\n"
	"	li t2, 0x1800\n"
	"	csrs mstatus, t2\n"
	"	mret\n"
	"3:	csrr t2, mepc\n"
	"	addi t2, t2, 4\n"
	"	csrw mepc, t2\n"
	"	mret\n");
