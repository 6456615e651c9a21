/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Packing, against all orders and all places there are. */
#include "tests/unit/unit.h"

#include "tests/unit/ldgen/pack_trial.h"

/* Puts one item somewhere by hand. */
static void fix_one(struct trial *trial)
{
	struct pack_range range;
	size_t chosen = draw((uint32_t)trial->problem.count);
	uint64_t from = trial->bank.room.base + draw(60) * trial->part->shape.granule;
	if (!slow_fit(trial, chosen, from, 1, &range))
		return;
	trial->items[chosen].fixed = true;
	trial->items[chosen].at = range.base;
	/* Where SIZE bytes from there end at the lowest, in as few rows as may be. */
	trial->items[chosen].rows = 1;
	trial->placed[chosen] = range;
	trial->rows[chosen] = 1;
	trial->is_placed[chosen] = true;
}

/* What the solver gave: opened by the rows it says, none on another, all budgets
 * and guards kept. */
static void expect_sound(struct trial *trial)
{
	uint64_t granule = trial->part->shape.granule;
	uint64_t highest = trial->bank.room.base;
	memset(trial->is_placed, 0, sizeof(trial->is_placed));
	for (size_t i = 0; i < trial->problem.count; i++) {
		const struct pack_item *item = &trial->items[i];
		uint64_t b = (item->range.base - ORIGIN) / granule;
		uint64_t e = (item->range.end - ORIGIN) / granule;
		ck_assert_uint_ge(item->range.base, trial->bank.room.base);
		ck_assert_uint_ge(item->range.end - item->range.base, item->size);
		ck_assert_uint_le(opened[b][e], item->rows);
		if (!trial->part->shape.seam)
			ck_assert_uint_eq(opened[b][e], item->taken);
		ck_assert(is_allowed(trial, i, item->range));
		trial->placed[i] = item->range;
		trial->rows[i] = item->taken;
		trial->is_placed[i] = true;
		highest = item->range.end > highest ? item->range.end : highest;
	}
	ck_assert(in_budget(trial));
	ck_assert_uint_eq(trial->problem.used, highest - trial->bank.room.base);
	ck_assert_uint_eq(trial->bank.used, trial->problem.used);
}

/* Solves both ways and compares. */
static void compare(struct trial *trial, int round)
{
	size_t left = trial->problem.count;
	uint64_t fixed_end = trial->bank.room.base;
	unsigned fixed_rows = 0;
	for (size_t i = 0; i < trial->problem.count; i++)
		if (trial->is_placed[i]) {
			left--;
			fixed_rows += trial->rows[i];
			fixed_end = trial->placed[i].end;
		}
	trial->best = UINT64_MAX;
	trial->best_rows = UINT32_MAX;
	try_all(trial, left, trial->bank.room.base, fixed_rows);
	enum pack_result result = pack_solve(&trial->problem);
	if (trial->best == UINT64_MAX) {
		ck_assert(result != PACK_DONE);
		return;
	}
	uint64_t best = trial->best > fixed_end ? trial->best : fixed_end;
	ck_assert_msg(result == PACK_DONE, "round %d: result %d", round, (int)result);
	expect_sound(trial);
	ck_assert_msg(trial->problem.used == best - trial->bank.room.base,
		"round %d of %s: %u bytes instead of %u", round, trial->part->arch,
		(unsigned)trial->problem.used, (unsigned)(best - trial->bank.room.base));
	ck_assert_msg(
		trial->problem.optimal, "round %d of %s is not proven", round, trial->part->arch);
	ck_assert_uint_eq(trial->problem.bound, trial->problem.used);
	if (!trial->part->shape.seam && fixed_rows == 0)
		ck_assert_msg(trial->problem.rows <= trial->best_rows,
			"round %d of %s: %u rows instead of %u", round, trial->part->arch,
			trial->problem.rows, trial->best_rows);
}

