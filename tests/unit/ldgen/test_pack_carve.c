/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Packing memories that are opened in parts, against all bases and all rows there are. */
#include "tests/unit/unit.h"

#include "tests/unit/ldgen/pack_trial.h"

/* Whether the carves from NUMBER on can be opened with the item at unit BASE; the lowest END. */
static bool slow_carves(const struct trial *trial, const struct pack_item *item, size_t number,
	uint64_t base, uint64_t from, uint64_t *end)
{
	uint64_t granule = trial->part->shape.granule;
	if (number == item->carve_count) {
		*end = from;
		return true;
	}
	const struct pack_carve *carve = &item->carves[number];
	uint64_t low = base * granule + carve->offset;
	uint64_t high = low + carve->size;
	uint64_t limit = number + 1 == item->carve_count
				 ? UNITS
				 : (base * granule + item->carves[number + 1].offset) / granule;
	for (uint64_t e = (high + granule - 1) / granule; e <= limit && e < UNITS; e++)
		for (uint64_t b = from; b * granule <= low; b++)
			if (opened[b][e] <= carve->rows &&
				slow_carves(trial, item, number + 1, base, e, end))
				return true;
	return false;
}

/* One to three parts, some with a gap before them, some that end within a granule. */
static void draw_carves(struct pack_item *item, struct pack_carve *carves, uint64_t granule)
{
	uint64_t offset = 0;
	item->carves = carves;
	item->carve_count = 1 + draw(3);
	for (size_t i = 0; i < item->carve_count; i++) {
		offset += draw(3) == 0 ? granule * draw(4) : 0;
		carves[i] = (struct pack_carve){.offset = offset,
			.size = granule * (1 + draw(12)) - (draw(8) == 0 ? 1 : 0),
			.rows = 1 + draw(2)};
		offset += carves[i].size;
		if (draw(4) != 0)
			offset = (offset + granule - 1) / granule * granule;
	}
	item->size = offset;
}

/* The lowest unit that ITEM can end at, by trying all bases; UINT64_MAX when there is none. */
static uint64_t slow_end(const struct trial *trial, const struct pack_item *item)
{
	uint64_t granule = trial->part->shape.granule;
	uint64_t first = (trial->bank.room.base - ORIGIN) / granule;
	uint64_t best = UINT64_MAX;
	for (uint64_t base = first; base < first + 300; base++) {
		uint64_t end = 0;
		uint64_t own = (base * granule + item->size + granule - 1) / granule;
		if (!slow_carves(trial, item, 0, base, base, &end))
			continue;
		end = end > own ? end : own;
		best = end < best ? end : best;
	}
	return best;
}

/* Each part is opened by the rows that it may have, and none with another. */
static void expect_opened(const struct trial *trial, const struct pack_item *item)
{
	uint64_t granule = trial->part->shape.granule;
	uint64_t from = item->range.base;
	for (size_t i = 0; i < item->carve_count; i++) {
		struct pack_range range = item->carves[i].range;
		uint64_t at = item->range.base + item->carves[i].offset;
		ck_assert_uint_ge(range.base, from);
		ck_assert_uint_le(range.base, at);
		ck_assert_uint_ge(range.end, at + item->carves[i].size);
		ck_assert_uint_le(
			opened[(range.base - ORIGIN) / granule][(range.end - ORIGIN) / granule],
			item->carves[i].rows);
		from = range.end;
		ck_assert(i + 1 == item->carve_count ||
			  range.end <= item->range.base + item->carves[i + 1].offset);
	}
}

/* What is told of a part: bytes of others where it leaks, and multiples that mend all. */
static void expect_remedy(const struct trial *trial, const struct pack_item *item)
{
	struct pack_carve scratch[3];
	for (size_t i = 0; i < item->carve_count; i++) {
		struct trial aligned = *trial;
		uint64_t leak = 0;
		uint64_t align = 0;
		uint64_t end = 0;
		bool leaks = pack_carve_leaks(&trial->part->shape, item, i, scratch, &leak, &align);
		ck_assert(leaks == (leak != 0));
		aligned.bank.room.end = ORIGIN + (UINT64_C(1) << 28);
		aligned.problem.items = aligned.items;
		aligned.problem.banks = &aligned.bank;
		aligned.items[0].carves = scratch;
		for (size_t k = 0; k < item->carve_count; k++) {
			scratch[k] = item->carves[k];
			uint64_t wanted = (scratch[k].offset + align - 1) / align * align;
			scratch[k].offset = wanted > end ? wanted : end;
			scratch[k].size = (scratch[k].size + align - 1) / align * align;
			end = scratch[k].offset + scratch[k].size;
		}
		aligned.items[0].size = end;
		ck_assert_int_eq(pack_solve(&aligned.problem), PACK_DONE);
	}
}

START_TEST(carves_are_opened_without_each_other_wherever_a_base_allows_it)
{
	size_t refused = 0;
	fill_opened(&parts[_i]);
	state = 31 + (uint32_t)_i;
	for (int round = 0; round < 200; round++) {
		struct trial trial;
		struct pack_carve carves[3] = {0};
		make_trial(&trial, &parts[_i], true);
		struct pack_item *item = &trial.items[0];
		trial.problem.count = 1;
		draw_carves(item, carves, parts[_i].shape.granule);
		uint64_t best = slow_end(&trial, item);
		enum pack_result result = pack_solve(&trial.problem);
		if (best == UINT64_MAX) {
			ck_assert_int_eq(result, PACK_NO_PLACE);
			expect_remedy(&trial, item);
			refused++;
			continue;
		}
		ck_assert_int_eq(result, PACK_DONE);
		ck_assert_uint_eq(item->range.end, ORIGIN + best * parts[_i].shape.granule);
		expect_opened(&trial, item);
	}
	ck_assert_uint_gt(refused, 2);
}
END_TEST

START_TEST(a_carved_memory_too_large_to_try_every_base_is_not_called_optimal)
{
	for (uint64_t size = 1u << 14; size <= 1u << 22; size <<= 8) {
		struct pack_carve carves[2] = {{.size = size / 2, .rows = 1},
			{.offset = size / 2, .size = size / 2, .rows = 1}};
		struct pack_item item = {.size = size,
			.banks = only_bank,
			.bank_count = 1,
			.carves = carves,
			.carve_count = 2};
		struct pack_bank bank = {.room = {ORIGIN + 32, ORIGIN + (1u << 26)}};
		struct pack_problem problem = {.shape = {.units = 8, .granule = 32},
			.items = &item,
			.count = 1,
			.banks = &bank,
			.bank_count = 1};
		ck_assert_int_eq(pack_solve(&problem), PACK_DONE);
		ck_assert_uint_gt(problem.used, size);
		ck_assert(problem.optimal == (size < 1u << 18));
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pack_carve");
	TCase *tests = tcase_create("pack_carve");
	tcase_set_timeout(tests, 300);
	tcase_add_loop_test(
		tests, carves_are_opened_without_each_other_wherever_a_base_allows_it, 0, PARTS);
	tcase_add_test(tests, a_carved_memory_too_large_to_try_every_base_is_not_called_optimal);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
