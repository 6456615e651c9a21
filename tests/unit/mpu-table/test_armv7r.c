/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Rows of the Armv7-R MPU: the decoder against the tables of DDI 0406C, B5.2
 * and B6.1, written out here; rows worked by hand; the encoder against the
 * decoder and against an exhaustive search for fewer rows.
 */
#include "tests/unit/mpu-table/rows.h"

/* B5.2 by TEX, C, B: s strongly-ordered, D shared device, d device that is not shared, n normal
 * uncached, t write-through, b write-back, m inner and outer differ, . reserved or implementation
 * defined. */
static const char memory_text[8][5] = {
	"sDtb", "n..b", "d...", "....", "nmmm", "mbmb", "mmtm", "mbmb"};

static const char *text_of(char type, bool s)
{
	switch (type) {
	case 's':
		return "Strongly-ordered";
	case 'D':
		return "Device, shared";
	case 'd':
		return "Device";
	case 'n':
		return s ? "Normal, uncached, shared" : "Normal, uncached";
	case 't':
		return s ? "Normal, write-through, shared" : "Normal, write-through";
	case 'b':
		return s ? "Normal, write-back, shared" : "Normal, write-back";
	default:
		return s ? "Normal, cached, shared" : "Normal, cached";
	}
}

START_TEST(every_attribute_combination_decodes_as_the_manual_says)
{
	static const unsigned privileged[8] = {0, R | W, R | W, R | W, 0, R, R, 0};
	static const unsigned unprivileged[8] = {0, 0, R, R | W, 0, 0, R, 0};
	struct rows_test test = rows_test("armv7-r");
	for (uint32_t bits = 0; bits < 1u << 10; bits++) {
		uint32_t tex = bits >> 3 & 7;
		uint32_t ap = bits >> 6 & 7;
		char type = memory_text[tex][bits & 3];
		unsigned fetch = bits >> 9 == 0 ? X : 0;
		struct row row = {
			{0x20010000, 0x1f, (bits >> 9) << 12 | ap << 8 | tex << 3 | (bits & 7)}};
		/* The low bits of DRACR are S, C, B. */
		struct row_view view;
		const char *why;
		bool legal = decode_one(&test, row, &view, &why);
		ck_assert_int_eq(legal, ap != 4 && ap != 7 && type != '.');
		if (!legal)
			continue;
		ck_assert_uint_eq(
			view.privileged, privileged[ap] | (privileged[ap] != 0 ? fetch : 0));
		ck_assert_uint_eq(
			view.access, unprivileged[ap] | (unprivileged[ap] != 0 ? fetch : 0));
		ck_assert_str_eq(row_memory_text(&view), text_of(type, (bits & 4) != 0));
		ck_assert(view.enabled && !view.slot_valid);
	}
}
END_TEST

START_TEST(every_size_and_subregion_pattern_opens_what_the_manual_says)
{
	struct rows_test test = rows_test("armv7-r");
	for (unsigned size = 0; size < 32; size++)
		for (unsigned off = 0; off < 256; off++) {
			struct row_view view;
			const char *why;
			struct row row = {{0, off << 8 | size << 1 | 1, 0x130b}};
			bool legal = size >= 4 && (size >= 7 || off == 0);
			ck_assert_int_eq(decode_one(&test, row, &view, &why), legal);
			if (!legal)
				continue;
			ck_assert_uint_eq(view.size, UINT64_C(1) << (size + 1));
			expect_open_eighths(&view, off);
		}
}
END_TEST

