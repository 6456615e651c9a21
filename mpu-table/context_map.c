/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Every edge of a cover is a place where the deciding row may change; between
 * two neighbouring edges it cannot.  So the edges are sorted, and each
 * interval is asked once.
 */
#include "mpu-table/context_map.h"

#include <stdlib.h>

static int by_address(const void *a, const void *b)
{
	uint64_t one = *(const uint64_t *)a;
	uint64_t two = *(const uint64_t *)b;
	return (one > two) - (one < two);
}

static size_t list_edges(const struct context_map *map, uint64_t *edges)
{
	size_t count = 0;
	for (size_t i = 0; i < map->row_count; i++)
		for (size_t j = 0; j < map->views[i].cover_count; j++) {
			edges[count++] = map->views[i].covers[j].base;
			edges[count++] =
				map->views[i].covers[j].base + map->views[i].covers[j].size;
		}
	qsort(edges, count, sizeof(*edges), by_address);
	return count;
}

/* The slot of a row: the one that it names, or its place in the list. */
static size_t slot_of(const struct context_map *map, size_t row)
{
	return map->views[row].slot_valid ? map->views[row].slot : row;
}

/* Who decides at ADDRESS, as a range without size; its row is SIZE_MAX where nobody does. */
static struct context_range decide(
	const struct context_map *map, enum overlap_rule rule, uint64_t address)
{
	struct context_range range = {.base = address, .row = SIZE_MAX, .clash = SIZE_MAX};
	for (size_t i = 0; i < map->row_count; i++) {
		if (!row_view_opens(&map->views[i], address))
			continue;
		if (range.row == SIZE_MAX || (rule == OVERLAP_HIGHEST_DECIDES &&
						     slot_of(map, i) > slot_of(map, range.row)))
			range.row = i;
		else if (rule == OVERLAP_FAULTS && range.clash == SIZE_MAX)
			range.clash = i;
	}
	if (range.row != SIZE_MAX && range.clash == SIZE_MAX) {
		range.access = map->views[range.row].access;
		range.privileged = map->views[range.row].privileged;
	}
	return range;
}

/* Adds RANGE, or makes the last one longer when it goes on. */
static void add_range(struct context_map *map, const struct context_range *range)
{
	struct context_range *last =
		map->range_count == 0 ? NULL : &map->ranges[map->range_count - 1];
	if (last != NULL && last->base + last->size == range->base && last->row == range->row &&
		last->clash == range->clash)
		last->size += range->size;
	else
		map->ranges[map->range_count++] = *range;
}

/* A row whose slot a later one takes is not there any more when the last is loaded. */
static void drop_replaced(struct context_map *map)
{
	for (size_t i = 0; i < map->row_count; i++)
		for (size_t j = i + 1; j < map->row_count; j++)
			if (map->whys[i] == NULL && slot_of(map, i) == slot_of(map, j)) {
				map->whys[i] = "a later row is loaded into the same slot";
				map->views[i].cover_count = 0;
			}
}

bool context_map_make(struct diag *diag, const struct architecture *architecture,
	const struct row_target *target, const struct row *rows, size_t row_count,
	struct context_map *map)
{
	size_t room = row_count * 2 * ROW_COVERS + 1;
	uint64_t *edges = calloc(room, sizeof(*edges));
	*map = (struct context_map){
		.views = calloc(row_count + 1, sizeof(*map->views)),
		.whys = calloc(row_count + 1, sizeof(*map->whys)),
		.row_count = row_count,
		.whole = architecture->overlap == OVERLAP_LOWEST_DECIDES,
		.ranges = calloc(room, sizeof(*map->ranges)),
	};
	if (edges == NULL || map->views == NULL || map->whys == NULL || map->ranges == NULL) {
		free(edges);
		context_map_free(map);
		return diag_no_memory(diag);
	}
	for (size_t i = 0; i < row_count; i++)
		if (!architecture->decode(target, rows, i, &map->views[i], &map->whys[i]))
			map->views[i].cover_count = 0;
	drop_replaced(map);
	size_t count = list_edges(map, edges);
	for (size_t i = 0; i + 1 < count; i++) {
		struct context_range range = decide(map, architecture->overlap, edges[i]);
		range.size = edges[i + 1] - edges[i];
		if (range.size > 0 && range.row != SIZE_MAX)
			add_range(map, &range);
	}
	free(edges);
	return true;
}

bool context_map_allows(
	const struct context_map *map, uint64_t address, uint64_t bytes, unsigned access)
{
	uint64_t end = address + bytes;
	for (size_t i = 0; i < map->range_count && address < end; i++) {
		const struct context_range *range = &map->ranges[i];
		uint64_t range_end = range->base + range->size;
		if (address < range->base || address >= range_end)
			continue;
		if ((range->access & access) != access || (map->whole && end > range_end))
			return false;
		address = range_end;
	}
	return address >= end;
}

void context_map_free(struct context_map *map)
{
	free(map->views);
	free(map->whys);
	free(map->ranges);
	*map = (struct context_map){0};
}
