/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The opcodes of core modules in tables (Core Specification, 5.4): one for those
 * of a byte, and one for each prefix.
 */
#include "lib/wasm_opcodes.h"

#include <stddef.h>

static const struct wasm_opcode_run plain[] = {
	{0x00, 0x01, OPERAND_NONE, 0}, /* unreachable, nop */
	{0x02, 0x04, OPERAND_BLOCK, 0},
	{0x05, 0x05, OPERAND_ELSE, 0},
	{0x06, 0x06, OPERAND_BLOCK, 0}, /* try */
	{0x07, 0x07, OPERAND_CATCH, 0},
	{0x08, 0x08, OPERAND_TAG, 0},	/* throw */
	{0x09, 0x09, OPERAND_LABEL, 0}, /* rethrow */
	{0x0a, 0x0a, OPERAND_NONE, 0},	/* throw_ref */
	{0x0b, 0x0b, OPERAND_END, 0},
	{0x0c, 0x0d, OPERAND_LABEL, 0},
	{0x0e, 0x0e, OPERAND_LABELS, 0},
	{0x0f, 0x0f, OPERAND_NONE, 0},
	{0x10, 0x10, OPERAND_FUNCTION, 0},
	{0x11, 0x11, OPERAND_SIGNATURE_TABLE, 0},
	{0x12, 0x12, OPERAND_FUNCTION, 0},
	{0x13, 0x13, OPERAND_SIGNATURE_TABLE, 0},
	{0x14, 0x15, OPERAND_TYPED_REFERENCE, 0},
	{0x18, 0x18, OPERAND_DELEGATE, 0},
	{0x19, 0x19, OPERAND_CATCH_ALL, 0},
	{0x1a, 0x1b, OPERAND_NONE, 0}, /* drop, select */
	{0x1c, 0x1c, OPERAND_TYPES, 0},
	{0x1f, 0x1f, OPERAND_TRY_TABLE, 0},
	{0x20, 0x22, OPERAND_LOCAL, 0},
	{0x23, 0x24, OPERAND_GLOBAL, 0},
	{0x25, 0x26, OPERAND_TABLE, 0},
	{0x28, 0x3e, OPERAND_MEMARG, 0},
	{0x3f, 0x40, OPERAND_MEMORY, 0},
	{0x41, 0x41, OPERAND_I32, 0},
	{0x42, 0x42, OPERAND_I64, 0},
	{0x43, 0x43, OPERAND_F32, 0},
	{0x44, 0x44, OPERAND_F64, 0},
	{0x45, 0xc4, OPERAND_NONE, 0}, /* comparisons, arithmetic, sign extension */
	{0xd0, 0xd0, OPERAND_HEAP_TYPE, 0},
	{0xd1, 0xd1, OPERAND_NONE, 0}, /* ref.is_null */
	{0xd2, 0xd2, OPERAND_FUNCTION, 0},
	{0xd3, 0xd6, OPERAND_TYPED_REFERENCE, 0},
	{0xfb, 0xfe, OPERAND_PREFIX, 0},
};

static const struct wasm_opcode_run bulk[] = {
	{0, 7, OPERAND_NONE, 0}, /* trunc_sat */
	{8, 8, OPERAND_DATA_MEMORY, 0},
	{9, 9, OPERAND_DATA, 0},
	{10, 10, OPERAND_MEMORY_MEMORY, 0},
	{11, 11, OPERAND_MEMORY, 0},
	{12, 12, OPERAND_ELEMENTS_TABLE, 0},
	{13, 13, OPERAND_ELEMENTS, 0},
	{14, 14, OPERAND_TABLE_TABLE, 0},
	{15, 17, OPERAND_TABLE, 0},
};

static const struct wasm_opcode_run vectors[] = {
	{0x00, 0x0b, OPERAND_MEMARG, 0}, {0x0c, 0x0c, OPERAND_V128, 0},
	{0x0d, 0x0d, OPERAND_SHUFFLE, 32}, {0x0e, 0x14, OPERAND_NONE, 0},
	{0x15, 0x17, OPERAND_LANE, 16}, {0x18, 0x1a, OPERAND_LANE, 8},
	{0x1b, 0x1c, OPERAND_LANE, 4}, {0x1d, 0x1e, OPERAND_LANE, 2}, {0x1f, 0x20, OPERAND_LANE, 4},
	{0x21, 0x22, OPERAND_LANE, 2}, {0x23, 0x53, OPERAND_NONE, 0},
	{0x54, 0x54, OPERAND_MEMARG_LANE, 16}, {0x55, 0x55, OPERAND_MEMARG_LANE, 8},
	{0x56, 0x56, OPERAND_MEMARG_LANE, 4}, {0x57, 0x57, OPERAND_MEMARG_LANE, 2},
	{0x58, 0x58, OPERAND_MEMARG_LANE, 16}, {0x59, 0x59, OPERAND_MEMARG_LANE, 8},
	{0x5a, 0x5a, OPERAND_MEMARG_LANE, 4}, {0x5b, 0x5b, OPERAND_MEMARG_LANE, 2},
	{0x5c, 0x5d, OPERAND_MEMARG, 0}, {0x5e, 0xff, OPERAND_NONE, 0},
	/* Numbers that were never given out. */
	{0x9a, 0x9a, OPERAND_UNKNOWN, 0}, {0xa2, 0xa2, OPERAND_UNKNOWN, 0},
	{0xa5, 0xa6, OPERAND_UNKNOWN, 0}, {0xaf, 0xb0, OPERAND_UNKNOWN, 0},
	{0xb2, 0xb4, OPERAND_UNKNOWN, 0}, {0xbb, 0xbb, OPERAND_UNKNOWN, 0},
	{0xc2, 0xc2, OPERAND_UNKNOWN, 0}, {0xc5, 0xc6, OPERAND_UNKNOWN, 0},
	{0xcf, 0xd0, OPERAND_UNKNOWN, 0}, {0xd2, 0xd4, OPERAND_UNKNOWN, 0},
	{0xe2, 0xe2, OPERAND_UNKNOWN, 0}, {0xee, 0xee, OPERAND_UNKNOWN, 0},
	{0x100, 0x113, OPERAND_NONE, 0}, /* relaxed */
};

static const struct wasm_opcode_run atomics[] = {
	{0x00, 0x02, OPERAND_MEMARG, 0},
	{0x03, 0x03, OPERAND_ZERO_BYTE, 0}, /* atomic.fence */
	{0x10, 0x4e, OPERAND_MEMARG, 0},
};

/* The last run of RUNS that holds OPCODE, or NULL. */
static const struct wasm_opcode_run *find_run(
	const struct wasm_opcode_run *runs, size_t count, uint32_t opcode)
{
	for (size_t i = count; i-- > 0;)
		if (opcode >= runs[i].first && opcode <= runs[i].last)
			return runs[i].operand == OPERAND_UNKNOWN ? NULL : &runs[i];
	return NULL;
}

#define FIND_RUN(runs, opcode) find_run(runs, sizeof(runs) / sizeof((runs)[0]), opcode)

const struct wasm_opcode_run *wasm_opcode_find(uint8_t prefix, uint32_t opcode)
{
	switch (prefix) {
	case 0:
		return FIND_RUN(plain, opcode);
	case 0xfc:
		return FIND_RUN(bulk, opcode);
	case 0xfd:
		return FIND_RUN(vectors, opcode);
	case 0xfe:
		return FIND_RUN(atomics, opcode);
	default:
		return NULL;
	}
}
