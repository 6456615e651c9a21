/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The rows that reach the hardware are not those of the region table. */
#include "rows.h"

#include "runtime/call.h"

void protect_original(const void *rows, uint32_t count, uint32_t stack)
	ORIGINAL(berth_port_protect);
void protect_otherwise(const void *rows, uint32_t count, uint32_t stack)
	IN_PLACE_OF(berth_port_protect);

void protect_otherwise(const void *rows, uint32_t count, uint32_t stack)
{
	/* Two, in turn: the port may compare with the rows that it had last, by their address. */
	static weak_row copies[2][MOST_ROWS];
	static uint32_t turn;
	weak_row *copy = copies[turn++ % 2];
	const weak_row *given = rows;
	for (uint32_t i = 0; i < count; i++)
		copy[i] = given[i];
	count = weaken_rows(copy, count, berth_current()->context);
	protect_original(copy, count, stack);
}

#ifdef __riscv
/* Volume II, 3.7.1: pmpcfg.A; addresses in units of 4 bytes. */
bool row_opens(const weak_row *rows, uint32_t index, uint32_t address)
{
	uint32_t at = address >> 2;
	uint32_t end = rows[index].pmpaddr;
	switch (rows[index].pmpcfg >> 3 & 3) {
	case 1: /* TOR */
		return at < end && (index == 0 || at >= rows[index - 1].pmpaddr);
	case 3: /* NAPOT: the lowest zero and the ones below it are the size */
		return (at | (end ^ (end + 1))) == (end | (end ^ (end + 1)));
	default:
		return false;
	}
}
#elif __ARM_ARCH >= 8
/* DDI 0553, D1.2: MPU_RBAR.BASE, MPU_RLAR.LIMIT. */
bool row_opens(const weak_row *rows, uint32_t index, uint32_t address)
{
	return address >= (rows[index].rbar & ~31u) && address <= (rows[index].rlar | 31u);
}
#else
/* DDI 0403 B3.5.8 and B3.5.9: a size of two to the power SIZE + 1, in eight parts, which SRD
 * closes. */
bool row_opens(const weak_row *rows, uint32_t index, uint32_t address)
{
	uint32_t power = (rows[index].rasr >> 1 & 31u) + 1;
	uint32_t offset = address - (rows[index].rbar & ~31u);
	return offset >> power == 0 && (rows[index].rasr >> 8 >> (offset >> (power - 3)) & 1u) == 0;
}
#endif
