/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Ending a component's call in a handler. */
#ifndef BERTH_ARMV7M_FAULT_H
#define BERTH_ARMV7M_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "berth/berth.h"
#include "runtime/armv7m/registers.h"

/* Enables the fault exceptions and the trap on division by zero; sets the priorities. */
void berth_faults_enable(void);

/* Whether the exception with this EXC_RETURN stopped a component, and not native code. */
bool berth_is_component(uint32_t exc_return);

/*
 * The frame at PSP; NULL when it does not lie in the running component's
 * stack.  The component chooses PSP: nobody may read there unchecked.
 */
struct frame *berth_frame(uint32_t psp);

/* Records in berth_running that the component is stopped for REASON at instruction PC. */
void berth_stop(enum berth_reason reason, uint32_t pc);

/* Fault handler, from enter.S: returns when the running call is over; else does not return. */
void berth_on_fault(uint32_t exc_return, uint32_t psp);

/* SVCall handler, from enter.S: true when the running call is over, false when it goes on. */
bool berth_on_svcall(uint32_t exc_return, uint32_t psp);

#endif
