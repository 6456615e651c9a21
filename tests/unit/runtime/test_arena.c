/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The arena's contract (berth/arena.h), against a model that counts in 64 bits. */
#include <string.h>

#include "berth/arena.h"
#include "tests/unit/runtime/target.h"
#include "tests/unit/unit.h"

enum { TRACES = 120000, STEPS = 12, STATE = 0x30000000 };

/* As ck_assert, for millions of calls: Check's own writes to a pipe each time. */
#define EXPECT(condition)                                                                          \
	do {                                                                                       \
		if (!(condition))                                                                  \
			ck_abort_msg("%s", #condition);                                            \
	} while (0)

/* A live block as the model knows it; offsets count in the memory. */
struct block {
	uint32_t offset;
	uint32_t length;
	uint8_t fill;
};

struct model {
	struct berth_arena arena;
	struct berth_arena_state *state;
	struct block blocks[STEPS];
	unsigned count;
	unsigned youngest; /* index; count when there is none that could grow */
	uint32_t top;	   /* from the start of the arena */
	uint32_t high_water;
};

/* Only the arena itself is mapped: an access elsewhere in the memory ends the test. */
static void model_start(struct model *model, uint32_t memory_base, uint32_t offset, uint32_t size)
{
	memset(model, 0, sizeof(*model));
	model->arena = (struct berth_arena){.memory_base = memory_base,
		.memory_size = offset + size,
		.offset = offset,
		.size = size,
		.state = STATE};
	target_clear();
	target_add(memory_base + offset, size);
	model->state = (void *)target_add(STATE, sizeof(*model->state));
}

static uint8_t *content(const struct model *model, uint32_t offset, uint32_t length)
{
	return berth_host_bytes(model->arena.memory_base + offset, length);
}

/* Where a new block goes, from the start of the arena; UINT64_MAX when it does not fit. */
static uint64_t model_place(const struct model *model, uint32_t align, uint32_t length)
{
	uint64_t start = (uint64_t)model->arena.memory_base + model->arena.offset;
	uint64_t address = start + model->top;
	while (address % align != 0)
		address++;
	uint64_t place = address - start;
	return place + length <= model->arena.size ? place : UINT64_MAX;
}

static void check_fill(const struct model *model, uint32_t offset, uint32_t length, uint8_t fill)
{
	const uint8_t *bytes = content(model, offset, length);
	for (uint32_t i = 0; i < length; i++)
		EXPECT(bytes[i] == fill);
}

static void check_place(const struct model *model, uint32_t offset, uint32_t length, uint32_t align)
{
	const struct berth_arena *arena = &model->arena;
	EXPECT((arena->memory_base + offset) % align == 0);
	EXPECT(offset >= arena->offset);
	EXPECT((uint64_t)offset + length <= (uint64_t)arena->offset + arena->size);
}

/* What the arena says of itself. */
static uint32_t used(const struct model *model)
{
	struct berth_arena_statistics statistics;
	berth_arena_statistics(&model->arena, &statistics);
	return statistics.used;
}

static uint32_t high_water(const struct model *model)
{
	struct berth_arena_statistics statistics;
	berth_arena_statistics(&model->arena, &statistics);
	return statistics.high_water;
}

/* No two blocks share a byte, and each still holds what was written to it. */
static void check_blocks(const struct model *model)
{
	for (unsigned i = 0; i < model->count; i++) {
		const struct block *a = &model->blocks[i];
		check_fill(model, a->offset, a->length, a->fill);
		for (unsigned k = 0; k < i; k++) {
			const struct block *b = &model->blocks[k];
			EXPECT(a->offset + a->length <= b->offset ||
				b->offset + b->length <= a->offset);
		}
	}
	EXPECT(used(model) == model->top);
	EXPECT(high_water(model) == model->high_water);
}

static void model_top(struct model *model, uint32_t top)
{
	model->top = top;
	if (top > model->high_water)
		model->high_water = top;
}

static void write_block(struct model *model, unsigned index, uint32_t offset, uint32_t length)
{
	uint8_t fill = (uint8_t)(1 + random_below(255));
	model->blocks[index] = (struct block){offset, length, fill};
	memset(content(model, offset, length), fill, length);
}

static void step_allocate(struct model *model, uint32_t align, uint32_t length)
{
	uint64_t place = model_place(model, align, length);
	uint32_t offset = berth_arena_try(&model->arena, 0, 0, align, length);
	if (place == UINT64_MAX) {
		EXPECT(offset == BERTH_ARENA_FAILED);
		return;
	}
	EXPECT(offset == model->arena.offset + place);
	check_place(model, offset, length, align);
	model_top(model, (uint32_t)place + length);
	write_block(model, model->count, offset, length);
	model->youngest = model->count++;
}

/* Resizes any block: the youngest stays where it is while its alignment and the arena allow. */
static void step_resize(struct model *model, uint32_t align, uint32_t length)
{
	unsigned index = random_below(model->count);
	struct block old = model->blocks[index];
	uint32_t start = old.offset - model->arena.offset;
	bool aligned = (model->arena.memory_base + old.offset) % align == 0;
	bool fits = (uint64_t)start + length <= model->arena.size;
	bool youngest = index == model->youngest;
	bool stays = aligned && (youngest ? fits : length <= old.length);
	uint64_t place = stays ? start : model_place(model, align, length);
	uint32_t offset = berth_arena_try(&model->arena, old.offset, old.length, align, length);
	if (place == UINT64_MAX) {
		EXPECT(offset == BERTH_ARENA_FAILED);
		return;
	}
	EXPECT(offset == model->arena.offset + place);
	check_place(model, offset, length, align);
	check_fill(model, offset, length < old.length ? length : old.length, old.fill);
	if (!stays || youngest) {
		model_top(model, (uint32_t)place + length);
		model->youngest = index;
	}
	write_block(model, index, offset, length);
}

START_TEST(any_sequence_keeps_the_contract)
{
	for (unsigned trace = 0; trace < TRACES; trace++) {
		struct model model;
		uint32_t memory_base = 0x20000000 + 4 * random_below(64);
		model_start(&model, memory_base, 1 + random_below(200), 1 + random_below(400));
		for (unsigned step = 0; step < STEPS; step++) {
			uint32_t align = 1u << random_below(7);
			uint32_t length = 1 + random_below(96);
			if (model.count > 0 && random_below(2) == 0)
				step_resize(&model, align, length);
			else
				step_allocate(&model, align, length);
			check_blocks(&model);
		}
	}
	target_clear();
}
END_TEST

START_TEST(nothing_asked_gives_the_alignment)
{
	struct model model;
	model_start(&model, 0x20000000, 64, 256);
	for (uint32_t align = 1; align <= 64; align *= 2)
		ck_assert_uint_eq(berth_arena_try(&model.arena, 0, 0, align, 0), align);
	ck_assert_uint_eq(used(&model), 0);
	/* Such a pointer, given back, holds nothing and grows into a block. */
	ck_assert_uint_eq(berth_arena_try(&model.arena, 8, 0, 8, 16), 64);
}
END_TEST

START_TEST(the_address_is_aligned_and_not_the_offset)
{
	struct model model;
	model_start(&model, 0x20000004, 64, 256);
	uint32_t offset = berth_arena_try(&model.arena, 0, 0, 16, 8);
	ck_assert_uint_eq(offset, 76);
	ck_assert_uint_eq((0x20000004 + offset) % 16, 0);
}
END_TEST

START_TEST(a_block_of_no_bytes_gives_its_room_back)
{
	struct model model;
	model_start(&model, 0x20000000, 64, 256);
	uint32_t first = berth_arena_try(&model.arena, 0, 0, 4, 100);
	ck_assert_uint_eq(berth_arena_try(&model.arena, first, 100, 4, 0), 4);
	ck_assert_uint_eq(used(&model), 0);
	ck_assert_uint_eq(high_water(&model), 100);
}
END_TEST

START_TEST(what_a_call_has_left_can_only_be_given_back)
{
	struct model model;
	model_start(&model, 0x20000000, 64, 256);
	model.arena.policy = BERTH_ARENA_BUMP_CALL;
	ck_assert_uint_eq(berth_arena_try(&model.arena, 0, 0, 1, 16), 64);
	ck_assert_uint_eq(berth_arena_try(&model.arena, 0, 0, 1, 16), 80);
	/* As runtime/arena_calls.c does. */
	model.state->last = 0;
	model.state->left = 0;
	ck_assert_uint_eq(berth_arena_try(&model.arena, 64, 16, 4, 0), 4);
	ck_assert_uint_eq(berth_arena_try(&model.arena, 80, 16, 8, 0), 8);
	ck_assert_uint_eq(berth_arena_try(&model.arena, 80, 16, 1, 20), BERTH_ARENA_FAILED);
	ck_assert_uint_eq(berth_arena_try(&model.arena, 60, 16, 1, 0), BERTH_ARENA_FAILED);
	ck_assert_uint_eq(berth_arena_try(&model.arena, 312, 16, 1, 0), BERTH_ARENA_FAILED);
	ck_assert(!berth_arena_free(&model.arena, 80));
	ck_assert_uint_eq(used(&model), 0);
	/* Of the call itself the youngest gives its room back, as ever. */
	ck_assert_uint_eq(berth_arena_try(&model.arena, 0, 0, 1, 16), 64);
	ck_assert_uint_eq(berth_arena_try(&model.arena, 64, 16, 1, 0), 1);
	ck_assert_uint_eq(used(&model), 0);
}
END_TEST

START_TEST(bad_requests_fail)
{
	static const uint32_t wrong[][4] = {
		/* old, old_length, align, new_length */
		{0, 0, 0, 8},			 /* no alignment */
		{0, 0, 3, 8},			 /* not a power of two */
		{0, 0, 0xffffffff, 8},		 /* neither */
		{0, 0, 0x80000000, 8},		 /* a power of two, but not here */
		{0, 0, 1, 257},			 /* more than there is */
		{0, 0, 1, 0xffffffff},		 /* as a sum it would wrap */
		{0, 0, 8, 0xfffffff8},		 /* as a sum it would wrap to 0 */
		{64, 17, 1, 20},		 /* old ends behind what was given out */
		{80, 16, 1, 0},			 /* gives back what was not given out */
		{63, 4, 1, 20},			 /* old begins before the arena */
		{320, 4, 1, 20},		 /* old lies behind it */
		{0xfffffff0, 0x20, 1, 20},	 /* old wraps */
		{64, 0xffffffff, 1, 20},	 /* old's length wraps */
		{80, 0xfffffff0, 1, 0xffffffff}, /* both */
	};
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct model model;
		model_start(&model, 0x20000000, 64, 256);
		ck_assert_uint_eq(berth_arena_try(&model.arena, 0, 0, 1, 16), 64);
		ck_assert_uint_eq(berth_arena_try(&model.arena, wrong[i][0], wrong[i][1],
					  wrong[i][2], wrong[i][3]),
			BERTH_ARENA_FAILED);
		ck_assert_uint_eq(used(&model), 16);
	}
}
END_TEST

