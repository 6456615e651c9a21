/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Encoding protection rows for the Armv7-M MPU (PMSAv7).
 *
 * Source: Armv7-M Architecture Reference Manual (DDI 0403), B3.5: MPU_RBAR
 * (B3.5.8), MPU_RASR (B3.5.9), subregions (B3.5.9, field SRD), memory
 * attributes (B3.5.9, table B3-13) and the attributes that the Cortex-M3
 * Devices Generic User Guide (DUI 0552) recommends for a microcontroller
 * (table 4-47).
 *
 * The decoder in armv7m_decode.c shares nothing with this file.
 */
#ifndef BERTH_ARMV7M_ENCODE_H
#define BERTH_ARMV7M_ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/layout.h"

enum { ARMV7M_SMALLEST = 32, ARMV7M_SLOTS = 16 };

struct armv7m_row {
	uint32_t rbar;
	uint32_t rasr;
};

/* Bytes that a region of SIZE bytes must set aside, and be aligned to, to be
 * opened by one row without subregions: the next power of two, at least 32.
 * 0 when SIZE is 0 or does not fit the address space. */
uint64_t armv7m_reserve(uint64_t size);

/*
 * Encodes the rows that open exactly [BASE, BASE + SIZE) for unprivileged code
 * with rights ACCESS, into slots from SLOT up.  Memory, data and peripherals
 * are never executable; peripherals are Device memory.  Returns the number of
 * rows, at most MAX; 0 when the range cannot be opened exactly with that many
 * rows or the rights cannot be expressed (write without read, execute on data).
 */
size_t armv7m_encode(uint64_t base, uint64_t size, unsigned access, enum layout_kind kind,
	unsigned slot, struct armv7m_row *rows, size_t max);

#endif
