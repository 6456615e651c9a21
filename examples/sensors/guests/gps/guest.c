/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* A receiver: latitude and longitude, and how often it was asked. */
#include "guest.h"
#include "gps_guest.h"

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(
	void *old, size_t old_size, size_t align, size_t new_size)
{
	/* For a test: what an allocator from elsewhere does when it needs room. */
#ifdef GUEST_GROWS
	(void)__builtin_wasm_memory_grow(0, 1);
#endif
	return (void *)(uintptr_t)gps_guest_cabi_arena_realloc(
		(uint32_t)(uintptr_t)old, old_size, align, new_size);
}

static struct {
	const char *label;
	uint32_t coordinate;
} const parts[] = {{" lat ", 0}, {" lon ", 1}};

static uint32_t times_asked = 100; /* not zero: the data must have arrived */

static void write_part(struct line *line, unsigned part)
{
	line_text(line, parts[part].label);
	line_number(line, gps_guest_read_fix(parts[part].coordinate), 4);
}

void exports_berth_sensors_gps_describe(gps_guest_string_t *request, gps_guest_string_t *ret)
{
	struct line line;
	line_start(&line);
	line_text(&line, "gps, asked \"");
	line_bytes(&line, request->ptr, request->len);
	line_text(&line, "\":");
	for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		write_part(&line, i);
	line_text(&line, ", question ");
	line_number(&line, (int32_t)++times_asked, 0);
	line_text(&line, ", tick ");
	line_number(&line, (int32_t)gps_guest_tick_now(), 0);
	ret->ptr = line.text;
	ret->len = line.length;
}

uint32_t exports_berth_sensors_gps_peek(uint32_t at)
{
	return *(volatile uint32_t *)(uintptr_t)at;
}

void exports_berth_sensors_gps_poke(uint32_t at, uint32_t value)
{
	*(volatile uint32_t *)(uintptr_t)at = value;
}
