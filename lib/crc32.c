/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/crc32.h"

#define POLYNOMIAL 0xedb88320u /* 0x04c11db7, lowest bit first */

/* Moves the register on by one bit. */
static uint32_t step(uint32_t crc)
{
	return (crc >> 1) ^ ((crc & 1) != 0 ? POLYNOMIAL : 0);
}

uint32_t crc32_more(uint32_t crc, const uint8_t *bytes, size_t size)
{
	crc = ~crc;
	for (size_t i = 0; i < size; i++) {
		crc ^= bytes[i];
		for (unsigned bit = 0; bit < 8; bit++)
			crc = step(crc);
	}
	return ~crc;
}

size_t crc32_locate(uint32_t difference, size_t size)
{
	/* A changed bit goes through the register with the bits behind it, so the last bit
	 * gives one step's worth of change, the one before it two. */
	uint32_t change = POLYNOMIAL;
	for (size_t bit = size * 8; bit > 0; bit--, change = step(change))
		if (change == difference)
			return bit - 1;
	return SIZE_MAX;
}
