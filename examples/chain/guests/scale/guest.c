/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The scale: a table of constants, which is all that its memory is needed for.
 * No code of it writes, so that those who call it need its memory for reading only.
 */
#include "scale_guest.h"

enum { STEPS = 8 };

/* Tenths of a degree; volatile, so that the answers come from memory. */
static const volatile int32_t degrees[STEPS] = {-400, -205, -12, 178, 365, 551, 734, 920};

int32_t exports_berth_chain_scale_convert(uint32_t raw)
{
	return degrees[raw & (STEPS - 1)];
}
