/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Copying and zeroing.  Words where both ends are aligned: the memories are
 * tens of kilobytes.
 */
#include "runtime/bytes.h"

typedef uint32_t __attribute__((may_alias)) word;

static _Bool is_aligned(const void *at)
{
	return ((uintptr_t)at & (sizeof(word) - 1)) == 0;
}

void berth_copy(void *to, const void *from, uint32_t size)
{
	uint8_t *out = to;
	const uint8_t *in = from;
	if (is_aligned(out) && is_aligned(in)) {
		for (; size >= sizeof(word); size -= (uint32_t)sizeof(word)) {
			*(word *)(void *)out = *(const word *)(const void *)in;
			out += sizeof(word);
			in += sizeof(word);
		}
	}
	while (size-- > 0)
		*out++ = *in++;
}

void berth_zero(void *to, uint32_t size)
{
	uint8_t *out = to;
	if (is_aligned(out)) {
		for (; size >= sizeof(word); size -= (uint32_t)sizeof(word)) {
			*(word *)(void *)out = 0;
			out += sizeof(word);
		}
	}
	while (size-- > 0)
		*out++ = 0;
}
