/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The checksum of the region table: CRC-32 of IEEE 802.3 (polynomial
 * 0x04c11db7, reflected, all ones before and after), as in zlib.
 */
#ifndef BERTH_CRC32_H
#define BERTH_CRC32_H

#include <stddef.h>
#include <stdint.h>

#define CRC32_START 0u

/* The checksum of everything that CRC covers, which is CRC32_START at first, and
 * SIZE more BYTES. */
uint32_t crc32_more(uint32_t crc, const uint8_t *bytes, size_t size);

/*
 * Which single bit, when it changes, changes the checksum of SIZE bytes by
 * DIFFERENCE (the exclusive or of the two checksums): its number counted from
 * bit 0 of the first byte, or SIZE_MAX when no single bit does.  No two bits of
 * less than 512 MiB give the same difference, for the polynomial is primitive.
 */
size_t crc32_locate(uint32_t difference, size_t size);

#endif
