/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Integer arithmetic on sizes and offsets that came from a file.
 *
 * Every sum or product of two untrusted numbers goes through here, so that a
 * header field of 0xffffffff becomes a refusal and not a small number.
 */
#ifndef BERTH_CHECKED_H
#define BERTH_CHECKED_H

#include <stdbool.h>
#include <stdint.h>

/* Stores A + B in *SUM; false, and *SUM unspecified, when it does not fit 64 bits. */
static inline bool checked_add(uint64_t a, uint64_t b, uint64_t *sum)
{
	return !__builtin_add_overflow(a, b, sum);
}

/* Stores A * B in *PRODUCT; false, and *PRODUCT unspecified, when it does not fit 64 bits. */
static inline bool checked_mul(uint64_t a, uint64_t b, uint64_t *product)
{
	return !__builtin_mul_overflow(a, b, product);
}

/* Whether the LENGTH bytes from OFFSET lie within the first WHOLE bytes. */
static inline bool checked_within(uint64_t offset, uint64_t length, uint64_t whole)
{
	return offset <= whole && length <= whole - offset;
}

/* Whether the ranges [A, A + A_SIZE) and [B, B + B_SIZE) share a byte; neither may wrap. */
static inline bool checked_overlap(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
	return a_size != 0 && b_size != 0 && a < b + b_size && b < a + a_size;
}

/* Stores VALUE rounded up to a multiple of ALIGN (a power of two) in *ROUNDED;
 * false on overflow. */
static inline bool checked_align(uint64_t value, uint64_t align, uint64_t *rounded)
{
	if (!checked_add(value, align - 1, rounded))
		return false;
	*rounded &= ~(align - 1);
	return true;
}

#endif