START_TEST(growth_in_place_cannot_wrap)
{
	struct model model;
	model_start(&model, 0x20000000, 64, 256);
	berth_arena_try(&model.arena, 0, 0, 1, 16);
	ck_assert_uint_eq(berth_arena_try(&model.arena, 0, 0, 1, 16), 80);
	ck_assert_uint_eq(berth_arena_try(&model.arena, 80, 16, 1, 0xfffffff8), BERTH_ARENA_FAILED);
	ck_assert_uint_eq(used(&model), 32);
}
END_TEST

START_TEST(a_reset_empties_and_keeps_the_high_water_mark)
{
	struct model model;
	model_start(&model, 0x20000000, 64, 256);
	berth_arena_try(&model.arena, 0, 0, 1, 200);
	berth_arena_reset(&model.arena);
	ck_assert_uint_eq(high_water(&model), 200);
	ck_assert_uint_eq(berth_arena_try(&model.arena, 0, 0, 1, 256), 64);
	ck_assert_uint_eq(high_water(&model), 256);
}
END_TEST

START_TEST(offset_zero_is_never_given_out)
{
	struct model model;
	model_start(&model, 0x20000000, 0, 64);
	ck_assert_uint_eq(berth_arena_try(&model.arena, 0, 0, 8, 8), 8);
}
END_TEST

