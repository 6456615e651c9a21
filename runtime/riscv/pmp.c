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
#include "runtime/riscv/registers.h"
#include "runtime/table.h"

/* The entries that the runtime can load; a hart has none, 16 or 64 (3.7.1). */
enum { SLOTS = 16, CONFIGS = SLOTS / 4 };

/* What the registers hold. */
static struct {
	const struct berth_row_pmp *rows;
	uint32_t count;
	uint32_t config[CONFIGS];
	bool fence; /* the hart has supervisor mode and may cache what the entries say */
} loaded;

/* --- loading ---------------------------------------------------------------------------- */

/* Entries 4 * NUMBER to 4 * NUMBER + 3, the first in the lowest byte (3.7.1, figure 3.30). */
static uint32_t config_of(const struct berth_row_pmp *rows, uint32_t count, uint32_t number)
{
	uint32_t word = 0;
	for (uint32_t i = 4 * number + 4; i-- > 4 * number;)
		word = word << 8 | (i < count ? rows[i].pmpcfg & 0xff : 0);
	return word;
}

static void load(const struct berth_row_pmp *rows, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (i >= loaded.count || loaded.rows[i].pmpaddr != rows[i].pmpaddr)
			berth_register_swap(REGISTER_PMPADDR0 + i, rows[i].pmpaddr);
	}
	for (uint32_t i = 0; i < CONFIGS; i++) {
		uint32_t config = config_of(rows, count, i);
		if (config != loaded.config[i])
			berth_register_swap(REGISTER_PMPCFG0 + i, config);
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

/* What must be zero in a register that the runtime does not write. */
static uint32_t must_be_zero(uint32_t number)
{
	switch (number) {
	case REGISTER_MSECCFG:
		/* With MML set the row that opens the code would take machine mode its own
		 * (Smepmp, 2). */
		return MSECCFG_MML;
	case REGISTER_MIDELEG:
		return MIDELEG_SUPERVISOR;
	default:
		/* Entries that the runtime does not load open nothing; exceptions of user mode come
		 * to machine mode, and addresses are physical (3.1.8, 4.1.11). */
		return UINT32_MAX;
	}
}

static bool owns_user_mode(void)
{
	for (uint32_t i = REGISTER_READ_ONLY; i < REGISTERS; i++) {
		if ((berth_register_probe(i).value & must_be_zero(i)) != 0)
			return false;
	}
	loaded.fence = berth_register_probe(REGISTER_SATP).is_there;
	return true;
}

/*
 * Clears all entries, so that nothing of what is loaded is believed that was not
 * written here; false where there are none.  One that another program has locked is
 * not ours to load, and stays until a reset: takes_rows finds it.
 */
static bool clear(void)
{
	if (!berth_register_probe(REGISTER_PMPCFG0).is_there)
		return false;
	for (uint32_t i = 0; i < CONFIGS; i++) {
		berth_register_swap(REGISTER_PMPCFG0 + i, 0);
		loaded.config[i] = 0;
	}
	loaded.count = 0;
	return true;
}

/* Whether the hart's granule, 2^(G+2) bytes, is at most that for WANTED as G: bits below G of an
 * address are zero while its entry is off (3.7.1, "Address Matching"). */
static bool has_granule(uint32_t wanted)
{
	berth_register_swap(REGISTER_PMPADDR0, UINT32_MAX);
	uint32_t ones = berth_register_swap(REGISTER_PMPADDR0, 0);
	return (ones & ((2u << wanted) - 1)) != 0;
}

/* Whether register NUMBER holds VALUE as it was written; it is written once more. */
static bool holds(uint32_t number, uint32_t value)
{
	return berth_register_swap(number, value) == value;
}

/* Loads the rows and looks whether the hart holds every one as it was written, and nothing in the
 * other entries. */
static bool takes_rows(const struct berth_row_pmp *rows, uint32_t count)
{
	load(rows, count);
	for (uint32_t i = 0; i < count; i++) {
		if (!holds(REGISTER_PMPADDR0 + i, rows[i].pmpaddr))
			return false;
	}
	for (uint32_t i = 0; i < CONFIGS; i++) {
		if (!holds(REGISTER_PMPCFG0 + i, loaded.config[i]))
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

bool berth_port_suits(const struct berth_regions_header *table)
{
	bool for_mml = (table->target[BERTH_TARGET_FLAGS] & BERTH_TARGET_MML) != 0;
	if (table->mpu_regions > SLOTS || for_mml || !clear() || !owns_user_mode())
		return false;
	bool good = has_granule(table->target[BERTH_TARGET_GRANULARITY]) && takes_contexts(table);
	clear();
	return good;
}
