/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Printing rows that are in no table: for `encode` and `decode`. */
#ifndef BERTH_ROW_TEXT_H
#define BERTH_ROW_TEXT_H

#include <stdio.h>

#include "mpu-table/context_map.h"

/* One block of lines a row: everything that the registers say. */
void row_text_blocks(const struct architecture *architecture, const struct row *rows,
	const struct context_map *map, FILE *stream);

/* One line a row and range that it opens; the first row is that of slot SLOT. */
void row_text_table(const struct architecture *architecture, const struct row *rows,
	const struct context_map *map, unsigned slot, FILE *stream);

/* Which row decides where: one line a range. */
void row_text_map(const struct context_map *map, FILE *stream);

/* Rows and ranges as one JSON object; false, after a report, when memory ran out. */
bool row_text_json(struct diag *diag, const struct architecture *architecture,
	const struct row *rows, const struct context_map *map, FILE *stream);

#endif
