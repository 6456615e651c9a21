/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The sensors, as native code.  Each import of the guests is served by a gate:
 * the import's own function is a stub that runs in the component, and what it
 * asks for is done here, privileged.
 */
#ifndef NATIVES_H
#define NATIVES_H

#include <stdbool.h>
#include <stdint.h>

/* Gate numbers; the table of gates is in main.c. */
#define GATE_TICK_NOW 0
#define GATE_READ_PRESSURE 1
#define GATE_READ_RATE 2
#define GATE_READ_FIX 3

/* import tick-now: func() -> u32: counts its own calls. */
bool serve_tick_now(uint32_t context, uint32_t registers[4]);

/* import read-pressure: func() -> u32, pascal. */
bool serve_read_pressure(uint32_t context, uint32_t registers[4]);

/* import read-rate: func(axis: u32) -> s32, hundredths of a degree per second. */
bool serve_read_rate(uint32_t context, uint32_t registers[4]);

/* import read-fix: func(coordinate: u32) -> s32, ten-thousandths of a degree. */
bool serve_read_fix(uint32_t context, uint32_t registers[4]);

#endif
