/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The handlers, called by enter.S with what they stopped, on the main stack. */
#ifndef BERTH_CORTEXM_HANDLERS_H
#define BERTH_CORTEXM_HANDLERS_H

#include "runtime/call.h"

/* HardFault, MemManage, BusFault, UsageFault; does not return when native code is at fault. */
enum berth_next berth_on_fault(struct berth_saved *saved);

/* SVCall; PSP is that of SAVED. */
enum berth_next berth_on_svcall(struct berth_saved *saved, uint32_t psp);

#endif
