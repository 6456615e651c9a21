/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Random problems for the packer, and all their solutions.
 *
 * The brute force here shares nothing with the solver: what rows can open comes
 * from the encoders of mpu-table, and it tries every order, every number of rows
 * and every range.
 */
#ifndef PACK_TRIAL_H
#define PACK_TRIAL_H

#include <string.h>

#include "ldgen/pack.h"
#include "mpu-table/architecture.h"

enum { MOST = 6, UNITS = 1024, NO_ROWS = 255 };

#define ORIGIN UINT64_C(0x20000000)

static uint32_t state;

static inline uint32_t draw(uint32_t below)
{
	state = state * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)(state >> 8) * below >> 24);
}

/* --- what rows can open -------------------------------------------------------- */

static const struct part {
	const char *arch;
	unsigned granularity;
	bool napot_only;
	struct pack_shape shape;
	unsigned rows; /* that random items may take at the most */
} parts[] = {
	{"armv6-m", 0, false, {8, false, 32}, 3},
	{"armv7-m", 0, false, {8, false, 32}, 3},
	{"armv7-r", 0, false, {8, false, 32}, 4},
	{"armv8-m", 0, false, {0, false, 32}, 1},
	{"armv8.1-m", 0, false, {0, false, 32}, 1},
	{"riscv", 0, false, {0, true, 16}, 2},
	{"riscv", 4, false, {0, true, 64}, 2},
	{"riscv", 1, true, {1, false, 16}, 4},
};
enum { PARTS = sizeof(parts) / sizeof(parts[0]) };

/* Rows that open units [B, E) behind ORIGIN; NO_ROWS when none do. */
static uint8_t opened[UNITS][UNITS];

static inline void fill_opened(const struct part *part)
{
	const struct architecture *architecture = architecture_find(part->arch);
	struct row_target target = architecture_plain_target();
	target.granularity = part->granularity;
	target.napot_only = part->napot_only;
	for (uint64_t b = 0; b < UNITS; b++)
		for (uint64_t e = b + 1; e < UNITS; e++) {
			struct row rows[ROW_SLOTS];
			struct row_request request = {.base = ORIGIN + b * part->shape.granule,
				.size = (e - b) * part->shape.granule,
				.access = LAYOUT_READ | LAYOUT_WRITE,
				.kind = LAYOUT_MEMORY,
				/* Slot 0 is special on RISC-V. */
				.slot = architecture->arch->id == ARCH_RISCV,
				.max = part->rows};
			size_t count = architecture->encode(&target, &request, rows);
			opened[b][e] = count == 0 ? NO_ROWS : (uint8_t)count;
		}
}

/* --- a problem, and all its solutions ------------------------------------------- */

struct trial {
	const struct part *part;
	struct pack_problem problem;
	struct pack_bank bank;
	struct pack_range hole;
	struct pack_item items[MOST];
	size_t contexts[MOST];
	unsigned budgets[MOST];
	/* while trying */
	struct pack_range placed[MOST];
	unsigned rows[MOST];
	bool is_placed[MOST];
	uint64_t best;
	unsigned best_rows;
};

static const size_t only_bank[] = {0};

static inline bool touch(struct pack_range a, struct pack_range b)
{
	return a.base < b.end && b.base < a.end;
}

/* Whether ITEM may lie at RANGE beside what is placed. */
static inline bool is_allowed(const struct trial *trial, size_t item, struct pack_range range)
{
	if (trial->bank.hole_count != 0 && touch(range, trial->hole))
		return false;
	for (size_t i = 0; i < trial->problem.count; i++) {
		if (!trial->is_placed[i])
			continue;
		struct pack_range other = trial->placed[i];
		if (touch(range, other))
			return false;
		if (trial->contexts[i] != trial->contexts[item])
			continue;
		struct pack_range guard = {range.base - trial->items[item].guard, range.base};
		struct pack_range theirs = {other.base - trial->items[i].guard, other.base};
		if ((guard.base < guard.end && touch(guard, other)) ||
			(theirs.base < theirs.end && touch(theirs, range)))
			return false;
	}
	return true;
}

