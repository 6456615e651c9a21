/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The cases of Armv7-M and Armv8-M (DDI 0403, DDI 0553). */
#include <stddef.h>

#include "board.h"
#include "machine.h"
#include "places.h"

extern berth_export guest_echo, guest_registers, guest_six_odd, guest_six_stack, guest_trap,
	guest_divide, guest_unaligned, guest_recurse, guest_jump, guest_jump_memory,
	guest_breakpoint, guest_semihosting, guest_return_twice, guest_privilege, guest_stack_svc,
	guest_stack_gate, guest_stack_trap, guest_stack_data, guest_stack_breakpoint,
	guest_stack_interrupt;

#define SAU_CTRL (*(volatile uint32_t *)0xe000edd0) /* DDI 0553, D1.2 */

void machine_refuses(void)
{
#if __ARM_ARCH >= 8
	SAU_CTRL = 1;
	print("boot with Non-secure code beside: ");
	print(status_text(berth_boot()));
	SAU_CTRL = 0;
	print("\n");
#endif
}

void machine_registers(void)
{
	const uint32_t *saved = berth_memory(ALPHA, 0x100, 64);
	static const char *const names[] = {"r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8",
		"r12", "sp", "lr", "flags", "r9", "r10", "r11"};
	for (unsigned i = 0; i < 16; i++) {
		if (i ==
			9) /* where the component's own function lies differs from build to build */
			say("  r12 is the function",
				saved[i] == (uint32_t)(uintptr_t)guest_registers);
		else if (i == 11)
			say("  lr is odd", saved[i] & 1);
		else {
			print("  ");
			say(names[i], saved[i]);
		}
	}
}

void machine_masks(void)
{
	__asm__ volatile("cpsid i");
	print("interrupts off: ");
	print(status_text(call(ALPHA, guest_echo, NULL, 0, NULL, NULL)));
	__asm__ volatile("cpsie i\n\tmsr basepri, %0" ::"r"(0x40));
	print("\ninterrupts masked: ");
	print(status_text(call(ALPHA, guest_echo, NULL, 0, NULL, NULL)));
	__asm__ volatile("msr basepri, %0" ::"r"(0));
	print("\n");
}

void machine_words(void)
{
}

void machine_gate_words(void)
{
	static const uint32_t words[] = {1, 10, 0x20, 1};
	uint32_t result = 0;
	say("six words, odd stack", call(ALPHA, guest_six_odd, words, 4, &result, NULL));
	say("  result", result);
	attempt("six words behind the stack", ALPHA, guest_six_stack, 0);
}

void machine_attacks(void)
{
	attack("alpha, MPU_CTRL", ALPHA, ALPHA_MEMORY, 0xe000ed94);
	attack("alpha, UART", ALPHA, ALPHA_MEMORY, BOARD_UART0 + 4);
}

void machine_traps(void)
{
	attempt("trap", ALPHA, guest_trap, 0);
	attempt("division by zero", ALPHA, guest_divide, 0);
	attempt("unaligned pair", ALPHA, guest_unaligned, 0);
	attempt("recursion", ALPHA, guest_recurse, 0);
	attempt("jump to no Thumb code", ALPHA, guest_jump, CODE + 0x1000);
	attempt("jump to native memory", ALPHA, guest_jump, NATIVE_MEMORY + 1);
	attempt("jump to EXC_RETURN", ALPHA, guest_jump, 0xfffffff9);
	attempt("jump to its own memory", ALPHA, guest_jump_memory, 0);
#if __ARM_ARCH >= 8
	extern berth_export guest_bxns, guest_blxns, guest_limit;
	attempt("BXNS to code", ALPHA, guest_bxns, CODE);
	attempt("BXNS to the Non-secure alias of code", ALPHA, guest_bxns, CODE - 0x10000000);
	attempt("BXNS to its own memory", ALPHA, guest_bxns, ALPHA_MEMORY);
	attempt("BXNS to EXC_RETURN", ALPHA, guest_bxns, 0xfffffffc);
	attempt("BLXNS to code", ALPHA, guest_blxns, CODE);
	attempt("BLXNS to the Non-secure alias of code", ALPHA, guest_blxns, CODE - 0x10000000);
	attempt("BLXNS to its own memory", ALPHA, guest_blxns, ALPHA_MEMORY);
	attempt("stack limit", ALPHA, guest_limit, 0);
#endif
	attempt("breakpoint", ALPHA, guest_breakpoint, 0);
	attempt("semihosting", ALPHA, guest_semihosting, 0);
}

void machine_privilege(void)
{
	attempt("return twice", ALPHA, guest_return_twice, 0);
	say("code behind the return ran", *(const uint32_t *)berth_memory(ALPHA, 0x200, 4));
	attempt("special registers", ALPHA, guest_privilege, 0);
	static const struct {
		const char *name;
		berth_export *function;
	} ways[] = {{"SVC", guest_stack_svc}, {"gate", guest_stack_gate},
		{"trap", guest_stack_trap}, {"data fault", guest_stack_data},
		{"breakpoint", guest_stack_breakpoint}};
	for (unsigned i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		print("stack in native data, ");
		attempt(ways[i].name, ALPHA, ways[i].function, NATIVE_MEMORY + 0x8000);
		print("stack in own memory, ");
		attempt(ways[i].name, ALPHA, ways[i].function, ALPHA_MEMORY + 0x800);
		print("stack nowhere, ");
		attempt(ways[i].name, ALPHA, ways[i].function, 0xfffffff8);
	}
}

#define SHPR1 (*(volatile uint32_t *)0xe000ed18) /* DDI 0403 B3.2.10 */
#define SHPR2 (*(volatile uint32_t *)0xe000ed1c)

void machine_interrupts(void)
{
	uint32_t lowest = SHPR2 >> 24;
	say("faults and SVCall have one priority",
		lowest != 0 && (SHPR1 & 0xffffff) == lowest * 0x010101);
	attempt("interrupted, stack in native data", ALPHA, guest_stack_interrupt,
		NATIVE_MEMORY + 0x8000);
}

#define SYST_CSR (*(volatile uint32_t *)0xe000e010) /* DDI 0403 B3.3 */
#define SYST_RVR (*(volatile uint32_t *)0xe000e014)
#define SYST_CVR (*(volatile uint32_t *)0xe000e018)

/* Again and again, so that no case depends on when the first one comes. */
void machine_timer(bool on)
{
	SYST_RVR = 100000;
	SYST_CVR = 0;
	SYST_CSR = on ? 7 : 0;
}

void board_systick(void);

void board_systick(void)
{
	tick();
}

void machine_native_fault(void)
{
	(void)*(volatile uint32_t *)NOWHERE;
}
