/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What enter.S calls. */
#ifndef BERTH_RISCV_TRAP_H
#define BERTH_RISCV_TRAP_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/riscv/saved.h"

/* A component was trapped: true when its call is over, false when *SAVED is to go on. */
bool berth_on_trap(struct berth_saved *saved);

/* Native code was trapped: returns after an interrupt, and not at all after an exception. */
void berth_on_native_trap(void);

#endif
