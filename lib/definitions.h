/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The definitions of an object or an image, by name. */
#ifndef BERTH_DEFINITIONS_H
#define BERTH_DEFINITIONS_H

#include "lib/name_table.h"
#include "lib/object.h"

/*
 * Enters every symbol that OBJECT defines into *TABLE, where its value is the index;
 * of one name the first that is not local, else the first.  False when memory ran out;
 * name_table_free in any case.
 */
bool definitions_find(const struct object *object, struct name_table **table);

/* The definition of NAME, or NULL. */
const struct object_symbol *definitions_of(
	const struct object *object, const struct name_table *table, const char *name);

#endif
