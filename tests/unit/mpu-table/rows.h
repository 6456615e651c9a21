/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the tests of every architecture's rows share: encode, decode, compare. */
#ifndef BERTH_TEST_ROWS_H
#define BERTH_TEST_ROWS_H

#include <string.h>

#include "mpu-table/context_map.h"
#include "tests/unit/unit.h"

#define R LAYOUT_READ
#define W LAYOUT_WRITE
#define X LAYOUT_EXECUTE

/* What a test works with; MAX and SLOT are those of the requests it makes. */
struct rows_test {
	const struct architecture *architecture;
	struct row_target target;
	unsigned slot;
	size_t max;
	enum row_cache cache;
};

static inline struct rows_test rows_test(const char *name)
{
	const struct architecture *architecture = architecture_find(name);
	ck_assert_ptr_nonnull(architecture);
	return (struct rows_test){architecture, architecture_plain_target(), 0,
		architecture->arch->slots, ROW_CACHE_USUAL};
}

static inline size_t try_encode(const struct rows_test *test, uint64_t base, uint64_t size,
	unsigned access, enum layout_kind kind, struct row *rows)
{
	struct row_request request = {base, size, access, kind, test->slot, test->max, test->cache};
	return test->architecture->encode(&test->target, &request, rows);
}

/* Decodes rows that must all be legal; the caller frees the map. */
static inline struct context_map map_of(
	const struct rows_test *test, const struct row *rows, size_t count)
{
	struct context_map map;
	struct diag diag = DIAG_INIT("test");
	ck_assert(context_map_make(&diag, test->architecture, &test->target, rows, count, &map));
	for (size_t i = 0; i < count; i++)
		ck_assert_msg(map.whys[i] == NULL, "row %zu: %s", i, map.whys[i]);
	return map;
}

/*
 * Encodes, decodes, and expects exactly the range with exactly the rights; the
 * number of rows, or 0 when there are none for it.
 */
static inline size_t expect_exact(const struct rows_test *test, uint64_t base, uint64_t size,
	unsigned access, enum layout_kind kind)
{
	struct row rows[ROW_SLOTS];
	size_t count = try_encode(test, base, size, access, kind, rows);
	if (count == 0)
		return 0;
	ck_assert_uint_le(count, test->max);
	struct context_map map = map_of(test, rows, count);
	uint64_t at = base;
	for (size_t i = 0; i < map.range_count; i++) {
		ck_assert_uint_eq(map.ranges[i].base, at);
		ck_assert_uint_eq(map.ranges[i].access, access);
		ck_assert_uint_eq(map.ranges[i].clash, SIZE_MAX);
		at += map.ranges[i].size;
	}
	ck_assert_uint_eq(at, base + size);
	context_map_free(&map);
	return count;
}

/* One row for the range, with exactly these registers. */
static inline void expect_row(const struct rows_test *test, uint64_t base, uint64_t size,
	unsigned access, enum layout_kind kind, struct row expected)
{
	struct row rows[ROW_SLOTS];
	memset(rows, 0, sizeof(rows));
	ck_assert_uint_eq(try_encode(test, base, size, access, kind, rows), 1);
	for (size_t i = 0; i < test->architecture->arch->words; i++)
		ck_assert_msg(rows[0].words[i] == expected.words[i], "%s is 0x%08x, not 0x%08x",
			test->architecture->arch->registers[i], rows[0].words[i],
			expected.words[i]);
}

/* Decodes one row that stands alone. */
static inline bool decode_one(
	const struct rows_test *test, struct row row, struct row_view *view, const char **why)
{
	bool legal = test->architecture->decode(&test->target, &row, 0, view, why);
	ck_assert_int_eq(legal, *why == NULL);
	return legal;
}

/* The row is illegal, and the reason has these words. */
static inline void expect_illegal(const struct rows_test *test, struct row row, const char *words)
{
	struct row_view view;
	const char *why;
	ck_assert_msg(!decode_one(test, row, &view, &why), "legal, but: %s", words);
	ck_assert_msg(strstr(why, words) != NULL, "no '%s' in: %s", words, why);
	ck_assert_uint_eq(view.cover_count, 0);
	ck_assert_uint_eq(view.access, 0);
}

/* What no architecture expresses: rights that a kind must not have, ranges that are none. */
static inline void expect_refusals(const struct rows_test *test)
{
	struct row rows[ROW_SLOTS];
	uint64_t unit = arch_granule(test->architecture->arch, &test->target);
	static const enum layout_kind data[] = {
		LAYOUT_MEMORY, LAYOUT_DATA, LAYOUT_PERIPHERAL, LAYOUT_SHARED, LAYOUT_CARVE};
	for (size_t i = 0; i < sizeof(data) / sizeof(data[0]); i++) {
		ck_assert_uint_eq(try_encode(test, 0, unit, R | X, data[i], rows), 0);
		ck_assert_uint_eq(try_encode(test, 0, unit, R | W | X, data[i], rows), 0);
		ck_assert_uint_eq(try_encode(test, 0, unit, W, data[i], rows), 0);
		ck_assert_uint_eq(try_encode(test, 0, unit, 0, data[i], rows), 0);
		ck_assert_uint_eq(try_encode(test, 0, unit, R | 8, data[i], rows), 0);
	}
	ck_assert_uint_eq(try_encode(test, 0, unit, R | W, LAYOUT_CODE, rows), 0);
	ck_assert_uint_eq(try_encode(test, 0, unit, X, LAYOUT_CODE, rows), 0);
	ck_assert_uint_eq(try_encode(test, 0, 0, R, LAYOUT_DATA, rows), 0);
	ck_assert_uint_eq(try_encode(test, unit / 2, unit, R, LAYOUT_DATA, rows), 0);
	ck_assert_uint_eq(try_encode(test, 0, unit + unit / 2, R, LAYOUT_DATA, rows), 0);
	ck_assert_uint_eq(
		try_encode(test, LAYOUT_ADDRESSES - unit, 2 * unit, R, LAYOUT_DATA, rows), 0);
	ck_assert_uint_eq(try_encode(test, 0, LAYOUT_ADDRESSES + unit, R, LAYOUT_DATA, rows), 0);
	ck_assert_uint_eq(try_encode(test, ~(uint64_t)0 - unit + 1, unit, R, LAYOUT_DATA, rows), 0);
	struct rows_test none = *test;
	none.max = 0;
	ck_assert_uint_eq(try_encode(&none, 0, unit, R, LAYOUT_DATA, rows), 0);
	none.max = 1;
	none.slot = test->architecture->arch->slots;
	ck_assert_uint_eq(try_encode(&none, 0, unit, R, LAYOUT_DATA, rows), 0);
}

