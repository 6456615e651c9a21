/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * contexts ARCH BASE SIZE SLOTS COUNT SEED [mml]: writes COUNT random contexts, whose
 * rows open ranges in the SIZE bytes from BASE, as C for the probe firmware.
 * The rows are the encoder's, what they open is the decoder's; the addresses
 * to touch are those around every edge of a cover and of a subregion.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpu-table/context_map.h"
#include "tests/qemu/probe/probe.h"

struct job {
	const struct architecture *architecture;
	struct row_target target;
	uint64_t base;
	uint64_t size;
	size_t slots;
	uint64_t random;
};

/* What a context may have beside rows that lie apart. */
enum { PLAIN, HOLES, OVERLAPS, SMALL, STYLES };

static void fail(const char *what) __attribute__((noreturn));

static void fail(const char *what)
{
	fprintf(stderr, "contexts: %s\n", what);
	exit(EXIT_FAILURE);
}

/* --- chance ------------------------------------------------------------------------------- */

/* xorshift64*: the same numbers on every machine. */
static uint64_t random_below(struct job *job, uint64_t limit)
{
	job->random ^= job->random >> 12;
	job->random ^= job->random << 25;
	job->random ^= job->random >> 27;
	return (job->random * UINT64_C(2685821657736338717) >> 16) % limit;
}

/* A range of whole granules within SPAN bytes from BASE; its ends are multiples of a random
 * power of two, so that short encodings are as frequent as long ones. */
static struct layout_range random_range(struct job *job, uint64_t base, uint64_t span)
{
	uint64_t step = arch_granule(job->architecture->arch, &job->target) << random_below(job, 8);
	while (step > span / 8)
		step /= 2;
	uint64_t first = random_below(job, span / step);
	uint64_t most = span / step - first;
	uint64_t length = 1 + random_below(job, most < 24 ? most : 24);
	return (struct layout_range){base + first * step, length * step};
}

/* --- rows ---------------------------------------------------------------------------------- */

static bool is_free(
	struct job *job, const struct row *rows, size_t count, struct layout_range range)
{
	struct context_map map;
	struct diag diag = DIAG_INIT("contexts");
	bool free = true;
	if (!context_map_make(&diag, job->architecture, &job->target, rows, count, &map))
		fail("no memory");
	for (size_t i = 0; i < map.range_count; i++)
		if (range.base < map.ranges[i].base + map.ranges[i].size &&
			map.ranges[i].base < range.base + range.size)
			free = false;
	context_map_free(&map);
	return free;
}

/* Turns more subregions off, where the row has them: the hardware allows any pattern. */
static void punch(struct job *job, struct row *row)
{
	struct row_view view;
	const char *why;
	if (job->architecture->decode(&job->target, row, 0, &view, &why) && view.size >= 256 &&
		job->architecture->overlap == OVERLAP_HIGHEST_DECIDES)
		row->words[1] |= (uint32_t)random_below(job, 256) << 8;
}

/*
 * Behind a TOR entry, for half of them, one that goes on where it ends: it has
 * no entry of its own for its base, which the encoder never leaves out.
 */
static size_t chain(struct job *job, struct row *rows, size_t count, uint64_t end)
{
	enum { TOR = 1 };
	const struct row *last = &rows[count - 1];
	if (job->architecture->overlap != OVERLAP_LOWEST_DECIDES || count == job->slots ||
		(last->words[1] >> 3 & 3) != TOR || random_below(job, 2) == 0)
		return count;
	uint64_t from = (uint64_t)last->words[0] << 2;
	uint64_t top = from + 4 * (1 + random_below(job, 64));
	if (top > end)
		return count;
	rows[count] = (struct row){{(uint32_t)(top >> 2), 0x08u | (job->target.mml ? 6 : 1)}};
	return count + 1;
}

static size_t add_rows(struct job *job, unsigned style, uint64_t base, uint64_t span,
	struct row *rows, size_t count)
{
	static const enum layout_kind kinds[] = {
		LAYOUT_MEMORY, LAYOUT_SHARED, LAYOUT_PERIPHERAL, LAYOUT_CODE};
	struct layout_range range = random_range(job, base, span);
	unsigned access = random_below(job, 3) == 0 ? LAYOUT_READ : LAYOUT_READ | LAYOUT_WRITE;
	enum layout_kind kind = kinds[random_below(job, 4)];
	if (kind == LAYOUT_CODE)
		access = access == LAYOUT_READ ? LAYOUT_READ : LAYOUT_READ | LAYOUT_EXECUTE;
	enum row_cache cache = (enum row_cache)random_below(job, ROW_CACHES);
	if (kind == LAYOUT_PERIPHERAL || arch_cache_fault(job->architecture->arch, cache) != NULL)
		cache = ROW_CACHE_USUAL;
	const struct row_request request = {.base = range.base,
		.size = range.size,
		.access = access,
		.kind = kind,
		.slot = (unsigned)count,
		.max = job->slots - count,
		.cache = cache};
	if (style != OVERLAPS && !is_free(job, rows, count, range))
		return count;
	/* Of RISC-V entries those in powers of two are as frequent as the others. */
	struct row_target target = job->target;
	target.napot_only = random_below(job, 2) == 0;
	size_t added = job->architecture->encode(&target, &request, rows + count);
	for (size_t i = 0; style == HOLES && i < added; i++)
		punch(job, &rows[count + i]);
	return added == 0 ? count : chain(job, rows, count + added, base + span);
}

/* --- addresses to touch --------------------------------------------------------------------- */

struct points {
	uint32_t *addresses;
	size_t count;
};

