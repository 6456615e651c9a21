/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * How tightly memories are packed, beside what is done elsewhere: real parts,
 * random instances against all orders, large ones against the bound.
 *
 * The others' ways are written anew here, as they work on a part whose MPU has
 * powers of two only (PMSAv7):
 *   descending    every size is rounded up to a power of two, the largest first,
 *                 one behind the other: what a linker's sort by alignment gives
 *                 (Zephyr's app shared memory)
 *   best order    the same, in the best of all orders
 *   greedy N      each size is cut into at most N powers of two that get smaller;
 *                 the next one is always that with the smallest gap before it,
 *                 laid down from its largest or from its smallest piece on
 *                 (Hubris's build)
 *
 * Times go with the machine; the bytes are the same everywhere.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ldgen/pack.h"

enum { MOST = 6, PIECES = 8, SMALLEST = 32, MANY = 256, ROUNDS = 2000, NO_ROOM = 0 };

static const struct pack_shape subregions = {.units = 8, .granule = 32};
static const struct pack_shape powers = {.units = 1, .granule = 32};
static const struct pack_shape limits = {.granule = 32};
static const size_t only_bank[] = {0};

/* --- parts -------------------------------------------------------------------------- */

static const struct part {
	const char *name;
	uint64_t start; /* of the room */
	uint64_t end;
	uint64_t sizes[MOST];
	size_t count;
} parts[] = {
	{"STM32F100", 0x20000600, 0x20002000, {1536, 1100, 768, 600, 300}, 5},
	{"STM32G474", 0x20002800, 0x20018000, {20 << 10, 12 << 10, 9 << 10, 5 << 10, 3 << 10}, 5},
	{"STM32G474, 64K", 0x20002800, 0x20018000, {64 << 10, 4 << 10, 2 << 10}, 3},
	{"nRF52840", 0x20006000, 0x20040000, {64 << 10, 40 << 10, 24 << 10, 20 << 10, 9000}, 5},
	{"RT1176", 0x202a4000, 0x20380000, {64 << 10, 128 << 10, 96 << 10, 192 << 10, 40 << 10}, 5},
};
enum { PARTS = sizeof(parts) / sizeof(parts[0]) };

static uint64_t power_of(uint64_t size)
{
	uint64_t power = SMALLEST;
	while (power < size)
		power *= 2;
	return power;
}

/* --- the others --------------------------------------------------------------------- */

static int descending(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a;
	uint64_t right = *(const uint64_t *)b;
	return left < right ? 1 : left > right ? -1 : 0;
}

/* Bytes used; NO_ROOM when they do not fit. */
static uint64_t in_room(const struct part *part, uint64_t end)
{
	return end > part->end ? NO_ROOM : end - part->start;
}

static uint64_t place_descending(const struct part *part)
{
	uint64_t sizes[MOST];
	uint64_t at = part->start;
	for (size_t i = 0; i < part->count; i++)
		sizes[i] = power_of(part->sizes[i]);
	qsort(sizes, part->count, sizeof(*sizes), descending);
	for (size_t i = 0; i < part->count; i++)
		at = pack_align(at, sizes[i]) + sizes[i];
	return in_room(part, at);
}

/* The least end of the items LEFT, as bits, behind AT, in any order. */
static uint64_t least_end(const struct part *part, unsigned left, uint64_t at)
{
	uint64_t least = UINT64_MAX;
	if (left == 0)
		return at;
	for (size_t i = 0; i < part->count; i++) {
		if ((left >> i & 1) == 0)
			continue;
		uint64_t size = power_of(part->sizes[i]);
		uint64_t end = least_end(part, left & ~(1u << i), pack_align(at, size) + size);
		least = end < least ? end : least;
	}
	return least;
}

/* The pieces of one task, the largest first. */
struct pieces {
	uint64_t sizes[PIECES];
	size_t count;
	uint64_t sum;
};

/* Powers of two that together hold SIZE, at most MOST_PIECES. */
static struct pieces cut(uint64_t size, size_t most_pieces)
{
	struct pieces pieces = {0};
	while (pieces.count < most_pieces && size != 0) {
		uint64_t half = power_of(size) / 2;
		half = half < SMALLEST ? SMALLEST : half;
		pieces.sizes[pieces.count++] = half;
		size = size > half ? size - half : 0;
	}
	if (size != 0)
		pieces.sizes[pieces.count - 1] *= 2;
	/* Two equal ones at the end are one... */
	while (pieces.count >= 2 &&
		pieces.sizes[pieces.count - 1] == pieces.sizes[pieces.count - 2]) {
		pieces.count--;
		pieces.sizes[pieces.count - 1] *= 2;
	}
	/* ...and the largest are halves as long as there are enough: those lie more easily. */
	for (;;) {
		size_t same = 1;
		while (same < pieces.count && pieces.sizes[same] == pieces.sizes[0])
			same++;
		if (pieces.sizes[0] <= SMALLEST || pieces.count + same > most_pieces)
			break;
		uint64_t half = pieces.sizes[0] / 2;
		memmove(&pieces.sizes[2 * same], &pieces.sizes[same],
			(pieces.count - same) * sizeof(*pieces.sizes));
		for (size_t i = 0; i < 2 * same; i++)
			pieces.sizes[i] = half;
		pieces.count += same;
	}
	for (size_t i = 0; i < pieces.count; i++)
		pieces.sum += pieces.sizes[i];
	return pieces;
}

/* A way to go on: a task from its largest or from its smallest piece on. */
struct choice {
	size_t task;
	uint64_t gap;
	uint64_t align; /* of what ends the task */
	uint64_t sum;
};

static bool is_better(const struct choice *a, const struct choice *b)
{
	/* A gap below an eighth of the alignment is none. */
	uint64_t left = a->gap > a->align / 8 ? a->gap - a->align / 8 : 0;
	uint64_t right = b->gap > b->align / 8 ? b->gap - b->align / 8 : 0;
	if (left < right || (left == right && a->align > b->align) || a->gap < b->gap)
		return true;
	return a->gap == b->gap &&
	       (a->align > b->align || (a->align == b->align && a->sum < b->sum));
}

static uint64_t place_greedily(const struct part *part, size_t rows)
{
	struct pieces pieces[MOST];
	unsigned left = (1u << part->count) - 1;
	uint64_t at = part->start;
	for (size_t i = 0; i < part->count; i++)
		pieces[i] = cut(part->sizes[i], rows);
	while (left != 0) {
		struct choice best = {.gap = UINT64_MAX, .sum = UINT64_MAX};
		for (size_t i = 0; i < part->count; i++) {
			const struct pieces *own = &pieces[i];
			if ((left >> i & 1) == 0)
				continue;
			uint64_t first = own->sizes[0];
			struct choice upward = {i, pack_align(at + own->sum, first) - at - own->sum,
				first, own->sum};
			struct choice downward = {i, pack_align(at, first) - at,
				own->sizes[own->count - 1], own->sum};
			if (is_better(&upward, &best))
				best = upward;
			if (is_better(&downward, &best))
				best = downward;
		}
		left &= ~(1u << best.task);
		at += best.gap + best.sum;
	}
	return in_room(part, at);
}

/* --- ours --------------------------------------------------------------------------- */

struct solved {
	uint64_t used; /* NO_ROOM */
	unsigned rows;
	bool optimal;
};

static struct solved solve(const struct part *part, struct pack_shape shape, unsigned rows)
{
	struct pack_item items[MOST] = {0};
	struct pack_bank bank = {.room = {part->start, part->end}};
	struct pack_problem problem = {.shape = shape,
		.items = items,
		.count = part->count,
		.banks = &bank,
		.bank_count = 1};
	for (size_t i = 0; i < part->count; i++)
		items[i] = (struct pack_item){
			.size = part->sizes[i], .rows = rows, .banks = only_bank, .bank_count = 1};
	if (pack_solve(&problem) != PACK_DONE)
		return (struct solved){.used = NO_ROOM, .optimal = true};
	return (struct solved){problem.used, problem.rows, problem.optimal};
}

static void print_bytes(uint64_t bytes)
{
	if (bytes == NO_ROOM)
		printf(" %10s", "refused");
	else
		printf(" %10" PRIu64, bytes);
}

static void print_ours(struct solved solved)
{
	print_bytes(solved.used);
	printf(" %s", solved.used == NO_ROOM ? "    " : solved.optimal ? "opt." : "    ");
}

static void print_parts(void)
{
	puts("real parts: bytes of RAM used, behind what the native program has");
	puts("                   ---- needs and room ----  ------------ powers of two ------------"
	     "  greedy       ------------------- berth -------------------");
	puts("part                     need       room descending best order   greedy 1"
	     "   greedy 3      1 row          2 rows          3 rows     base, limit");
	for (size_t i = 0; i < PARTS; i++) {
		const struct part *part = &parts[i];
		uint64_t need = 0;
		for (size_t k = 0; k < part->count; k++)
			need += part->sizes[k];
		printf("%-18s", part->name);
		print_bytes(need);
		print_bytes(part->end - part->start);
		print_bytes(place_descending(part));
		print_bytes(in_room(part, least_end(part, (1u << part->count) - 1, part->start)));
		print_bytes(place_greedily(part, 1));
		print_bytes(place_greedily(part, 3));
		for (unsigned rows = 1; rows <= 3; rows++)
			print_ours(solve(part, subregions, rows));
		print_ours(solve(part, limits, 1));
		putchar('\n');
	}
	putchar('\n');
}

/* --- random instances --------------------------------------------------------------- */

static uint32_t state;

static uint32_t draw(uint32_t below)
{
	state = state * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)(state >> 8) * below >> 24);
}

