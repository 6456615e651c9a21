/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Loading PMP entries, and finding out what a hart has, on harts that no emulator
 * is: the registers are an array, and each access to them is counted.
 */
#include <stdlib.h>
#include <string.h>

#include "runtime/port.h"
#include "runtime/riscv/csr.h"
#include "runtime/riscv/registers.h"
#include "tests/unit/unit.h"

/* --- a hart ------------------------------------------------------------------------ */

static struct hart {
	unsigned entries;     /* PMP entries: 0, 16 or 64 */
	unsigned granularity; /* G */
	bool napot_only;      /* A field holds OFF and NAPOT only */
	uint32_t holds;	      /* bits of an address register */
	bool supervisor;
	bool smepmp;
	uint32_t mseccfg, medeleg, mideleg, satp;
	uint32_t address[64];
	uint8_t config[64];
	unsigned address_writes, config_writes, fences;
	bool trapped; /* a register that is not there was read */
} hart;

static uint32_t trap(void)
{
	hart.trapped = true;
	return 0;
}

/* As 3.7.1 says of reading entries that are off or TOR, or NAPOT. */
static uint32_t read_entry(unsigned entry)
{
	uint32_t low = (1u << hart.granularity) - 1;
	if ((hart.config[entry] & 0x18) == 0x18)
		return hart.granularity < 2 ? hart.address[entry] : hart.address[entry] | low >> 1;
	return hart.address[entry] & ~low;
}

static uint32_t read_word(unsigned word)
{
	uint32_t value = 0;
	if (4u * word >= hart.entries)
		return trap();
	for (unsigned i = 0; i < 4; i++)
		value |= (uint32_t)hart.config[4u * word + i] << 8 * i;
	return value;
}

static uint32_t read_register(uint32_t number)
{
	if (number < REGISTER_PMPCFG0)
		return number < hart.entries ? read_entry(number) : trap();
	if (number < REGISTER_MSECCFG)
		return read_word(number - REGISTER_PMPCFG0);
	if (number == REGISTER_MSECCFG)
		return hart.smepmp ? hart.mseccfg : trap();
	ck_assert_uint_lt(number, REGISTERS);
	if (!hart.supervisor)
		return trap();
	if (number == REGISTER_MEDELEG)
		return hart.medeleg;
	return number == REGISTER_MIDELEG ? hart.mideleg : hart.satp;
}

static void write_config(unsigned entry, uint8_t config)
{
	bool is_napot = (config & 0x18) == 0x18;
	if ((hart.config[entry] & 0x80) != 0)
		return;
	if (hart.napot_only && !is_napot)
		config &= (uint8_t)~0x18u;
	hart.config[entry] = config;
}

static void write_register(uint32_t number, uint32_t value)
{
	if (number < REGISTER_PMPCFG0) {
		hart.address[number] = value & hart.holds;
		hart.address_writes++;
	} else if (number < REGISTER_READ_ONLY) {
		for (unsigned i = 0; i < 4; i++)
			write_config(
				4u * (number - REGISTER_PMPCFG0) + i, (uint8_t)(value >> 8 * i));
		hart.config_writes++;
	}
}

uint32_t berth_register_swap(uint32_t number, uint32_t value)
{
	hart.trapped = false;
	uint32_t held = read_register(number);
	ck_assert(!hart.trapped);
	write_register(number, value);
	return held;
}

struct berth_probed berth_register_probe(uint32_t number)
{
	hart.trapped = false;
	uint32_t held = read_register(number);
	if (!hart.trapped)
		write_register(number, 0);
	return (struct berth_probed){.value = held, .is_there = !hart.trapped};
}

void berth_host_fence(void)
{
	ck_assert(hart.supervisor);
	hart.fences++;
}

/* --- a table of three contexts --------------------------------------------------------- */

enum { NAPOT_RX = 0x1d, NAPOT_RW = 0x1b, TOR_RW = 0x0b, ROWS = 9 };

static struct whole {
	struct berth_regions_header header;
	struct berth_context contexts[3];
	struct berth_row_pmp rows[ROWS];
} table;

static void prepare(void)
{
	static const struct berth_row_pmp rows[ROWS] = {
		/* code, memory, data */
		{0x2000ffff, NAPOT_RX},
		{0x200841ff, NAPOT_RW},
		{0x200848ff, NAPOT_RW},
		/* code, a memory by TOR, data */
		{0x2000ffff, NAPOT_RX},
		{0x20088000, 0},
		{0x20088600, TOR_RW},
		{0x200890ff, NAPOT_RW},
		/* code and data */
		{0x2000ffff, NAPOT_RX},
		{0x20089aff, NAPOT_RW},
	};
	hart = (struct hart){.entries = 16, .supervisor = true, .holds = UINT32_MAX};
	table = (struct whole){.header = {.arch = BERTH_ARCH_RISCV,
				       .mpu_regions = 16,
				       .contexts = offsetof(struct whole, contexts),
				       .context_count = 3,
				       .rows = offsetof(struct whole, rows),
				       .row_count = ROWS,
				       .row_words = 2},
		.contexts = {{.first_row = 0, .row_count = 3}, {.first_row = 3, .row_count = 4},
			{.first_row = 7, .row_count = 2}}};
	memcpy(table.rows, rows, sizeof(rows));
}

static bool suits(void)
{
	return berth_port_suits(&table.header);
}

