/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Aligning two sequences of calls: those that a wasm function makes and those
 * that its code makes.
 *
 *      the module   import 2   func_8   import 4   func_9   import 2
 *      the object      ""      func_8                         ""
 *
 * A call in the object says only of which class its callee is: imports that
 * share a symbol are one class, a function of the module is a class of its own.
 * A compiler may leave out calls that are never reached, but never changes
 * their order.
 */
#ifndef BERTH_SEQUENCE_H
#define BERTH_SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEQUENCE_NO_CLASS UINT32_MAX

struct sequence_call {
	uint32_t callee; /* what is called */
	uint32_t class;	 /* of the callee; below the class_count of the sequence */
};

enum sequence_result {
	SEQUENCE_ALIGNED,
	SEQUENCE_DIFFERENT, /* the object has a call that the module does not have there */
	SEQUENCE_AMBIGUOUS, /* a call of the object could be that of two callees */
	SEQUENCE_NO_MEMORY,
};

/* Room that is used again for each function. */
struct sequence {
	uint32_t class_count;
	size_t *last;	/* by class: a position in the module's calls */
	size_t *other;	/* by position: the next one of the class with another callee */
	size_t *latest; /* by call of the object: the last position that it can have */
	size_t room;	/* of the last two, in entries */
};

/* False when memory ran out; sequence_free in any case. */
bool sequence_make(struct sequence *sequence, uint32_t class_count);

void sequence_free(struct sequence *sequence);

/*
 * Finds for each of the FOUND_COUNT calls of the object, given by class, its
 * position among the EXPECTED_COUNT calls of the module, into PLACE.  WHOLE: no
 * call may be left out.  Otherwise the callee of every call must be the same in
 * every alignment that there is.  *WHERE is the first call of the object for
 * which that fails.
 */
enum sequence_result sequence_align(struct sequence *sequence, const struct sequence_call *expected,
	size_t expected_count, const uint32_t *found, size_t found_count, bool whole, size_t *place,
	size_t *where);

#endif
