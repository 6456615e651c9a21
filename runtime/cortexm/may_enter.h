/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Whether a component can be entered: inline, for every call asks. */
#ifndef BERTH_CORTEXM_MAY_ENTER_H
#define BERTH_CORTEXM_MAY_ENTER_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/cortexm/registers.h"

#define berth_port_may_enter berth_port_may_enter

/* Thread mode, privileged, on MSP, and nothing masked that a call needs to end.  While a component
 * runs, privileged code is in handler mode. */
static inline bool berth_port_may_enter(void)
{
	uint32_t refused = READ_SPECIAL(primask) | READ_SPECIAL(faultmask) | READ_SPECIAL(basepri);
	refused |= READ_SPECIAL(ipsr);
	/* Only CONTROL.nPRIV and SPSEL, the lowest bits. */
	refused |= READ_SPECIAL(control) << 30;
	/* CPACR is there for privileged code only. */
	return refused == 0 && (CPACR & CPACR_CP10_UNPRIVILEGED) == 0;
}

#endif
