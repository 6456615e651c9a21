/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Rows of the Armv6-M MPU: the decoder against the tables of DDI 0419, B3.5.9,
 * written out here; rows worked by hand; the encoder against the decoder and
 * against an exhaustive search for fewer rows.
 */
#include "tests/unit/mpu-table/rows.h"

START_TEST(every_attribute_combination_decodes_as_the_manual_says)
{
	/* B3.5.9: privileged, unprivileged by AP; the memory by C and B. */
	static const unsigned privileged[8] = {0, R | W, R | W, R | W, 0, R, R, R};
	static const unsigned unprivileged[8] = {0, 0, R, R | W, 0, 0, R, R};
	static const char *const memory[2][4] = {
		{"Strongly-ordered", "Device, shared", "Normal, write-through",
			"Normal, write-back"},
		{"Strongly-ordered", "Device, shared", "Normal, write-through, shared",
			"Normal, write-back, shared"}};
	struct rows_test test = rows_test("armv6-m");
	for (uint32_t bits = 0; bits < 1u << 7; bits++) {
		uint32_t cb = bits & 3;
		uint32_t s = bits >> 2 & 1;
		uint32_t ap = bits >> 3 & 7;
		unsigned fetch = bits >> 6 == 0 ? X : 0;
		struct row row = {{0x20010012,
			(bits >> 6) << 28 | ap << 24 | s << 18 | cb << 16 | 15 << 1 | 1}};
		struct row_view view;
		const char *why;
		ck_assert_int_eq(decode_one(&test, row, &view, &why), ap != 4);
		if (ap == 4)
			continue;
		ck_assert_uint_eq(
			view.privileged, privileged[ap] | (privileged[ap] != 0 ? fetch : 0));
		ck_assert_uint_eq(
			view.access, unprivileged[ap] | (unprivileged[ap] != 0 ? fetch : 0));
		ck_assert_str_eq(row_memory_text(&view), memory[s][cb]);
		ck_assert(view.enabled && view.slot_valid);
		ck_assert_uint_eq(view.slot, 2);
	}
}
END_TEST

START_TEST(every_size_and_subregion_pattern_opens_what_the_manual_says)
{
	struct rows_test test = rows_test("armv6-m");
	for (unsigned size = 0; size < 32; size++)
		for (unsigned srd = 0; srd < 256; srd++) {
			struct row_view view;
			const char *why;
			struct row row = {{0x10, 0x13060000u | srd << 8 | size << 1 | 1}};
			ck_assert_int_eq(decode_one(&test, row, &view, &why), size >= 7);
			if (size < 7)
				continue;
			ck_assert_uint_eq(view.size, UINT64_C(1) << (size + 1));
			expect_open_eighths(&view, srd);
		}
}
END_TEST

START_TEST(illegal_rows_are_refused)
{
	static const unsigned reserved[] = {6, 7, 19, 20, 21, 22, 23, 27, 29, 30, 31};
	struct rows_test test = rows_test("armv6-m");
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		expect_illegal(&test, (struct row){{0x10, 0x1306001fu | 1u << reserved[i]}},
			"RASR has reserved bits");
	/* 128 bytes are a region of Armv7-M, not of Armv6-M. */
	expect_illegal(&test, (struct row){{0x10, 0x1306000d}}, "RASR.SIZE is below 7");
	expect_illegal(&test, (struct row){{0x20000030, 0x1306000f}}, "RBAR has reserved bits");
	expect_illegal(
		&test, (struct row){{0x20000110, 0x13060011}}, "RBAR.ADDR is not a multiple");
	expect_illegal(&test, (struct row){{0x20000018, 0x1306000f}}, "RBAR.REGION is above 7");
	expect_illegal(&test, (struct row){{0x20000010, 0x1406000f}}, "RASR.AP is 0b100");
}
END_TEST

START_TEST(a_row_that_is_off_opens_nothing)
{
	struct rows_test test = rows_test("armv6-m");
	struct row_view view;
	const char *why;
	ck_assert(decode_one(&test, (struct row){{0x20000000, 0xfffffffe}}, &view, &why));
	ck_assert(!view.enabled && view.cover_count == 0 && view.access == 0);
}
END_TEST

START_TEST(rows_worked_by_hand_come_out_bit_for_bit)
{
	struct rows_test test = rows_test("armv6-m");
	/* B3.5.9: XN 28, AP 0b011 at 24, C 17, B 16, SIZE 15 for 2^16 at 1, ENABLE; VALID 4. */
	expect_row(&test, 0x20010000, 0x10000, R | W, LAYOUT_MEMORY,
		(struct row){{0x20010010, 0x1303001f}});
	expect_row(
		&test, 0x20010000, 0x10000, R, LAYOUT_DATA, (struct row){{0x20010010, 0x1203001f}});
	/* Write-through: C alone. */
	test.cache = ROW_CACHE_WRITE_THROUGH;
	expect_row(&test, 0x20010000, 0x10000, R | W, LAYOUT_SHARED,
		(struct row){{0x20010010, 0x1302001f}});
	test.cache = ROW_CACHE_USUAL;
	/* Code: AP 0b110, C, SIZE 14 for 32 KiB. */
	expect_row(&test, 0, 0x8000, R | X, LAYOUT_CODE, (struct row){{0x10, 0x0602001d}});
	/* A peripheral: B and S, Device. */
	expect_row(&test, 0x40004000, 0x1000, R | W, LAYOUT_PERIPHERAL,
		(struct row){{0x40004010, 0x13050017}});
	/* 32 bytes at 0x20000120: 256 bytes at 0x20000100, all but subregion 1 off. */
	expect_row(&test, 0x20000120, 32, R | W, LAYOUT_MEMORY,
		(struct row){{0x20000110, 0x1303fd0f}});
	/* 128 bytes that Armv7-M opens without subregions: four eighths of 256 here. */
	expect_row(&test, 0x20000080, 128, R | W, LAYOUT_MEMORY,
		(struct row){{0x20000010, 0x13030f0f}});
	test.slot = 7;
	expect_row(
		&test, 0, LAYOUT_ADDRESSES, R | W, LAYOUT_MEMORY, (struct row){{0x17, 0x1303003f}});
}
END_TEST

START_TEST(the_encoder_opens_exactly_what_is_asked_with_the_fewest_rows)
{
	struct rows_test test = rows_test("armv6-m");
	expect_powers_of_two(&test, 5);
	expect_eighths(&test);
	expect_fewest(&test);
	expect_refusals(&test);
	expect_caches(&test, ROW_CACHE_WRITE_BACK, ROW_CACHE_WRITE_THROUGH);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("armv6m");
	TCase *rows = tcase_create("rows");
	tcase_add_test(rows, every_attribute_combination_decodes_as_the_manual_says);
	tcase_add_test(rows, every_size_and_subregion_pattern_opens_what_the_manual_says);
	tcase_add_test(rows, illegal_rows_are_refused);
	tcase_add_test(rows, a_row_that_is_off_opens_nothing);
	tcase_add_test(rows, rows_worked_by_hand_come_out_bit_for_bit);
	tcase_add_test(rows, the_encoder_opens_exactly_what_is_asked_with_the_fewest_rows);
	suite_add_tcase(suite, rows);
	return unit_run(suite);
}