static const uint32_t hostile[] = {
	0, 1, 16, 255, 256, 257, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff};
enum { HOSTILE = sizeof(hostile) / sizeof(hostile[0]) };

/* The arguments that make most of a wrong state. */
static void provoke(const struct model *model)
{
	const struct berth_arena *arena = &model->arena;
	const struct berth_arena_state before = *model->state;
	for (unsigned i = 0; i < HOSTILE; i++) {
		*model->state = before;
		berth_arena_try(arena, 0, 0, 1, hostile[i]);
		*model->state = before;
		berth_arena_try(arena, arena->offset + arena->size - before.last,
			before.last - before.left, 8, hostile[i]);
		*model->state = before;
		berth_arena_try(
			arena, arena->offset, hostile[i], 64, arena->size - before.left + 1);
		*model->state = before;
		berth_arena_try(arena, hostile[i], arena->size - before.left, 1, 16);
		*model->state = before;
		berth_arena_free(arena, arena->offset + arena->size - before.last);
		*model->state = before;
		berth_arena_reset(arena);
		EXPECT(berth_arena_try(arena, 0, 0, 1, 256) == arena->offset);
		EXPECT(high_water(model) <= 256);
	}
}

START_TEST(a_damaged_state_never_leads_out_of_the_arena)
{
	struct model model;
	model_start(&model, 0x20000000, 64, 256);
	uint32_t *words = (uint32_t *)(void *)model.state;
	for (unsigned i = 0; i < HOSTILE * HOSTILE * HOSTILE * 2; i++) {
		words[0] = hostile[i % HOSTILE];
		words[1] = hostile[i / HOSTILE % HOSTILE];
		words[2] = hostile[i / (HOSTILE * HOSTILE) % HOSTILE];
		words[3] = i / (HOSTILE * HOSTILE * HOSTILE);
		provoke(&model);
	}
}
END_TEST

