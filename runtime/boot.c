/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Booting, and looking up what the region table says.
 */
#include "runtime/boot.h"

#include <stddef.h>

#include "berth/berth.h"
#include "runtime/address.h"
#include "runtime/arena_policy.h"
#include "runtime/call.h"
#include "runtime/gate.h"
#include "runtime/init.h"
#include "runtime/table.h"

/* From `elfbind inject --table`, and from the linker script under its own names. */
extern const struct berth_regions_header berth_regions;
extern const uint8_t init_start[] __asm__("__berth_init_start");
extern const uint8_t init_end[] __asm__("__berth_init_end");

const struct berth_regions_header *berth_booted;

/* Whether the policies that the arenas have are linked. */
static bool has_policies(const struct berth_regions_header *table)
{
	const void *first = (const uint8_t *)table + table->arenas;
	const struct berth_arena *arena = first;
	for (uint32_t count = table->arena_count; count > 0; count--, arena++) {
		if (arena->policy > berth_arena_policies ||
			(arena->policy == BERTH_ARENA_FREE_LIST &&
				berth_list_policy.allocate == NULL))
			return false;
	}
	return true;
}

bool berth_initialise(uint32_t context)
{
	uint32_t size = (uint32_t)((uintptr_t)init_end - (uintptr_t)init_start);
	return berth_init_apply(&berth_regions, init_start, size, context);
}

enum berth_status berth_boot(void)
{
	if (berth_is_running())
		return BERTH_ERROR_BUSY;
	berth_booted = NULL;
	berth_running.context_count = 0;
	if (!berth_table_check(&berth_regions, berth_regions.arch))
		return BERTH_ERROR_TABLE;
	if (!berth_gates_check(&berth_regions, berth_gates, berth_gate_count))
		return BERTH_ERROR_GATES;
	if (!has_policies(&berth_regions))
		return BERTH_ERROR_ARENA;
	if (!berth_port_suits(&berth_regions))
		return BERTH_ERROR_HARDWARE;
	if (!berth_initialise(BERTH_NONE))
		return BERTH_ERROR_INIT;
	berth_port_start(&berth_regions);
	berth_booted = &berth_regions;
	berth_running.contexts = berth_table_context(&berth_regions, 0);
	berth_running.rows = (const uint8_t *)&berth_regions + berth_regions.rows;
	berth_running.context_count = berth_regions.context_count;
	return BERTH_DONE;
}

enum berth_status berth_restart(uint32_t context)
{
	if (berth_is_running())
		return BERTH_ERROR_BUSY;
	if (berth_context_at(context) == NULL)
		return BERTH_ERROR_CONTEXT;
	return berth_initialise(context) ? BERTH_DONE : BERTH_ERROR_INIT;
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

bool berth_reaches(
	const struct berth_context *context, uint32_t offset, uint32_t size, uint32_t *address)
{
	/* With native pointers the compiler adds nothing. */
	uint32_t origin = 0;
	if (context->memory_base != 0)
		origin = berth_table_regions(&berth_regions)[context->memory].base;
	*address = origin + offset;
	return *address >= offset &&
	       berth_within(*address, size, context->window_base, context->window_size);
}

void *berth_memory(uint32_t context, uint32_t offset, uint32_t size)
{
	const struct berth_context *found = berth_context_at(context);
	uint32_t address;
	if (found == NULL || !berth_reaches(found, offset, size, &address))
		return NULL;
	return berth_bytes(address, size);
}