/* The bytes on both sides of EDGE, as far as they are in the job's memory. */
static void add_edge(const struct job *job, uint64_t edge, struct points *points)
{
	if (edge > job->base && edge <= job->base + job->size)
		points->addresses[points->count++] = (uint32_t)(edge - 1);
	if (edge >= job->base && edge < job->base + job->size)
		points->addresses[points->count++] = (uint32_t)edge;
}

static int by_address(const void *a, const void *b)
{
	uint32_t one = *(const uint32_t *)a;
	uint32_t two = *(const uint32_t *)b;
	return (one > two) - (one < two);
}

static void sort_points(struct points *points)
{
	size_t kept = 0;
	qsort(points->addresses, points->count, sizeof(*points->addresses), by_address);
	for (size_t i = 0; i < points->count; i++)
		if (kept == 0 || points->addresses[kept - 1] != points->addresses[i])
			points->addresses[kept++] = points->addresses[i];
	points->count = kept;
}

static struct points list_points(const struct job *job, const struct context_map *map)
{
	struct points points = {
		calloc(map->row_count * 2 * (9 + 2 * ROW_COVERS) + 1, sizeof(uint32_t)), 0};
	if (points.addresses == NULL)
		fail("no memory");
	for (size_t i = 0; i < map->row_count; i++) {
		const struct row_view *view = &map->views[i];
		unsigned parts = view->size >= 256 ? 8 : 1;
		for (unsigned part = 0; view->enabled && part <= parts; part++)
			add_edge(job, view->base + view->size / parts * part, &points);
		for (size_t j = 0; j < view->cover_count; j++) {
			add_edge(job, view->covers[j].base, &points);
			add_edge(job, view->covers[j].base + view->covers[j].size, &points);
		}
	}
	sort_points(&points);
	return points;
}

/* --- writing --------------------------------------------------------------------------------- */

static void write_lists(size_t index, const struct row *rows, const struct context_map *map,
	const struct points *points)
{
	printf("static const struct probe_row rows_%zu[] = {\n", index);
	for (size_t i = 0; i < map->row_count; i++)
		printf("\t{{0x%08" PRIx32 ", 0x%08" PRIx32 ", 0x%08" PRIx32 "}},\n",
			rows[i].words[0], rows[i].words[1], rows[i].words[2]);
	printf("};\nstatic const struct probe_range ranges_%zu[] = {\n", index);
	for (size_t i = 0; i < map->range_count; i++)
		printf("\t{0x%08" PRIx64 ", 0x%08" PRIx64 ", %u, %u},\n", map->ranges[i].base,
			map->ranges[i].base + map->ranges[i].size - 1, map->ranges[i].access,
			map->ranges[i].privileged);
	printf("};\nstatic const uint32_t points_%zu[] = {\n", index);
	for (size_t i = 0; i < points->count; i++)
		printf("\t0x%08" PRIx32 ",\n", points->addresses[i]);
	printf("};\n");
}

/* One context; what its entry in the table says goes to ENTRY. */
static void write_context(struct job *job, size_t index, char *entry, size_t entry_size)
{
	struct row rows[ROW_SLOTS] = {0};
	struct context_map map;
	struct diag diag = DIAG_INIT("contexts");
	unsigned style = (unsigned)(index % STYLES);
	uint64_t span = style == SMALL ? PROBE_SWEEP : job->size;
	uint64_t base =
		job->base +
		(style == SMALL ? PROBE_SWEEP * random_below(job, job->size / PROBE_SWEEP) : 0);
	size_t count = 0;
	for (unsigned tries = 0; tries < 12 && count < job->slots; tries++)
		count = add_rows(job, style, base, span, rows, count);
	if (!context_map_make(&diag, job->architecture, &job->target, rows, count, &map))
		fail("no memory");
	for (size_t i = 0; i < count; i++)
		if (map.whys[i] != NULL)
			fail(map.whys[i]);
	struct points points = list_points(job, &map);
	if (count == 0 || points.count == 0)
		fail("a context without rows: choose another seed");
	write_lists(index, rows, &map, &points);
	snprintf(entry, entry_size,
		"\t{rows_%zu, ranges_%zu, points_%zu, %zu, %zu, %zu, 0x%08" PRIx64 "},\n", index,
		index, index, count, map.range_count, points.count, style == SMALL ? base : 0);
	free(points.addresses);
	context_map_free(&map);
}

static uint64_t number(const char *text)
{
	return strtoull(text, NULL, 0);
}

int main(int argc, char **argv)
{
	enum { ENTRY = 200 };
	if (argc != 7 && (argc != 8 || strcmp(argv[7], "mml") != 0))
		fail("usage: contexts ARCH BASE SIZE SLOTS COUNT SEED [mml]");
	struct job job = {architecture_find(argv[1]), architecture_plain_target(), number(argv[2]),
		number(argv[3]), (size_t)number(argv[4]), number(argv[6])};
	job.target.mml = argc == 8;
	size_t count = (size_t)number(argv[5]);
	char(*entries)[ENTRY] = calloc(count, ENTRY);
	if (job.architecture == NULL || job.slots > ROW_SLOTS || entries == NULL ||
		job.size < PROBE_SWEEP || job.random == 0)
		fail("no such architecture, slots, count, size or seed");
	printf("/* Written by contexts.c. */\n#include \"tests/qemu/probe/probe.h\"\n\n");
	for (size_t i = 0; i < count; i++)
		write_context(&job, i, entries[i], ENTRY);
	printf("\nconst struct probe_context probe_contexts[] = {\n");
	for (size_t i = 0; i < count; i++)
		fputs(entries[i], stdout);
	printf("};\nconst uint32_t probe_context_count = %zu;\n"
	       "const uint32_t probe_base = 0x%08" PRIx64 ";\n"
	       "const uint32_t probe_size = 0x%08" PRIx64 ";\n",
		count, job.base, job.size);
	free(entries);
	return fflush(stdout) == 0 && ferror(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
