/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Copying and filling across the memories of a table: berth/memory.h with the table as argument. */
#ifndef BERTH_MOVE_H
#define BERTH_MOVE_H

#include <stdbool.h>

#include "berth/regions.h"

/* TABLE has passed berth_table_check. */
bool berth_table_copy(const struct berth_regions_header *table, uint32_t to_region, uint32_t to,
	uint32_t from_region, uint32_t from, uint32_t size);

bool berth_table_fill(const struct berth_regions_header *table, uint32_t region, uint32_t at,
	uint8_t value, uint32_t size);

uint32_t berth_table_memory(
	const struct berth_regions_header *table, uint32_t context, uint32_t index);

#endif
