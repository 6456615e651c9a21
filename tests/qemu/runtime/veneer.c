/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The veneer of a bump arena (tests/arena/veneer_*.S), request by request against the
 * allocator in C: the same answer, the same state behind it, and whether it may take
 * the short way or must ask the runtime.  The linker gives its calls to
 * __wrap_berth_arena_realloc.
 */
#include "traces.h"

/* The veneer's symbols; END is where all arenas end, in their memory. */
extern struct berth_arena arena;
struct berth_arena arena;
extern struct berth_arena_state arena_state __asm__("STATE");
struct berth_arena_state arena_state;
extern uint8_t end_of_arenas[] __asm__("END");

typedef uint32_t veneer(uint32_t old, uint32_t old_length, uint32_t align, uint32_t new_length);
veneer veneer_bump, veneer_plain;

typedef uint32_t allocator(uint32_t old, uint32_t old_length, uint32_t align, uint32_t new_length,
	const struct berth_arena *of);
allocator __real_berth_arena_realloc, __wrap_berth_arena_realloc;

/* --- what the veneer hands to the runtime ---------------------------------------------------- */

static struct {
	uint32_t arguments[4];
	uint32_t times;
	bool refuses; /* answers REFUSED and does nothing, where the runtime would trap */
} asked;

enum { REFUSED = 0x5eed };

uint32_t __wrap_berth_arena_realloc(uint32_t old, uint32_t old_length, uint32_t align,
	uint32_t new_length, const struct berth_arena *of)
{
	TRACE_EXPECT(of == &arena);
	/* Without an old block OLD means nothing. */
	TRACE_EXPECT(old_length == 0 || old == asked.arguments[0]);
	TRACE_EXPECT(old_length == asked.arguments[1]);
	TRACE_EXPECT(align == asked.arguments[2]);
	TRACE_EXPECT(new_length == asked.arguments[3]);
	asked.times++;
	return asked.refuses ? REFUSED
			     : __real_berth_arena_realloc(old, old_length, align, new_length, of);
}

static uint32_t ask(veneer *way, uint32_t old, uint32_t old_length, uint32_t align, uint32_t length)
{
	asked.arguments[0] = old;
	asked.arguments[1] = old_length;
	asked.arguments[2] = align;
	asked.arguments[3] = length;
	asked.times = 0;
	return way(old, old_length, align, length);
}

/* --- one request, both ways --------------------------------------------------------- */

static uint32_t short_ways;

static bool is_short(uint32_t old_length, uint32_t align, uint32_t length, uint32_t given)
{
	return old_length == 0 && length != 0 &&
	       (align == 1 || align == 2 || align == 4 || align == 8) && arena_state.left != 0 &&
	       given != BERTH_ARENA_FAILED;
}

static uint32_t both_ways(uint32_t old, uint32_t old_length, uint32_t align, uint32_t length)
{
	const struct berth_arena_state before = arena_state;
	uint32_t wanted = berth_arena_try(&arena, old, old_length, align, length);
	const struct berth_arena_state after = arena_state;
	arena_state = before;
	bool runtime = !is_short(old_length, align, length, wanted);
	asked.refuses = wanted == BERTH_ARENA_FAILED;
	uint32_t given = ask(veneer_bump, old, old_length, align, length);
	TRACE_EXPECT(asked.times == runtime);
	TRACE_EXPECT(given == (asked.refuses ? REFUSED : wanted));
	TRACE_EXPECT(asked.refuses ||
		     (arena_state.last == after.last && arena_state.left == after.left &&
			     arena_state.high_water == after.high_water));
	short_ways += !runtime;
	return wanted;
}

static uint32_t trace_request(const struct berth_arena *of, uint32_t old, uint32_t old_length,
	uint32_t align, uint32_t new_length)
{
	TRACE_EXPECT(of == &arena);
	return both_ways(old, old_length, align, new_length);
}

/* --- what no guest asks ---------------------------------------------------------------------- */

static const uint32_t odd[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 24, 32, 0x40, 0x101, 0x108,
	0x7fffffff, 0x80000000, 0x80000008, 0xfffffff8, 0xffffffff};
enum { ODD = sizeof(odd) / sizeof(odd[0]) };

/* Every pair of alignment and length, in the state that is there. */
static void ask_odd(void)
{
	const struct berth_arena_state before = arena_state;
	for (uint32_t i = 0; i < ODD * ODD; i++) {
		both_ways(arena.offset, 0, odd[i / ODD], odd[i % ODD]);
		arena_state = before;
		both_ways(arena.offset, 1, odd[i / ODD], odd[i % ODD]);
		arena_state = before;
	}
}

/* A state that the component has made up gives it nothing beyond the end of the arena. */
static void ask_damaged(void)
{
	for (uint32_t i = 0; i < ODD * ODD * ODD; i++) {
		uint32_t length = odd[i / (ODD * ODD)];
		arena_state.last = odd[i % ODD];
		arena_state.left = odd[i / ODD % ODD];
		asked.refuses = true;
		uint32_t given = ask(veneer_bump, 0, 0, 1u << i % 4, length);
		uint32_t end = (uint32_t)(uintptr_t)end_of_arenas;
		TRACE_EXPECT(asked.times == 1 || end - given >= length);
	}
}

int main(void)
{
	uint32_t end = (uint32_t)(uintptr_t)end_of_arenas;
	for (uint32_t i = 0; i < TRACES; i++) {
		uint32_t offset = 8 * (1 + trace_below(end / 8 - 1));
		arena = arena_at(
			8 * trace_below(8), offset, end - offset, &arena_state, BERTH_ARENA_BUMP);
		trace_run(&arena);
		check_rest(&arena);
	}
	arena = arena_at(0, 1024, end - 1024, &arena_state, BERTH_ARENA_BUMP);
	ask_odd();
	TRACE_EXPECT(both_ways(0, 0, 1, 3) == 1024);
	ask_odd();
	ask_damaged();
	asked.refuses = true;
	TRACE_EXPECT(ask(veneer_plain, 1, 2, 3, 4) == REFUSED && asked.times == 1);
	TRACE_EXPECT(short_ways > TRACES);
	print_decimal(TRACES);
	print(" traces\n");
	return 0;
}
