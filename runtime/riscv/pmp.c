/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Physical memory protection (RISC-V ISA Manual, Volume II, 3.7).
 *
 * Entries that are not locked do not bind machine mode (3.7.1, "Locking and
 * Privilege Mode"): native code sees everything, whatever is loaded, and user
 * mode begins only behind a load.  So nothing has to be closed when a component
 * leaves, the order of the writes does not matter, and what is in a register
 * already is not written again.
 */
#include <stddef.h>

#include "runtime/address.h"
#include "runtime/port.h"
#include "runtime/riscv/csr.h"
#include "runtime/riscv/probe.h"
#include "runtime/table.h"

/* The entries that the runtime can load; a hart has none, 16 or 64 (3.7.1). */
enum { SLOTS = 16, CONFIGS = SLOTS / 4, ENTRY_OFF = 0 };

/* What the registers hold. */
static struct {
	const struct berth_row_pmp *rows;
	uint32_t count;
	uint32_t config[CONFIGS];
	bool fence; /* the hart has supervisor mode and may cache what the entries say */
} loaded;

/* --- the registers: a CSR's number is part of the instruction ---------------------------- */

#define EACH_SLOT(on)                                                                              \
	on(0) on(1) on(2) on(3) on(4) on(5) on(6) on(7) on(8) on(9) on(10) on(11) on(12) on(13)    \
		on(14) on(15)
#define EACH_CONFIG(on) on(0) on(1) on(2) on(3)

static void write_address(uint32_t slot, uint32_t value)
{
#define ON(number)                                                                                 \
	case number:                                                                               \
		CSR_WRITE(pmpaddr##number, value);                                                 \
		break;
	switch (slot) {
		EACH_SLOT(ON)
	}
#undef ON
}

static uint32_t read_address(uint32_t slot)
{
#define ON(number)                                                                                 \
	case number:                                                                               \
		return CSR_READ(pmpaddr##number);
	switch (slot) {
		EACH_SLOT(ON)
	}
#undef ON
	return 0;
}

static void write_config(uint32_t number, uint32_t value)
{
#define ON(number)                                                                                 \
	case number:                                                                               \
		CSR_WRITE(pmpcfg##number, value);                                                  \
		break;
	switch (number) {
		EACH_CONFIG(ON)
	}
#undef ON
}

static uint32_t read_config(uint32_t number)
{
#define ON(number)                                                                                 \
	case number:                                                                               \
		return CSR_READ(pmpcfg##number);
	switch (number) {
		EACH_CONFIG(ON)
	}
#undef ON
	return 0;
}

/* --- loading ---------------------------------------------------------------------------- */

/* Entries 4 * NUMBER to 4 * NUMBER + 3, the first in the lowest byte (3.7.1, figure 3.30). */
static uint32_t config_of(const struct berth_row_pmp *rows, uint32_t count, uint32_t number)
{
	uint32_t word = 0;
	for (uint32_t i = 4 * number; i < count && i < 4 * number + 4; i++)
		word |= (rows[i].pmpcfg & 0xff) << 8 * (i % 4);
	return word;
}

static void load(const struct berth_row_pmp *rows, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (i >= loaded.count || loaded.rows[i].pmpaddr != rows[i].pmpaddr)
			write_address(i, rows[i].pmpaddr);
	}
	for (uint32_t i = 0; i < CONFIGS; i++) {
		uint32_t config = config_of(rows, count, i);
		if (config != loaded.config[i])
			write_config(i, config);
		loaded.config[i] = config;
	}
	loaded.rows = rows;
	loaded.count = count;
	/* 3.7.2: only where the hart translates addresses. */
	if (loaded.fence)
		FENCE();
}

void berth_port_protect(const void *rows, uint32_t count, uint32_t stack)
{
	(void)stack; /* the entry that opens the data region ends there */
	if (count != 0 && (rows != loaded.rows || count != loaded.count))
		load(rows, count);
}

/* --- whether this hart is what the table is for -------------------------------------------- */

#define READER(name, csr)                                                                          \
	static uint32_t name(void)                                                                 \
	{                                                                                          \
		return CSR_READ(csr);                                                              \
	}
READER(read_pmpcfg0, pmpcfg0)
READER(read_mseccfg, 0x747) /* CSR_MSECCFG */
READER(read_medeleg, medeleg)
READER(read_mideleg, mideleg)
READER(read_satp, satp)

/* The entries beyond those of the runtime. */
#define EACH_OTHER_CONFIG(on)                                                                      \
	on(4) on(5) on(6) on(7) on(8) on(9) on(10) on(11) on(12) on(13) on(14) on(15)
#define ON(number) READER(read_pmpcfg##number, pmpcfg##number)
EACH_OTHER_CONFIG(ON)
#undef ON

/* Whether entries that the runtime does not load open something, or are not there. */
static bool others_are_off(void)
{
#define ON(number) read_pmpcfg##number,
	static uint32_t (*const readers[])(void) = {EACH_OTHER_CONFIG(ON)};
#undef ON
	for (uint32_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		uint32_t config;
		if (berth_probe(readers[i], &config) && config != 0)
			return false;
	}
	return true;
}

/* Entries that another program has locked are not ours to load, and stay until a reset. */
static bool is_locked(void)
{
	for (uint32_t i = 0; i < CONFIGS; i++) {
		if ((read_config(i) & PMPCFG_L * 0x01010101u) != 0)
			return true;
	}
	return false;
}

/* G: the hart's granule is 2^(G+2) bytes (3.7.1, "Address Matching"); entry 0 is off. */
static uint32_t granularity(void)
{
	write_address(0, UINT32_MAX);
	uint32_t ones = read_address(0);
	uint32_t lowest = 0;
	while (lowest < 32 && (ones >> lowest & 1) == 0)
		lowest++;
	return lowest;
}

/* Loads the rows and looks whether the hart holds every one as it was written. */
static bool takes_rows(const struct berth_row_pmp *rows, uint32_t count)
{
	load(rows, count);
	for (uint32_t i = 0; i < count; i++) {
		if (read_address(i) != rows[i].pmpaddr)
			return false;
	}
	for (uint32_t i = 0; i < CONFIGS; i++) {
		if (read_config(i) != loaded.config[i])
			return false;
	}
	return true;
}

static bool takes_contexts(const struct berth_regions_header *table)
{
	for (uint32_t i = 0; i < table->context_count; i++) {
		const struct berth_context *context = berth_table_context(table, i);
		const void *rows = berth_table_rows(table, context);
		if (context->row_count > SLOTS || !takes_rows(rows, context->row_count))
			return false;
	}
	return true;
}

/* Traps of user mode must come to machine mode, and addresses be physical (3.1.8, 4.1.11). */
static bool owns_user_mode(void)
{
	uint32_t exceptions;
	uint32_t interrupts;
	uint32_t translation;
	berth_probe(read_medeleg, &exceptions);
	berth_probe(read_mideleg, &interrupts);
	loaded.fence = berth_probe(read_satp, &translation);
	return exceptions == 0 && (interrupts & MIDELEG_SUPERVISOR) == 0 && translation == 0;
}

/* Clears all entries, so that nothing of what is loaded is believed that was not written here. */
static void clear(void)
{
	for (uint32_t i = 0; i < CONFIGS; i++) {
		write_config(i, 0);
		loaded.config[i] = 0;
	}
	loaded.rows = NULL;
	loaded.count = 0;
}

bool berth_port_suits(const struct berth_regions_header *table)
{
	uint32_t ignored;
	uint32_t security;
	if (!berth_probe(read_pmpcfg0, &ignored) || table->mpu_regions > SLOTS || is_locked() ||
		!others_are_off())
		return false;
	/* With MML set the row that opens the code would take machine mode its own (Smepmp, 2). */
	berth_probe(read_mseccfg, &security);
	bool for_mml = (table->target[BERTH_TARGET_FLAGS] & BERTH_TARGET_MML) != 0;
	if (for_mml || (security & MSECCFG_MML) != 0 || !owns_user_mode())
		return false;
	clear();
	bool good =
		granularity() <= table->target[BERTH_TARGET_GRANULARITY] && takes_contexts(table);
	clear();
	return good;
}