START_TEST(up_to_six_memories_are_packed_as_tightly_as_any_way_there_is)
{
	fill_opened(&parts[_i]);
	state = 2 + (uint32_t)_i;
	for (int round = 0; round < 2000; round++) {
		struct trial trial;
		make_trial(&trial, &parts[_i], true);
		compare(&trial, round);
	}
}
END_TEST

START_TEST(budgets_guards_holes_and_fixed_places_are_kept_and_cost_no_more_than_they_must)
{
	fill_opened(&parts[_i]);
	state = 99 + (uint32_t)_i;
	for (int round = 0; round < 1000; round++) {
		struct trial trial;
		make_trial(&trial, &parts[_i], false);
		if (draw(4) == 0)
			fix_one(&trial);
		compare(&trial, round);
	}
}
END_TEST

/* --- several banks ------------------------------------------------------------------ */

/* The least that the items in SET use of a bank, with one row each; UINT64_MAX if they
 * do not fit. */
static uint64_t slow_bank(const struct trial *trial, unsigned set, const struct pack_bank *bank)
{
	struct trial one = {.part = trial->part, .best = UINT64_MAX, .best_rows = UINT32_MAX};
	size_t count = 0;
	for (size_t i = 0; i < trial->problem.count; i++) {
		if ((set >> i & 1) == 0)
			continue;
		one.items[count] = trial->items[i];
		one.items[count].rows = 1;
		one.contexts[count] = count;
		one.budgets[count++] = 64;
	}
	one.problem = (struct pack_problem){.count = count, .context_count = count};
	try_all(&one, count, bank->room.base, 0);
	return one.best <= bank->room.end ? one.best - bank->room.base : UINT64_MAX;
}

/* The fewest regions that must leave the first of BANKS, and the least bytes then; UINT64_MAX. */
static uint64_t slow_banks(
	const struct trial *trial, const struct pack_bank banks[2], size_t *least_moved)
{
	size_t count = trial->problem.count;
	uint64_t least = UINT64_MAX;
	*least_moved = SIZE_MAX;
	for (unsigned set = 0; set < 1u << count; set++) {
		size_t moved = 0;
		bool allowed = true;
		for (size_t i = 0; i < count; i++) {
			bool moves = (set >> i & 1) != 0;
			moved += moves;
			allowed = allowed && (!moves || trial->items[i].bank_count == 2);
		}
		if (!allowed || moved > *least_moved)
			continue;
		uint64_t low = slow_bank(trial, ~set, &banks[0]);
		uint64_t high = slow_bank(trial, set, &banks[1]);
		if (low == UINT64_MAX || high == UINT64_MAX)
			continue;
		least = moved < *least_moved || low + high < least ? low + high : least;
		*least_moved = moved;
	}
	return least;
}

static size_t count_moved(const struct trial *trial)
{
	size_t moved = 0;
	for (size_t i = 0; i < trial->problem.count; i++)
		moved += trial->items[i].bank;
	return moved;
}

START_TEST(regions_leave_the_bank_that_they_prefer_only_when_they_must)
{
	static const size_t both[] = {0, 1};
	size_t moved_at_all = 0;
	fill_opened(&parts[_i]);
	state = 7 + (uint32_t)_i;
	for (int round = 0; round < 200; round++) {
		struct trial trial;
		size_t least_moved;
		make_trial(&trial, &parts[_i], true);
		uint64_t granule = parts[_i].shape.granule;
		struct pack_bank banks[2] = {{.room = {ORIGIN, ORIGIN + (8 + draw(60)) * granule}},
			{.room = {ORIGIN + 256 * granule,
				 ORIGIN + (256 + 16 + draw(200)) * granule}}};
		for (size_t i = 0; i < trial.problem.count; i++) {
			trial.items[i].rows = 1;
			trial.items[i].banks = both;
			trial.items[i].bank_count = draw(4) == 0 ? 1 : 2;
		}
		trial.problem.banks = banks;
		trial.problem.bank_count = 2;
		uint64_t least = slow_banks(&trial, banks, &least_moved);
		enum pack_result result = pack_solve(&trial.problem);
		if (least == UINT64_MAX) {
			ck_assert_int_eq(result, PACK_NO_ROOM);
			continue;
		}
		ck_assert_int_eq(result, PACK_DONE);
		moved_at_all += count_moved(&trial) != 0;
		ck_assert_uint_eq(count_moved(&trial), least_moved);
		ck_assert_msg(trial.problem.used == least, "round %d: %u bytes instead of %u",
			round, (unsigned)trial.problem.used, (unsigned)least);
		ck_assert(trial.problem.optimal);
		ck_assert_uint_eq(banks[0].used + banks[1].used, least);
	}
	ck_assert_uint_gt(moved_at_all, 10);
}
END_TEST

