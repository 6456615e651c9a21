/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Rows of the Armv7-M MPU: the decoder against tables written out here from
 * DDI 0403, B3.5.9, over every field value; rows worked by hand; the encoder
 * against the decoder and against an exhaustive search for fewer rows.
 */
#include <stdlib.h>

#include "mpu-table/armv7m_decode.h"
#include "mpu-table/armv7m_encode.h"
#include "tests/unit/mpu-table/rows.h"

/* --- the decoder against the manual ------------------------------------------------- */

/* Table B3-15, as text: privileged and unprivileged rights by AP. */
static const char *const permission_text[8] = {
	"none none", "RW none", "RW RO", "RW RW", "reserved", "RO none", "RO RO", "RO RO"};

static unsigned rights_of_word(const char *word)
{
	if (strncmp(word, "RW", 2) == 0)
		return R | W;
	return strncmp(word, "RO", 2) == 0 ? R : 0;
}

/* Table B3-13 by TEX, C, B: s strongly-ordered, D shared device, d device that is not shared,
 * n normal uncached, c normal cached, . reserved or implementation defined. */
static const char memory_text[8][5] = {
	"sDcc", "n..c", "d...", "....", "nccc", "cccc", "cccc", "cccc"};

static void expect_memory(const struct row_view *view, char type, bool s)
{
	static const char types[] = "sDdnc";
	static const enum row_memory memories[] = {ROW_STRONGLY_ORDERED, ROW_DEVICE, ROW_DEVICE,
		ROW_NORMAL_UNCACHED, ROW_NORMAL_CACHED};
	const char *at = strchr(types, type);
	ck_assert_ptr_nonnull(at);
	ck_assert_int_eq(view->memory, memories[at - types]);
	bool shared = type == 's' || type == 'D' || ((type == 'n' || type == 'c') && s);
	ck_assert_int_eq(view->shareable, shared);
}

/* By TEX, C, B: u uncached, t write-through, b write-back, m inner and outer differ, - is no
 * Normal memory.  TEX[2] set: table B3-14, by TEX[1:0] and by C, B: uncached, write-back with
 * allocate, write-through, write-back. */
static void expect_cache(const struct row_view *view, uint32_t tex, uint32_t cb)
{
	static const char text[8][5] = {
		"--tb", "u--b", "----", "----", "ummm", "mbmb", "mmtm", "mbmb"};
	static const char letters[] = "mutb";
	if (text[tex][cb] == '-')
		ck_assert(!row_is_normal(view));
	else
		ck_assert_int_eq(letters[view->cache], text[tex][cb]);
}

START_TEST(every_attribute_combination_decodes_as_the_manual_says)
{
	for (uint32_t bits = 0; bits < 1u << 10; bits++) {
		uint32_t b = bits & 1;
		uint32_t c = bits >> 1 & 1;
		uint32_t s = bits >> 2 & 1;
		uint32_t tex = bits >> 3 & 7;
		uint32_t ap = bits >> 6 & 7;
		uint32_t xn = bits >> 9;
		uint32_t rasr =
			xn << 28 | ap << 24 | tex << 19 | s << 18 | c << 17 | b << 16 | 15 << 1 | 1;
		struct row_view view;
		const char *why = NULL;
		char type = memory_text[tex][c << 1 | b];
		bool legal = armv7m_decode(0x20010012, rasr, &view, &why);
		ck_assert_int_eq(legal, ap != 4 && type != '.');
		ck_assert_int_eq(legal, why == NULL);
		if (!legal)
			continue;
		const char *space = strchr(permission_text[ap], ' ');
		unsigned privileged = rights_of_word(permission_text[ap]);
		unsigned unprivileged = rights_of_word(space + 1);
		unsigned fetch = xn == 0 ? X : 0;
		ck_assert_uint_eq(view.privileged, privileged | (privileged != 0 ? fetch : 0));
		ck_assert_uint_eq(view.access, unprivileged | (unprivileged != 0 ? fetch : 0));
		expect_memory(&view, type, s != 0);
		expect_cache(&view, tex, c << 1 | b);
		ck_assert_uint_eq(view.slot, 2);
		ck_assert(view.slot_valid && view.enabled);
	}
}
END_TEST

/* Whether the decoded ranges open ADDRESS. */
static bool opens(const struct row_view *view, uint64_t address)
{
	for (size_t i = 0; i < view->cover_count; i++)
		if (address >= view->covers[i].base &&
			address - view->covers[i].base < view->covers[i].size)
			return true;
	return false;
}