static void load(unsigned context)
{
	const struct berth_context *loaded = &table.contexts[context];
	hart.address_writes = hart.config_writes = 0;
	berth_port_protect(&table.rows[loaded->first_row], loaded->row_count, 0);
	/* Whatever was saved, the hart must hold this context and nothing else. */
	for (uint32_t i = 0; i < loaded->row_count; i++) {
		const struct berth_row_pmp *row = &table.rows[loaded->first_row + i];
		ck_assert_uint_eq(hart.config[i], row->pmpcfg);
		ck_assert_uint_eq(hart.address[i], row->pmpaddr);
	}
	for (uint32_t i = loaded->row_count; i < hart.entries; i++)
		ck_assert_uint_eq(hart.config[i], 0);
}

/* --- promises ------------------------------------------------------------------------- */

START_TEST(what_is_in_a_register_is_not_written_again)
{
	prepare();
	ck_assert(suits());
	load(0);
	ck_assert_uint_eq(hart.address_writes, 3);
	ck_assert_uint_eq(hart.config_writes, 1);
	load(0);
	ck_assert_uint_eq(hart.address_writes + hart.config_writes, 0);
	load(1); /* the code is the same */
	ck_assert_uint_eq(hart.address_writes, 3);
	ck_assert_uint_eq(hart.config_writes, 1);
	load(2);
	ck_assert_uint_eq(hart.address_writes, 1);
	ck_assert_uint_eq(hart.config_writes, 1);
	load(0);
	load(1);
	load(0);
	ck_assert_uint_eq(hart.address_writes, 2);
}
END_TEST

START_TEST(leaving_a_component_writes_nothing)
{
	prepare();
	ck_assert(suits());
	load(0);
	hart.address_writes = hart.config_writes = 0;
	berth_port_protect(NULL, 0, 0);
	ck_assert_uint_eq(hart.address_writes + hart.config_writes, 0);
	load(0);
	ck_assert_uint_eq(hart.address_writes + hart.config_writes, 0);
}
END_TEST

START_TEST(only_a_hart_with_supervisor_mode_is_fenced)
{
	prepare();
	ck_assert(suits());
	hart.fences = 0;
	load(0);
	ck_assert_uint_eq(hart.fences, 1);
	prepare();
	hart.supervisor = false;
	ck_assert(suits());
	load(0);
	ck_assert_uint_eq(hart.fences, 0);
}
END_TEST

START_TEST(a_check_leaves_everything_closed)
{
	prepare();
	ck_assert(suits());
	for (unsigned i = 0; i < hart.entries; i++)
		ck_assert_uint_eq(hart.config[i], 0);
}
END_TEST

START_TEST(harts_that_are_not_what_the_table_is_for_are_refused)
{
	prepare();
	hart.entries = 0;
	ck_assert(!suits());
	prepare();
	table.header.mpu_regions = 17;
	ck_assert(!suits());
	prepare();
	hart.napot_only = true; /* beta's memory is by TOR */
	ck_assert(!suits());
	prepare();
	hart.holds = 0x1fffffff; /* of an address: fewer bits than the rows have */
	ck_assert(!suits());
	prepare();
	hart.medeleg = 1 << 8;
	ck_assert(!suits());
	prepare();
	hart.mideleg = 1 << 9;
	ck_assert(!suits());
	prepare();
	hart.mideleg = 0x1444; /* those of virtual machines: where there are such, always set */
	ck_assert(suits());
	prepare();
	hart.satp = 0x80000000;
	ck_assert(!suits());
}
END_TEST

START_TEST(a_hart_may_have_a_finer_granule_than_the_table_and_no_coarser)
{
	for (unsigned of_hart = 0; of_hart < 6; of_hart++) {
		for (uint32_t of_table = 0; of_table < 6; of_table++) {
			prepare();
			hart.granularity = of_hart;
			table.header.target[BERTH_TARGET_GRANULARITY] = of_table;
			ck_assert_int_eq(suits(), of_hart <= of_table);
		}
	}
}
END_TEST

START_TEST(entries_of_others_are_refused_locked_or_beyond_ours)
{
	for (unsigned entry = 0; entry < 16; entry++) {
		prepare();
		hart.config[entry] = 0x80;
		ck_assert(!suits());
	}
	for (unsigned entry = 16; entry < 64; entry++) {
		prepare();
		hart.entries = 64;
		ck_assert(suits());
		hart.config[entry] = NAPOT_RW;
		ck_assert(!suits());
	}
}
END_TEST

START_TEST(what_an_entry_held_before_is_gone)
{
	prepare();
	for (unsigned i = 0; i < 16; i++)
		hart.config[i] = 0x1f;
	ck_assert(suits());
	load(2);
}
END_TEST

START_TEST(mml_is_refused_in_the_table_and_in_the_hart)
{
	prepare();
	table.header.target[BERTH_TARGET_FLAGS] = BERTH_TARGET_MML;
	ck_assert(!suits());
	table.header.target[BERTH_TARGET_FLAGS] = 0;
	hart.smepmp = true;
	ck_assert(suits());
	hart.mseccfg = MSECCFG_MML;
	ck_assert(!suits());
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pmp");
	TCase *tests = tcase_create("entries");
	tcase_add_test(tests, what_is_in_a_register_is_not_written_again);
	tcase_add_test(tests, leaving_a_component_writes_nothing);
	tcase_add_test(tests, only_a_hart_with_supervisor_mode_is_fenced);
	tcase_add_test(tests, a_check_leaves_everything_closed);
	tcase_add_test(tests, harts_that_are_not_what_the_table_is_for_are_refused);
	tcase_add_test(tests, a_hart_may_have_a_finer_granule_than_the_table_and_no_coarser);
	tcase_add_test(tests, entries_of_others_are_refused_locked_or_beyond_ours);
	tcase_add_test(tests, what_an_entry_held_before_is_gone);
	tcase_add_test(tests, mml_is_refused_in_the_table_and_in_the_hart);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
