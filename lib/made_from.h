/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Whether an object can have been made from a core module, as far as its
 * tables say.  The calls of its code say more (elfbind/split.h).
 */
#ifndef BERTH_MADE_FROM_H
#define BERTH_MADE_FROM_H

#include "lib/object.h"
#include "lib/wasm.h"

/*
 * Why OBJECT was not made from MODULE, as the end of a sentence about it, or
 * NULL where nothing speaks against it: the record of elfbind bind is of another
 * module; its import table lists other imports; it has code func_N that the
 * module does not have; it has code and defines none of the exports.
 */
const char *made_from_other(const struct object *object, const struct wasm_module *module);

#endif
