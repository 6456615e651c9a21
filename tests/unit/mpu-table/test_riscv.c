/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Entries of RISC-V physical memory protection: the decoder against the tables
 * of Volume II, 3.7.1, and of Smepmp, written out here; entries worked by hand;
 * the encoder against the decoder on parts of every kind; entries of one
 * context against each other.
 */
#include "tests/unit/mpu-table/rows.h"

static struct rows_test part(unsigned granularity, bool napot_only, bool mml)
{
	struct rows_test test = rows_test("riscv");
	test.target.granularity = granularity;
	test.target.napot_only = napot_only;
	test.target.mml = mml;
	return test;
}

static unsigned rights_of_word(const char *word, size_t length)
{
	unsigned rights = 0;
	for (size_t i = 0; i < length; i++)
		rights |= word[i] == 'r' ? R : word[i] == 'w' ? W : word[i] == 'x' ? X : 0;
	return rights;
}

/* Machine mode and user mode, as "rw r", for the sixteen of L, R, W, X. */
static void expect_rights(const struct rows_test *test, const char *const texts[16])
{
	for (unsigned lrwx = 0; lrwx < 16; lrwx++) {
		uint32_t cfg = (lrwx & 8) << 4 | (lrwx & 4) >> 2 | (lrwx & 2) | (lrwx & 1) << 2;
		struct row_view view;
		const char *why;
		struct row row = {{0x08005fff, cfg | 3 << 3}};
		bool legal = decode_one(test, row, &view, &why);
		ck_assert_int_eq(legal, texts[lrwx] != NULL);
		if (!legal)
			continue;
		const char *space = strchr(texts[lrwx], ' ');
		ck_assert_uint_eq(view.privileged,
			rights_of_word(texts[lrwx], (size_t)(space - texts[lrwx])));
		ck_assert_uint_eq(view.access, rights_of_word(space + 1, strlen(space + 1)));
		ck_assert_int_eq(view.locked, lrwx >= 8);
	}
}

START_TEST(every_right_decodes_as_the_manual_says)
{
	/* 3.7.1: not locked, machine mode is not bound; W without R is reserved. */
	static const char *const plain[16] = {"rwx -", "rwx x", NULL, NULL, "rwx r", "rwx rx",
		"rwx rw", "rwx rwx", "- -", "x x", NULL, NULL, "r r", "rx rx", "rw rw", "rwx rwx"};
	/* Smepmp, the truth table for mseccfg.MML. */
	static const char *const mml[16] = {"- -", "- x", "rw r", "rw rw", "- r", "- rx", "- rw",
		"- rwx", "- -", "x -", "x x", "rx x", "r -", "rx -", "rw -", "r r"};
	struct rows_test test = part(0, false, false);
	expect_rights(&test, plain);
	test.target.mml = true;
	expect_rights(&test, mml);
}
END_TEST

static void expect_range(const struct rows_test *test, const struct row *rows, size_t index,
	uint64_t base, uint64_t size)
{
	struct row_view view;
	const char *why;
	ck_assert(test->architecture->decode(&test->target, rows, index, &view, &why));
	ck_assert_uint_eq(view.cover_count, size == 0 ? 0 : 1);
	if (size == 0)
		return;
	ck_assert_uint_eq(view.covers[0].base, base);
	ck_assert_uint_eq(view.covers[0].size, size);
}

START_TEST(napot_opens_what_the_manual_says)
{
	/* 3.7.1, the table of NAPOT ranges: yyy0 is 8 bytes, one more 1 doubles. */
	for (unsigned ones = 0; ones <= 29; ones++) {
		struct rows_test test = part(0, false, false);
		uint32_t low = (UINT32_C(1) << ones) - 1;
		struct row low_end = {{low, 0x1b}};
		expect_range(&test, &low_end, 0, 0, UINT64_C(8) << ones);
		/* The range above it. */
		struct row next = {{low | UINT32_C(2) << ones, 0x1b}};
		expect_range(&test, &next, 0, UINT64_C(8) << ones, UINT64_C(8) << ones);
	}
	/* Beyond the addresses of 32 bits: all of 34, and twice that. */
	struct rows_test test = part(0, false, false);
	expect_range(&test, &(struct row){{0x7fffffff, 0x1b}}, 0, 0, UINT64_C(1) << 34);
	expect_range(&test, &(struct row){{0xffffffff, 0x1b}}, 0, 0, UINT64_C(1) << 35);
}
END_TEST

