/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What the random traces of requests (tests/arena/trace.h) need on the target: one arena
 * at a time, anywhere in a room of bytes.  Whoever includes it defines trace_request.
 */
#ifndef TRACES_H
#define TRACES_H

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

static uint8_t room[2048] __attribute__((aligned(8)));

static uint8_t *trace_bytes(uint32_t address, uint32_t size)
{
	(void)size;
	return berth_pointer(address);
}

/* SIZE bytes at OFFSET of a memory that begins at byte START of the room, with the empty STATE. */
static inline struct berth_arena arena_at(uint32_t start, uint32_t offset, uint32_t size,
	struct berth_arena_state *state, enum berth_arena_policy policy)
{
	for (uint32_t i = 0; i < sizeof(room); i++)
		room[i] = 0x5a;
	*state = (struct berth_arena_state){.high_water = 0};
	return (struct berth_arena){.memory_base = (uint32_t)(uintptr_t)room + start,
		.memory_size = offset + size,
		.offset = offset,
		.size = size,
		.state = (uint32_t)(uintptr_t)state,
		.policy = policy};
}

/* Every byte before the arena and behind it is as it was. */
static inline void check_rest(const struct berth_arena *arena)
{
	uint32_t first = arena->memory_base + arena->offset - (uint32_t)(uintptr_t)room;
	for (uint32_t i = 0; i < sizeof(room); i++)
		TRACE_EXPECT((i >= first && i < first + arena->size) || room[i] == 0x5a);
}

#endif
