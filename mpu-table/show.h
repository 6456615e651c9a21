/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The region table as text for people and as JSON for programs. */
#ifndef BERTH_SHOW_H
#define BERTH_SHOW_H

#include <stdbool.h>
#include <stdio.h>

#include "mpu-table/table.h"

/*
 * Writes TABLE, which came from the file PATH, to STREAM in columns: for each
 * context its rows, then the regions with who may touch them.  In lines of
 * WIDTH columns, if that can be had, what is in them is the more important; 0
 * is any width.  False after a report.
 */
bool show_text(
	struct diag *diag, const struct table *table, const char *path, size_t width, FILE *stream);

/* The same as one JSON object; false, after a report, when memory ran out. */
bool show_json(struct diag *diag, const struct table *table, FILE *stream);

/* "memory", for a number of enum berth_kind. */
const char *show_kind(uint32_t kind);

#endif
