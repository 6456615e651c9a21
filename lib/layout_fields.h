/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What layout.json is made of: one table of fields that serves reading
 * (layout_read.c) and writing (layout_write.c), so that neither knows a key
 * that the other does not.
 */
#ifndef BERTH_LAYOUT_FIELDS_H
#define BERTH_LAYOUT_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/layout.h"

enum field_type {
	FIELD_VERSION,	 /* LAYOUT_VERSION; stored nowhere */
	FIELD_NAME,	 /* char *; read before all else, so that references find it */
	FIELD_TEXT,	 /* char * */
	FIELD_U32,	 /* uint32_t or unsigned */
	FIELD_U64,	 /* uint64_t, at most LAYOUT_ADDRESSES */
	FIELD_DECLARED,	 /* uint64_t; 0 and no key where there is none */
	FIELD_INDEX,	 /* int64_t; -1 and no key where there is none */
	FIELD_KIND,	 /* enum layout_kind */
	FIELD_ACCESS,	 /* unsigned; "rwx" */
	FIELD_RIGHTS,	 /* unsigned; "rw": as above without the x */
	FIELD_POLICY,	 /* enum layout_policy */
	FIELD_RESET,	 /* enum layout_reset */
	FIELD_CACHE,	 /* enum row_cache; no key where nothing is said */
	FIELD_BOOLEAN,	 /* bool */
	FIELD_PAIR,	 /* uint32_t[2], as an array */
	FIELD_REGISTERS, /* struct layout_row's words, an object by the architecture's names */
	FIELD_EXECUTE,	 /* unsigned; the bit LAYOUT_EXECUTE of it, as a boolean */
	FIELD_COMPONENT, /* size_t; LAYOUT_NONE and no key where there is none */
	FIELD_REGION,
	FIELD_BANK,
	FIELD_OBJECT, /* fields of the same struct, in an object of their own */
	FIELD_ARENA,  /* struct layout_arena; no key where it is not present */
	FIELD_ARRAY,  /* pointer to structs and size_t count */
};

struct shape;

struct field {
	const char *key;
	enum field_type type;
	bool optional;
	size_t offset;
	size_t count_offset;	   /* of an array */
	const struct shape *shape; /* of objects and of an array's elements */
};

struct shape {
	size_t size; /* bytes of the struct */
	const struct field *fields;
	size_t field_count;
};

/* The whole file, which is of struct layout. */
extern const struct shape *const layout_shape;

/* The words of the file for each kind, policy and reset. */
enum {
	LAYOUT_KIND_NAMES = LAYOUT_JOINT + 1,
	LAYOUT_POLICY_NAMES = LAYOUT_FREE_LIST + 1,
	LAYOUT_RESET_NAMES = LAYOUT_RESET_CALL + 1,
};
extern const char *const layout_kind_names[LAYOUT_KIND_NAMES];
extern const char *const layout_policy_names[LAYOUT_POLICY_NAMES];
extern const char *const layout_reset_names[LAYOUT_RESET_NAMES];

/* The pointer that is stored at MEMBER, whatever it points to; what it points to
 * stays its owner's. */
void *layout_pointer_at(const void *member);

#endif
