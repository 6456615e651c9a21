/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The functions and calls of a linked image, by address. */
#ifndef BERTH_IMAGE_CODE_H
#define BERTH_IMAGE_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elfbind/code_call.h"
#include "lib/diag.h"
#include "lib/object.h"

struct image_code {
	const struct object *image;
	struct code_call *calls; /* by address */
	size_t call_count;
	const struct object_symbol **functions; /* by address, then as in the symbol table */
	size_t function_count;
};

/*
 * Finds the calls in IMAGE, little-endian Thumb or RV32 code, and its functions.  False
 * after a report when memory ran out; image_code_free in any case.
 */
bool image_code_make(struct diag *diag, const struct object *image, struct image_code *code);

void image_code_free(struct image_code *code);

/* The address of a function's first instruction, without the Thumb bit (AAELF32, 5.5.3), which no
 * code of RISC-V has either. */
uint64_t image_code_start(const struct object_symbol *function);

/* The calls in [START, START + SIZE) are entries [*FIRST, *FIRST + result). */
size_t image_code_calls(
	const struct image_code *code, uint64_t start, uint64_t size, size_t *first);

/* The functions that start at ADDRESS are entries [*FIRST, *FIRST + result). */
size_t image_code_functions(const struct image_code *code, uint64_t address, size_t *first);

/*
 * The function that ADDRESS lies in; a local one, such as func_N, where several
 * start at one place.  Labels of no size may stand in a function, but not many.
 */
const struct object_symbol *image_code_around(const struct image_code *code, uint64_t address);

/* Whether CALL, in Thumb code, is what a linker makes of a call whose target is missing: a branch
 * to address 0, or to the next instruction, where no function is. */
bool image_code_goes_nowhere(const struct image_code *code, const struct code_call *call);

#endif
