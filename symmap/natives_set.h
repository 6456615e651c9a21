/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the two halves of the natives share: the set (natives.c) and the files (natives_file.c). */
#ifndef BERTH_NATIVES_SET_H
#define BERTH_NATIVES_SET_H

#include <stdint.h>

#include "symmap/natives.h"

struct native_bucket;

/* What the files of one firmware have in common. */
struct target {
	uint16_t machine; /* EM_* */
	uint8_t class;	  /* ELFCLASS32 or ELFCLASS64 */
	uint8_t data;	  /* ELFDATA2LSB or ELFDATA2MSB */
};

struct natives {
	struct diag *diag;
	struct native **all; /* in the order of addition */
	size_t count;
	struct native_bucket *by_name;
	struct native_bucket *by_kebab;
	struct target target;	   /* of the files so far */
	char *target_source;	   /* the first of them; NULL before it */
	struct object **described; /* owned: objects with DWARF that define natives */
	size_t described_count;
};

/* Adds a copy of NATIVE.  False after a report. */
bool natives_put(struct natives *natives, const struct native *native);

#endif