/* What ROUNDS random instances waste together, in hundredths of a percent of what they need. */
static void print_random(void)
{
	uint64_t need = 0;
	uint64_t first = 0;
	uint64_t best = 0;
	uint64_t greedy[2] = {0, 0};
	uint64_t ours[3] = {0, 0, 0};
	size_t proven = 0;
	state = 1;
	for (size_t round = 0; round < ROUNDS; round++) {
		struct part part = {.start = 0x20000000 + draw(8192) / 32 * 32,
			.end = UINT32_MAX,
			.count = 1 + draw(MOST)};
		for (size_t i = 0; i < part.count; i++)
			need += part.sizes[i] = 1 + draw(1u << (6 + draw(12)));
		first += place_descending(&part);
		best += in_room(&part, least_end(&part, (1u << part.count) - 1, part.start));
		greedy[0] += place_greedily(&part, 1);
		greedy[1] += place_greedily(&part, 3);
		for (unsigned rows = 1; rows <= 3; rows++) {
			struct solved solved = solve(&part, subregions, rows);
			ours[rows - 1] += solved.used;
			proven += solved.optimal;
		}
	}
	const struct {
		const char *name;
		uint64_t used;
	} lines[] = {{"descending powers of two", first}, {"powers of two, best order", best},
		{"greedy, 1 row", greedy[0]}, {"greedy, 3 rows", greedy[1]},
		{"berth, 1 row", ours[0]}, {"berth, 2 rows", ours[1]}, {"berth, 3 rows", ours[2]}};
	printf("%d random instances of one to %d memories: bytes used for each byte needed\n",
		(int)ROUNDS, (int)MOST);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		printf("  %-26s %6.3f\n", lines[i].name, (double)lines[i].used / (double)need);
	printf("  %zu of %d packings by berth were proven optimal\n\n", proven, 3 * (int)ROUNDS);
}

