/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What the rows of one context do together: which row decides for which byte.
 */
#ifndef BERTH_CONTEXT_MAP_H
#define BERTH_CONTEXT_MAP_H

#include "lib/diag.h"
#include "mpu-table/architecture.h"

/* A range for which one row decides. */
struct context_range {
	uint64_t base;
	uint64_t size;
	size_t row;
	size_t clash;	 /* another row that opens it where that faults; SIZE_MAX where none does */
	unsigned access; /* unprivileged */
	unsigned privileged; /* as the row says it; elsewhere the privileged side has its default */
};

struct context_map {
	struct row_view *views; /* one a row */
	const char **whys;	/* NULL for a row that is legal; it decides for nothing otherwise */
	size_t row_count;
	struct context_range *ranges; /* ascending; two neighbours of one row are one range */
	size_t range_count;
	bool whole; /* one row must decide for the whole of an access */
};

/*
 * Decodes ROW_COUNT rows in the order of their slots, and who decides where.
 * The caller frees it with context_map_free; false when memory ran out.
 */
bool context_map_make(struct diag *diag, const struct architecture *architecture,
	const struct row_target *target, const struct row *rows, size_t row_count,
	struct context_map *map);

/*
 * Whether unprivileged code that touches the BYTES bytes from ADDRESS in one
 * access passes, needing the rights ACCESS.  On RISC-V one row must decide for
 * all of them (Volume II, 3.7.1); elsewhere each byte is asked by itself.
 */
bool context_map_allows(
	const struct context_map *map, uint64_t address, uint64_t bytes, unsigned access);

void context_map_free(struct context_map *map);

#endif
