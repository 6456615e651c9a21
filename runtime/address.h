/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The one place where a target address becomes a pointer.
 *
 * Addresses in the region table are 32-bit numbers.  On the target they are
 * pointers as they stand.  A host test defines BERTH_HOST and provides
 * berth_host_bytes, which maps them into memory of its own and sees the range
 * of every access before it happens.
 */
#ifndef BERTH_ADDRESS_H
#define BERTH_ADDRESS_H

#include <stdint.h>

#ifdef BERTH_HOST
void *berth_host_bytes(uint32_t address, uint32_t size);
#endif

/* The SIZE bytes at ADDRESS, all of which the caller may touch. */
static inline void *berth_bytes(uint32_t address, uint32_t size)
{
#ifdef BERTH_HOST
	return berth_host_bytes(address, size);
#else
	(void)size;
	return (void *)(uintptr_t)address;
#endif
}

/* Whether the SIZE bytes from START lie in the WHOLE_SIZE bytes from WHOLE; no sum can wrap. */
static inline _Bool berth_within(uint32_t start, uint32_t size, uint32_t whole, uint32_t whole_size)
{
	return start >= whole && start - whole <= whole_size &&
	       size <= whole_size - (start - whole);
}

#endif
