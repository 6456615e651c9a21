/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Making the region table, reading it back, and proving that it agrees with its image. */
#include "tests/unit/mpu-table/checking.h"

/* --- the checksum --------------------------------------------------------------------- */

START_TEST(the_checksum_is_that_of_ieee_802_3)
{
	ck_assert_uint_eq(crc32_more(CRC32_START, (const uint8_t *)"123456789", 9), 0xcbf43926);
	uint32_t half = crc32_more(CRC32_START, (const uint8_t *)"1234", 4);
	ck_assert_uint_eq(crc32_more(half, (const uint8_t *)"56789", 5), 0xcbf43926);
}
END_TEST

START_TEST(one_changed_bit_is_located_from_two_checksums)
{
	uint8_t bytes[200];
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 37);
	uint32_t crc = crc32_more(CRC32_START, bytes, sizeof(bytes));
	for (size_t bit = 0; bit < sizeof(bytes) * 8; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		uint32_t other = crc32_more(CRC32_START, bytes, sizeof(bytes));
		ck_assert_uint_eq(crc32_locate(crc ^ other, sizeof(bytes)), bit);
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	ck_assert_uint_eq(crc32_locate(0, sizeof(bytes)), SIZE_MAX);
}
END_TEST

/* --- making and reading ----------------------------------------------------------------- */

START_TEST(a_table_reads_back_as_the_layout_says)
{
	struct table *table = table_parse(&caught.diag, "x", &image.table, &image.names, false);
	ck_assert_msg(table != NULL, "%s", caught_text(&caught));
	ck_assert_uint_eq(table->header.region_count, 6);
	ck_assert_uint_eq(table->header.context_count, 2);
	ck_assert_uint_eq(table->header.arena_count, 2);
	ck_assert_uint_eq(table->header.row_count, 8);
	ck_assert_uint_eq(table->header.crc32, table->checksum);
	for (uint32_t i = 0; i < 6; i++) {
		ck_assert_str_eq(table_region_name(table, i), sample.regions[i].name);
		ck_assert_uint_eq(table->regions[i].base, sample.regions[i].base);
		ck_assert_uint_eq(table->regions[i].size, sample.regions[i].size);
		ck_assert_uint_eq(table->regions[i].reserved, sample.regions[i].reserved);
		ck_assert_uint_eq(table->regions[i].access, sample.regions[i].access);
	}
	ck_assert_uint_eq(table->regions[0].component, BERTH_NONE);
	ck_assert_uint_eq(table->regions[3].component, 1);
	ck_assert_uint_eq(table->regions[3].index, 0);
	ck_assert_uint_eq(table->regions[4].index, BERTH_NONE);
	const struct berth_context *gps = &table->contexts[1];
	ck_assert_str_eq(table_name(table, gps->name), "gps");
	ck_assert_uint_eq(gps->first_row, 4);
	ck_assert_uint_eq(gps->row_count, 4);
	ck_assert_uint_eq(gps->memory, 3);
	ck_assert_uint_eq(gps->data_base, 0x20005000);
	ck_assert_uint_eq(gps->arena, 1);
	ck_assert_uint_eq(table->arenas[1].state, 0x20005400);
	ck_assert_uint_eq(table_row(table, 7).words[0], 0x40004013);
	ck_assert_uint_eq(gps->window_base, 0x20010000);
	ck_assert_uint_eq(gps->window_size, 0x10000);
	ck_assert_uint_eq(table->row_owners[7], 5);
	const struct berth_arena arena = table_arena(&sample.layout, 1);
	ck_assert_mem_eq(&table->arenas[1], &arena, sizeof(arena));
	table_free(table);
}
END_TEST

START_TEST(a_big_endian_table_is_the_same_table)
{
	struct blob big = {0};
	struct blob names = {0};
	sample.layout.endian = "big";
	ck_assert(table_make(&caught.diag, &sample.layout, &big, &names));
	struct table *little = table_parse(&caught.diag, "x", &image.table, &image.names, false);
	struct table *read = table_parse(&caught.diag, "x", &big, &names, true);
	ck_assert_ptr_nonnull(read);
	ck_assert_uint_eq(read->header.crc32, read->checksum);
	for (uint32_t i = 0; i < read->header.bytes / 4; i++)
		if (i != 4)
			ck_assert_uint_eq(read->words[i], little->words[i]);
	big.bytes[100] ^= 0x10;
	struct table *damaged = table_parse(&caught.diag, "x", &big, &names, true);
	ck_assert_ptr_nonnull(damaged);
	ck_assert_uint_eq(damaged->changed_word, 25);
	ck_assert_uint_eq(damaged->changed_bit, 28);
	table_free(damaged);
	table_free(read);
	table_free(little);
	blob_free(&big);
	blob_free(&names);
}
END_TEST