START_TEST(a_damaged_state_is_refused)
{
	static const struct berth_arena_state damaged[] = {
		{.last = 257, .left = 256},
		{.last = 257, .left = 257},
		{.last = 223, .left = 224},
		{.last = 0, .left = 1},
		{.last = 0xffffffff, .left = 0xffffffff},
	};
	for (unsigned i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
		struct model model;
		model_start(&model, 0x20000000, 64, 256);
		*model.state = damaged[i];
		ck_assert_uint_eq(berth_arena_try(&model.arena, 0, 0, 1, 1), BERTH_ARENA_FAILED);
		berth_arena_reset(&model.arena);
		ck_assert_uint_ne(berth_arena_try(&model.arena, 0, 0, 1, 1), BERTH_ARENA_FAILED);
	}
}
END_TEST

START_TEST(the_end_of_the_address_space_is_no_way_out)
{
	struct model model;
	model_start(&model, 0xffffff00, 16, 240);
	ck_assert_uint_eq(berth_arena_try(&model.arena, 0, 0, 1, 240), 16);
	berth_arena_reset(&model.arena);
	ck_assert_uint_eq(berth_arena_try(&model.arena, 0, 0, 1, 239), 16);
	ck_assert_uint_eq(berth_arena_try(&model.arena, 0, 0, 64, 1), BERTH_ARENA_FAILED);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("arena");
	TCase *tests = tcase_create("contract");
	tcase_set_timeout(tests, 120);
	tcase_add_checked_fixture(tests, NULL, target_clear);
	tcase_add_test(tests, any_sequence_keeps_the_contract);
	tcase_add_test(tests, nothing_asked_gives_the_alignment);
	tcase_add_test(tests, the_address_is_aligned_and_not_the_offset);
	tcase_add_test(tests, a_block_of_no_bytes_gives_its_room_back);
	tcase_add_test(tests, what_a_call_has_left_can_only_be_given_back);
	tcase_add_test(tests, bad_requests_fail);
	tcase_add_test(tests, growth_in_place_cannot_wrap);
	tcase_add_test(tests, a_reset_empties_and_keeps_the_high_water_mark);
	tcase_add_test(tests, offset_zero_is_never_given_out);
	tcase_add_test(tests, a_damaged_state_never_leads_out_of_the_arena);
	tcase_add_test(tests, a_damaged_state_is_refused);
	tcase_add_test(tests, the_end_of_the_address_space_is_no_way_out);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
