/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The check of the region table at boot. */
#include <string.h>

#include "tests/unit/runtime/sample_table.h"
#include "tests/unit/runtime/target.h"
#include "tests/unit/unit.h"

/* Checks a copy in exactly as many bytes as the table has. */
static bool is_accepted(const struct sample *sample)
{
	struct sample *copy = malloc(sizeof(*copy));
	ck_assert_ptr_nonnull(copy);
	memcpy(copy, sample, sizeof(*copy));
	bool accepted = berth_table_check(&copy->header, BERTH_ARCH_ARMV7M);
	free(copy);
	return accepted;
}

START_TEST(a_good_table_is_accepted)
{
	struct sample sample = sample_table();
	ck_assert(is_accepted(&sample));
}
END_TEST

START_TEST(the_checksum_is_that_of_ieee_802_3)
{
	/* "123456789" has no multiple of 4 bytes; this is zlib's value of 8 times 0x61. */
	uint32_t bytes[2];
	memset(bytes, 0x61, sizeof(bytes));
	ck_assert_uint_eq(berth_table_crc((const void *)bytes, sizeof(bytes)), 0xbf848046);
}
END_TEST

START_TEST(any_bit_that_changes_is_found)
{
	for (size_t bit = 0; bit < 8 * sizeof(struct sample); bit++) {
		struct sample sample = sample_table();
		((uint8_t *)&sample)[bit / 8] ^= (uint8_t)(1u << bit % 8);
		/* A longer table would be read beyond this one: the next but one tests that. */
		if (sample.header.bytes <= sizeof(sample))
			ck_assert_msg(!is_accepted(&sample), "bit %zu", bit);
	}
}
END_TEST

START_TEST(no_word_with_a_right_checksum_leads_out_of_the_table)
{
	static const uint32_t hostile[] = {0, 1, 2, 3, 4, 63, 64, 65, 0x100, 0x7fffffff, 0x80000000,
		0xfffffffc, 0xfffffffe, 0xffffffff};
	for (size_t word = 0; word < sizeof(struct sample) / 4; word++) {
		for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
			struct sample sample = sample_table();
			memcpy((uint8_t *)&sample + 4 * word, &hostile[i], 4);
			if (sample.header.bytes > sizeof(sample))
				continue;
			if (sample.header.bytes % 4 == 0)
				sample_seal(&sample);
			is_accepted(&sample);
		}
	}
}
END_TEST

START_TEST(a_length_beyond_all_reason_is_not_followed)
{
	struct sample sample = sample_table();
	sample.header.bytes = BERTH_TABLE_MOST + 4;
	ck_assert(!is_accepted(&sample));
	sample.header.bytes = 0xfffffffc;
	ck_assert(!is_accepted(&sample));
	sample.header.bytes = sizeof(sample.header) - 4;
	ck_assert(!is_accepted(&sample));
}
END_TEST

