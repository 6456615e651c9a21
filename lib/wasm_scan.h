/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Reads instructions one after the other.  Shared by the files that read modules. */
#ifndef BERTH_WASM_SCAN_H
#define BERTH_WASM_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/wasm_reader.h"

/* What one body or initialiser is read with. */
struct wasm_scan {
	struct wasm_reader reader;
	const struct wasm_module *module;
	uint32_t locals;
	uint8_t *blocks; /* owned: the opcode that opened each open block, innermost last */
	size_t depth;
};

/* The opcode that stands for a whole function or initialiser on the stack of blocks. */
enum { WASM_BLOCK_FUNCTION = 0xff };

/* Opens a block that began with OPCODE; false without memory, which is reported. */
bool wasm_open_block(struct wasm_scan *scan, uint8_t opcode);

/* Reads the next instruction and follows blocks; SCAN->depth is 0 behind the last end. */
bool wasm_read_instruction(struct wasm_scan *scan, struct wasm_instruction *instruction);

#endif
