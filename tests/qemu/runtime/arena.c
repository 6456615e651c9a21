/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The arena on the target: random traces of both policies, as on the host (tests/arena). */
#include "traces.h"

/* What the object of a region table does that has a free list: the linker takes it. */
__attribute__((used)) static uint32_t (*const wanted)(
	const struct berth_arena *arena, uint32_t align, uint32_t length) = berth_list_allocate;

static struct berth_arena_state state;

static uint32_t trace_request(const struct berth_arena *arena, uint32_t old, uint32_t old_length,
	uint32_t align, uint32_t new_length)
{
	return berth_arena_try(arena, old, old_length, align, new_length);
}

int main(void)
{
	for (uint32_t i = 0; i < TRACES; i++) {
		uint32_t offset = 1 + trace_below(200);
		uint32_t size = 1 + trace_below(1500);
		struct berth_arena arena = arena_at(trace_below(64), offset, size, &state,
			i % 2 == 0 ? BERTH_ARENA_BUMP : BERTH_ARENA_FREE_LIST);
		trace_run(&arena);
		check_rest(&arena);
	}
	print_decimal(TRACES);
	print(" traces\n");
	return 0;
}
