/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What the seam of a linked image is made of: which natives the code of each
 * component calls (audit_seam_calls.c), and the comparison with the seam that is
 * allowed (audit_seam.c).
 */
#ifndef BERTH_AUDIT_SEAM_H
#define BERTH_AUDIT_SEAM_H

#include "elfbind/audit.h"
#include "elfbind/image_code.h"
#include "elfbind/seam.h"
#include "elfbind/wasm_calls.h"

/* One native that is called. */
struct used {
	uint32_t address;
	uint64_t from;			    /* the call, for the message */
	const struct object_symbol *caller; /* NULL for what lies in a function table only */
	const struct wasm_import *import;   /* NULL for a branch that no wasm function has */
};

/* What a component may call and what it calls. */
struct side {
	const char *component; /* NULL where it has no name */
	const char *module;    /* path of its core module */
	struct used *used;
	size_t used_count;
	size_t used_capacity;
};

struct comparison {
	struct audit *audit;
	const struct seam *seam;
	struct image_code code;
	struct side *sides; /* of all core modules, each with those of its components */
	size_t side_count;
	size_t *first_side; /* by core module */
	bool *found;	    /* by core module: its code is in the image */
	bool *listed;	    /* by entry of the seam: something calls it */
	struct wasm_calls calls;
	bool whole; /* nothing stands against the proof so far */
};

/* Reports at PATH why the seam cannot be compared, and returns false. */
bool seam_no_proof(struct comparison *at, const char *path, const char *why, const char *remedy);

/*
 * Makes a side for each component of each core module, and enters the natives that
 * its code calls.  False after a report: memory ran out, a module cannot be decoded, or
 * nothing can be proven.  seam_sides_free in any case.
 */
bool seam_sides(struct comparison *at);

void seam_sides_free(struct comparison *at);

#endif
