/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The cases of RISC-V.  The timer is that of QEMU's virt: the machine timer of a
 * SiFive CLINT (RISC-V ISA Manual, Volume II, 3.2.1, mtime and mtimecmp).
 */
#include <stddef.h>

#include "board.h"
#include "machine.h"
#include "places.h"

extern berth_export guest_echo, guest_registers, guest_many, guest_trap, guest_unimplemented,
	guest_zeros, guest_recurse, guest_jump, guest_jump_memory, guest_return_twice,
	guest_read_status, guest_write_trap_vector, guest_write_entry, guest_write_scratch,
	guest_mret, guest_sret, guest_wait, guest_float, guest_stack_svc, guest_stack_gate,
	guest_stack_trap, guest_stack_data, guest_stack_push, guest_stack_interrupt;

#define MTIMECMP ((volatile uint32_t *)0x02004000u)
#define MTIME ((volatile uint32_t *)0x0200bff8u)
#define MISA_S (1u << 18) /* supervisor mode */
#define MIE_MTIE 0x80u
#define MSTATUS_MIE 0x8u
#define CAUSE_TIMER 0x80000007u

/* Exceptions that would go to supervisor mode. */
void machine_refuses(void)
{
	uint32_t misa;
	__asm__ volatile("csrr %0, misa" : "=r"(misa));
	if ((misa & MISA_S) == 0)
		return;
	__asm__ volatile("csrw medeleg, %0" ::"r"(1 << 8));
	print("boot with delegated traps: ");
	print(status_text(berth_boot()));
	__asm__ volatile("csrw medeleg, zero");
	print("\n");
}

void machine_registers(void)
{
	static const char *const names[] = {"ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1",
		"a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7",
		"s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};
	const uint32_t *saved = berth_memory(ALPHA, 0x104, 31 * 4);
	uint32_t gp;
	__asm__ volatile("mv %0, gp" : "=r"(gp));
	for (unsigned i = 1; i < 31; i++) { /* ra lies elsewhere in every build */
		print("  ");
		if (i == 2)
			say("gp is that of native code", saved[i] == gp);
		else
			say(names[i], saved[i]);
	}
}

void machine_masks(void)
{
	__asm__ volatile("csrs mie, %0\n\tcsrci mstatus, 8" ::"r"(MIE_MTIE));
	print("interrupts off: ");
	print(status_text(call(ALPHA, guest_echo, NULL, 0, NULL, NULL)));
	__asm__ volatile("csrw mie, zero");
	print("\ninterrupts off, and none enabled: ");
	print(status_text(call(ALPHA, guest_echo, NULL, 0, NULL, NULL)));
	__asm__ volatile("csrsi mstatus, 8\n\tcsrs mstatus, %0" ::"r"(0x2000));
	print("\nfloating point on: ");
	print(status_text(call(ALPHA, guest_echo, NULL, 0, NULL, NULL)));
	__asm__ volatile("csrc mstatus, %0" ::"r"(0x6000));
	print("\n");
}

void machine_words(void)
{
	static const uint32_t words[] = {9, 9, 9, 9, 9, 9, 9, 9, 1, 10, 100, 1000};
	uint32_t result = 0;
	call(ALPHA, guest_many, words, 12, &result, NULL);
	say("twelve words, the last four", result);
	call(ALPHA, guest_many, words, 11, &result, NULL);
	say("eleven words, the last three", result);
}

void machine_gate_words(void)
{
}

void machine_attacks(void)
{
	attack("alpha, UART", ALPHA, ALPHA_MEMORY, 0x10000000);
	attack("alpha, timer", ALPHA, ALPHA_MEMORY, 0x02004000);
	attempt("alpha reads mstatus", ALPHA, guest_read_status, 0);
	attempt("alpha writes mtvec", ALPHA, guest_write_trap_vector, 0);
	attempt("alpha writes pmpcfg0", ALPHA, guest_write_entry, 0);
	attempt("alpha writes mscratch", ALPHA, guest_write_scratch, 0);
}

void machine_traps(void)
{
	attempt("trap", ALPHA, guest_trap, 0);
	attempt("unimp", ALPHA, guest_unimplemented, 0);
	attempt("zeros", ALPHA, guest_zeros, 0);
	attempt("recursion", ALPHA, guest_recurse, 0);
	attempt("jump to native memory", ALPHA, guest_jump, NATIVE_MEMORY);
	attempt("jump to its own memory", ALPHA, guest_jump_memory, 0);
	attempt("jump to the timer", ALPHA, guest_jump, 0x02004000);
	attempt("mret", ALPHA, guest_mret, 0);
	attempt("sret", ALPHA, guest_sret, 0);
	attempt("wfi", ALPHA, guest_wait, 0);
	attempt("floating point", ALPHA, guest_float, 0);
}

void machine_privilege(void)
{
	attempt("return twice", ALPHA, guest_return_twice, 0);
	say("code behind the return ran", *(const uint32_t *)berth_memory(ALPHA, 0x200, 4));
	static const struct {
		const char *name;
		berth_export *function;
	} ways[] = {{"return", guest_stack_svc}, {"gate", guest_stack_gate},
		{"trap", guest_stack_trap}, {"data fault", guest_stack_data},
		{"push", guest_stack_push}};
	for (unsigned i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		print("stack in native data, ");
		attempt(ways[i].name, ALPHA, ways[i].function, NATIVE_MEMORY + 0x8000);
		print("stack in own memory, ");
		attempt(ways[i].name, ALPHA, ways[i].function, ALPHA_MEMORY + 0x800);
		print("stack nowhere, ");
		attempt(ways[i].name, ALPHA, ways[i].function, 0xfffffff8);
	}
}

/* --- the timer ------------------------------------------------------------------------ */

static void next(void)
{
	uint32_t low = MTIME[0];
	uint32_t high = MTIME[1];
	uint32_t soon = low + 20000;
	MTIMECMP[1] = UINT32_MAX; /* no moment in between is the past */
	MTIMECMP[0] = soon;
	MTIMECMP[1] = high + (soon < low);
}

void machine_timer(bool on)
{
	next();
	if (on)
		__asm__ volatile("csrs mie, %0\n\tcsrsi mstatus, 8" ::"r"(MIE_MTIE));
	else
		__asm__ volatile("csrc mie, %0" ::"r"(MIE_MTIE));
}

void berth_interrupt(uint32_t cause)
{
	if (cause != CAUSE_TIMER) {
		print("an interrupt that nobody expects\n");
		board_exit(1);
	}
	next();
	tick();
}

void machine_interrupts(void)
{
	attempt2("interrupted, stack in native data", ALPHA, guest_stack_interrupt,
		NATIVE_MEMORY + 0x8000, 0x300);
}

void machine_native_fault(void)
{
	(void)*(volatile uint32_t *)NOWHERE;
}
