/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Vector table, console and end of a firmware on Arm's MPS2 and MPS3 boards, as
 * QEMU emulates them: mps2-an385 (Cortex-M3), -an386 (M4), -an500 (M7), -an505
 * (M33), mps3-an547 (M55).  The last two start in Secure state, and stay there.
 *
 * Sources: Arm MPS2 application notes DAI 0385, 0386, 0500 and 0505, MPS3 application
 * note DAI 0547, memory maps; CMSDK technical reference manual (DDI 0479), 4.3 APB
 * UART; Armv7-M ARM (DDI 0403) B1.5.2 and B1.5.3 vector table; Semihosting for
 * AArch32 and AArch64, 5.
 */
#include "board.h"

#include <stddef.h>

#include "berth/berth.h"
#include "board_start.h"

/* From the linker script, under its own name. */
extern uint32_t stack_top[] __asm__("__berth_stack_top");

/* --- start ------------------------------------------------------------------ */

void board_reset(void);
void board_stray(void);

/* SysTick (15); a firmware that uses it defines it. */
void board_systick(void);

__attribute__((weak)) void board_systick(void)
{
	board_stray();
}

typedef void handler(void);

/* Entry 0 is the stack pointer; that it is no function is the hardware's idea. */
__attribute__((section(".vectors"), used)) static handler *const vectors[16] = {
	[0] = (handler *)(uintptr_t)stack_top,
	[1] = board_reset,
	[2] = board_stray, /* NMI */
	[3] = berth_fault_handler,
	[4] = berth_fault_handler,
	[5] = berth_fault_handler,
	[6] = berth_fault_handler,
	[7] = berth_fault_handler, /* SecureFault; reserved before Armv8-M */
	[11] = berth_svcall_handler,
	[12] = board_stray, /* DebugMonitor */
	[14] = board_stray, /* PendSV */
	[15] = board_systick,
};

void board_reset(void)
{
	board_start();
}

/* --- console ---------------------------------------------------------------- */

#define UART0 BOARD_UART0
#define UART_DATA (*(volatile uint32_t *)(UART0 + 0x0))
#define UART_STATE (*(volatile uint32_t *)(UART0 + 0x4))
#define UART_CTRL (*(volatile uint32_t *)(UART0 + 0x8))
#define UART_BAUDDIV (*(volatile uint32_t *)(UART0 + 0x10))
#define UART_STATE_TX_FULL 1u
#define UART_CTRL_TX 1u

void board_console(void)
{
	UART_BAUDDIV = 16; /* the smallest that the device takes */
	UART_CTRL = UART_CTRL_TX;
}

void board_write(char byte)
{
	while ((UART_STATE & UART_STATE_TX_FULL) != 0)
		;
	UART_DATA = (uint8_t)byte;
}

/* --- end -------------------------------------------------------------------- */

#define SYS_EXIT 0x18u			      /* semihosting operation */
#define ADP_STOPPED_APPLICATION_EXIT 0x20026u /* reason: exit status 0 */
#define ADP_STOPPED_RUN_TIME_ERROR 0x20023u   /* reason: exit status 1 */

_Noreturn void board_exit(int status)
{
	register uint32_t operation __asm__("r0") = SYS_EXIT;
	register uint32_t reason __asm__("r1") =
		status == 0 ? ADP_STOPPED_APPLICATION_EXIT : ADP_STOPPED_RUN_TIME_ERROR;
	__asm__ volatile("bkpt #0xab" ::"r"(operation), "r"(reason) : "memory");
	for (;;)
		__asm__ volatile("wfi");
}

void board_stray(void)
{
	print("board: an exception that nobody expects\n");
	board_exit(1);
}
