/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Each context is a map from addresses to rights (context_map.h).  Between two
 * neighbouring edges of both maps nothing changes, so each interval is asked
 * once in each map.
 */
#include "mpu-table/diff.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "mpu-table/context_map.h"

/* One context of one table. */
struct side {
	const struct table *table;
	uint32_t first_row;
	struct context_map map;
};

static uint32_t find_context(const struct table *table, const char *name)
{
	for (uint32_t i = 0; i < table->header.context_count; i++)
		if (strcmp(table_name(table, table->contexts[i].name), name) == 0)
			return i;
	return BERTH_NONE;
}

/* Maps context INDEX of TABLE; one that is not there opens nothing. */
static bool make_side(struct diag *diag, const char *path, const struct table *table,
	uint32_t index, struct side *side)
{
	const struct row_target target = table_target(table);
	const struct berth_context none = {0};
	const struct berth_context *context = index == BERTH_NONE ? &none : &table->contexts[index];
	struct row rows[ROW_SLOTS];
	*side = (struct side){.table = table, .first_row = context->first_row};
	for (uint32_t i = 0; i < context->row_count; i++)
		rows[i] = table_row(table, context->first_row + i);
	if (!context_map_make(diag, architecture_of(table->arch), &target, rows, context->row_count,
		    &side->map))
		return false;
	for (uint32_t i = 0; i < context->row_count; i++)
		if (side->map.whys[i] != NULL)
			return diag_error(diag, path,
				"%s [context %s, row %" PRIu32
				"]: mend what mpu-table check finds first",
				side->map.whys[i], table_name(table, context->name), i);
	return true;
}

/* The range of the map that decides for ADDRESS, or NULL. */
static const struct context_range *range_at(const struct context_map *map, uint64_t address)
{
	for (size_t i = 0; i < map->range_count; i++)
		if (address >= map->ranges[i].base &&
			address - map->ranges[i].base < map->ranges[i].size)
			return &map->ranges[i];
	return NULL;
}

static const char *region_at(const struct side *side, const struct context_range *range)
{
	if (range == NULL)
		return NULL;
	return table_region_name(
		side->table, side->table->row_owners[side->first_row + range->row]);
}

static int by_address(const void *a, const void *b)
{
	uint64_t one = *(const uint64_t *)a;
	uint64_t two = *(const uint64_t *)b;
	return (one > two) - (one < two);
}

static size_t list_edges(const struct side *sides, uint64_t *edges)
{
	size_t count = 0;
	for (size_t s = 0; s < 2; s++)
		for (size_t i = 0; i < sides[s].map.range_count; i++) {
			const struct context_range *range = &sides[s].map.ranges[i];
			edges[count++] = range->base;
			edges[count++] = range->base + range->size;
		}
	qsort(edges, count, sizeof(*edges), by_address);
	return count;
}

/* Adds RANGE where rights differ, or makes the last one longer when it goes on. */
static bool add_range(struct diag *diag, struct diff *diff, const struct diff_range *range)
{
	struct diff_range *last = diff->count == 0 ? NULL : &diff->ranges[diff->count - 1];
	if (range->size == 0 || range->before == range->now)
		return true;
	if (last != NULL && last->context == range->context &&
		last->base + last->size == range->base && last->before == range->before &&
		last->now == range->now && strcmp(last->region, range->region) == 0) {
		last->size += range->size;
		return true;
	}
	struct diff_range *ranges =
		realloc(diff->ranges, (diff->count + 1) * sizeof(*diff->ranges));
	if (ranges == NULL)
		return diag_no_memory(diag);
	diff->ranges = ranges;
	ranges[diff->count++] = *range;
	return true;
}

/* The change from BASE to END, between which neither side changes. */
static struct diff_range change_at(
	const char *context, const struct side *sides, uint64_t base, uint64_t end)
{
	const struct context_range *before = range_at(&sides[0].map, base);
	const struct context_range *now = range_at(&sides[1].map, base);
	const char *region = region_at(&sides[1], now);
	if (region == NULL)
		region = region_at(&sides[0], before);
	return (struct diff_range){.context = context,
		.base = base,
		.size = end - base,
		.before = before == NULL ? 0 : before->access,
		.now = now == NULL ? 0 : now->access,
		.region = region == NULL ? "?" : region};
}

static bool diff_sides(
	struct diag *diag, const char *context, const struct side *sides, struct diff *diff)
{
	size_t room = 2 * (sides[0].map.range_count + sides[1].map.range_count);
	uint64_t *edges = calloc(room + 1, sizeof(*edges));
	if (edges == NULL)
		return diag_no_memory(diag);
	size_t count = list_edges(sides, edges);
	bool good = true;
	for (size_t i = 0; i + 1 < count && good; i++) {
		struct diff_range range = change_at(context, sides, edges[i], edges[i + 1]);
		good = add_range(diag, diff, &range);
	}
	free(edges);
	return good;
}

static bool diff_context(struct diag *diag, const char *const paths[2],
	const struct table *const tables[2], const char *name, struct diff *diff)
{
	struct side sides[2] = {0};
	bool good = true;
	for (size_t i = 0; i < 2 && good; i++)
		good = make_side(
			diag, paths[i], tables[i], find_context(tables[i], name), &sides[i]);
	good = good && diff_sides(diag, name, sides, diff);
	context_map_free(&sides[0].map);
	context_map_free(&sides[1].map);
	return good;
}

bool diff_tables(struct diag *diag, const char *const paths[2], const struct table *before,
	const struct table *now, struct diff *diff)
{
	const struct table *const tables[2] = {before, now};
	bool good = true;
	*diff = (struct diff){0};
	for (uint32_t i = 0; i < now->header.context_count && good; i++)
		good = diff_context(
			diag, paths, tables, table_name(now, now->contexts[i].name), diff);
	for (uint32_t i = 0; i < before->header.context_count && good; i++) {
		const char *name = table_name(before, before->contexts[i].name);
		if (find_context(now, name) == BERTH_NONE)
			good = diff_context(diag, paths, tables, name, diff);
	}
	return good;
}

unsigned diff_opened(const struct diff_range *range)
{
	return range->now & ~range->before;
}

uint64_t diff_opened_bytes(const struct diff *diff)
{
	uint64_t bytes = 0;
	for (size_t i = 0; i < diff->count; i++)
		bytes += diff_opened(&diff->ranges[i]) != 0 ? diff->ranges[i].size : 0;
	return bytes;
}

uint64_t diff_closed_bytes(const struct diff *diff)
{
	uint64_t bytes = 0;
	for (size_t i = 0; i < diff->count; i++)
		bytes += (diff->ranges[i].before & ~diff->ranges[i].now) != 0 ? diff->ranges[i].size
									      : 0;
	return bytes;
}

void diff_free(struct diff *diff)
{
	free(diff->ranges);
	*diff = (struct diff){0};
}
