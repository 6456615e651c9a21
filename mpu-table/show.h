/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The region table as text for people and as JSON for programs. */
#ifndef BERTH_SHOW_H
#define BERTH_SHOW_H

#include <stdbool.h>
#include <stdio.h>

#include "mpu-table/table.h"

/* Writes TABLE, which came from the file PATH, to STREAM in columns. */
void show_text(const struct table *table, const char *path, FILE *stream);

/* The same as one JSON object; false, after a report, when memory ran out. */
bool show_json(struct diag *diag, const struct table *table, FILE *stream);

#endif
