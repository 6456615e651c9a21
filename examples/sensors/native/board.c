/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What every board needs: memory as C expects it after a reset, and printing.
 */
#include "board.h"

#include <stddef.h>

#include "board_start.h"

/* From the linker script, under its own names. */
extern uint32_t data_start[] __asm__("__berth_data_start");
extern uint32_t data_end[] __asm__("__berth_data_end");
extern const uint32_t data_load[] __asm__("__berth_data_load");
extern uint32_t bss_start[] __asm__("__berth_bss_start");
extern uint32_t bss_end[] __asm__("__berth_bss_end");

/* --- start ------------------------------------------------------------------ */

void board_start(void)
{
	const uint32_t *from = data_load;
	for (uint32_t *to = data_start; to < data_end;)
		*to++ = *from++;
	for (uint32_t *to = bss_start; to < bss_end;)
		*to++ = 0;
	board_console();
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

static char digit(uint32_t value)
{
	return "0123456789abcdef"[value & 0xf];
}

void print_bytes(const char *text, uint32_t length)
{
	for (; length > 0; length--, text++) {
		if ((*text >= ' ' && *text <= '~') || *text == '\n') {
			board_write(*text);
			continue;
		}
		board_write('\\');
		board_write('x');
		board_write(digit((uint8_t)*text >> 4));
		board_write(digit((uint8_t)*text));
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
		board_write(digit(value >> (shift - 4)));
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