/* --- many --------------------------------------------------------------------------- */

static double seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void print_many(const char *name, struct pack_shape shape, size_t count, unsigned rows)
{
	static struct pack_item items[MANY];
	size_t contexts[MANY];
	unsigned budgets[MANY];
	struct pack_bank bank = {.room = {0x20000000, 0x60000000}};
	struct pack_problem problem = {.shape = shape,
		.items = items,
		.count = count,
		.banks = &bank,
		.bank_count = 1,
		.budgets = budgets,
		.context_count = (count + 1) / 2};
	state = (uint32_t)count;
	for (size_t i = 0; i < count; i++) {
		contexts[i] = i / 2;
		budgets[i] = 6;
		items[i] = (struct pack_item){.size = 1 + draw(1u << (8 + draw(10))),
			.rows = rows,
			.contexts = &contexts[i],
			.context_count = 1,
			.banks = only_bank,
			.bank_count = 1};
	}
	double start = seconds();
	enum pack_result result = pack_solve(&problem);
	double took = seconds() - start;
	if (result != PACK_DONE) {
		printf("  %-30s %8zu  not solved\n", name, count);
		return;
	}
	printf("  %-30s %8zu %10" PRIu64 " %10" PRIu64 "  %5.2f %% %s %7.3f s  goal %s\n", name,
		count, problem.used, problem.bound,
		100.0 * (double)(problem.used - problem.bound) / (double)problem.bound,
		problem.optimal ? "opt." : "    ", took,
		count < 64				   ? "-"
		: took > (count == 64 ? 1.0 : 5.0)	   ? "MISSED"
		: problem.used * 100 > problem.bound * 102 ? "MISSED"
							   : "met");
}

int main(void)
{
	static const size_t counts[] = {8, 64, 256};
	print_parts();
	print_random();
	puts("many memories: bytes used, lower bound, gap, processor time; goals: 64 within 2 % in "
	     "a second, 256 in five");
	puts("                                 memories       used      bound      gap            "
	     "time");
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		print_many("subregions, 1 row each", subregions, counts[i], 1);
		print_many("subregions, 6 rows for two", subregions, counts[i], 0);
		print_many("NAPOT only, 1 entry each", powers, counts[i], 1);
		print_many("NAPOT only, 6 entries for two", powers, counts[i], 0);
		print_many("base and limit", limits, counts[i], 1);
	}
	return 0;
}
