/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What enter.S keeps of a component that an exception has stopped. */
#ifndef BERTH_CORTEXM_SAVED_H
#define BERTH_CORTEXM_SAVED_H

#include <stdint.h>

/* r0 to r3 (AAPCS32 6.4). */
#define BERTH_PORT_REGISTERS 4u

/*
 * The rest is in the exception frame at PSP.  Whoever reads that frame has
 * compared PSP with the component's stack before.
 */
struct berth_saved {
	uint32_t psp;
	uint32_t r4[8]; /* to r11 */
	uint32_t exc_return;
};

#endif
