/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The reasons of faults, in words. */
#include "berth/berth.h"

const char *berth_reason_text(enum berth_reason reason)
{
	static const char *const texts[] = {
		[BERTH_REASON_NONE] = "no fault",
		[BERTH_REASON_DATA] = "data access refused",
		[BERTH_REASON_EXECUTE] = "execution refused",
		[BERTH_REASON_STACK] = "stack left",
		[BERTH_REASON_BUS] = "bus error",
		[BERTH_REASON_TRAP] = "trap",
		[BERTH_REASON_DIVIDE] = "division by zero",
		[BERTH_REASON_UNALIGNED] = "unaligned access",
		[BERTH_REASON_INSTRUCTION] = "instruction refused",
		[BERTH_REASON_GATE] = "gate refused",
		[BERTH_REASON_BREAKPOINT] = "breakpoint",
		[BERTH_REASON_UNKNOWN] = "unknown fault",
		[BERTH_REASON_ACTIVE] = "component already active",
		[BERTH_REASON_DEPTH] = "too many calls in each other",
	};
	return (uint32_t)reason < sizeof(texts) / sizeof(texts[0]) ? texts[reason]
								   : "unknown fault";
}
