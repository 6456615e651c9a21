/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Rows of the Armv8-M MPU: the decoder against the field descriptions of
 * DDI 0553, D1.2 (MPU_RBAR, MPU_RLAR, MAIR_ATTR), written out here; rows worked
 * by hand; the encoder against the decoder; rows of one context against each
 * other.
 */
#include <stdlib.h>

#include "tests/unit/mpu-table/rows.h"

START_TEST(every_right_decodes_as_the_manual_says)
{
	/* By AP[2:1]: read and write or read only, with the privileged side alone or both. */
	static const unsigned privileged[4] = {R | W, R | W, R, R};
	static const unsigned unprivileged[4] = {0, R | W, 0, R};
	for (unsigned version = 0; version < 2; version++) {
		struct rows_test test = rows_test(version == 0 ? "armv8-m" : "armv8.1-m");
		for (uint32_t bits = 0; bits < 1u << 6; bits++) {
			uint32_t ap = bits >> 1 & 3;
			uint32_t sh = bits >> 3 & 3;
			uint32_t pxn = bits >> 5;
			struct row row = {{0x20000000 | (bits & 0x1f), 0x2000ffe1 | pxn << 4}};
			struct row_view view;
			const char *why;
			bool legal = decode_one(&test, row, &view, &why);
			ck_assert_int_eq(legal, sh != 1 && (pxn == 0 || version == 1));
			if (!legal)
				continue;
			unsigned fetch = (bits & 1) == 0 ? X : 0;
			ck_assert_uint_eq(view.access,
				unprivileged[ap] | (unprivileged[ap] != 0 ? fetch : 0));
			ck_assert_uint_eq(view.privileged, privileged[ap] | (pxn == 0 ? fetch : 0));
			ck_assert_int_eq(view.shareable, sh >= 2);
			ck_assert_uint_eq(view.base, 0x20000000);
			ck_assert_uint_eq(view.size, 0x10000);
		}
	}
}
END_TEST

/* MAIR_ATTR, D1.2: what the byte says, or NULL when it is unpredictable. */
static const char *memory_of(unsigned attribute)
{
	unsigned outer = attribute >> 4;
	unsigned inner = attribute & 15;
	if (outer == 0)
		return inner == 0 || inner == 4 || inner == 8 || inner == 12 ? "Device, shared"
									     : NULL;
	if (inner == 0)
		return NULL;
	/* Half bytes: 0b0100 uncached, 0b00RW and 0b10RW write-through, 0b01RW and 0b11RW
	 * write-back. */
	static const char kinds[] = "?tttubbbttttbbbb";
	if (kinds[outer] != kinds[inner])
		return "Normal, cached";
	if (kinds[outer] == 'u')
		return "Normal, uncached, shared";
	return kinds[outer] == 't' ? "Normal, write-through" : "Normal, write-back";
}

START_TEST(every_attribute_decodes_as_the_manual_says)
{
	struct rows_test test = rows_test("armv8-m");
	for (unsigned attribute = 0; attribute < 256; attribute++)
		for (unsigned index = 0; index < 8; index++) {
			struct row row = {{0x20000003, 0x2000ffe1 | index << 1}};
			struct row_view view;
			const char *why;
			/* The others are all something else. */
			uint32_t others = attribute == 0x44 ? 0xffffffff : 0x44444444;
			test.target.mair[0] = others;
			test.target.mair[1] = others;
			test.target.mair[index / 4] &= ~(0xffu << index % 4 * 8);
			test.target.mair[index / 4] |= attribute << index % 4 * 8;
			const char *expected = memory_of(attribute);
			ck_assert_int_eq(decode_one(&test, row, &view, &why), expected != NULL);
			if (expected != NULL)
				ck_assert_str_eq(row_memory_text(&view), expected);
		}
}
END_TEST

