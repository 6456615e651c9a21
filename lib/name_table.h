/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* A table from names to numbers, for names that outlive it. */
#ifndef BERTH_NAME_TABLE_H
#define BERTH_NAME_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NAME_NONE SIZE_MAX

/* An empty table is a NULL pointer. */
struct name_table;

/* Enters NAME (borrowed) with VALUE unless it is there already; false when memory ran out. */
bool name_table_add(struct name_table **table, const char *name, size_t value);

/* The value of NAME, or NAME_NONE. */
size_t name_table_find(const struct name_table *table, const char *name);

void name_table_free(struct name_table **table);

#endif
