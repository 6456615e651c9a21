/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What each opcode of a core module takes.  Shared by the files that read modules. */
#ifndef BERTH_WASM_OPCODES_H
#define BERTH_WASM_OPCODES_H

#include <stdint.h>

enum operand {
	OPERAND_UNKNOWN,
	OPERAND_NONE,
	OPERAND_BLOCK, /* a block type */
	OPERAND_ELSE,
	OPERAND_CATCH, /* a tag; continues a try */
	OPERAND_CATCH_ALL,
	OPERAND_DELEGATE, /* a label; ends a try */
	OPERAND_END,
	OPERAND_TRY_TABLE,
	OPERAND_TAG,
	OPERAND_LABEL,
	OPERAND_LABELS, /* br_table */
	OPERAND_FUNCTION,
	OPERAND_SIGNATURE_TABLE,
	OPERAND_TYPES, /* select with types */
	OPERAND_LOCAL,
	OPERAND_GLOBAL,
	OPERAND_TABLE,
	OPERAND_TABLE_TABLE,
	OPERAND_ELEMENTS,
	OPERAND_ELEMENTS_TABLE,
	OPERAND_MEMARG,
	OPERAND_MEMARG_LANE,
	OPERAND_MEMORY,
	OPERAND_MEMORY_MEMORY,
	OPERAND_DATA,
	OPERAND_DATA_MEMORY,
	OPERAND_I32,
	OPERAND_I64,
	OPERAND_F32,
	OPERAND_F64,
	OPERAND_V128,
	OPERAND_SHUFFLE,
	OPERAND_LANE,
	OPERAND_ZERO_BYTE,
	OPERAND_HEAP_TYPE,
	OPERAND_PREFIX,
	OPERAND_TYPED_REFERENCE
};

/* A run of opcodes that take the same; what lies in several runs is as the last says. */
struct wasm_opcode_run {
	uint16_t first;
	uint16_t last;
	uint8_t operand;
	uint8_t lanes; /* lane numbers must be below this */
};

/*
 * The run that holds OPCODE, or behind PREFIX (0xfc, 0xfd, 0xfe; 0 for none) the
 * sub-opcode OPCODE; NULL for one that is in no table (Core Specification, 5.4).
 */
const struct wasm_opcode_run *wasm_opcode_find(uint8_t prefix, uint32_t opcode);

#endif