/*
 * Every choice of caching of every kind comes out as the decoder reads it, in
 * one row of rights R; RAM and CODE are what is usual.  None is shareable,
 * for DMA, and where the architecture has no such rows there is none.
 */
static inline void expect_caches(
	const struct rows_test *test, enum row_cache ram, enum row_cache code)
{
	struct rows_test with = *test;
	for (int cache = 0; cache < ROW_CACHES; cache++)
		for (int kind = LAYOUT_MEMORY; kind <= LAYOUT_CARVE; kind++) {
			struct row rows[ROW_SLOTS];
			struct row_view view;
			const char *why;
			with.cache = (enum row_cache)cache;
			bool device = kind == LAYOUT_PERIPHERAL;
			bool possible = device ? cache == ROW_CACHE_USUAL
					       : arch_cache_fault(test->architecture->arch,
							 with.cache) == NULL;
			size_t count = try_encode(&with, 0, 4096, R, (enum layout_kind)kind, rows);
			ck_assert_uint_eq(count, possible);
			if (!possible)
				continue;
			ck_assert(decode_one(&with, rows[0], &view, &why));
			if (ram == ROW_CACHE_USUAL)
				continue; /* no row says what memory it is */
			ck_assert_int_eq(view.memory == ROW_DEVICE, device);
			if (device)
				continue;
			enum row_cache expected = cache != ROW_CACHE_USUAL ? with.cache
						  : kind == LAYOUT_CODE	   ? code
									   : ram;
			ck_assert_int_eq(view.cache, expected);
			ck_assert(row_is_normal(&view));
			ck_assert_int_eq(view.shareable, expected == ROW_CACHE_NONE);
		}
}

/* Every power of two at both ends of the addresses takes one row. */
static inline void expect_powers_of_two(const struct rows_test *test, unsigned smallest)
{
	for (unsigned shift = smallest; shift <= 32; shift++) {
		uint64_t size = UINT64_C(1) << shift;
		ck_assert_uint_eq(expect_exact(test, 0, size, R | W, LAYOUT_MEMORY), 1);
		ck_assert_uint_eq(
			expect_exact(test, LAYOUT_ADDRESSES - size, size, R, LAYOUT_DATA), 1);
	}
}

/* --- subregions ------------------------------------------------------------------------- */

/* Every run of eighths of every window takes one row. */
static inline void expect_eighths(const struct rows_test *test)
{
	for (unsigned shift = 8; shift <= 32; shift++)
		for (unsigned first = 0; first < 8; first++)
			for (unsigned last = first; last < 8; last++) {
				uint64_t step = (UINT64_C(1) << shift) / 8;
				ck_assert_uint_eq(
					expect_exact(test, first * step, (last - first + 1) * step,
						R | W, LAYOUT_MEMORY),
					1);
			}
}

/* Whether one row can open units [FIRST, LAST) of 32 bytes: some window of eight granules. */
static inline bool one_row(unsigned first, unsigned last)
{
	for (unsigned granule = 1; granule <= last; granule *= 2)
		if (first % granule == 0 && last % granule == 0 &&
			first / (8 * granule) == (last - 1) / (8 * granule))
			return true;
	return false;
}

enum { ROWS_UNITS = 160 };

/* An exhaustive search finds no fewer rows that together open exactly a range. */
static inline void expect_fewest(const struct rows_test *test)
{
	for (unsigned first = 0; first < ROWS_UNITS; first++) {
		unsigned fewest[ROWS_UNITS + 1];
		fewest[first] = 0;
		for (unsigned last = first + 1; last <= ROWS_UNITS; last++) {
			fewest[last] = ROWS_UNITS;
			for (unsigned cut = first; cut < last; cut++)
				if (fewest[cut] + 1 < fewest[last] && one_row(cut, last))
					fewest[last] = fewest[cut] + 1;
			size_t count = expect_exact(
				test, first * 32ull, (last - first) * 32ull, R | W, LAYOUT_MEMORY);
			ck_assert_uint_eq(count, fewest[last] <= test->max ? fewest[last] : 0);
		}
	}
}

/* The eighths that are on, and no others, are open. */
static inline void expect_open_eighths(const struct row_view *view, unsigned off)
{
	unsigned open = 0;
	for (size_t i = 0; i < view->cover_count; i++) {
		uint64_t step = view->size / 8;
		ck_assert_uint_eq((view->covers[i].base - view->base) % step, 0);
		for (uint64_t at = 0; at < view->covers[i].size; at += step)
			open |= 1u << (view->covers[i].base - view->base + at) / step;
		/* Neighbours are joined: a gap before each but the first. */
		if (i > 0)
			ck_assert_uint_gt(view->covers[i].base,
				view->covers[i - 1].base + view->covers[i - 1].size);
	}
	ck_assert_uint_eq(open, ~off & 0xff);
}

#endif
