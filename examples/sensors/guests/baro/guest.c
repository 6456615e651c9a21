/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* A barometer: reads a pressure and keeps the lowest it has seen. */
#include "guest.h"
#include "baro_guest.h"

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(
	void *old, size_t old_size, size_t align, size_t new_size)
{
	return (void *)(uintptr_t)baro_guest_cabi_arena_realloc(
		(uint32_t)(uintptr_t)old, old_size, align, new_size);
}

/* Initialised data: the firmware must have put it into the memory. */
static struct {
	uint32_t lowest; /* pascal */
	const char *unit;
} state = {0xffffffff, " Pa"};

void exports_berth_sensors_baro_describe(baro_guest_string_t *request, baro_guest_string_t *ret)
{
	uint32_t pressure = baro_guest_read_pressure();
	if (pressure < state.lowest)
		state.lowest = pressure;
	struct line line;
	line_start(&line);
	line_text(&line, "baro, asked \"");
	line_bytes(&line, request->ptr, request->len);
	line_text(&line, "\": ");
	line_number(&line, (int32_t)pressure, 0);
	line_text(&line, state.unit);
	line_text(&line, ", lowest ");
	line_number(&line, (int32_t)state.lowest, 0);
	line_text(&line, ", tick ");
	line_number(&line, (int32_t)baro_guest_tick_now(), 0);
	ret->ptr = line.text;
	ret->len = line.length;
}

uint32_t exports_berth_sensors_baro_peek(uint32_t at)
{
	return *(volatile uint32_t *)(uintptr_t)at;
}

void exports_berth_sensors_baro_poke(uint32_t at, uint32_t value)
{
	*(volatile uint32_t *)(uintptr_t)at = value;
}
