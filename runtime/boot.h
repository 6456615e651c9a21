/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the files of the runtime share about the booted firmware. */
#ifndef BERTH_RUNTIME_BOOT_H
#define BERTH_RUNTIME_BOOT_H

#include <stdbool.h>

#include "berth/regions.h"

/* The checked region table; NULL until berth_boot has succeeded. */
extern const struct berth_regions_header *berth_booted;

/*
 * Puts CONTEXT, which exists, into its initial state; all for BERTH_NONE.  The table
 * has been checked.  False, with nothing changed, when the initial data is not good;
 * not after berth_boot, which has looked.
 */
bool berth_initialise(uint32_t context);

/*
 * Whether the SIZE bytes that the pointer OFFSET of CONTEXT addresses are of its
 * memory; no sum can wrap.  *ADDRESS is where the first one is, or would be.
 */
bool berth_reaches(
	const struct berth_context *context, uint32_t offset, uint32_t size, uint32_t *address);

#endif