START_TEST(illegal_rows_are_refused)
{
	struct rows_test test = rows_test("armv8-m");
	expect_illegal(&test, (struct row){{0x2000000b, 0x2000ffe1}}, "RBAR.SH is 0b01");
	expect_illegal(&test, (struct row){{0x20000003, 0x2000fff1}}, "RLAR bit 4");
	expect_illegal(&test, (struct row){{0x20000023, 0x20000001}}, "RLAR.LIMIT is below");
	expect_illegal(&test, (struct row){{0xffffffe3, 0x00000001}}, "RLAR.LIMIT is below");
	test.target.mair[1] = 0x40;
	expect_illegal(&test, (struct row){{0x20000003, 0x2000ffe9}}, "RLAR.AttrIndx");
	test = rows_test("armv8.1-m");
	expect_illegal(&test, (struct row){{0x2000000b, 0x2000ffe1}}, "RBAR.SH is 0b01");
}
END_TEST

START_TEST(a_row_that_is_off_opens_nothing)
{
	struct rows_test test = rows_test("armv8-m");
	struct row_view view;
	const char *why;
	ck_assert(decode_one(&test, (struct row){{0xffffffff, 0xfffffffe}}, &view, &why));
	ck_assert(!view.enabled && view.cover_count == 0 && view.access == 0);
}
END_TEST

START_TEST(rows_worked_by_hand_come_out_bit_for_bit)
{
	struct rows_test test = rows_test("armv8-m");
	/* D1.2: AP 0b01 at bit 1, XN; the limit is the last granule, attribute 0, EN. */
	expect_row(&test, 0x20010000, 0x5000, R | W, LAYOUT_MEMORY,
		(struct row){{0x20010003, 0x20014fe1}});
	/* Read only: AP 0b11. */
	expect_row(&test, 0x20010000, 0x20, R, LAYOUT_DATA, (struct row){{0x20010007, 0x20010001}});
	/* Code: AP 0b11, XN clear, attribute 1. */
	expect_row(&test, 0x10000000, 0x80000, R | X, LAYOUT_CODE,
		(struct row){{0x10000006, 0x1007ffe3}});
	/* Device: attribute 2, outer shareable (SH 0b10). */
	expect_row(&test, 0x40101000, 0x1000, R | W, LAYOUT_PERIPHERAL,
		(struct row){{0x40101013, 0x40101fe5}});
	/* Not cached: attribute 3, outer shareable; write-through: attribute 1. */
	test.cache = ROW_CACHE_NONE;
	expect_row(&test, 0x20010000, 0x400, R | W, LAYOUT_SHARED,
		(struct row){{0x20010013, 0x200103e7}});
	test.cache = ROW_CACHE_WRITE_THROUGH;
	expect_row(&test, 0x20010000, 0x400, R | W, LAYOUT_MEMORY,
		(struct row){{0x20010003, 0x200103e3}});
	test.cache = ROW_CACHE_USUAL;
	/* All addresses. */
	expect_row(&test, 0, LAYOUT_ADDRESSES, R | W, LAYOUT_MEMORY, (struct row){{3, 0xffffffe1}});
	/* Armv8.1-M: PXN at bit 4 of RLAR, where there is something to execute. */
	test = rows_test("armv8.1-m");
	test.target.pxn = true;
	expect_row(&test, 0x10000000, 0x80000, R | X, LAYOUT_CODE,
		(struct row){{0x10000006, 0x1007fff3}});
	expect_row(&test, 0x20010000, 0x5000, R | W, LAYOUT_MEMORY,
		(struct row){{0x20010003, 0x20014fe1}});
}
END_TEST