START_TEST(a_coarse_part_reads_low_address_bits_as_the_manual_says)
{
	/* 3.7.1: bits G-2 to 0 read as ones for NAPOT, bits G-1 to 0 as zeros for TOR and off. */
	for (unsigned g = 1; g <= 20; g++) {
		struct rows_test test = part(g, false, false);
		uint64_t granule = UINT64_C(4) << g;
		struct row napot = {{0, 0x1b}};
		expect_range(&test, &napot, 0, 0, granule);
		uint32_t low = (UINT32_C(1) << g) - 1;
		struct row tor[2] = {
			{{(UINT32_C(1) << g) | low, 0}}, {{(UINT32_C(4) << g) | low, 0xb}}};
		expect_range(&test, tor, 1, granule, 3 * granule);
		expect_illegal(&test, (struct row){{0x1000, 0x13}}, "pmpcfg.A is NA4");
	}
}
END_TEST

START_TEST(tor_starts_where_the_entry_before_says)
{
	struct rows_test test = part(0, false, false);
	struct row rows[] = {{{0x100, 0x0b}}, {{0x200, 0x0b}}, {{0x200, 0x0b}}, {{0x180, 0x0b}},
		{{0x07ff, 0x1b}}, {{0x800, 0x0b}}};
	expect_range(&test, rows, 0, 0, 0x400);
	expect_range(&test, rows, 1, 0x400, 0x400);
	/* Nothing matches when the address is not above the one before. */
	expect_range(&test, rows, 2, 0, 0);
	expect_range(&test, rows, 3, 0, 0);
	/* Of a NAPOT entry before, the register counts and not the range. */
	expect_range(&test, rows, 5, 0x1ffc, 4);
	/* What locks the base with it. */
	struct row_view view;
	const char *why;
	ck_assert(test.architecture->decode(&test.target, rows, 1, &view, &why));
	ck_assert(view.start_before);
	ck_assert(test.architecture->decode(&test.target, rows, 0, &view, &why));
	ck_assert(!view.start_before);
}
END_TEST

START_TEST(illegal_entries_are_refused)
{
	struct rows_test test = part(0, false, false);
	expect_illegal(&test, (struct row){{0, 0x100}}, "one byte");
	expect_illegal(&test, (struct row){{0, 0x3b}}, "reserved bits");
	expect_illegal(&test, (struct row){{0, 0x5b}}, "reserved bits");
	expect_illegal(&test, (struct row){{0, 0x1a}}, "W without R");
	expect_illegal(&test, (struct row){{0, 0x9e}}, "W without R");
	test.target.napot_only = true;
	expect_illegal(&test, (struct row){{0x100, 0x0b}}, "neither off nor NAPOT");
	expect_illegal(&test, (struct row){{0x100, 0x13}}, "neither off nor NAPOT");
	expect_range(&test, &(struct row){{0x100, 0x1b}}, 0, 0x400, 8);
	expect_range(&test, &(struct row){{0x100, 0}}, 0, 0, 0);
}
END_TEST

