/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * memcpy and memset, which a compiler may call to copy or clear a struct (GCC
 * manual, "Standards": freestanding).  A firmware that has its own keeps them.
 */
#include <stddef.h>
#include <stdint.h>

#include "runtime/bytes.h"
#include "runtime/common.h"

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memset(void *to, int value, size_t size);

BERTH_COMMON(memcpy)
__attribute__((weak)) void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
	berth_copy(to, from, size);
	return to;
}

BERTH_COMMON(memset) __attribute__((weak)) void *memset(void *to, int value, size_t size)
{
	uint8_t *out = to;
	while (size-- > 0)
		*out++ = (uint8_t)value;
	return to;
}
