/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The MPU left off: linked in front of the library, this takes the place of
 * runtime/armv7m/mpu.c.  With it the attacks must succeed; if they did not,
 * the test would be unable to fail.
 */
#include "runtime/armv7m/mpu.h"

uint32_t berth_mpu_slots(void)
{
	return 8;
}

void berth_mpu_load(const struct berth_row *rows, uint32_t count)
{
	(void)rows;
	(void)count;
}