START_TEST(a_layout_that_does_not_fit_the_table_is_refused)
{
	struct blob table;
	struct blob names;
	sample.contexts[1].rows[2].slot = 3;
	ck_assert(!table_make(&caught.diag, &sample.layout, &table, &names));
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), "row 2 is not in slot 2 [context gps"));
	ck_assert_ptr_null(table.bytes);
	sample.contexts[1].rows[2].slot = 2;
	sample.regions[3].reserved = UINT64_C(0x100000000);
	ck_assert(!table_make(&caught.diag, &sample.layout, &table, &names));
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), "32 bits [region gps.mem0]"));
	sample.regions[3].reserved = 0x10000;
	sample.layout.arch = "z80";
	ck_assert(!table_make(&caught.diag, &sample.layout, &table, &names));
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), "architecture z80"));
}
END_TEST

START_TEST(every_truncation_is_refused)
{
	for (size_t size = 0; size < image.table.size; size++) {
		struct blob part = {image.table.bytes, size};
		ck_assert_ptr_null(table_parse(&caught.diag, "x", &part, &image.names, false));
	}
	ck_assert_uint_ge(caught.diag.errors, image.table.size);
}
END_TEST

START_TEST(no_word_of_the_table_is_believed)
{
	static const uint32_t evil[] = {0, 1, 4, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff};
	for (size_t word = 0; word < image.table.size / 4; word++) {
		uint32_t was = get_word(word);
		for (size_t i = 0; i < sizeof(evil) / sizeof(evil[0]); i++) {
			put_word(word, evil[i]);
			ck_assert_msg(!check() || evil[i] == was, "word %zu = %x", word, evil[i]);
			/* With a checksum that holds not all is to be found, but
			 * nothing may crash. */
			seal();
			check();
			change(word, was);
		}
	}
}
END_TEST

/* --- agreement --------------------------------------------------------------------------- */

START_TEST(a_table_and_its_image_agree)
{
	ck_assert_msg(check(), "%s", caught_text(&caught));
	ck_assert_uint_eq(caught.diag.errors, 0);
}
END_TEST

START_TEST(symbols_of_a_stripped_image_are_not_missed)
{
	image.stripped = true;
	ck_assert_msg(check(), "%s", caught_text(&caught));
	struct object *object = image_object(&image, &caught.diag);
	ck_assert(!table_sees_symbols(object));
	object_free(object);
}
END_TEST

/* Every bit, the checksum as it was: each is told, rows by context, row and region. */
START_TEST(every_changed_bit_is_named)
{
	for (size_t bit = 0; bit < image.table.size * 8; bit++) {
		image.table.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		ck_assert_msg(!check(), "bit %zu", bit);
		image.table.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		char words[96];
		uint32_t row = ((uint32_t)(bit / 32) - (uint32_t)ROW_WORD(0, rbar)) / 2;
		snprintf(words, sizeof(words), "one bit has changed, bit %zu", bit % 32);
		ck_assert_msg(strstr(caught_text(&caught), words) != NULL, "bit %zu: %s", bit,
			caught_text(&caught));
		if (bit / 32 >= ROW_WORD(0, rbar)) {
			const struct layout_context *context = &sample.contexts[row / 4];
			snprintf(words, sizeof(words), "[context %s, row %u, region %s: %s]",
				context->name, row % 4,
				sample.regions[context->rows[row % 4].region].name,
				bit / 32 % 2 == ROW_WORD(0, rbar) % 2 ? "rbar" : "rasr");
			ck_assert_msg(strstr(caught_text(&caught), words) != NULL, "%s: %s", words,
				caught_text(&caught));
		}
		caught_end(&caught);
		caught_start(&caught);
	}
}
END_TEST

/* Whether some line of TEXT has both. */
static bool line_with(const char *text, const char *one, const char *two)
{
	for (const char *at = strstr(text, one); at != NULL; at = strstr(at + 1, one)) {
		const char *found = strstr(at, two);
		if (found != NULL && found < strchr(at, '\n'))
			return true;
	}
	return false;
}

