/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What native functions take and return, as their DWARF says it (DWARF 5,
 * sections 3.3 and 5), in terms that can be compared with a wasm signature.
 *
 * Types are lowered as the calling conventions of 32-bit machines do it
 * (AAPCS32 6.5; RISC-V ELF psABI "Integer Calling Convention"): integers,
 * enumerations and pointers of up to four bytes take a word, eight bytes take
 * two.
 */
#ifndef BERTH_NATIVE_TYPES_H
#define BERTH_NATIVE_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/object.h"

/* One value; size 0 is no value. */
struct native_type {
	uint64_t size; /* bytes, at least 4 */
	bool floating;
};

enum { NATIVE_PARAMS = 64 };

struct native_types {
	/* False: DWARF says nothing of it, or something that cannot be compared, such as a
	 * structure by value. */
	bool known;
	struct native_type params[NATIVE_PARAMS];
	size_t count;
	struct native_type result;
};

/* A function that is asked for. */
struct native_query {
	const char *name; /* borrowed */
	uint64_t address; /* of a linked image, without the Thumb bit */
	struct native_types types;
};

/* Whether OBJECT has DWARF at all. */
bool native_types_present(const struct object *object);

/*
 * Answers the COUNT queries at QUERIES from the DWARF of OBJECT.  DWARF that
 * cannot be read leaves types unknown.  No file but OBJECT is opened.  False
 * after a report: memory ran out.
 */
bool native_types_read(
	struct diag *diag, const struct object *object, struct native_query *queries, size_t count);

#endif
