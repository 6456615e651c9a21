/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Constant expressions: the initial values of globals, tables and segments (Core
 * Specification, 3.3.10). */
#include <stdlib.h>

#include "lib/wasm_reader.h"
#include "lib/wasm_scan.h"

/* The number that the constant instruction at OFFSET holds. */
static bool read_number(struct wasm_reader reader, size_t offset, struct wasm_constant *constant)
{
	int32_t narrow = 0;
	int64_t wide = 0;
	uint8_t opcode = reader.bytes[offset];
	constant->kind = WASM_CONSTANT_NUMBER;
	constant->type = (uint8_t)(WASM_I32 - (opcode - WASM_OP_I32_CONST));
	reader.at = offset + 1;
	switch (constant->type) {
	case WASM_I32:
		if (!wasm_s32(&reader, &narrow))
			return false;
		constant->bits = (uint32_t)narrow;
		return true;
	case WASM_I64:
		if (!wasm_s64(&reader, &wide))
			return false;
		constant->bits = (uint64_t)wide;
		return true;
	case WASM_F32:
		return wasm_fixed(&reader, 4, &constant->bits);
	default:
		return wasm_fixed(&reader, 8, &constant->bits);
	}
}

enum {
	OPCODE_END = 0x0b,
	OPCODE_I32_ADD = 0x6a,
	OPCODE_I32_MUL = 0x6c,
	OPCODE_I64_ADD = 0x7c,
	OPCODE_I64_MUL = 0x7e,
	OPCODE_REF_NULL = 0xd0
};
#define OPCODE_V128_CONST 0xfd00000cu

/* Whether INSTRUCTION may stand in an initialiser (3.3.10, extended-const); what it gives alone. */
static bool take_constant(struct wasm_scan *scan, const struct wasm_instruction *instruction,
	struct wasm_constant *constant)
{
	uint32_t opcode = instruction->opcode;
	*constant = (struct wasm_constant){.kind = WASM_CONSTANT_OTHER};
	if (opcode >= WASM_OP_I32_CONST && opcode <= WASM_OP_I32_CONST + 3)
		return read_number(scan->reader, instruction->offset, constant);
	if (opcode == OPCODE_REF_NULL)
		constant->kind = WASM_CONSTANT_NULL;
	if (opcode == WASM_OP_REF_FUNC) {
		constant->kind = WASM_CONSTANT_FUNCTION;
		constant->function = instruction->index;
	}
	if (constant->kind != WASM_CONSTANT_OTHER || opcode == WASM_OP_GLOBAL_GET ||
		opcode == OPCODE_V128_CONST ||
		(opcode >= OPCODE_I32_ADD && opcode <= OPCODE_I32_MUL) ||
		(opcode >= OPCODE_I64_ADD && opcode <= OPCODE_I64_MUL))
		return true;
	return wasm_damaged(&scan->reader, instruction->offset,
		"opcode 0x%02x stands in an initial value", opcode);
}

bool wasm_constant(struct wasm_reader *reader, const struct wasm_module *module,
	struct wasm_constant *constant)
{
	struct wasm_scan scan = {.reader = *reader, .module = module};
	struct wasm_instruction instruction;
	struct wasm_constant one;
	size_t count = 0;
	bool good = wasm_open_block(&scan, WASM_BLOCK_FUNCTION);
	while (good) {
		good = wasm_read_instruction(&scan, &instruction);
		if (!good || instruction.opcode == OPCODE_END)
			break;
		good = take_constant(&scan, &instruction, &one);
		*constant = one;
		count++;
	}
	if (good && count == 0)
		good = wasm_damaged(reader, reader->at, "an initial value is empty");
	if (count > 1)
		constant->kind = WASM_CONSTANT_OTHER;
	free(scan.blocks);
	reader->at = scan.reader.at;
	return good;
}
