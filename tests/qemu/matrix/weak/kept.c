/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Weakened: memory keeps what was in it when its component starts again. */
#include "runtime/bytes.h"
#include "weak.h"

void zero_nothing(void *to, uint32_t size) IN_PLACE_OF(berth_zero);

void zero_nothing(void *to, uint32_t size)
{
	(void)to;
	(void)size;
}
