/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The contract of the arena (berth/arena.h) over random requests, for any
 * policy, on the host and on the target.  Whoever includes it defines
 *     TRACE_EXPECT(condition)   which does not go on where CONDITION is false
 *     trace_bytes(address, size), the bytes that the arena's ADDRESS stands for
 *     trace_request(arena, ...), which is berth_arena_try or does the same
 */
#ifndef TRACE_H
#define TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "berth/arena.h"

static uint8_t *trace_bytes(uint32_t address, uint32_t size);
static uint32_t trace_request(const struct berth_arena *arena, uint32_t old, uint32_t old_length,
	uint32_t align, uint32_t new_length);

enum { TRACE_BLOCKS = 8, TRACE_STEPS = 16 };

/* A block that was given out; offsets count in the memory. */
struct trace_block {
	uint32_t offset;
	uint32_t length;
	uint8_t fill;
};

struct trace {
	const struct berth_arena *arena;
	struct trace_block blocks[TRACE_BLOCKS];
	uint32_t count;
};

/* Numbers with a fixed seed (xorshift, Marsaglia 2003). */
static uint32_t trace_state = 0x2545f491;

static inline uint32_t trace_below(uint32_t limit)
{
	trace_state ^= trace_state << 13;
	trace_state ^= trace_state >> 17;
	trace_state ^= trace_state << 5;
	return trace_state % limit;
}

static inline void trace_check_fill(
	const struct trace *trace, const struct trace_block *block, uint32_t length)
{
	const uint8_t *bytes = trace_bytes(trace->arena->memory_base + block->offset, length);
	for (uint32_t i = 0; i < length; i++)
		TRACE_EXPECT(bytes[i] == block->fill);
}

/* The address is aligned, the block is in the arena and shares no byte with another. */
static inline void trace_check_place(
	const struct trace *trace, const struct trace_block *block, uint32_t align)
{
	const struct berth_arena *arena = trace->arena;
	uint64_t end = (uint64_t)block->offset + block->length;
	TRACE_EXPECT((arena->memory_base + block->offset) % align == 0);
	TRACE_EXPECT(block->offset >= arena->offset);
	TRACE_EXPECT(end <= (uint64_t)arena->offset + arena->size);
	for (uint32_t i = 0; i < trace->count; i++) {
		const struct trace_block *other = &trace->blocks[i];
		TRACE_EXPECT(other == block || end <= other->offset ||
			     (uint64_t)other->offset + other->length <= block->offset);
	}
}

static inline void trace_write(const struct trace *trace, struct trace_block *block)
{
	block->fill = (uint8_t)(1 + trace_below(255));
	uint8_t *bytes = trace_bytes(trace->arena->memory_base + block->offset, block->length);
	for (uint32_t i = 0; i < block->length; i++)
		bytes[i] = block->fill;
}

static inline void trace_forget(struct trace *trace, uint32_t index)
{
	trace->blocks[index] = trace->blocks[--trace->count];
}

static inline void trace_allocate(struct trace *trace, uint32_t align, uint32_t length)
{
	uint32_t offset = trace_request(trace->arena, 0, 0, align, length);
	if (offset == BERTH_ARENA_FAILED)
		return;
	struct trace_block *block = &trace->blocks[trace->count];
	*block = (struct trace_block){.offset = offset, .length = length};
	trace_check_place(trace, block, align);
	trace_write(trace, block);
	trace->count++;
}

static inline void trace_resize(struct trace *trace, uint32_t align, uint32_t length)
{
	uint32_t index = trace_below(trace->count);
	struct trace_block *block = &trace->blocks[index];
	uint32_t offset = trace_request(trace->arena, block->offset, block->length, align, length);
	if (offset == BERTH_ARENA_FAILED) {
		TRACE_EXPECT(length != 0);
		return;
	}
	if (length == 0) {
		TRACE_EXPECT(offset == align);
		trace_forget(trace, index);
		return;
	}
	uint32_t kept = block->length < length ? block->length : length;
	block->offset = offset;
	block->length = length;
	trace_check_place(trace, block, align);
	trace_check_fill(trace, block, kept);
	trace_write(trace, block);
}

static inline void trace_free(struct trace *trace)
{
	uint32_t index = trace_below(trace->count);
	bool freed = berth_arena_free(trace->arena, trace->blocks[index].offset);
	TRACE_EXPECT(freed || trace->arena->policy != BERTH_ARENA_FREE_LIST);
	if (freed)
		trace_forget(trace, index);
}

static inline void trace_step(struct trace *trace)
{
	uint32_t align = 1u << trace_below(7);
	uint32_t length = 1 + trace_below(trace_below(4) == 0 ? 200 : 40);
	uint32_t what = trace_below(8);
	if (trace->count == TRACE_BLOCKS || (trace->count > 0 && what == 0))
		trace_free(trace);
	else if (trace->count > 0 && what < 4)
		trace_resize(trace, align, what == 1 ? 0 : length);
	else
		trace_allocate(trace, align, length);
	/* A full table of a policy that frees nothing: begin anew. */
	if (trace->count == TRACE_BLOCKS) {
		berth_arena_reset(trace->arena);
		trace->count = 0;
	}
	for (uint32_t i = 0; i < trace->count; i++)
		trace_check_fill(trace, &trace->blocks[i], trace->blocks[i].length);
}

/* The state in the arena's memory is that of an empty one. */
static inline void trace_run(const struct berth_arena *arena)
{
	struct trace trace = {.arena = arena};
	for (uint32_t step = 0; step < TRACE_STEPS; step++)
		trace_step(&trace);
	struct berth_arena_statistics statistics;
	berth_arena_statistics(arena, &statistics);
	TRACE_EXPECT(statistics.used <= statistics.high_water);
	TRACE_EXPECT(statistics.high_water <= arena->size);
	if (arena->policy != BERTH_ARENA_FREE_LIST)
		return;
	/* Everything given back is one block again, as large as the first one was. */
	while (trace.count > 0)
		trace_free(&trace);
	berth_arena_statistics(arena, &statistics);
	TRACE_EXPECT(statistics.used == 0);
	if (trace_below(64) != 0) /* it takes long */
		return;
	uint32_t whole = arena->size;
	while (whole > 0 && berth_arena_try(arena, 0, 0, 1, whole) == BERTH_ARENA_FAILED)
		whole--;
	berth_arena_reset(arena);
	TRACE_EXPECT(whole == 0 || berth_arena_try(arena, 0, 0, 1, whole) != BERTH_ARENA_FAILED);
	TRACE_EXPECT(berth_arena_try(arena, 0, 0, 1, 1) == BERTH_ARENA_FAILED);
	berth_arena_reset(arena);
	TRACE_EXPECT(berth_arena_try(arena, 0, 0, 1, whole + 1) == BERTH_ARENA_FAILED);
}

#endif
