/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Target memory on the host: ranges of 32-bit addresses, each backed by exactly
 * as many bytes, so that a sanitizer sees an access one byte beyond.  The
 * runtime asks for every range before it touches it (runtime/address.h); one
 * that does not lie in a range of the test ends the test.
 */
#ifndef TARGET_H
#define TARGET_H

#include <check.h>
#include <stdint.h>
#include <stdlib.h>

#include "runtime/address.h"

enum { TARGET_RANGES = 8 };

static struct {
	uint32_t base;
	uint32_t size;
	uint8_t *bytes;
} target_ranges[TARGET_RANGES];
static unsigned target_count;

static uint32_t target_accesses; /* ranges asked for */

/*
 * Adds the range and returns its bytes, which are zero, as aligned as BASE is;
 * target_clear frees them.
 */
static inline uint8_t *target_add(uint32_t base, uint32_t size)
{
	uint32_t before = base % 8;
	uint8_t *bytes = calloc(1, size + before);
	if (bytes == NULL || target_count == TARGET_RANGES)
		ck_abort_msg("no room for %u bytes at 0x%08x", size, base);
	target_ranges[target_count].base = base;
	target_ranges[target_count].size = size;
	target_ranges[target_count].bytes = bytes + before;
	target_count++;
	return bytes + before;
}

static inline void target_clear(void)
{
	while (target_count > 0) {
		target_count--;
		free(target_ranges[target_count].bytes - target_ranges[target_count].base % 8);
	}
}

void *berth_host_bytes(uint32_t address, uint32_t size)
{
	target_accesses++;
	for (unsigned i = 0; i < target_count; i++) {
		uint64_t end = (uint64_t)target_ranges[i].base + target_ranges[i].size;
		if (address >= target_ranges[i].base && (uint64_t)address + size <= end)
			return target_ranges[i].bytes + (address - target_ranges[i].base);
	}
	ck_abort_msg("touched %u bytes at 0x%08x", size, address);
	return NULL;
}

/* Numbers with a fixed seed (xorshift, Marsaglia 2003). */
static uint32_t random_state = 0x2545f491;

static inline uint32_t random_below(uint32_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state % limit;
}

#endif