static void expect_subregions(uint32_t base, unsigned field, unsigned srd)
{
	struct row_view view;
	const char *why = NULL;
	uint64_t size = UINT64_C(1) << (field + 1);
	uint32_t rasr = 0x13060000u | srd << 8 | field << 1 | 1;
	bool legal = armv7m_decode(base | 0x10, rasr, &view, &why);
	ck_assert_int_eq(legal, field >= 4 && (field >= 7 || srd == 0));
	if (!legal)
		return;
	ck_assert_uint_eq(view.size, size);
	ck_assert_uint_eq(view.base, base);
	for (unsigned i = 0; i < 8; i++) {
		bool on = (srd >> i & 1) == 0;
		uint64_t first = base + i * (size / 8);
		ck_assert_int_eq(opens(&view, first), on);
		ck_assert_int_eq(opens(&view, first + size / 8 - 1), on);
	}
	ck_assert(!opens(&view, (uint64_t)base - 1) && !opens(&view, base + size));
	/* Ascending, and neighbours joined: a gap before each but the first. */
	for (size_t i = 1; i < view.cover_count; i++)
		ck_assert_uint_gt(
			view.covers[i].base, view.covers[i - 1].base + view.covers[i - 1].size);
}

START_TEST(every_size_and_subregion_pattern_opens_what_the_manual_says)
{
	for (unsigned field = 0; field < 32; field++)
		for (unsigned srd = 0; srd < 256; srd++) {
			uint64_t size = UINT64_C(1) << (field + 1);
			expect_subregions(0, field, srd);
			if (field >= 4 && field < 31)
				expect_subregions(
					(uint32_t)(UINT64_C(0x100000000) - size), field, srd);
		}
}
END_TEST

START_TEST(a_base_that_is_no_multiple_of_the_size_is_refused)
{
	struct row_view view;
	const char *why;
	for (unsigned field = 5; field < 32; field++)
		for (unsigned bit = 5; bit <= field; bit++) {
			ck_assert(!armv7m_decode(
				1u << bit | 0x10, 0x13060001u | field << 1, &view, &why));
			ck_assert_ptr_nonnull(strstr(why, "RBAR.ADDR"));
		}
}
END_TEST

START_TEST(reserved_bits_are_refused)
{
	static const unsigned reserved[] = {6, 7, 22, 23, 27, 29, 30, 31};
	struct row_view view;
	const char *why;
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
		ck_assert(!armv7m_decode(0x10, 0x1306001fu | 1u << reserved[i], &view, &why));
		ck_assert_ptr_nonnull(strstr(why, "reserved bits"));
	}
}
END_TEST

START_TEST(a_row_that_is_off_opens_nothing)
{
	struct row_view view;
	const char *why;
	ck_assert(armv7m_decode(0x20000000, 0x1306001e, &view, &why));
	ck_assert(!view.enabled && !view.slot_valid);
	ck_assert_uint_eq(view.cover_count, 0);
	ck_assert_uint_eq(view.access, 0);
}
END_TEST

/* --- rows worked by hand ------------------------------------------------------------------ */

static void expect_words(uint64_t base, uint64_t size, unsigned access, enum layout_kind kind,
	unsigned slot, uint32_t rbar, uint32_t rasr)
{
	struct rows_test test = rows_test("armv7-m");
	test.slot = slot;
	test.max = 1;
	expect_row(&test, base, size, access, kind, (struct row){{rbar, rasr}});
}

START_TEST(rows_worked_by_hand_come_out_bit_for_bit)
{
	/* B3.5.8: ADDR 0x20010000, VALID bit 4, REGION 1.  B3.5.9: XN bit 28, AP 0b011, TEX 0b001
	 * from bit 19, C bit 17, B bit 16, SIZE 15 for 2^16 bytes in bits 5:1, ENABLE. */
	expect_words(0x20010000, 0x10000, R | W, LAYOUT_MEMORY, 1, 0x20010011, 0x130b001f);
	/* The same memory, read only: AP 0b010 keeps the privileged side's rights. */
	expect_words(0x20010000, 0x10000, R, LAYOUT_DATA, 0, 0x20010010, 0x120b001f);
	/* 512 KiB of flash, SIZE 18: AP 0b110, C, not shareable, XN clear (DUI 0552, 4-47). */
	expect_words(0, 0x80000, R | X, LAYOUT_CODE, 0, 0x00000010, 0x06020025);
	expect_words(0, 0x80000, R, LAYOUT_CODE, 7, 0x00000017, 0x16020025);
	/* A peripheral of 4 KiB, SIZE 11: shareable Device, TEX 0 C 0 B 1 S 1, XN. */
	expect_words(0x40004000, 0x1000, R | W, LAYOUT_PERIPHERAL, 3, 0x40004013, 0x13050017);
	/* The smallest region, SIZE 4, and the largest, SIZE 31. */
	expect_words(0x20000020, 0x20, R | W, LAYOUT_MEMORY, 0, 0x20000030, 0x130b0009);
	expect_words(0, UINT64_C(0x100000000), R | W, LAYOUT_MEMORY, 15, 0x0000001f, 0x130b003f);
	/* B3.5.9, SRD: 20 KiB are five eighths of 32 KiB, subregions 5 to 7 off. */
	expect_words(0x20008000, 0x5000, R | W, LAYOUT_CARVE, 2, 0x20008012, 0x130be01d);
	/* 96 bytes are three eighths of 256, the smallest size with subregions. */
	expect_words(0x20000020, 0x60, R | W, LAYOUT_MEMORY, 0, 0x20000010, 0x130bf10f);
}
END_TEST

