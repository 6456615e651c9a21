/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the two halves of the natives share: the set (natives.c) and the files (natives_file.c). */
#ifndef BERTH_NATIVES_SET_H
#define BERTH_NATIVES_SET_H

#include <stdint.h>

#include "symmap/natives.h"

struct native_bucket;

struct natives {
	struct diag *diag;
	struct native **all; /* in the order of addition */
	size_t count;
	struct native_bucket *by_name;
	struct native_bucket *by_kebab;
	uint16_t machine; /* EM_* of the files so far; 0 before the first */
	char *machine_source;
	struct object **described; /* owned: objects with DWARF that define natives */
	size_t described_count;
};

/* Adds a copy of NATIVE.  False after a report. */
bool natives_put(struct natives *natives, const struct native *native);

#endif