START_TEST(entries_worked_by_hand_come_out_bit_for_bit)
{
	struct rows_test test = part(0, false, false);
	/* 3.7.1: 64 KiB: 0x80010000 >> 2, and 13 ones for 2^16; A is NAPOT, W, R. */
	expect_row(
		&test, 0x80010000, 0x10000, R | W, LAYOUT_MEMORY, (struct row){{0x20005fff, 0x1b}});
	expect_row(&test, 0x80010000, 8, R, LAYOUT_DATA, (struct row){{0x20004000, 0x19}});
	expect_row(&test, 0x80010004, 4, R | W, LAYOUT_MEMORY, (struct row){{0x20004001, 0x13}});
	expect_row(
		&test, 0x20000000, 0x1000000, R | X, LAYOUT_CODE, (struct row){{0x081fffff, 0x1d}});
	expect_row(
		&test, 0, LAYOUT_ADDRESSES, R | W, LAYOUT_MEMORY, (struct row){{0x1fffffff, 0x1b}});
	/* From address 0 in entry 0 TOR needs no base. */
	expect_row(&test, 0, 0x5000, R | W, LAYOUT_MEMORY, (struct row){{0x1400, 0x0b}});
	/* 20 KiB: an entry that holds the base, and TOR. */
	struct row rows[ROW_SLOTS];
	ck_assert_uint_eq(try_encode(&test, 0x80010000, 0x5000, R | W, LAYOUT_MEMORY, rows), 2);
	ck_assert(rows[0].words[0] == 0x20004000 && rows[0].words[1] == 0);
	ck_assert(rows[1].words[0] == 0x20005400 && rows[1].words[1] == 0x0b);
	test.slot = 1;
	ck_assert_uint_eq(try_encode(&test, 0, 0x5000, R | W, LAYOUT_MEMORY, rows), 2);
	/* The same without TOR: 16 KiB and 4 KiB. */
	test.target.napot_only = true;
	ck_assert_uint_eq(try_encode(&test, 0x80010000, 0x5000, R | W, LAYOUT_MEMORY, rows), 2);
	ck_assert(rows[0].words[0] == 0x200047ff && rows[0].words[1] == 0x1b);
	ck_assert(rows[1].words[0] == 0x200051ff && rows[1].words[1] == 0x1b);
	/* G is 2, a granule of 16 bytes: NAPOT of 16 has one 1, as on a fine part; NA4 is not
	 * there, so that 32 bytes at 0x80000010 are TOR, the low two bits of both addresses zero.
	 */
	test = part(2, false, false);
	expect_row(&test, 0x80000010, 0x10, R | W, LAYOUT_MEMORY, (struct row){{0x20000005, 0x1b}});
	ck_assert_uint_eq(try_encode(&test, 0x80000010, 0x20, R, LAYOUT_SHARED, rows), 2);
	ck_assert(rows[0].words[0] == 0x20000004 && rows[0].words[1] == 0);
	ck_assert(rows[1].words[0] == 0x2000000c && rows[1].words[1] == 0x09);
	ck_assert_uint_eq(try_encode(&test, 0x80000008, 0x10, R, LAYOUT_DATA, rows), 0);
	/* G is 10, 4 KiB: 12 KiB without TOR are 4 KiB with nine ones and 8 KiB with ten. */
	test = part(10, true, false);
	ck_assert_uint_eq(try_encode(&test, 0x80001000, 0x3000, R | W, LAYOUT_CARVE, rows), 2);
	ck_assert(rows[0].words[0] == 0x200005ff && rows[0].words[1] == 0x1b);
	ck_assert(rows[1].words[0] == 0x20000bff && rows[1].words[1] == 0x1b);
	/* Smepmp: shared data is W X, to read only for user mode W; code as before. */
	test = part(0, false, true);
	expect_row(
		&test, 0x80010000, 0x10000, R | W, LAYOUT_MEMORY, (struct row){{0x20005fff, 0x1e}});
	expect_row(&test, 0x80010000, 0x10000, R, LAYOUT_DATA, (struct row){{0x20005fff, 0x1a}});
	expect_row(
		&test, 0x80010000, 0x10000, R | X, LAYOUT_CODE, (struct row){{0x20005fff, 0x1d}});
}
END_TEST

/* Powers of two that a binary addition needs: no cut has fewer. */
static size_t napot_needed(uint64_t base, uint64_t size, uint64_t granule)
{
	size_t fewest = 0;
	for (uint64_t at = base / granule, end = (base + size) / granule; at < end; fewest++) {
		uint64_t step = 1;
		while (at % (2 * step) == 0 && at + 2 * step <= end)
			step *= 2;
		at += step;
	}
	return fewest;
}

