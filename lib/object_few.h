/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Finding the few symbols of an object that have one of some names.
 *
 * A map of 5,000 names says nothing of 295,000 others.  Only the first bytes of
 * each name are looked at, so that a symbol found here need not have one of the
 * names; but each that has one is found.
 */
#ifndef BERTH_OBJECT_FEW_H
#define BERTH_OBJECT_FEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/object.h"

/* The first bytes of names, each as one bit of a table. */
struct name_filter {
	uint8_t *bits;	 /* owned */
	unsigned width;	 /* of a place in bits, in bits */
	bool first[256]; /* names that start with this byte are found in any case */
};

/* An empty filter with room for COUNT names; false after a report.  name_filter_free
 * in any case. */
bool name_filter_make(struct diag *diag, size_t count, struct name_filter *filter);
void name_filter_free(struct name_filter *filter);

/* Adds NAME, which stays the caller's; at most as many as there is room for. */
void name_filter_add(struct name_filter *filter, const char *name);

/*
 * The symbols of OBJECT that may have a name of FILTER, in their order, without
 * symbol 0: *COUNT numbers at *SYMBOLS, which the caller frees.  False after a
 * report.
 */
bool object_few(struct diag *diag, const struct object *object, const struct name_filter *filter,
	uint32_t **symbols, size_t *count);

#endif
