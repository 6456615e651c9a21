/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The arena on the target: random traces of both policies, as on the host (tests/arena). */
#include <stddef.h>

#include "berth/berth.h"
#include "board.h"
#include "runtime/arena_policy.h"

#define TRACE_EXPECT(condition)                                                                    \
	do {                                                                                       \
		if (!(condition))                                                                  \
			fail(#condition);                                                          \
	} while (0)

static _Noreturn void fail(const char *condition)
{
	print("FAIL: ");
	print(condition);
	print("\n");
	board_exit(1);
}

#include "tests/arena/trace.h"

enum { TRACES = 10000 };

/* No gates: nobody is called here. */
const struct berth_gate berth_gates[] = {{.words = 0}};
const uint32_t berth_gate_count = 0;

/* What the object of a region table does that has a free list: the linker takes it. */
__attribute__((used)) static uint32_t (*const wanted)(
	const struct berth_arena *arena, uint32_t align, uint32_t length) = berth_list_allocate;

static uint8_t room[2048];
static struct berth_arena_state state;

static uint8_t *trace_bytes(uint32_t address, uint32_t size)
{
	(void)size;
	return berth_pointer(address);
}

static struct berth_arena arena_of(enum berth_arena_policy policy)
{
	uint32_t offset = 1 + trace_below(200);
	uint32_t size = 1 + trace_below(1500);
	for (uint32_t i = 0; i < sizeof(room); i++)
		room[i] = 0x5a;
	state = (struct berth_arena_state){0};
	return (struct berth_arena){.memory_base = (uint32_t)(uintptr_t)room + trace_below(64),
		.memory_size = offset + size,
		.offset = offset,
		.size = size,
		.state = (uint32_t)(uintptr_t)&state,
		.policy = policy};
}

/* Every byte before the arena and behind it is as it was. */
static void check_rest(const struct berth_arena *arena)
{
	uint32_t first = arena->memory_base + arena->offset - (uint32_t)(uintptr_t)room;
	for (uint32_t i = 0; i < sizeof(room); i++)
		TRACE_EXPECT((i >= first && i < first + arena->size) || room[i] == 0x5a);
}

int main(void)
{
	for (uint32_t i = 0; i < TRACES; i++) {
		struct berth_arena arena =
			arena_of(i % 2 == 0 ? BERTH_ARENA_BUMP : BERTH_ARENA_FREE_LIST);
		trace_run(&arena);
		check_rest(&arena);
	}
	print_decimal(TRACES);
	print(" traces\n");
	return 0;
}