START_TEST(the_encoder_opens_exactly_what_is_asked_with_one_row)
{
	static const char *const names[] = {"armv8-m", "armv8.1-m"};
	for (size_t i = 0; i < 2; i++) {
		struct rows_test test = rows_test(names[i]);
		expect_powers_of_two(&test, 5);
		for (uint64_t first = 0; first < 64; first++)
			for (uint64_t last = first; last < 64; last++)
				ck_assert_uint_eq(
					expect_exact(&test, 0x1fffff00 + first * 32,
						(last - first + 1) * 32, R | W, LAYOUT_MEMORY),
					1);
		for (unsigned shift = 5; shift < 32; shift++)
			ck_assert_uint_eq(expect_exact(&test, UINT64_C(1) << shift,
						  LAYOUT_ADDRESSES - (UINT64_C(1) << shift), R | X,
						  LAYOUT_CODE),
				1);
		expect_refusals(&test);
		expect_caches(&test, ROW_CACHE_WRITE_BACK, ROW_CACHE_WRITE_THROUGH);
	}
}
END_TEST

START_TEST(a_row_takes_its_memory_type_from_the_attributes_of_the_encoder)
{
	static const char *const texts[] = {
		[LAYOUT_MEMORY] = "Normal, write-back",
		[LAYOUT_DATA] = "Normal, write-back",
		[LAYOUT_CODE] = "Normal, write-through",
		[LAYOUT_PERIPHERAL] = "Device, shared",
		[LAYOUT_SHARED] = "Normal, write-back",
		[LAYOUT_CARVE] = "Normal, write-back",
	};
	struct rows_test test = rows_test("armv8-m");
	for (size_t kind = 0; kind < sizeof(texts) / sizeof(texts[0]); kind++) {
		struct row row;
		struct row_view view;
		const char *why;
		ck_assert_uint_eq(try_encode(&test, 0, 32, R, (enum layout_kind)kind, &row), 1);
		ck_assert(decode_one(&test, row, &view, &why));
		ck_assert_str_eq(row_memory_text(&view), texts[kind]);
	}
}
END_TEST

START_TEST(bytes_that_two_rows_open_fault)
{
	struct rows_test test = rows_test("armv8-m");
	struct row rows[2];
	struct row_view view;
	const char *why;
	ck_assert_uint_eq(try_encode(&test, 0x20000000, 0x100, R | W, LAYOUT_MEMORY, &rows[0]), 1);
	ck_assert_uint_eq(try_encode(&test, 0x200000e0, 0x100, R | W, LAYOUT_MEMORY, &rows[1]), 1);
	ck_assert(decode_one(&test, rows[0], &view, &why));
	struct context_map map = map_of(&test, rows, 2);
	ck_assert_uint_eq(map.range_count, 3);
	ck_assert_uint_eq(map.ranges[1].base, 0x200000e0);
	ck_assert_uint_eq(map.ranges[1].size, 0x20);
	ck_assert_uint_eq(map.ranges[1].row, 0);
	ck_assert_uint_eq(map.ranges[1].clash, 1);
	ck_assert_uint_eq(map.ranges[1].access, 0);
	ck_assert(context_map_allows(&map, 0x200000df, 1, R | W));
	ck_assert(!context_map_allows(&map, 0x200000e0, 1, R));
	ck_assert(!context_map_allows(&map, 0x200000ff, 1, R));
	ck_assert(context_map_allows(&map, 0x20000100, 1, R | W));
	ck_assert(!context_map_allows(&map, 0x200000de, 4, R));
	context_map_free(&map);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("armv8m");
	TCase *rows = tcase_create("rows");
	tcase_add_test(rows, every_right_decodes_as_the_manual_says);
	tcase_add_test(rows, every_attribute_decodes_as_the_manual_says);
	tcase_add_test(rows, illegal_rows_are_refused);
	tcase_add_test(rows, a_row_that_is_off_opens_nothing);
	tcase_add_test(rows, rows_worked_by_hand_come_out_bit_for_bit);
	tcase_add_test(rows, the_encoder_opens_exactly_what_is_asked_with_one_row);
	tcase_add_test(rows, a_row_takes_its_memory_type_from_the_attributes_of_the_encoder);
	tcase_add_test(rows, bytes_that_two_rows_open_fault);
	suite_add_tcase(suite, rows);
	return unit_run(suite);
}