/* --- what is known ------------------------------------------------------------------------- */

/*
 * Parts that people use: what lies before the room, and the best that was known for one row with
 * subregions each, and with a base and a limit.
 */
static const struct {
	uint64_t start;
	uint64_t sizes[MOST];
	size_t count;
	uint64_t subregions;
	uint64_t limit;
} real[] = {
	{0x20000000 + 1536, {1536, 1100, 768, 600, 300}, 5, 4608, 4352},
	{0x20000000 + 10 * 1024, {20 << 10, 12 << 10, 9 << 10, 5 << 10, 3 << 10}, 5, 53248, 50176},
	{0x20000000 + 10 * 1024, {64 << 10, 4 << 10, 2 << 10}, 3, 71680, 71680},
	{0x20000000 + 24 * 1024, {64 << 10, 40 << 10, 24 << 10, 20 << 10, 9000}, 5, 163840, 160576},
	{0x20240000 + 400 * 1024, {64 << 10, 128 << 10, 96 << 10, 192 << 10, 40 << 10}, 5, 540672,
		532480},
};

/* Packs part NUMBER with at most ROWS rows for each region; bytes used. */
static uint64_t pack_real(size_t number, struct pack_shape shape, unsigned rows)
{
	struct pack_item items[MOST] = {0};
	struct pack_bank bank = {.room = {real[number].start, UINT64_C(0x40000000)}};
	struct pack_problem problem = {.shape = shape,
		.items = items,
		.count = real[number].count,
		.banks = &bank,
		.bank_count = 1};
	for (size_t i = 0; i < real[number].count; i++)
		items[i] = (struct pack_item){.size = real[number].sizes[i],
			.rows = rows,
			.banks = only_bank,
			.bank_count = 1};
	ck_assert_int_eq(pack_solve(&problem), PACK_DONE);
	ck_assert(problem.optimal);
	return problem.used;
}

START_TEST(real_parts_are_packed_as_tightly_as_is_known)
{
	size_t part = (size_t)_i;
	const struct pack_shape subregions = {.units = 8, .granule = 32};
	const struct pack_shape limit = {.granule = 32};
	uint64_t one = pack_real(part, subregions, 1);
	uint64_t two = pack_real(part, subregions, 2);
	uint64_t three = pack_real(part, subregions, 3);
	ck_assert_uint_le(one, real[part].subregions);
	ck_assert_uint_le(two, one);
	ck_assert_uint_le(three, two);
	/* With three rows nothing is left to save here: as good as with a limit. */
	ck_assert_uint_eq(three, real[part].limit);
	ck_assert_uint_eq(pack_real(part, limit, 1), real[part].limit);
}
END_TEST

/* --- the last ones -------------------------------------------------------------------------- */