START_TEST(the_encoder_opens_exactly_what_is_asked_on_every_part)
{
	for (unsigned kind = 0; kind < 24; kind++) {
		struct rows_test test = part(kind / 4, kind % 2 != 0, kind / 2 % 2 != 0);
		uint64_t granule = arch_granule(test.architecture->arch, &test.target);
		for (uint64_t first = 0; first < 40; first++)
			for (uint64_t last = first; last < 40; last++) {
				uint64_t base = 0x80000000 - 16 * granule + first * granule;
				uint64_t size = (last - first + 1) * granule;
				size_t count =
					expect_exact(&test, base, size, R | W, LAYOUT_MEMORY);
				bool power = (size & (size - 1)) == 0 && base % size == 0;
				size_t expected = test.target.napot_only
							  ? napot_needed(base, size, granule)
							  : (power ? 1u : 2u);
				ck_assert_uint_eq(count, expected);
				test.max = expected - 1;
				ck_assert_uint_eq(
					expect_exact(&test, base, size, R | W, LAYOUT_MEMORY), 0);
				test.max = ROW_SLOTS;
			}
		expect_powers_of_two(&test, (unsigned)__builtin_ctzll(granule));
		expect_refusals(&test);
		if (granule <= 4096)
			expect_caches(&test, ROW_CACHE_USUAL, ROW_CACHE_USUAL);
	}
}
END_TEST

START_TEST(no_cut_into_powers_of_two_has_fewer)
{
	enum { UNITS = 64 };
	for (unsigned first = 0; first < UNITS; first++) {
		unsigned fewest[UNITS + 1];
		fewest[first] = 0;
		for (unsigned last = first + 1; last <= UNITS; last++) {
			fewest[last] = UNITS;
			for (unsigned cut = first; cut < last; cut++)
				if (((last - cut) & (last - cut - 1)) == 0 &&
					cut % (last - cut) == 0 && fewest[cut] + 1 < fewest[last])
					fewest[last] = fewest[cut] + 1;
			ck_assert_uint_eq(
				napot_needed(first * 8ull, (last - first) * 8ull, 8), fewest[last]);
		}
	}
}
END_TEST

START_TEST(the_lowest_entry_decides_and_must_cover_the_whole_access)
{
	struct rows_test test = part(0, false, false);
	/* Entry 0 closes 8 bytes in the 64 that entry 1 opens; entry 2 opens the 64 behind. */
	struct row rows[] = {{{0x20000004, 0x18}}, {{0x20000007, 0x1b}}, {{0x20000017, 0x1b}}};
	struct context_map map = map_of(&test, rows, 3);
	ck_assert_uint_eq(map.range_count, 4);
	ck_assert(context_map_allows(&map, 0x8000000f, 1, R | W));
	ck_assert(!context_map_allows(&map, 0x80000010, 1, R));
	ck_assert(!context_map_allows(&map, 0x80000017, 1, R));
	ck_assert(context_map_allows(&map, 0x80000018, 1, R));
	/* Partly in an entry that closes, and over the seam of two that open. */
	ck_assert(!context_map_allows(&map, 0x8000000e, 4, R));
	ck_assert(context_map_allows(&map, 0x8000003c, 4, R));
	ck_assert(!context_map_allows(&map, 0x8000003e, 4, R));
	ck_assert(context_map_allows(&map, 0x80000040, 4, R | W));
	ck_assert(!context_map_allows(&map, 0x80000040, 4, X));
	/* Beyond everything. */
	ck_assert(!context_map_allows(&map, 0x8000007e, 4, R));
	ck_assert(!context_map_allows(&map, 0x7ffffffe, 4, R));
	context_map_free(&map);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("riscv");
	TCase *rows = tcase_create("entries");
	tcase_add_test(rows, every_right_decodes_as_the_manual_says);
	tcase_add_test(rows, napot_opens_what_the_manual_says);
	tcase_add_test(rows, a_coarse_part_reads_low_address_bits_as_the_manual_says);
	tcase_add_test(rows, tor_starts_where_the_entry_before_says);
	tcase_add_test(rows, illegal_entries_are_refused);
	tcase_add_test(rows, entries_worked_by_hand_come_out_bit_for_bit);
	tcase_add_test(rows, the_encoder_opens_exactly_what_is_asked_on_every_part);
	tcase_add_test(rows, no_cut_into_powers_of_two_has_fewer);
	tcase_add_test(rows, the_lowest_entry_decides_and_must_cover_the_whole_access);
	suite_add_tcase(suite, rows);
	return unit_run(suite);
}
