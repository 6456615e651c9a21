/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The initial state of the components' memories. */
#ifndef BERTH_RUNTIME_INIT_H
#define BERTH_RUNTIME_INIT_H

#include <stdbool.h>
#include <stdint.h>

#include "berth/regions.h"

/*
 * Zeroes the memories and data regions of component CONTEXT, or all of them
 * for BERTH_NONE, and applies the records in the SIZE bytes at RECORDS that
 * belong to it.  TABLE has passed berth_table_check.  False when any record is
 * cut off, or does not lie within one memory or data region of its component;
 * nothing has been written then.
 */
bool berth_init_apply(const struct berth_regions_header *table, const void *records, uint32_t size,
	uint32_t context);

#endif