/* The place behind FROM that ends lowest, by trying all. */
static inline bool slow_fit(const struct trial *trial, size_t item, uint64_t from, unsigned rows,
	struct pack_range *range)
{
	uint64_t granule = trial->part->shape.granule;
	uint64_t units = (trial->items[item].size + granule - 1) / granule;
	uint64_t first = (from - ORIGIN + granule - 1) / granule;
	for (uint64_t e = first + units; e < UNITS; e++)
		for (uint64_t b = e - units + 1; b-- > first;) {
			*range = (struct pack_range){ORIGIN + b * granule, ORIGIN + e * granule};
			if (opened[b][e] <= rows && is_allowed(trial, item, *range))
				return true;
		}
	return false;
}

static inline bool in_budget(const struct trial *trial)
{
	unsigned rows[MOST] = {0};
	for (size_t i = 0; i < trial->problem.count; i++)
		if (trial->is_placed[i])
			rows[trial->contexts[i]] += trial->rows[i];
	for (size_t i = 0; i < trial->problem.context_count; i++)
		if (rows[i] > trial->budgets[i])
			return false;
	return true;
}

/* Tries every order, with every number of rows, of what is not placed yet. */
static inline void try_all(struct trial *trial, size_t left, uint64_t end, unsigned rows)
{
	if (end > trial->best || (end == trial->best && rows + left >= trial->best_rows))
		return;
	if (left == 0) {
		trial->best = end;
		trial->best_rows = rows;
		return;
	}
	for (size_t i = 0; i < trial->problem.count; i++) {
		uint64_t before = UINT64_MAX;
		if (trial->is_placed[i])
			continue;
		for (unsigned most = 1; most <= trial->items[i].rows; most++) {
			struct pack_range range;
			if (!slow_fit(trial, i, end, most, &range) || range.end >= before)
				continue;
			before = range.end;
			trial->placed[i] = range;
			trial->rows[i] = most;
			trial->is_placed[i] = true;
			if (in_budget(trial))
				try_all(trial, left - 1, range.end, rows + most);
			trial->is_placed[i] = false;
		}
	}
}

static inline void make_trial(struct trial *trial, const struct part *part, bool plain)
{
	uint64_t granule = part->shape.granule;
	size_t count = 1 + draw(MOST);
	memset(trial, 0, sizeof(*trial));
	trial->part = part;
	trial->bank.room =
		(struct pack_range){ORIGIN + draw(64) * granule, ORIGIN + UNITS * granule};
	for (size_t i = 0; i < count; i++) {
		trial->contexts[i] = i / 2;
		trial->budgets[i] = plain || part->shape.seam ? 64 : 2 + draw(4);
		trial->items[i] =
			(struct pack_item){.size = 1 + draw(1u << draw(6)) * (uint32_t)granule +
						   draw((uint32_t)granule),
				.rows = 1 + draw(part->rows),
				.guard = plain || draw(3) != 0 ? 0 : granule * (1 + draw(3)),
				.contexts = &trial->contexts[i],
				.context_count = 1,
				.banks = only_bank,
				.bank_count = 1,
				.last = draw(3) == 0};
	}
	if (!plain && draw(3) == 0) {
		trial->hole.base = trial->bank.room.base + draw(40) * granule;
		trial->hole.end = trial->hole.base + (1 + draw(20)) * granule;
		trial->bank.hole_count = 1;
		trial->bank.holes = &trial->hole;
	}
	trial->problem = (struct pack_problem){.shape = part->shape,
		.items = trial->items,
		.count = count,
		.banks = &trial->bank,
		.bank_count = 1,
		.budgets = trial->budgets,
		.context_count = (count + 1) / 2};
}

#endif
