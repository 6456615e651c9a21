/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The imports of each component: both are a call of the next component. */
#include "berth/berth.h"
#include "every.h"

#define STUB(name, number) BERTH_GATE(name##_calls_next, number);
EVERY(STUB)
