/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What the JSON of rows and of the region table has in common.  A function that
 * makes a value returns a new reference, or NULL when memory ran out; json_pack
 * with such a part makes the whole NULL.
 */
#ifndef BERTH_JSON_PARTS_H
#define BERTH_JSON_PARTS_H

#include <jansson.h>
#include <stdio.h>

#include "lib/diag.h"
#include "mpu-table/row_view.h"

/* Appends ITEM, which it takes over, to *ARRAY.  NULL for either means that memory ran out
 * before: *ARRAY is then released and NULL. */
void json_collect(json_t **array, json_t *item);

/* The registers of ROW by the names that ARCH gives them. */
json_t *json_registers(const struct arch *arch, const struct row *row);

/* The bases and sizes of what VIEW opens. */
json_t *json_covers(const struct row_view *view);

/* Writes ROOT, which it releases, and a newline to STREAM; false, after a report, when memory ran
 * out, also for a ROOT of NULL. */
bool json_print(struct diag *diag, json_t *root, FILE *stream);

#endif
