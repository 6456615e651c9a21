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

#include "mpu-table/row.h"

enum { ARMV7M_SMALLEST = 32, ARMV7M_SLOTS = 16 };

/* Bytes that a region of SIZE bytes must set aside, and be aligned to, to be
 * opened by one row without subregions: the next power of two, at least 32.
 * 0 when SIZE is 0 or does not fit the address space. */
uint64_t armv7m_reserve(uint64_t size);

/*
 * Encodes the rows (RBAR, RASR) that open exactly the range of REQUEST for
 * unprivileged code.  Only code is executable, and peripherals alone are
 * Device memory.  Returns the number of rows; 0 when the range cannot be
 * opened exactly with the rows allowed, or the rights cannot be expressed
 * (write without read, execute on data).
 */
size_t armv7m_encode(const struct row_request *request, struct row *rows);

#endif
