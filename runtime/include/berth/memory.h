/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Copying and filling across memories, for native code: what memory.copy and
 * memory.fill are for a module with several memories (WebAssembly Core
 * Specification, 4.4.7).
 *
 * A memory, a component's part of one (carve) or RAM that components share is named
 * by its index among the regions of the table.  Offsets and
 * sizes are bytes and may be anything, also words that a component handed out:
 * the bounds are those of the table, and no sum wraps.  Where WebAssembly traps,
 * these functions return false, and no byte has been written: a range that does
 * not lie in its memory, also one of no bytes that starts behind the end.  A
 * range of no bytes at the end is fine.  The ranges may overlap.
 *
 * False too: a region that is no memory, and before berth_boot.
 */
#ifndef BERTH_MEMORY_H
#define BERTH_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Copies SIZE bytes from offset FROM of region FROM_REGION to offset TO of TO_REGION. */
bool berth_memory_copy(
	uint32_t to_region, uint32_t to, uint32_t from_region, uint32_t from, uint32_t size);

/* Sets SIZE bytes from offset AT of REGION to VALUE. */
bool berth_memory_fill(uint32_t region, uint32_t at, uint8_t value, uint32_t size);

/* The region of the memory, or of the part of it, that CONTEXT owns and its module numbers INDEX;
 * BERTH_NONE if none. */
uint32_t berth_memory_region(uint32_t context, uint32_t index);

#ifdef __cplusplus
}
#endif

#endif
