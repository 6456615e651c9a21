/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The list of imports that the compiler leaves in an object, section
 * ".meld_import_table", not loaded, little endian:
 *
 *   u32 count
 *   count times   u32 function index, ascending from 0
 *                 u16 length, module
 *                 u16 length, field
 *
 * It says neither types nor components, nor which call is of which import.
 */
#ifndef BERTH_IMPORT_TABLE_H
#define BERTH_IMPORT_TABLE_H

#include "lib/diag.h"
#include "lib/object.h"
#include "lib/wasm.h"

#define IMPORT_TABLE_SECTION ".meld_import_table"

/*
 * A module that has the imports of OBJECT and nothing else; the signature of
 * each is that of a function without parameters and results, which stands for
 * an unknown one.  NULL after a report: no such section, or a malformed one.
 * The caller frees it with wasm_free.
 */
struct wasm_module *import_table_read(struct diag *diag, const struct object *object);

#endif
