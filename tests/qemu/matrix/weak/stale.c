/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Weakened: a component that another one calls runs with the rows of that other one. */
#include "runtime/call.h"
#include "weak.h"

void protect_original(const void *rows, uint32_t count, uint32_t stack)
	ORIGINAL(berth_port_protect);
void protect_once(const void *rows, uint32_t count, uint32_t stack) IN_PLACE_OF(berth_port_protect);

void protect_once(const void *rows, uint32_t count, uint32_t stack)
{
	if (berth_current() == berth_running.chain)
		protect_original(rows, count, stack);
}