/* With base and limit every order ends at the same byte. */
START_TEST(what_is_to_be_last_lies_behind_the_others_where_that_costs_nothing)
{
	static const struct pack_shape limit = {.granule = 32};
	state = 7;
	for (int round = 0; round < 200; round++) {
		struct trial trial;
		struct part part = {.shape = limit, .rows = 1};
		make_trial(&trial, &part, true);
		ck_assert_int_eq(pack_solve(&trial.problem), PACK_DONE);
		for (size_t i = 0; i < trial.problem.count; i++)
			for (size_t j = 0; j < trial.problem.count; j++)
				ck_assert(!trial.items[i].last || trial.items[j].last ||
					  trial.items[j].range.end <= trial.items[i].range.base);
	}
}
END_TEST

/* --- many ---------------------------------------------------------------------------------- */

enum { MANY = 256 };

static void make_many(struct pack_problem *problem, struct pack_item *items, unsigned rows)
{
	static size_t contexts[MANY];
	static unsigned budgets[MANY];
	for (size_t i = 0; i < problem->count; i++) {
		contexts[i] = i / 2;
		budgets[i] = 6;
		items[i] = (struct pack_item){.size = 1 + draw(1u << (8 + draw(10))),
			.rows = rows,
			.contexts = &contexts[i],
			.context_count = 1,
			.banks = only_bank,
			.bank_count = 1};
	}
	problem->budgets = budgets;
	problem->context_count = (problem->count + 1) / 2;
}

static void expect_apart(const struct pack_problem *problem)
{
	for (size_t i = 0; i < problem->count; i++)
		for (size_t k = 0; k < i; k++)
			ck_assert(!touch(problem->items[i].range, problem->items[k].range));
}

START_TEST(many_memories_end_within_two_percent_of_what_is_proven_and_never_above_pow2)
{
	static struct pack_item items[MANY];
	static struct pack_item copy[MANY];
	state = 3 + (uint32_t)_i;
	for (int round = 0; round < 4; round++) {
		struct pack_bank bank = {.room = {ORIGIN, ORIGIN + (1u << 30)}};
		struct pack_problem problem = {.shape = parts[_i].shape,
			.items = items,
			.count = round % 2 == 1 ? MANY : MANY / 4,
			.banks = &bank,
			.bank_count = 1};
		make_many(&problem, items, round < 2 ? 1 : 0);
		ck_assert_int_eq(pack_solve(&problem), PACK_DONE);
		expect_apart(&problem);
		ck_assert_uint_le(problem.bound, problem.used);
		ck_assert_uint_le(problem.used * 100, problem.bound * 102);
		ck_assert(!problem.optimal || problem.used == problem.bound);
		struct pack_problem powers = problem;
		memcpy(copy, items, sizeof(copy));
		powers.items = copy;
		ck_assert_int_eq(pack_powers(&powers, parts[_i].shape.granule), PACK_DONE);
		expect_apart(&powers);
		ck_assert_uint_le(problem.used, powers.used);
		/* The same again gives the same. */
		memcpy(copy, items, sizeof(copy));
		ck_assert_int_eq(pack_solve(&problem), PACK_DONE);
		for (size_t i = 0; i < problem.count; i++)
			ck_assert_uint_eq(items[i].range.base, copy[i].range.base);
	}
}
END_TEST

START_TEST(what_fits_by_powers_of_two_fits_packed)
{
	size_t fitted = 0;
	state = 12 + (uint32_t)_i;
	for (int round = 0; round < 300; round++) {
		static const size_t both[] = {0, 1};
		struct trial trial;
		make_trial(&trial, &parts[_i], true);
		uint64_t granule = parts[_i].shape.granule;
		struct pack_bank banks[2] = {{.room = {ORIGIN, ORIGIN + (8 + draw(60)) * granule}},
			{.room = {ORIGIN + 512 * granule,
				 ORIGIN + (512 + 16 + draw(200)) * granule}}};
		for (size_t i = 0; i < trial.problem.count; i++) {
			trial.items[i].banks = both;
			trial.items[i].bank_count = 2;
		}
		trial.problem.banks = banks;
		trial.problem.bank_count = 2;
		if (pack_powers(&trial.problem, granule) != PACK_DONE)
			continue;
		fitted++;
		size_t moved = count_moved(&trial);
		uint64_t used = trial.problem.used;
		ck_assert_int_eq(pack_solve(&trial.problem), PACK_DONE);
		size_t now = count_moved(&trial);
		ck_assert(now < moved || (now == moved && trial.problem.used <= used));
	}
	ck_assert_uint_gt(fitted, 100);
}
END_TEST

