/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The records of .berth.init: what goes to flash, and in which form. */
#include "tests/unit/unit.h"

#include <gelf.h>
#include <string.h>

#include "elfbind/init_records.h"
#include "runtime/include/berth/regions.h"

static struct diag diag = {.tool = "test"};

static uint32_t word(const struct init_records *records, size_t at)
{
	const uint8_t *bytes = records->bytes + at;
	return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}

START_TEST(record_is_header_bytes_and_padding)
{
	struct init_records records = {.data = ELFDATA2LSB};
	ck_assert(init_records_add(&diag, &records, 7, 0x20000010, (const uint8_t *)"abcde", 5));
	ck_assert_uint_eq(records.size, sizeof(struct berth_init) + 8);
	ck_assert_uint_eq(word(&records, 0), 7);
	ck_assert_uint_eq(word(&records, 4), 0x20000010);
	ck_assert_uint_eq(word(&records, 8), 5);
	ck_assert_mem_eq(records.bytes + 12, "abcde\0\0", 8);
	init_records_free(&records);
}
END_TEST

START_TEST(words_follow_the_byte_order)
{
	struct init_records records = {.data = ELFDATA2MSB};
	ck_assert(init_records_add(&diag, &records, 1, 2, (const uint8_t *)"a", 1));
	ck_assert_mem_eq(records.bytes, "\0\0\0\1\0\0\0\2\0\0\0\1a\0\0", 16);
	init_records_free(&records);
}
END_TEST

/* Applies the records to a memory of zeros at address 0. */
static void apply(const struct init_records *records, uint8_t *memory, size_t size)
{
	for (size_t at = 0; at < records->size;) {
		uint32_t address = word(records, at + 4);
		uint32_t length = word(records, at + 8);
		ck_assert_uint_le(address + length, size);
		memcpy(memory + address, records->bytes + at + 12, length);
		at += 12 + ((length + 3) & ~3u);
	}
}

START_TEST(sparse_records_give_back_the_image)
{
	uint8_t image[600];
	uint8_t memory[600];
	uint32_t state = 1;
	for (int round = 0; round < 500; round++) {
		struct init_records records = {.data = ELFDATA2LSB};
		for (size_t i = 0; i < sizeof(image); i++) {
			state = state * 1664525 + 1013904223;
			image[i] = state >> 29 == 0 ? (uint8_t)(state >> 16) : 0;
		}
		memset(memory, 0, sizeof(memory));
		size_t size = state >> 8 & 511;
		ck_assert(init_records_add_sparse(&diag, &records, 0, 0, image, size));
		apply(&records, memory, size);
		ck_assert_mem_eq(memory, image, size);
		init_records_free(&records);
	}
}
END_TEST

START_TEST(zeros_take_no_flash)
{
	uint8_t image[65536] = {0};
	image[1024] = 1;
	image[1030] = 2;  /* nearer than a header: one record */
	image[40000] = 3; /* far away: another */
	struct init_records records = {.data = ELFDATA2LSB};
	ck_assert(init_records_add_sparse(&diag, &records, 0, 0, image, sizeof(image)));
	ck_assert_uint_eq(records.size, 12 + 8 + 12 + 4);
	init_records_free(&records);
}
END_TEST

START_TEST(addresses_become_fixups_and_null_stays_zero)
{
	const uint32_t symbols[] = {0, 5, 0, 9};
	struct init_records records = {.data = ELFDATA2LSB};
	ck_assert(init_records_add_addresses(&diag, &records, 0, 16, symbols, 4));
	ck_assert_uint_eq(records.size, 12 + 16);
	ck_assert_uint_eq(records.fixup_count, 2);
	ck_assert_uint_eq(records.fixups[0].offset, 12 + 4);
	ck_assert_uint_eq(records.fixups[0].symbol, 5);
	ck_assert_uint_eq(records.fixups[1].offset, 12 + 12);
	ck_assert_uint_eq(records.fixups[1].symbol, 9);
	init_records_free(&records);
}
END_TEST

START_TEST(addresses_beyond_the_target_are_refused)
{
	struct caught caught;
	struct init_records records = {.data = ELFDATA2LSB};
	caught_start(&caught);
	ck_assert(!init_records_add(
		&caught.diag, &records, 0, 0x100000000u, (const uint8_t *)"a", 1));
	ck_assert_uint_eq(records.size, 0);
	caught_end(&caught);
	init_records_free(&records);
}
END_TEST

int main(void)
{
	diag.stream = stderr;
	Suite *suite = suite_create("init_records");
	TCase *tests = tcase_create("records");
	tcase_add_test(tests, record_is_header_bytes_and_padding);
	tcase_add_test(tests, words_follow_the_byte_order);
	tcase_add_test(tests, sparse_records_give_back_the_image);
	tcase_add_test(tests, zeros_take_no_flash);
	tcase_add_test(tests, addresses_become_fixups_and_null_stays_zero);
	tcase_add_test(tests, addresses_beyond_the_target_are_refused);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
