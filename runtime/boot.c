/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Booting, and looking up what the region table says.
 */
#include "runtime/boot.h"

#include <stddef.h>

#include "berth/berth.h"
#include "runtime/address.h"
#include "runtime/armv7m/call.h"
#include "runtime/armv7m/fault.h"
#include "runtime/armv7m/mpu.h"
#include "runtime/init.h"
#include "runtime/table.h"

/* From `elfbind inject --table`, and from the linker script under its own names. */
extern const struct berth_regions_header berth_regions;
extern const uint8_t init_start[] __asm__("__berth_init_start");
extern const uint8_t init_end[] __asm__("__berth_init_end");

const struct berth_regions_header *berth_booted;

static bool initialise(const struct berth_regions_header *table, uint32_t context)
{
	uint32_t size = (uint32_t)((uintptr_t)init_end - (uintptr_t)init_start);
	return berth_init_apply(table, init_start, size, context);
}

enum berth_status berth_boot(void)
{
	if (berth_running.active)
		return BERTH_ERROR_BUSY;
	berth_booted = NULL;
	if (!berth_table_check(&berth_regions))
		return BERTH_ERROR_TABLE;
	if (berth_mpu_slots() < berth_regions.mpu_regions)
		return BERTH_ERROR_HARDWARE;
	if (!initialise(&berth_regions, BERTH_NONE))
		return BERTH_ERROR_INIT;
	berth_faults_enable();
	berth_mpu_load(NULL, 0);
	berth_booted = &berth_regions;
	return BERTH_DONE;
}

enum berth_status berth_restart(uint32_t context)
{
	if (berth_running.active)
		return BERTH_ERROR_BUSY;
	if (berth_context_at(context) == NULL)
		return BERTH_ERROR_CONTEXT;
	return initialise(berth_booted, context) ? BERTH_DONE : BERTH_ERROR_INIT;
}

const struct berth_context *berth_context_at(uint32_t index)
{
	return berth_booted == NULL ? NULL : berth_table_context(berth_booted, index);
}

const struct berth_region *berth_region_at(uint32_t index)
{
	return berth_booted == NULL ? NULL : berth_table_region(berth_booted, index);
}

const struct berth_arena *berth_arena_of(uint32_t context)
{
	const struct berth_context *found = berth_context_at(context);
	return found == NULL ? NULL : berth_table_arena(berth_booted, found->arena);
}

void *berth_memory(uint32_t context, uint32_t offset, uint32_t size)
{
	const struct berth_context *found = berth_context_at(context);
	if (found == NULL)
		return NULL;
	const struct berth_region *memory = berth_region_at(found->memory);
	if (!berth_within(offset, size, 0, memory->size))
		return NULL;
	return berth_bytes(memory->base + offset, size);
}
