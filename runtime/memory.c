/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What runtime/move.c does, for the table that the firmware was booted with. */
#include "berth/memory.h"

#include <stddef.h>

#include "runtime/boot.h"
#include "runtime/move.h"

bool berth_memory_copy(
	uint32_t to_region, uint32_t to, uint32_t from_region, uint32_t from, uint32_t size)
{
	return berth_booted != NULL &&
	       berth_table_copy(berth_booted, to_region, to, from_region, from, size);
}

bool berth_memory_fill(uint32_t region, uint32_t at, uint8_t value, uint32_t size)
{
	return berth_booted != NULL && berth_table_fill(berth_booted, region, at, value, size);
}

uint32_t berth_memory_region(uint32_t context, uint32_t index)
{
	return berth_booted == NULL ? BERTH_NONE : berth_table_memory(berth_booted, context, index);
}