START_TEST(illegal_rows_are_refused)
{
	struct rows_test test = rows_test("armv7-r");
	for (unsigned bit = 0; bit < 5; bit++)
		expect_illegal(
			&test, (struct row){{1u << bit, 0x1f, 0x130b}}, "DRBAR has reserved");
	for (unsigned bit = 16; bit < 32; bit++)
		expect_illegal(
			&test, (struct row){{0, 0x1fu | 1u << bit, 0x130b}}, "DRSR has reserved");
	expect_illegal(&test, (struct row){{0, 0x5f, 0x130b}}, "DRSR has reserved");
	expect_illegal(&test, (struct row){{0, 0x9f, 0x130b}}, "DRSR has reserved");
	for (unsigned bit = 13; bit < 32; bit++)
		expect_illegal(&test, (struct row){{0, 0x1f, 0x130bu | 1u << bit}}, "DRACR has");
	expect_illegal(&test, (struct row){{0, 0x1f, 0x138b}}, "DRACR has reserved");
	expect_illegal(&test, (struct row){{0, 0x1f, 0x1b0b}}, "DRACR has reserved");
	expect_illegal(&test, (struct row){{0, 0x07, 0x130b}}, "DRSR.RSize is below 4");
	expect_illegal(&test, (struct row){{0x8000, 0x1f, 0x130b}}, "DRBAR is not a multiple");
	expect_illegal(&test, (struct row){{0, 0x10d, 0x130b}}, "below 256 bytes");
	expect_illegal(&test, (struct row){{0, 0x1f, 0x140b}}, "DRACR.AP");
	expect_illegal(&test, (struct row){{0, 0x1f, 0x170b}}, "DRACR.AP");
	expect_illegal(&test, (struct row){{0, 0x1f, 0x1309}}, "DRACR.TEX");
}
END_TEST

START_TEST(a_row_that_is_off_opens_nothing)
{
	struct rows_test test = rows_test("armv7-r");
	struct row_view view;
	const char *why;
	ck_assert(decode_one(&test, (struct row){{0x1f, 0xfffffffe, 0xffffffff}}, &view, &why));
	ck_assert(!view.enabled && view.cover_count == 0 && view.access == 0);
}
END_TEST

START_TEST(rows_worked_by_hand_come_out_bit_for_bit)
{
	struct rows_test test = rows_test("armv7-r");
	/* B6.1: size 15 for 2^16 at bit 1, enable.  XN 12, AP 0b011 at 8, TEX 0b001 at 3, C, B. */
	expect_row(&test, 0x08010000, 0x10000, R | W, LAYOUT_MEMORY,
		(struct row){{0x08010000, 0x1f, 0x130b}});
	expect_row(&test, 0x08010000, 0x10000, R, LAYOUT_DATA,
		(struct row){{0x08010000, 0x1f, 0x120b}});
	/* Code: AP 0b110, C, XN clear; 512 KiB are size 18. */
	expect_row(&test, 0, 0x80000, R | X, LAYOUT_CODE, (struct row){{0, 0x25, 0x0602}});
	expect_row(&test, 0, 0x80000, R, LAYOUT_CODE, (struct row){{0, 0x25, 0x1602}});
	/* A peripheral: TEX 0, B: Device, shared. */
	expect_row(&test, 0xfff7e000, 0x1000, R | W, LAYOUT_PERIPHERAL,
		(struct row){{0xfff7e000, 0x17, 0x1305}});
	/* 20 KiB are five eighths of 32 KiB: 5 to 7 off. */
	expect_row(&test, 0x08008000, 0x5000, R | W, LAYOUT_MEMORY,
		(struct row){{0x08008000, 0xe01d, 0x130b}});
	/* B5.2: uncached is TEX 0b001, shareable here; write-through C alone. */
	test.cache = ROW_CACHE_NONE;
	expect_row(&test, 0x08010000, 0x10000, R | W, LAYOUT_SHARED,
		(struct row){{0x08010000, 0x1f, 0x130c}});
	test.cache = ROW_CACHE_WRITE_THROUGH;
	expect_row(&test, 0x08010000, 0x10000, R | W, LAYOUT_SHARED,
		(struct row){{0x08010000, 0x1f, 0x1302}});
	test.cache = ROW_CACHE_USUAL;
	/* The smallest, and three eighths of the smallest that has subregions. */
	expect_row(&test, 0x08000020, 0x20, R | W, LAYOUT_MEMORY,
		(struct row){{0x08000020, 0x09, 0x130b}});
	expect_row(&test, 0x08000020, 0x60, R | W, LAYOUT_MEMORY,
		(struct row){{0x08000000, 0xf10f, 0x130b}});
}
END_TEST

START_TEST(the_encoder_opens_exactly_what_is_asked_with_the_fewest_rows)
{
	struct rows_test test = rows_test("armv7-r");
	expect_powers_of_two(&test, 5);
	expect_eighths(&test);
	expect_fewest(&test);
	expect_refusals(&test);
	expect_caches(&test, ROW_CACHE_WRITE_BACK, ROW_CACHE_WRITE_THROUGH);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("armv7r");
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
