/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Loads every context and touches what contexts.c lists: around each edge of a
 * cover and of a subregion, with the rights of both sides, and in some contexts
 * every byte of a window.  What passes must be what the decoder said.
 */
#include "probe.h"

static uint32_t touched;
static uint32_t stopped;
static uint32_t wrong;

static void print_number(uint32_t number)
{
	char text[11];
	char *at = text + sizeof(text) - 1;
	*at = '\0';
	do
		*--at = (char)('0' + number % 10);
	while ((number /= 10) != 0);
	probe_print(at);
}

static void print_hex(uint32_t number)
{
	char text[] = "0x00000000";
	for (unsigned i = 0; i < 8; i++)
		text[2 + i] = "0123456789abcdef"[number >> (28 - 4 * i) & 15];
	probe_print(text);
}

/* The range that ADDRESS lies in; elsewhere privileged code has its default map. */
static struct probe_range expected(const struct probe_context *context, uint32_t address)
{
	for (uint32_t i = 0; i < context->range_count; i++)
		if (address >= context->ranges[i].first && address <= context->ranges[i].last)
			return context->ranges[i];
	return (struct probe_range){0, 0, 0, PROBE_READ | PROBE_WRITE | PROBE_EXECUTE};
}

/* Counts a touch, and reports it when it did not go as EXPECTS says. */
static void compare(uint32_t context, uint32_t address, const char *what, bool expects, bool passed)
{
	touched++;
	stopped += (uint32_t)!passed;
	if (passed == expects || wrong++ > 20)
		return;
	probe_print("context ");
	print_number(context);
	probe_print(": ");
	probe_print(what);
	probe_print(" ");
	print_hex(address);
	probe_print(passed ? " passed\n" : " was stopped\n");
}

static void touch(uint32_t index, uint32_t address)
{
	struct probe_range range = expected(&probe_contexts[index], address);
	compare(index, address, "read", (range.access & PROBE_READ) != 0, probe_read(address));
	compare(index, address, "write", (range.access & PROBE_WRITE) != 0, probe_write(address));
}

/* The same by privileged code, and by whom the architecture lets us, a fetch. */
static void touch_otherwise(uint32_t index, uint32_t address)
{
	struct probe_range range = expected(&probe_contexts[index], address);
	uint32_t instruction = address / PROBE_STEP * PROBE_STEP;
	compare(index, address, "privileged read", (range.privileged & PROBE_READ) != 0,
		probe_privileged_read(address));
	compare(index, address, "privileged write", (range.privileged & PROBE_WRITE) != 0,
		probe_privileged_write(address));
	uint32_t rights = PROBE_EXECUTES_PRIVILEGED ? range.privileged : range.access;
	compare(index, instruction, "fetch", (rights & PROBE_EXECUTE) != 0,
		probe_execute(instruction));
}

#ifdef __riscv
/*
 * Four bytes from two before ADDRESS: one row must decide for all of them
 * (Volume II, 3.7.1).  Where a page ends, QEMU makes two accesses of one, as
 * hardware may, so nothing is tried there.
 */
static void touch_word(uint32_t index, uint32_t address)
{
	const struct probe_context *context = &probe_contexts[index];
	uint32_t first = address - 2;
	bool expects = false;
	if ((first & 0xfff) > 0xffc)
		return;
	for (uint32_t i = 0; i < context->range_count; i++)
		if (first >= context->ranges[i].first && first + 3 <= context->ranges[i].last)
			expects = (context->ranges[i].access & PROBE_READ) != 0;
	compare(index, first, "read of a word at", expects, probe_read_word(first));
}
#else
static void touch_word(uint32_t index, uint32_t address)
{
	(void)index;
	(void)address;
}
#endif

static void run(uint32_t index)
{
	const struct probe_context *context = &probe_contexts[index];
	if (context->row_count > probe_slots()) {
		probe_print("the hardware has too few slots\n");
		probe_exit(false);
	}
#ifdef PROBE_BROKEN
	struct probe_row rows[64];
	for (uint32_t i = 0; i < context->row_count; i++)
		rows[i] = context->rows[i];
	rows[0].words[1] ^= 1u << 24; /* AP: read only becomes read and write, and back */
	probe_load(rows, context->row_count);
#else
	probe_load(context->rows, context->row_count);
#endif
	for (uint32_t i = 0; i < context->point_count; i++) {
		touch(index, context->points[i]);
		touch_otherwise(index, context->points[i]);
		touch_word(index, context->points[i]);
	}
	for (uint32_t i = 0; context->sweep != 0 && i < PROBE_SWEEP; i++)
		touch(index, context->sweep + i);
}

void probe_main(void);

void probe_main(void)
{
	for (uint32_t i = 0; i < probe_size; i += 4)
		*(volatile uint32_t *)(probe_base + i) = PROBE_INSTRUCTION;
	for (uint32_t i = 0; i < probe_context_count; i++)
		run(i);
	print_number(probe_context_count);
	probe_print(" contexts, ");
	print_number(touched);
	probe_print(" touches, ");
	print_number(stopped);
	probe_print(" stopped, ");
	print_number(wrong);
	probe_print(" wrong\n");
	probe_exit(wrong == 0);
}
