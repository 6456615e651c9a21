/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The calls of a wasm function beside those of its code in a linked image: the
 * compiler keeps all of them, in their order (elfbind/split.h).
 */
#ifndef BERTH_WASM_CALLS_H
#define BERTH_WASM_CALLS_H

#include "elfbind/image_code.h"
#include "lib/wasm.h"

/* The direct calls of one wasm function; zeroed at first, used again for the next. */
struct wasm_calls {
	uint32_t *callees;
	size_t count;
	size_t capacity;
};

/* Lists the calls of function INDEX.  False after a report; wasm_calls_free in any case. */
bool wasm_calls_list(struct diag *diag, const struct wasm_module *module, uint32_t index,
	struct wasm_calls *calls);

void wasm_calls_free(struct wasm_calls *calls);

/*
 * Whether the linked calls (BL) of the code at FUNCTION are CALLS, those of a
 * function of MODULE: as many, and each of a function with code goes to a func_N
 * of its number.
 */
bool wasm_calls_agree(const struct image_code *code, const struct object_symbol *function,
	const struct wasm_module *module, const struct wasm_calls *calls);

/* N of a function called func_N that is one of MODULE's with code, or UINT32_MAX. */
uint32_t wasm_calls_index(const struct object_symbol *function, const struct wasm_module *module);

#endif
