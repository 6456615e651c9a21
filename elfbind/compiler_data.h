/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Data that the compiler itself has put into an object, beside its code.
 *
 * For RISC-V the compiler (synth 0.89.0) leaves less to the embedder than for
 * ARM, but to a start-up of its own making:
 *
 *     .data       the globals with their initial values, under the symbol
 *                 __synth_globals, to which the code is relocated
 *     .wasm_data  the data segments of memory 0, as records in their order:
 *                     offset (4 bytes) | length (4) | bytes | zeros up to a multiple of 4
 *
 * Here the globals move into the component's data region, where native code and
 * other components do not reach them, and both contents are dropped: the records
 * of .berth.init hold them, made from the core module.  What is dropped must be
 * what those records say.
 */
#ifndef BERTH_COMPILER_DATA_H
#define BERTH_COMPILER_DATA_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/diag.h"
#include "lib/file.h"
#include "lib/object.h"
#include "lib/object_edit.h"

struct compiler_data {
	const struct object *object;
	struct object_edit *edit;
	const char *module;	    /* path of the core module; for messages */
	const char *component;	    /* whose data it is */
	bool only;		    /* no other component lives in the object */
	uint32_t section;	    /* of the data region */
	uint64_t offset;	    /* of the globals in it, bytes */
	const struct blob *globals; /* what the module says of them */
	const struct blob *memory;  /* and of memory 0; zero behind its end */
};

/* Whether SECTION of OBJECT holds such data, which compiler_data_take looks at. */
bool compiler_data_is(const struct object *object, uint32_t section);

/*
 * Moves the globals and drops both contents; an object that has neither stays
 * as it is.  False after a report: contents that differ from the module's, more
 * in their sections than they, globals of several components.
 */
bool compiler_data_take(struct diag *diag, const struct compiler_data *data);

#endif
