/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The arena's contract for both policies, and what only the free list promises. */
#include <string.h>

#include "runtime/arena_policy.h"
#include "tests/unit/runtime/target.h"
#include "tests/unit/unit.h"

/* As ck_assert, for millions of calls: Check's own writes to a pipe each time. */
#define TRACE_EXPECT(condition)                                                                    \
	do {                                                                                       \
		if (!(condition))                                                                  \
			ck_abort_msg("%s", #condition);                                            \
	} while (0)
#include "tests/arena/trace.h"

enum { TRACES = 1000000, STATE = 0x30000000, BASE = 0x20000000 };

/* What the object of a region table does that has a free list: the linker takes it. */
__attribute__((used)) static uint32_t (*const wanted)(
	const struct berth_arena *arena, uint32_t align, uint32_t length) = berth_list_allocate;

static uint8_t *trace_bytes(uint32_t address, uint32_t size)
{
	return berth_host_bytes(address, size);
}

static uint32_t trace_request(const struct berth_arena *arena, uint32_t old, uint32_t old_length,
	uint32_t align, uint32_t new_length)
{
	return berth_arena_try(arena, old, old_length, align, new_length);
}

/* Only the arena itself and its state are mapped: an access elsewhere ends the test. */
static struct berth_arena arena_at(
	enum berth_arena_policy policy, uint32_t memory_base, uint32_t offset, uint32_t size)
{
	target_clear();
	target_add(memory_base + offset, size);
	target_add(STATE, BERTH_ARENA_STATE_BYTES);
	return (struct berth_arena){.memory_base = memory_base,
		.memory_size = offset + size,
		.offset = offset,
		.size = size,
		.state = STATE,
		.policy = policy};
}

static uint32_t used(const struct berth_arena *arena)
{
	struct berth_arena_statistics statistics;
	berth_arena_statistics(arena, &statistics);
	return statistics.used;
}

START_TEST(any_trace_keeps_the_contract)
{
	for (uint32_t i = 0; i < TRACES; i++) {
		struct berth_arena arena = arena_at(
			i % 2 == 0 ? BERTH_ARENA_BUMP : BERTH_ARENA_FREE_LIST,
			BASE + trace_below(64), 1 + trace_below(200), 1 + trace_below(1500));
		trace_run(&arena);
	}
}
END_TEST

START_TEST(native_pointers_are_offsets_from_nothing)
{
	for (uint32_t i = 0; i < 1000; i++) {
		struct berth_arena arena =
			arena_at(i % 2 == 0 ? BERTH_ARENA_BUMP : BERTH_ARENA_FREE_LIST, 0,
				BASE + trace_below(64), 1 + trace_below(1500));
		trace_run(&arena);
	}
}
END_TEST

START_TEST(the_last_byte_of_the_address_space_can_be_the_arenas)
{
	for (uint32_t i = 0; i < 1000; i++) {
		uint32_t size = 1 + trace_below(1500);
		struct berth_arena arena =
			arena_at(i % 2 == 0 ? BERTH_ARENA_BUMP : BERTH_ARENA_FREE_LIST, 0xfffff000,
				0x1000 - size, size);
		trace_run(&arena);
	}
}
END_TEST

START_TEST(a_block_grows_into_the_free_one_behind_it)
{
	struct berth_arena arena = arena_at(BERTH_ARENA_FREE_LIST, BASE, 64, 1024);
	uint32_t block = berth_arena_try(&arena, 0, 0, 4, 20);
	uint32_t other = berth_arena_try(&arena, 0, 0, 4, 20);
	ck_assert_uint_eq(berth_arena_try(&arena, other, 20, 4, 100), other);
	ck_assert(berth_arena_free(&arena, other));
	ck_assert_uint_eq(berth_arena_try(&arena, block, 20, 4, 500), block);
	ck_assert_uint_eq(berth_arena_try(&arena, block, 500, 4, 8), block);
	ck_assert_uint_eq(used(&arena), 16);
}
END_TEST

START_TEST(neighbours_in_any_order_become_one)
{
	static const unsigned orders[][3] = {
		{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	for (unsigned i = 0; i < 6; i++) {
		struct berth_arena arena = arena_at(BERTH_ARENA_FREE_LIST, BASE, 64, 400);
		uint32_t blocks[4];
		for (unsigned k = 0; k < 4; k++)
			blocks[k] = berth_arena_try(&arena, 0, 0, 8, 40);
		for (unsigned k = 0; k < 3; k++)
			ck_assert(berth_arena_free(&arena, blocks[orders[i][k]]));
		ck_assert_uint_eq(berth_arena_try(&arena, 0, 0, 8, 3 * 48 - 4), blocks[0]);
	}
}
END_TEST

START_TEST(what_was_not_given_out_cannot_be_given_back)
{
	struct berth_arena arena = arena_at(BERTH_ARENA_FREE_LIST, BASE, 64, 1024);
	uint32_t block = berth_arena_try(&arena, 0, 0, 4, 20);
	static const uint32_t wrong[] = {0, 1, 63, 64, 65, 0xffffffff, 1088, 1087, 0x80000000};
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		ck_assert_msg(!berth_arena_free(&arena, wrong[i]), "%u", wrong[i]);
	ck_assert(!berth_arena_free(&arena, block + 4));
	ck_assert_uint_eq(berth_arena_try(&arena, block, 500, 4, 8), BERTH_ARENA_FAILED);
	ck_assert(berth_arena_free(&arena, block));
	ck_assert(!berth_arena_free(&arena, block));
}
END_TEST

START_TEST(the_youngest_block_of_a_bump_arena_can_be_given_back)
{
	struct berth_arena arena = arena_at(BERTH_ARENA_BUMP, BASE, 64, 1024);
	uint32_t block = berth_arena_try(&arena, 0, 0, 4, 20);
	uint32_t other = berth_arena_try(&arena, 0, 0, 4, 20);
	ck_assert(!berth_arena_free(&arena, block));
	ck_assert(berth_arena_free(&arena, other));
	ck_assert(!berth_arena_free(&arena, other));
	ck_assert_uint_eq(used(&arena), 20);
}
END_TEST

START_TEST(requests_that_would_wrap_fail)
{
	static const uint32_t lengths[] = {
		0xffffffff, 0xfffffffc, 0xfffffff8, 0xfffffff0, 0x80000000, 0x7fffffff, 1025, 1024};
	for (unsigned i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		for (uint32_t bit = 0; bit < 32; bit++) {
			struct berth_arena arena = arena_at(BERTH_ARENA_FREE_LIST, BASE, 64, 1024);
			ck_assert_uint_eq(berth_arena_try(&arena, 0, 0, 1u << bit, lengths[i]),
				BERTH_ARENA_FAILED);
		}
	}
	struct berth_arena arena = arena_at(BERTH_ARENA_FREE_LIST, BASE, 64, 1024);
	ck_assert_uint_eq(berth_arena_try(&arena, 0, 0, 0x80000000, 1), BERTH_ARENA_FAILED);
	ck_assert_uint_eq(berth_arena_try(&arena, 0, 0, 12, 1), BERTH_ARENA_FAILED);
	ck_assert_uint_eq(berth_arena_try(&arena, 0, 0, 0, 1), BERTH_ARENA_FAILED);
}
END_TEST

START_TEST(a_state_that_cannot_be_is_refused_until_a_reset)
{
	static const struct berth_arena_state damaged[] = {
		{.used = 1025, .high_water = 1024},
		{.used = 0, .high_water = 1025},
		{.used = 16, .high_water = 16, .reserved = 0},
		{.used = 16, .high_water = 16, .reserved = 1},
	};
	for (unsigned i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
		struct berth_arena arena = arena_at(BERTH_ARENA_FREE_LIST, BASE, 64, 1024);
		uint32_t block = berth_arena_try(&arena, 0, 0, 4, 20);
		memcpy(berth_host_bytes(STATE, 16), &damaged[i], sizeof(damaged[i]));
		ck_assert_uint_eq(berth_arena_try(&arena, 0, 0, 1, 1), BERTH_ARENA_FAILED);
		ck_assert(!berth_arena_free(&arena, block));
		berth_arena_reset(&arena);
		ck_assert_uint_eq(berth_arena_try(&arena, 0, 0, 4, 20), block);
	}
}
END_TEST

START_TEST(the_high_water_mark_survives_a_reset)
{
	struct berth_arena arena = arena_at(BERTH_ARENA_FREE_LIST, BASE, 64, 1024);
	berth_arena_try(&arena, 0, 0, 4, 100);
	berth_arena_reset(&arena);
	struct berth_arena_statistics statistics;
	berth_arena_statistics(&arena, &statistics);
	ck_assert_uint_eq(statistics.used, 0);
	ck_assert_uint_eq(statistics.high_water, 104);
	ck_assert_uint_eq(statistics.size, 1024);
}
END_TEST

/* --- a component that writes what it likes ------------------------------------------------ */

/* Words that look right, nearly right, and not at all. */
static uint32_t hostile_word(uint32_t size)
{
	switch (trace_below(6)) {
	case 0:
		return trace_below(size + 64);
	case 1:
		return trace_below(size + 64) & ~7u;
	case 2:
		return (trace_below(size + 64) & ~7u) | trace_below(4);
	case 3:
		return (trace_below(size / 8 + 1) * 8 + 4);
	case 4:
		return 0xffffffffu << trace_below(32);
	default:
		return trace_below(0xffffffff);
	}
}

/* One request of any kind, on whatever is there; each may fail, none may take long. */
static void provoke(const struct berth_arena *arena)
{
	uint32_t old = arena->offset + trace_below(arena->size + 16) - 8;
	uint32_t align = 1u << trace_below(trace_below(8) == 0 ? 32 : 5);
	uint32_t length = trace_below(4) == 0 ? hostile_word(arena->size) : trace_below(64);
	uint32_t before = target_accesses;
	uint32_t block = BERTH_ARENA_FAILED;
	switch (trace_below(4)) {
	case 0:
		block = berth_arena_try(arena, 0, 0, align, length);
		break;
	case 1:
		berth_arena_free(arena, old & ~(uint32_t)(trace_below(2) * 7));
		break;
	default:
		block = berth_arena_try(arena, old & ~7u, 1 + trace_below(32), align, length);
		break;
	}
	TRACE_EXPECT(target_accesses - before < 100);
	/* What is given out is in the arena, or says that there was nothing to give. */
	if (block != BERTH_ARENA_FAILED && length != 0)
		berth_host_bytes(arena->memory_base + block, length);
}

START_TEST(nothing_that_a_component_writes_leads_out_of_its_arena)
{
	for (uint32_t i = 0; i < TRACES; i++) {
		uint32_t size = 4 * (1 + trace_below(200));
		struct berth_arena arena =
			arena_at(BERTH_ARENA_FREE_LIST, BASE, 4 * (1 + trace_below(8)), size);
		uint32_t *words = berth_host_bytes(BASE + arena.offset, size);
		for (uint32_t k = 0; k < 6; k++)
			berth_arena_try(&arena, 0, 0, 1, 1 + trace_below(40));
		for (uint32_t k = 0; k < 4; k++) {
			for (uint32_t n = trace_below(6); n > 0; n--)
				words[trace_below(size / 4)] = hostile_word(size);
			if (trace_below(4) == 0)
				((uint32_t *)berth_host_bytes(STATE, 16))[trace_below(3)] =
					hostile_word(size);
			provoke(&arena);
		}
	}
}
END_TEST

/* The same steps in an empty arena and in one that is cut into hundreds of blocks. */
START_TEST(the_number_of_blocks_does_not_matter)
{
	struct berth_arena arena = arena_at(BERTH_ARENA_FREE_LIST, BASE, 64, 65536);
	uint32_t blocks[512];
	uint32_t most = 0;
	for (unsigned i = 0; i < 512; i++) {
		uint32_t before = target_accesses;
		blocks[i] = berth_arena_try(&arena, 0, 0, 8, 8 + trace_below(100));
		ck_assert_uint_ne(blocks[i], BERTH_ARENA_FAILED);
		if (i > 0 && target_accesses - before > most)
			most = target_accesses - before;
	}
	for (unsigned i = 0; i < 512; i += 2)
		ck_assert(berth_arena_free(&arena, blocks[i]));
	for (unsigned i = 0; i < 256; i++) {
		uint32_t before = target_accesses;
		berth_arena_try(&arena, 0, 0, 8, 8 + trace_below(100));
		ck_assert_uint_le(target_accesses - before, most + 10);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("arena policies");
	TCase *tests = tcase_create("contract");
	tcase_set_timeout(tests, 300);
	tcase_add_checked_fixture(tests, NULL, target_clear);
	tcase_add_test(tests, any_trace_keeps_the_contract);
	tcase_add_test(tests, native_pointers_are_offsets_from_nothing);
	tcase_add_test(tests, the_last_byte_of_the_address_space_can_be_the_arenas);
	tcase_add_test(tests, a_block_grows_into_the_free_one_behind_it);
	tcase_add_test(tests, neighbours_in_any_order_become_one);
	tcase_add_test(tests, what_was_not_given_out_cannot_be_given_back);
	tcase_add_test(tests, the_youngest_block_of_a_bump_arena_can_be_given_back);
	tcase_add_test(tests, requests_that_would_wrap_fail);
	tcase_add_test(tests, a_state_that_cannot_be_is_refused_until_a_reset);
	tcase_add_test(tests, the_high_water_mark_survives_a_reset);
	tcase_add_test(tests, nothing_that_a_component_writes_leads_out_of_its_arena);
	tcase_add_test(tests, the_number_of_blocks_does_not_matter);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