/* --- what cannot be ------------------------------------------------------------------------ */

START_TEST(what_cannot_be_is_told)
{
	static const size_t context[] = {0};
	struct pack_item items[2] = {{.size = 3000,
					     .contexts = context,
					     .context_count = 1,
					     .banks = only_bank,
					     .bank_count = 1},
		{.size = 1000,
			.contexts = context,
			.context_count = 1,
			.banks = only_bank,
			.bank_count = 1}};
	struct pack_bank bank = {.room = {ORIGIN, ORIGIN + 4000}};
	unsigned budget = 8;
	struct pack_problem problem = {.shape = {.units = 8, .granule = 32},
		.items = items,
		.count = 2,
		.banks = &bank,
		.bank_count = 1,
		.budgets = &budget,
		.context_count = 1};
	ck_assert_int_eq(pack_solve(&problem), PACK_NO_ROOM);
	ck_assert_uint_eq(problem.bank, 0);
	ck_assert_uint_eq(problem.wanted, 3008 + 1024);
	bank.room.end = ORIGIN + 3008 + 1024;
	ck_assert_int_eq(pack_solve(&problem), PACK_DONE);
	budget = 1;
	ck_assert_int_eq(pack_solve(&problem), PACK_NO_ROWS);
	ck_assert_uint_eq(problem.context, 0);
	budget = 8;
	items[1].size = UINT64_MAX;
	ck_assert_int_eq(pack_solve(&problem), PACK_NO_PLACE);
	ck_assert_uint_eq(problem.item, 1);
	items[1].size = 1000;
	items[1].fixed = true;
	items[1].rows = 1;
	items[1].at = ORIGIN + 32;
	ck_assert_int_eq(pack_solve(&problem), PACK_BAD_PLACE);
	ck_assert_uint_eq(problem.item, 1);
	items[1].at = ORIGIN + 4096;
	ck_assert_int_eq(pack_solve(&problem), PACK_BAD_PLACE);
	/* Two regions that do not end below 2^32. */
	items[1] = items[0];
	items[0].size = items[1].size = UINT64_C(0xa0000000);
	ck_assert_int_eq(pack_solve(&problem), PACK_NO_ROOM);
	ck_assert_uint_eq(problem.wanted, PACK_NOWHERE);
	problem.count = 0;
	ck_assert_int_eq(pack_solve(&problem), PACK_DONE);
	ck_assert_uint_eq(problem.used, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pack");
	TCase *tests = tcase_create("pack");
	tcase_set_timeout(tests, 300);
	tcase_add_loop_test(
		tests, up_to_six_memories_are_packed_as_tightly_as_any_way_there_is, 0, PARTS);
	tcase_add_loop_test(tests,
		budgets_guards_holes_and_fixed_places_are_kept_and_cost_no_more_than_they_must, 0,
		PARTS);
	tcase_add_loop_test(
		tests, regions_leave_the_bank_that_they_prefer_only_when_they_must, 0, PARTS);
	tcase_add_loop_test(tests, real_parts_are_packed_as_tightly_as_is_known, 0,
		(int)(sizeof(real) / sizeof(real[0])));
	tcase_add_loop_test(tests,
		many_memories_end_within_two_percent_of_what_is_proven_and_never_above_pow2, 0,
		PARTS);
	tcase_add_loop_test(tests, what_fits_by_powers_of_two_fits_packed, 0, PARTS);
	tcase_add_test(tests, what_is_to_be_last_lies_behind_the_others_where_that_costs_nothing);
	tcase_add_test(tests, what_cannot_be_is_told);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
