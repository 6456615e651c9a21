/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What PMP makes of an entry, read off Volume II, section 3.7.1 (pmpcfg,
 * address matching, granularity) and the table of Smepmp.
 */
#include "mpu-table/riscv_decode.h"

enum matching { OFF, TOR, NA4, NAPOT };

#define R LAYOUT_READ
#define W LAYOUT_WRITE
#define X LAYOUT_EXECUTE

struct rights {
	unsigned machine;
	unsigned user;
};

/* mseccfg.MML set: by L, R, W, X as the table of Smepmp lists them. */
static const struct rights smepmp[16] = {
	{0, 0},
	{0, X},
	{R | W, R},
	{R | W, R | W},
	{0, R},
	{0, R | X},
	{0, R | W},
	{0, R | W | X},
	{0, 0},
	{X, 0},
	{X, X},
	{R | X, X},
	{R, 0},
	{R | X, 0},
	{R | W, 0},
	{R, R},
};

/* R, W and X of pmpcfg as rights. */
static unsigned permissions(uint32_t cfg)
{
	return ((cfg & 1) != 0 ? R : 0) | ((cfg & 2) != 0 ? W : 0) | ((cfg & 4) != 0 ? X : 0);
}

/* Without MML an entry that is not locked does not bind machine mode. */
static struct rights rights_of(bool mml, uint32_t cfg)
{
	bool locked = (cfg & 0x80) != 0;
	if (!mml)
		return (struct rights){locked ? permissions(cfg) : R | W | X, permissions(cfg)};
	return smepmp[(locked ? 8u : 0) | (cfg & 1) << 2 | (cfg & 2) | (cfg & 4) >> 2];
}

#undef R
#undef W
#undef X

static enum matching matching_of(const struct row *entry)
{
	return (enum matching)(entry->words[1] >> 3 & 3);
}

/* The address in pmpaddr as TOR compares it: bits G-1 to 0 do not count. */
static uint64_t tor_address(const struct row *entry, unsigned granularity)
{
	uint64_t address = (uint64_t)entry->words[0] << 2;
	return address & ~((UINT64_C(4) << granularity) - 1);
}

static void match_tor(
	unsigned granularity, const struct row *entries, size_t index, struct row_view *view)
{
	uint64_t base = index == 0 ? 0 : tor_address(&entries[index - 1], granularity);
	uint64_t top = tor_address(&entries[index], granularity);
	view->base = base;
	view->size = top > base ? top - base : 0;
}

/* Bits G-2 to 0 read as ones; the ones from bit 0 up say the size. */
static void match_napot(unsigned granularity, const struct row *entry, struct row_view *view)
{
	uint64_t word = entry->words[0];
	unsigned ones = 0;
	if (granularity > 1)
		word |= (UINT64_C(1) << (granularity - 1)) - 1;
	while ((word >> ones & 1) != 0)
		ones++;
	view->size = UINT64_C(8) << ones;
	view->base = (word << 2) & ~(view->size - 1);
}

static void match(const struct row_target *target, const struct row *entries, size_t index,
	struct row_view *view)
{
	switch (matching_of(&entries[index])) {
	case OFF:
		break;
	case TOR:
		match_tor(target->granularity, entries, index, view);
		break;
	case NA4:
		view->base = (uint64_t)entries[index].words[0] << 2;
		view->size = 4;
		break;
	case NAPOT:
		match_napot(target->granularity, &entries[index], view);
		break;
	}
}

/* The rule that the entry breaks, or NULL. */
static const char *illegal(const struct row_target *target, const struct row *entry)
{
	uint32_t cfg = entry->words[1];
	enum matching matching = matching_of(entry);
	if (cfg > 0xff)
		return "pmpcfg of one entry is one byte of the register";
	if ((cfg & 0x60) != 0)
		return "pmpcfg has reserved bits set, 6 and 5 are zero (3.7.1)";
	if (!target->mml && (cfg & 3) == 2)
		return "pmpcfg has W without R, which is reserved (3.7.1)";
	if (matching == NA4 && target->granularity > 0)
		return "pmpcfg.A is NA4, which a part with G above 0 does not have (3.7.1)";
	if (target->napot_only && (matching == NA4 || matching == TOR))
		return "pmpcfg.A is neither off nor NAPOT, the part has no other";
	return NULL;
}

bool riscv_decode(const struct row_target *target, const struct row *entries, size_t index,
	struct row_view *view, const char **why)
{
	static const char *const modes[] = {"off", "TOR", "NA4", "NAPOT"};
	const struct row *entry = &entries[index];
	enum matching matching = matching_of(entry);
	*view = (struct row_view){
		.enabled = matching != OFF,
		.mode = modes[matching],
		.locked = (entry->words[1] & 0x80) != 0,
		.start_before = matching == TOR && index > 0,
		.memory = ROW_MEMORY_NOT_SAID,
	};
	match(target, entries, index, view);
	*why = illegal(target, entry);
	if (*why != NULL)
		return false;
	if (!view->enabled)
		return true;
	struct rights rights = rights_of(target->mml, entry->words[1]);
	view->access = rights.user;
	view->privileged = rights.machine;
	if (view->size != 0)
		view->covers[view->cover_count++] = (struct layout_range){view->base, view->size};
	return true;
}
