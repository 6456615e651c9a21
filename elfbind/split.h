/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Which wasm function each call in an object calls.
 *
 * The compiler keeps only half of an import's name, so that one undefined
 * symbol may stand for several imports.  But it also keeps the calls of each
 * function in program order:
 *
 *      wasm function 33            code of func_33
 *        call 8                      R_ARM_THM_CALL  func_8
 *        call 2 (an import)          R_ARM_THM_CALL  ""       <- so this is import 2
 *        call 8                      R_ARM_THM_CALL  func_8
 *
 * Every call of every function is compared, so that the known ones check the
 * unknown ones: a local callee must lie where its func_M lies, the symbol of
 * an import must carry the import's field.  One difference anywhere, and the
 * object is refused.
 *
 * Compilers for ARM keep every call.  Others leave out unreachable ones, and
 * calls within a section may have no relocation: then the object's calls must
 * be part of the module's, in their order, and every call of a symbol that
 * stands for several imports must be the same import in every way to align them.
 * There an exported function may be known by the name of its export only.
 */
#ifndef BERTH_SPLIT_H
#define BERTH_SPLIT_H

#include "lib/diag.h"
#include "lib/object.h"
#include "lib/wasm.h"

#define SPLIT_NONE SIZE_MAX

/* The code of one wasm function. */
struct split_function {
	uint32_t index;	   /* wasm function index */
	uint32_t symbol;   /* func_N, or the name of an export */
	uint32_t section;  /* that holds the code */
	uint64_t start;	   /* in the section */
	uint64_t size;	   /* bytes */
	size_t first_call; /* in split.calls */
	size_t call_count;
};

struct split_call {
	size_t relocation; /* in object->relocations */
	uint32_t callee;   /* wasm function index; an import below imported_function_count */
};

struct split {
	struct split_function *functions; /* by section, then start */
	size_t function_count;
	size_t *by_index; /* wasm function index -> functions[], or SPLIT_NONE */
	/* Symbol -> function index of the first import with that field; SPLIT_NONE for all
	 * symbols that no import can be. */
	size_t *import_slot;
	struct split_call *calls;
	size_t call_count;
};

/*
 * Aligns the calls of OBJECT with those of MODULE.  False after a report; the
 * caller frees *SPLIT with split_free in any case.  Refused: a machine whose
 * calls are not known, func_N that MODULE does not have or that overlap, calls
 * of imports outside every func_N, and sequences that differ.
 */
bool split_object(struct diag *diag, const struct object *object, const struct wasm_module *module,
	struct split *split);

void split_free(struct split *split);

/* The function whose code starts where the (defined) SYMBOL points, or NULL. */
const struct split_function *split_function_at(
	const struct object *object, const struct split *split, const struct object_symbol *symbol);

#endif