/* Table B3-13: TEX 0b001 without C and B is Normal, uncached; TEX 0 with C alone write-through;
 * TEX 0b001 with both write-back, with write and read allocate. */
START_TEST(caching_worked_by_hand_comes_out_bit_for_bit)
{
	struct rows_test test = rows_test("armv7-m");
	test.max = 1;
	test.cache = ROW_CACHE_NONE;
	expect_row(&test, 0x20004000, 0x400, R | W, LAYOUT_SHARED,
		(struct row){{0x20004010, 0x130c0013}});
	test.cache = ROW_CACHE_WRITE_THROUGH;
	expect_row(&test, 0x20004000, 0x400, R | W, LAYOUT_SHARED,
		(struct row){{0x20004010, 0x13020013}});
	test.cache = ROW_CACHE_WRITE_BACK;
	expect_row(&test, 0x60000000, 0x400, R | X, LAYOUT_CODE,
		(struct row){{0x60000010, 0x060b0013}});
}
END_TEST

/* --- the encoder against the decoder ------------------------------------------------------- */

START_TEST(every_power_of_two_takes_one_row)
{
	struct rows_test test = rows_test("armv7-m");
	expect_powers_of_two(&test, 5);
	for (unsigned shift = 5; shift <= 32; shift++) {
		uint64_t size = UINT64_C(1) << shift;
		ck_assert_uint_eq(armv7m_reserve(size), size);
		ck_assert_uint_eq(armv7m_reserve(size - 1), size);
	}
	ck_assert_uint_eq(armv7m_reserve(0), 0);
	ck_assert_uint_eq(armv7m_reserve(UINT64_C(0x100000001)), 0);
	ck_assert_uint_eq(armv7m_reserve(1), 32);
}
END_TEST

START_TEST(every_run_of_eighths_takes_one_row)
{
	struct rows_test test = rows_test("armv7-m");
	expect_eighths(&test);
}
END_TEST

START_TEST(no_other_rows_open_a_range_with_fewer)
{
	struct rows_test test = rows_test("armv7-m");
	expect_fewest(&test);
	/* One row less than the fewest is not enough. */
	test.max = 1;
	ck_assert_uint_eq(expect_exact(&test, 32, 256, R | W, LAYOUT_MEMORY), 0);
}
END_TEST

START_TEST(rows_name_successive_slots)
{
	struct rows_test test = rows_test("armv7-m");
	struct row rows[ROW_SLOTS];
	test.slot = 3;
	size_t count = try_encode(&test, 32, 0x1340, R | W, LAYOUT_SHARED, rows);
	ck_assert_uint_gt(count, 1);
	for (size_t i = 0; i < count; i++) {
		struct row_view view;
		const char *why;
		ck_assert(decode_one(&test, rows[i], &view, &why));
		ck_assert(view.slot_valid && view.enabled && !view.shareable);
		ck_assert_uint_eq(view.slot, 3 + i);
		ck_assert_uint_eq(view.access, R | W);
	}
}
END_TEST

START_TEST(what_cannot_be_expressed_is_refused)
{
	struct rows_test test = rows_test("armv7-m");
	struct row rows[ROW_SLOTS];
	expect_refusals(&test);
	expect_caches(&test, ROW_CACHE_WRITE_BACK, ROW_CACHE_WRITE_THROUGH);
	test.slot = 15;
	ck_assert_uint_eq(try_encode(&test, 32, 256, R, LAYOUT_MEMORY, rows), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("armv7m");
	TCase *decode = tcase_create("decode");
	tcase_add_test(decode, every_attribute_combination_decodes_as_the_manual_says);
	tcase_add_test(decode, every_size_and_subregion_pattern_opens_what_the_manual_says);
	tcase_add_test(decode, a_base_that_is_no_multiple_of_the_size_is_refused);
	tcase_add_test(decode, reserved_bits_are_refused);
	tcase_add_test(decode, a_row_that_is_off_opens_nothing);
	suite_add_tcase(suite, decode);
	TCase *encode = tcase_create("encode");
	tcase_add_test(encode, rows_worked_by_hand_come_out_bit_for_bit);
	tcase_add_test(encode, caching_worked_by_hand_comes_out_bit_for_bit);
	tcase_add_test(encode, every_power_of_two_takes_one_row);
	tcase_add_test(encode, every_run_of_eighths_takes_one_row);
	tcase_add_test(encode, no_other_rows_open_a_range_with_fewer);
	tcase_add_test(encode, rows_name_successive_slots);
	tcase_add_test(encode, what_cannot_be_expressed_is_refused);
	suite_add_tcase(suite, encode);
	return unit_run(suite);
}
