/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Puts a name and a number into a line of its own memory, and counts the lines. */
#include "guest.h"
#include "text_guest.h"

static uint32_t lines;
static int32_t number;

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(
	void *old, size_t old_size, size_t align, size_t new_size)
{
	return (void *)(uintptr_t)text_guest_cabi_arena_realloc(
		(uint32_t)(uintptr_t)old, old_size, align, new_size);
}

void exports_berth_chain_text_number(int32_t value)
{
	number = value;
}

static void write_number(struct line *line)
{
	line_text(line, ": ");
	line_number(line, number, 1);
}

static void write_count(struct line *line)
{
	line_text(line, ", line ");
	line_number(line, (int32_t)lines, 0);
}

/* Called by index: also where another component runs this code, the function table
 * must be there. */
static void (*const volatile writers[])(struct line *line) = {write_number, write_count};

void exports_berth_chain_text_label(text_guest_string_t *name, text_guest_string_t *ret)
{
	struct line line;
	lines++;
	line_start(&line);
	line_bytes(&line, name->ptr, name->len);
	for (unsigned i = 0; i < sizeof(writers) / sizeof(writers[0]); i++)
		writers[i](&line);
	ret->ptr = line.text;
	ret->len = line.length;
}

uint32_t exports_berth_chain_text_count(void)
{
	return lines;
}
