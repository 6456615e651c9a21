/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Start-up, console and end of a firmware on mps2-an385.
 *
 * Sources: Arm MPS2 AN385 application note (DAI 0385), memory map; CMSDK
 * technical reference manual (DDI 0479), 4.3 APB UART; Armv7-M ARM (DDI 0403)
 * B1.5.2 and B1.5.3 vector table; Semihosting for AArch32 and AArch64, 5.
 */
#include "board.h"

#include <stddef.h>

#include "berth/berth.h"

/* From the linker script, under its own names. */
extern uint32_t data_start[] __asm__("__berth_data_start");
extern uint32_t data_end[] __asm__("__berth_data_end");
extern const uint32_t data_load[] __asm__("__berth_data_load");
extern uint32_t bss_start[] __asm__("__berth_bss_start");
extern uint32_t bss_end[] __asm__("__berth_bss_end");
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
	[11] = berth_svcall_handler,
	[12] = board_stray, /* DebugMonitor */
	[14] = board_stray, /* PendSV */
	[15] = board_systick,
};

static void console_start(void);

void board_reset(void)
{
	const uint32_t *from = data_load;
	for (uint32_t *to = data_start; to < data_end;)
		*to++ = *from++;
	for (uint32_t *to = bss_start; to < bss_end;)
		*to++ = 0;
	console_start();
	board_exit(main());
}

/* --- what a compiler may call although there is no libc ------------------------ */

void *memset(void *to, int value, size_t size);
void *memcpy(void *restrict to, const void *restrict from, size_t size);

void *memset(void *to, int value, size_t size)
{
	uint8_t *out = to;
	while (size-- > 0)
		*out++ = (uint8_t)value;
	return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
	uint8_t *out = to;
	const uint8_t *in = from;
	while (size-- > 0)
		*out++ = *in++;
	return to;
}

/* --- console ---------------------------------------------------------------- */

#define UART0 0x40004000u
#define UART_DATA (*(volatile uint32_t *)(UART0 + 0x0))
#define UART_STATE (*(volatile uint32_t *)(UART0 + 0x4))
#define UART_CTRL (*(volatile uint32_t *)(UART0 + 0x8))
#define UART_BAUDDIV (*(volatile uint32_t *)(UART0 + 0x10))
#define UART_STATE_TX_FULL 1u
#define UART_CTRL_TX 1u

static void console_start(void)
{
	UART_BAUDDIV = 16; /* the smallest that the device takes */
	UART_CTRL = UART_CTRL_TX;
}

static void write_byte(char byte)
{
	while ((UART_STATE & UART_STATE_TX_FULL) != 0)
		;
	UART_DATA = (uint8_t)byte;
}

static char digit(uint32_t value)
{
	return "0123456789abcdef"[value & 0xf];
}

void print_bytes(const char *text, uint32_t length)
{
	for (; length > 0; length--, text++) {
		if ((*text >= ' ' && *text <= '~') || *text == '\n') {
			write_byte(*text);
			continue;
		}
		write_byte('\\');
		write_byte('x');
		write_byte(digit((uint8_t)*text >> 4));
		write_byte(digit((uint8_t)*text));
	}
}

void print(const char *text)
{
	uint32_t length = 0;
	while (text[length] != '\0')
		length++;
	print_bytes(text, length);
}

void print_hex(uint32_t value)
{
	print("0x");
	for (unsigned shift = 32; shift > 0; shift -= 4)
		write_byte(digit(value >> (shift - 4)));
}

void print_decimal(uint32_t value)
{
	char digits[10];
	uint32_t at = sizeof(digits);
	do {
		digits[--at] = digit(value % 10);
		value /= 10;
	} while (value != 0);
	print_bytes(digits + at, (uint32_t)sizeof(digits) - at);
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
