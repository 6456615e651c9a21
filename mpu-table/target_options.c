/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The options of `encode` and `decode` that say which part it is. */
#include "mpu-table/target_options.h"

#include "mpu-table/numbers.h"

enum { COARSEST = 29 }; /* G for which the granule is half of 4 GiB */

bool target_option_take(int option, const char *text, struct row_target *target)
{
	uint64_t number = 0;
	if (text != NULL && !number_parse(text, &number))
		return false;
	switch (option) {
	case TARGET_MAIR0:
	case TARGET_MAIR1:
		target->mair[option - TARGET_MAIR0] = (uint32_t)number;
		return number <= UINT32_MAX;
	case TARGET_GRANULARITY:
		target->granularity = (unsigned)number;
		return number <= COARSEST;
	case TARGET_NAPOT_ONLY:
		target->napot_only = true;
		return true;
	case TARGET_MML:
		target->mml = true;
		return true;
	default:
		target->pxn = true;
		return true;
	}
}
