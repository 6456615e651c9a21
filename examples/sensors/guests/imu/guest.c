/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* An inertial unit: three rates, each written by a function of its own. */
#include "guest.h"
#include "imu_guest.h"

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(
	void *old, size_t old_size, size_t align, size_t new_size)
{
	return (void *)(uintptr_t)imu_guest_cabi_arena_realloc(
		(uint32_t)(uintptr_t)old, old_size, align, new_size);
}

static void write_axis(struct line *line, const char *name, uint32_t axis)
{
	line_text(line, name);
	line_number(line, imu_guest_read_rate(axis), 2);
}

static void write_roll(struct line *line)
{
	write_axis(line, " roll ", 0);
}
static void write_pitch(struct line *line)
{
	write_axis(line, " pitch ", 1);
}
static void write_yaw(struct line *line)
{
	write_axis(line, " yaw ", 2);
}

#ifndef GUEST_DIRECT
/* Called by index: the firmware must have put the function table in place. */
static void (*const writers[])(struct line *) = {write_roll, write_pitch, write_yaw};
#endif

void exports_berth_sensors_imu_describe(imu_guest_string_t *request, imu_guest_string_t *ret)
{
	struct line line;
	line_start(&line);
	line_text(&line, "imu, asked \"");
	line_bytes(&line, request->ptr, request->len);
	line_text(&line, "\":");
#ifdef GUEST_DIRECT /* for RISC-V, where the compiler declines calls by index */
	write_roll(&line);
	write_pitch(&line);
	write_yaw(&line);
#else
	for (unsigned i = 0; i < sizeof(writers) / sizeof(writers[0]); i++)
		writers[i](&line);
#endif
	line_text(&line, " deg/s, tick ");
	line_number(&line, (int32_t)imu_guest_tick_now(), 0);
	ret->ptr = line.text;
	ret->len = line.length;
}

uint32_t exports_berth_sensors_imu_peek(uint32_t at)
{
	return *(volatile uint32_t *)(uintptr_t)at;
}

void exports_berth_sensors_imu_poke(uint32_t at, uint32_t value)
{
	*(volatile uint32_t *)(uintptr_t)at = value;
}