/* Rows are proven by what they open: a checksum that was made anew hides nothing. */
START_TEST(every_changed_bit_of_a_row_is_named_without_the_checksum)
{
	for (uint32_t row = 0; row < 8; row++)
		for (unsigned bit = 0; bit < 64; bit++) {
			size_t word = ROW_WORD(row, rbar) + bit / 32;
			char name[16];
			snprintf(name, sizeof(name), "row %u, ", row % 4);
			change(word, get_word(word) ^ 1u << bit % 32);
			ck_assert_msg(!check(), "row %u bit %u", row, bit);
			const char *text = caught_text(&caught);
			ck_assert_msg(line_with(text, row < 4 ? "[context imu, " : "[context gps, ",
					      name),
				"row %u bit %u: %s", row, bit, text);
			ck_assert_ptr_null(strstr(text, "R02"));
			change(word, get_word(word) ^ 1u << bit % 32);
			caught_end(&caught);
			caught_start(&caught);
		}
}
END_TEST

START_TEST(two_changed_bits_are_told_as_more_than_one)
{
	put_word(ROW_WORD(2, rasr), get_word(ROW_WORD(2, rasr)) ^ 0x01000000);
	put_word(REGION_WORD(4, size), get_word(REGION_WORD(4, size)) ^ 0x40);
	expect_finding("R02", "more than one bit");
	/* It still says what is wrong. */
	expect_finding("R06", "[context imu, row 2, region imu.mem0]");
	expect_finding("R10", "[region gps.data, section .berth.data.gps]");
}
END_TEST

START_TEST(a_damaged_header_is_named_with_the_bit_that_explains_it)
{
	put_word(14, get_word(14) ^ 2);
	expect_finding("R01", "header: ");
	expect_finding("R02", "bit 1 of word 14 [header: row_count]");
}
END_TEST

/* --- the layout ----------------------------------------------------------------------------- */

static bool compare(void)
{
	struct table *table = table_parse(&caught.diag, "x", &image.table, &image.names, false);
	ck_assert_ptr_nonnull(table);
	bool same = table_compare(&caught.diag, "firmware.elf", table, &sample.layout);
	table_free(table);
	return same;
}

START_TEST(a_table_is_compared_with_its_layout_word_by_word)
{
	ck_assert_msg(compare(), "%s", caught_text(&caught));
	sample.regions[3].size = 0xf000;
	sample.components[0].stack_size = 512;
	sample.regions[5].name = "uart1";
	ck_assert(!compare());
	const char *text = caught_text(&caught);
	ck_assert_ptr_nonnull(strstr(text, "R17: is 0x00010000, the layout makes it 0x0000f000 "
					   "[region gps.mem0: size]"));
	ck_assert_ptr_nonnull(strstr(text, "[context imu: stack_size]"));
	ck_assert_ptr_nonnull(strstr(text, "R17: is called uart in the image [uart1]"));
	sample.contexts[1].row_count--;
	ck_assert(!compare());
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), "has 8 rows, the layout has 7"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("table");
	TCase *cases = tcase_create("table");
	tcase_set_timeout(cases, 120);
	tcase_add_checked_fixture(cases, setup_plain, teardown_plain);
	tcase_add_test(cases, the_checksum_is_that_of_ieee_802_3);
	tcase_add_test(cases, one_changed_bit_is_located_from_two_checksums);
	tcase_add_test(cases, a_table_reads_back_as_the_layout_says);
	tcase_add_test(cases, a_big_endian_table_is_the_same_table);
	tcase_add_test(cases, a_layout_that_does_not_fit_the_table_is_refused);
	tcase_add_test(cases, every_truncation_is_refused);
	tcase_add_test(cases, no_word_of_the_table_is_believed);
	tcase_add_test(cases, a_table_and_its_image_agree);
	tcase_add_test(cases, symbols_of_a_stripped_image_are_not_missed);
	tcase_add_test(cases, every_changed_bit_is_named);
	tcase_add_test(cases, every_changed_bit_of_a_row_is_named_without_the_checksum);
	tcase_add_test(cases, two_changed_bits_are_told_as_more_than_one);
	tcase_add_test(cases, a_damaged_header_is_named_with_the_bit_that_explains_it);
	tcase_add_test(cases, a_table_is_compared_with_its_layout_word_by_word);
	suite_add_tcase(suite, cases);
	return unit_run(suite);
}
