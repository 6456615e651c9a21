/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The sensors.  Their values are made up, the same in every run, and kept in
 * native data, which no component can reach.
 */
#include "natives.h"

#include "berth/berth.h"

/* What the imports tick-now, read-pressure, read-rate and read-fix are bound to. */
BERTH_GATE(tick_now, GATE_TICK_NOW);
BERTH_GATE(read_pressure, GATE_READ_PRESSURE);
BERTH_GATE(read_rate, GATE_READ_RATE);
BERTH_GATE(read_fix, GATE_READ_FIX);

static uint32_t ticks = 1000;
static uint32_t pressure = 101325;
static const int32_t rates[] = {125, -250, 7};
static const int32_t fixes[] = {475321, -1224194};

/* A component names an entry by number: one that is not there ends its call. */
static bool pick(const int32_t *values, uint32_t count, uint32_t registers[4])
{
	if (registers[0] >= count)
		return false;
	registers[0] = (uint32_t)values[registers[0]];
	return true;
}

bool serve_tick_now(uint32_t context, uint32_t registers[4])
{
	(void)context;
	registers[0] = ticks++;
	return true;
}

bool serve_read_pressure(uint32_t context, uint32_t registers[4])
{
	(void)context;
	registers[0] = pressure--;
	return true;
}

bool serve_read_rate(uint32_t context, uint32_t registers[4])
{
	(void)context;
	return pick(rates, sizeof(rates) / sizeof(rates[0]), registers);
}

bool serve_read_fix(uint32_t context, uint32_t registers[4])
{
	(void)context;
	return pick(fixes, sizeof(fixes) / sizeof(fixes[0]), registers);
}
