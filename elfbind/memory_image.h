/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What a module's instances start with: the bytes of its memories, its globals
 * and its function table, worked out from the core module.
 *
 * Source: WebAssembly Core Specification 4.5.4 (instantiation).  Only constant
 * offsets and initialisers are understood; anything else is refused.
 */
#ifndef BERTH_MEMORY_IMAGE_H
#define BERTH_MEMORY_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/diag.h"
#include "lib/file.h"
#include "lib/wasm.h"

/*
 * The bytes of memory MEMORY from offset 0 to the last one that a data segment
 * sets, into *IMAGE (empty when there are none), freed with blob_free.  LIMIT
 * is the number of bytes that the firmware sets aside for the memory.
 */
bool memory_image(struct diag *diag, const struct wasm_module *module, uint32_t memory,
	uint64_t limit, struct blob *image);

/*
 * The globals table as the compiler expects it: every global in index order,
 * densely, in the byte order of DATA (ELFDATA2LSB or ELFDATA2MSB).  Freed with
 * blob_free.
 */
bool globals_image(
	struct diag *diag, const struct wasm_module *module, uint8_t data, struct blob *image);

/*
 * The functions of table TABLE by slot into *FUNCTIONS, which the caller frees;
 * WASM_ELEMENT_NULL where a slot stays null.  *COUNT is the table's size in elements.
 */
bool table_image(struct diag *diag, const struct wasm_module *module, uint32_t table,
	uint32_t **functions, size_t *count);

/*
 * The same for COUNT entries of all tables, from entry FIRST on: the compiler takes
 * a module's tables for one after the other.
 */
bool tables_image(struct diag *diag, const struct wasm_module *module, uint64_t first, size_t count,
	uint32_t **functions);

#endif
