/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The list of architectures, and what each says of its parts. */
#include <string.h>

#include "lib/arch.h"
#include "runtime/include/berth/regions.h"
#include "tests/unit/unit.h"

START_TEST(every_architecture_is_found_by_name_and_by_number)
{
	for (size_t i = 0; i < ARCH_COUNT; i++) {
		const struct arch *arch = &arch_list[i];
		ck_assert_uint_eq(arch->id, i);
		ck_assert_ptr_eq(arch_find(arch->name), arch);
		ck_assert_ptr_eq(arch_of_table(arch->table), arch);
		ck_assert_uint_ge(arch->words, 2);
		ck_assert_uint_le(arch->words, ARCH_WORDS);
		for (uint32_t j = 0; j < ARCH_WORDS; j++)
			ck_assert_int_eq(arch->registers[j] != NULL, j < arch->words);
	}
	ck_assert_ptr_null(arch_find("z80"));
	ck_assert_ptr_null(arch_find(""));
	ck_assert_ptr_null(arch_of_table(0));
	ck_assert_ptr_null(arch_of_table(ARCH_COUNT + 1));
}
END_TEST

/* A table in flash keeps these: who changes them makes old firmware unreadable. */
START_TEST(numbers_in_the_region_table_stay_what_they_are)
{
	static const struct {
		const char *name;
		uint32_t number;
		uint32_t words;
		unsigned slots;
	} expected[] = {{"armv7-m", 1, 2, 16}, {"armv6-m", 2, 2, 8}, {"armv8-m", 3, 2, 16},
		{"armv8.1-m", 4, 2, 16}, {"armv7-r", 5, 3, 24}, {"riscv", 6, 2, 64}};
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		const struct arch *arch = arch_find(expected[i].name);
		ck_assert_uint_eq(arch->table, expected[i].number);
		ck_assert_uint_eq(arch->words, expected[i].words);
		ck_assert_uint_eq(arch->slots, expected[i].slots);
	}
}
END_TEST

START_TEST(granules_follow_from_the_part)
{
	struct row_target target = {{0}, false, 0, false, false};
	ck_assert_uint_eq(arch_granule(arch_find("armv6-m"), &target), 32);
	ck_assert_uint_eq(arch_granule(arch_find("riscv"), &target), 4);
	target.napot_only = true; /* NAPOT has no four bytes: those are NA4 */
	ck_assert_uint_eq(arch_granule(arch_find("riscv"), &target), 8);
	target.granularity = 10;
	ck_assert_uint_eq(arch_granule(arch_find("riscv"), &target), 4096);
	target.granularity = ARCH_GRANULARITY_MOST;
	ck_assert_uint_eq(arch_granule(arch_find("riscv"), &target), UINT64_C(1) << 31);
}
END_TEST

START_TEST(only_pmp_rows_have_modes)
{
	ck_assert_str_eq(arch_row_mode(arch_find("riscv"), 0x00), "off");
	ck_assert_str_eq(arch_row_mode(arch_find("riscv"), 0x0b), "TOR");
	ck_assert_str_eq(arch_row_mode(arch_find("riscv"), 0x97), "NA4");
	ck_assert_str_eq(arch_row_mode(arch_find("riscv"), 0x1f), "NAPOT");
	ck_assert_ptr_null(arch_row_mode(arch_find("armv7-m"), 0x1f));
}
END_TEST

START_TEST(what_a_part_cannot_have_is_told)
{
	struct row_target plain = {{0}, false, 0, false, false};
	struct row_target mair = {{0x44, 0}, false, 0, false, false};
	struct row_target coarse = {{0}, false, 30, false, false};
	ck_assert_ptr_null(arch_target_fault(arch_find("armv7-m"), &plain));
	ck_assert_ptr_nonnull(arch_target_fault(arch_find("armv7-m"), &mair));
	ck_assert_ptr_null(arch_target_fault(arch_find("armv8-m"), &mair));
	ck_assert_ptr_nonnull(arch_target_fault(arch_find("armv8.1-m"), &plain));
	ck_assert_ptr_nonnull(arch_target_fault(arch_find("riscv"), &coarse));
	ck_assert_ptr_nonnull(arch_target_fault(arch_find("riscv"), &mair));
	plain.mml = true;
	ck_assert_ptr_null(arch_target_fault(arch_find("riscv"), &plain));
	ck_assert_ptr_nonnull(arch_target_fault(arch_find("armv7-r"), &plain));
}
END_TEST

START_TEST(caches_have_names_and_limits)
{
	for (int i = ROW_CACHE_NONE; i < ROW_CACHES; i++) {
		enum row_cache cache = (enum row_cache)i;
		ck_assert_int_eq(row_cache_find(row_cache_name(cache)), cache);
		ck_assert_ptr_null(arch_cache_fault(arch_find("armv7-m"), cache));
		ck_assert_ptr_null(arch_cache_fault(arch_find("armv8-m"), cache));
		ck_assert_ptr_nonnull(arch_cache_fault(arch_find("riscv"), cache));
		ck_assert_int_eq(arch_cache_fault(arch_find("armv6-m"), cache) == NULL,
			cache != ROW_CACHE_NONE);
	}
	ck_assert_int_eq(row_cache_find("usual"), ROW_CACHES);
	ck_assert_int_eq(row_cache_find(""), ROW_CACHES);
	for (size_t i = 0; i < ARCH_COUNT; i++)
		ck_assert_ptr_null(arch_cache_fault(&arch_list[i], ROW_CACHE_USUAL));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("arch");
	TCase *cases = tcase_create("arch");
	tcase_add_test(cases, every_architecture_is_found_by_name_and_by_number);
	tcase_add_test(cases, numbers_in_the_region_table_stay_what_they_are);
	tcase_add_test(cases, granules_follow_from_the_part);
	tcase_add_test(cases, only_pmp_rows_have_modes);
	tcase_add_test(cases, what_a_part_cannot_have_is_told);
	tcase_add_test(cases, caches_have_names_and_limits);
	suite_add_tcase(suite, cases);
	return unit_run(suite);
}