/* What each field must not be; the checksum is right every time. */
#define REFUSED(statement)                                                                         \
	do {                                                                                       \
		struct sample sample = sample_table();                                             \
		statement;                                                                         \
		sample_seal(&sample);                                                              \
		ck_assert_msg(!is_accepted(&sample), "%s", #statement);                            \
	} while (0)

START_TEST(a_table_of_another_kind_is_refused)
{
	REFUSED(sample.header.magic++);
	REFUSED(sample.header.version++);
	REFUSED(sample.header.arch++);
	REFUSED(sample.header.row_words = 3);
	REFUSED(sample.header.row_words = 0);
	for (unsigned i = 0; i < BERTH_TARGET_WORDS; i++)
		REFUSED(sample.header.target[i] = 1);
}
END_TEST

/* The sample with what ARCH says of its parts in the words FIRST and SECOND. */
static bool is_accepted_for(uint32_t arch, uint32_t first, uint32_t second)
{
	struct sample sample = sample_table();
	sample.header.arch = arch;
	sample.header.target[0] = first;
	sample.header.target[1] = second;
	/* Slots beyond the last: only where the registers name them. */
	sample.rows[0].rbar |= 0xf;
	sample_seal(&sample);
	return berth_table_check(&sample.header, arch);
}

START_TEST(every_architecture_has_its_own_target_words)
{
	ck_assert(is_accepted_for(BERTH_ARCH_ARMV8M, 0x4aaff, 0));
	ck_assert(is_accepted_for(BERTH_ARCH_ARMV8_1M, 0, 0xff));
	ck_assert(!is_accepted_for(BERTH_ARCH_ARMV8M, 0, 0));
	ck_assert(is_accepted_for(BERTH_ARCH_RISCV, 0, 0));
	ck_assert(is_accepted_for(BERTH_ARCH_RISCV, 29, 3));
	ck_assert(!is_accepted_for(BERTH_ARCH_RISCV, 30, 0));
	ck_assert(!is_accepted_for(BERTH_ARCH_RISCV, 0, 4));
	ck_assert(!is_accepted_for(BERTH_ARCH_ARMV7R, 0, 0)); /* rows of three words */
	ck_assert(!is_accepted_for(BERTH_ARCH_ARMV6M, 0, 0)); /* RBAR names slot 15 of 8 */
}
END_TEST

START_TEST(a_table_for_another_architecture_is_refused)
{
	struct sample sample = sample_table();
	for (uint32_t arch = 0; arch < 8; arch++)
		ck_assert_int_eq(
			berth_table_check(&sample.header, arch), arch == BERTH_ARCH_ARMV7M);
}
END_TEST

START_TEST(offsets_and_counts_stay_in_the_table)
{
	REFUSED(sample.header.regions = 0);
	REFUSED(sample.header.regions += 2);
	REFUSED(sample.header.regions = sizeof(sample) + 4);
	REFUSED(sample.header.region_count = 0x10000001); /* times 32 wraps to 32 */
	REFUSED(sample.header.context_count = 0x05555556);
	REFUSED(sample.header.arena_count = 100);
	REFUSED(sample.header.row_count = 5);
	REFUSED(sample.header.row_owners = 0xfffffffc);
	REFUSED(sample.header.row_owners = 0); /* over the header */
}
END_TEST

START_TEST(regions_do_not_wrap_or_belong_to_nobody_known)
{
	REFUSED(sample.regions[0].base = 0xfffff004);
	REFUSED(sample.regions[1].base = 0xfffff004);
	REFUSED(sample.regions[0].reserved = sample.regions[0].size - 1);
	REFUSED(sample.regions[0].component = 2);
}
END_TEST

START_TEST(contexts_refer_to_what_is_there)
{
	REFUSED(sample.contexts[0].memory = 5);
	REFUSED(sample.contexts[0].memory = 1); /* a data region */
	REFUSED(sample.contexts[1].first_row = 3);
	REFUSED(sample.contexts[1].first_row = 0xffffffff);
	REFUSED(sample.contexts[1].row_count = 0xffffffff);
	REFUSED(sample.contexts[0].arena = 1);
	REFUSED(sample.contexts[0].data_size = 0x300);
	REFUSED(sample.contexts[0].stack_base = DATA_0 - 8);
	REFUSED(sample.contexts[0].stack_base = DATA_0 + ROOM - 0x3f8);
	REFUSED(sample.contexts[0].stack_size = 0x3fc);
	REFUSED(sample.contexts[0].stack_size = 24);
	REFUSED(sample.contexts[0].stack_size = 0xffffff00);
	REFUSED(sample.contexts[0].window_base -= 4);
	REFUSED(sample.contexts[0].window_size++);
	REFUSED((sample.contexts[0].window_base += 4, sample.contexts[0].window_size = 0xfffffffc));
	REFUSED((sample.contexts[0].data_base = 0xfffff800,
		sample.contexts[0].stack_base = 0xfffff800));
	REFUSED(sample.contexts[1].row_count = 9);
	REFUSED(sample.contexts[0].row_count = 0);
}
END_TEST

START_TEST(arenas_lie_in_their_memory)
{
	REFUSED(sample.arenas[0].offset = MEMORY_SIZE - 0x1ff);
	REFUSED(sample.arenas[0].offset = 0xffffff00);
	REFUSED(sample.arenas[0].size = 0xffffffff);
	REFUSED(sample.arenas[0].memory_base = 0xfffff800);
	REFUSED(sample.arenas[0].state++);
	REFUSED(sample.arenas[0].policy = 3);
}
END_TEST

START_TEST(rows_name_the_slots_of_their_positions)
{
	REFUSED(sample.rows[0].rbar |= 0x8);
	REFUSED(sample.rows[0].rbar |= 0x1);
	REFUSED(sample.rows[1].rbar &= ~0x10u);
	REFUSED(sample.header.mpu_regions = 1);
}
END_TEST

START_TEST(beyond_the_last_there_is_nothing)
{
	struct sample sample = sample_table();
	ck_assert_ptr_eq(berth_table_region(&sample.header, 4), &sample.regions[4]);
	ck_assert_ptr_null(berth_table_region(&sample.header, 5));
	ck_assert_ptr_eq(berth_table_context(&sample.header, 1), &sample.contexts[1]);
	ck_assert_ptr_null(berth_table_context(&sample.header, BERTH_NONE));
	ck_assert_ptr_eq(berth_table_arena(&sample.header, 0), &sample.arenas[0]);
	ck_assert_ptr_null(berth_table_arena(&sample.header, 1));
	ck_assert_ptr_eq(berth_table_rows(&sample.header, &sample.contexts[1]), &sample.rows[2]);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("table");
	TCase *tests = tcase_create("check");
	tcase_add_test(tests, a_good_table_is_accepted);
	tcase_add_test(tests, the_checksum_is_that_of_ieee_802_3);
	tcase_add_test(tests, any_bit_that_changes_is_found);
	tcase_add_test(tests, no_word_with_a_right_checksum_leads_out_of_the_table);
	tcase_add_test(tests, a_length_beyond_all_reason_is_not_followed);
	tcase_add_test(tests, a_table_of_another_kind_is_refused);
	tcase_add_test(tests, every_architecture_has_its_own_target_words);
	tcase_add_test(tests, a_table_for_another_architecture_is_refused);
	tcase_add_test(tests, offsets_and_counts_stay_in_the_table);
	tcase_add_test(tests, regions_do_not_wrap_or_belong_to_nobody_known);
	tcase_add_test(tests, contexts_refer_to_what_is_there);
	tcase_add_test(tests, arenas_lie_in_their_memory);
	tcase_add_test(tests, rows_name_the_slots_of_their_positions);
	tcase_add_test(tests, beyond_the_last_there_is_nothing);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
