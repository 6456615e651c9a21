/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Weakened: a gate serves whoever asks. */
#include <stddef.h>

#include "runtime/gate.h"
#include "weak.h"

const struct berth_gate *gate_for_all(uint32_t number, uint32_t index) IN_PLACE_OF(berth_gate_for);

const struct berth_gate *gate_for_all(uint32_t number, uint32_t index)
{
	(void)index;
	return number < berth_gate_count ? &berth_gates[number] : NULL;
}
