/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Instructions of a core module (Core Specification, 5.4):
 *
 *   OPCODE immediates...
 *   PREFIX SUB-OPCODE immediates...    fc: saturating, bulk, tables; fd: vectors;
 *                                      fe: atomics; the sub-opcode is LEB128
 *
 * What an opcode takes is looked up in tables; an opcode that is in no table is
 * refused.  Blocks are followed so that the end of a function is found by its
 * structure and not by its size.
 */
#include "lib/wasm_scan.h"

#include <stdlib.h>

#include "lib/wasm_opcodes.h"

/* --- immediates --------------------------------------------------------------- */

static bool read_heap_type(struct wasm_scan *scan)
{
	size_t start = scan->reader.at;
	int64_t type;
	if (!wasm_s33(&scan->reader, &type))
		return false;
	if (type == (int8_t)(WASM_FUNCREF | 0x80) || type == (int8_t)(WASM_EXTERNREF | 0x80) ||
		type == (int8_t)(WASM_EXNREF | 0x80))
		return true;
	return wasm_unsupported(&scan->reader, start, "a null of a typed reference");
}

/* A block type: 0x40, a value type, or the index of a signature (5.4.1). */
static bool read_block_type(struct wasm_scan *scan)
{
	struct wasm_reader *reader = &scan->reader;
	size_t start = reader->at;
	uint8_t type;
	int64_t index;
	if (!wasm_s33(reader, &index))
		return false;
	if (index >= 0)
		return (uint64_t)index < scan->module->signature_count ||
		       wasm_damaged(reader, start, "a block has the type %lld of %zu",
			       (long long)index, scan->module->signature_count);
	if (reader->at == start + 1 && reader->bytes[start] == 0x40)
		return true;
	reader->at = start;
	return wasm_value_type(reader, &type);
}

static bool read_label(struct wasm_scan *scan)
{
	uint32_t label;
	return wasm_index(&scan->reader, scan->depth, "label", &label);
}

static bool read_labels(struct wasm_scan *scan)
{
	uint32_t count;
	if (!wasm_count(&scan->reader, 1, &count))
		return false;
	for (uint32_t i = 0; i < count; i++)
		if (!read_label(scan))
			return false;
	return read_label(scan);
}

/* The clauses of try_table: kind, tag for two of the four kinds, label outside of the block. */
static bool read_clauses(struct wasm_scan *scan)
{
	uint32_t count;
	uint32_t tag;
	uint8_t kind;
	if (!read_block_type(scan) || !wasm_count(&scan->reader, 2, &count))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		if (!wasm_byte(&scan->reader, &kind))
			return false;
		if (kind > 3)
			return wasm_damaged(&scan->reader, scan->reader.at - 1,
				"there is no catch clause of kind %u", kind);
		if (kind < 2 && !wasm_index(&scan->reader, scan->module->tag_count, "tag", &tag))
			return false;
		if (!read_label(scan))
			return false;
	}
	return true;
}

static bool read_value_types(struct wasm_scan *scan)
{
	uint32_t count;
	uint8_t type;
	if (!wasm_count(&scan->reader, 1, &count))
		return false;
	for (uint32_t i = 0; i < count; i++)
		if (!wasm_value_type(&scan->reader, &type))
			return false;
	return true;
}

static bool read_memory(
	struct wasm_scan *scan, struct wasm_instruction *instruction, uint32_t *memory)
{
	instruction->uses_memory = true;
	return wasm_index(&scan->reader, scan->module->memory_count, "memory", memory);
}

static bool read_table(
	struct wasm_scan *scan, struct wasm_instruction *instruction, uint32_t *table)
{
	instruction->uses_table = true;
	return wasm_index(&scan->reader, scan->module->table_count, "table", table);
}

/* memarg (5.4.7): alignment, with bit 6 the memory, offset.  Without that bit memory 0 is meant. */
static bool read_memarg(struct wasm_scan *scan, struct wasm_instruction *instruction)
{
	enum { HAS_MEMORY = 0x40 };
	struct wasm_reader *reader = &scan->reader;
	size_t start = reader->at;
	uint32_t flags;
	uint32_t offset;
	if (!wasm_u32(reader, &flags))
		return false;
	/* No access is wider than 16 bytes, whose alignment is 2^4. */
	if ((flags & ~(uint32_t)HAS_MEMORY) > 4)
		return wasm_damaged(reader, start, "an access has the alignment flags 0x%x", flags);
	instruction->uses_memory = true;
	if ((flags & HAS_MEMORY) != 0 && !read_memory(scan, instruction, &instruction->memory))
		return false;
	if (instruction->memory >= scan->module->memory_count)
		return wasm_damaged(reader, start, "memory 0 is accessed, but there is none");
	return wasm_u32(reader, &offset);
}

static bool read_lanes(struct wasm_scan *scan, size_t count, unsigned lanes)
{
	uint8_t lane;
	for (size_t i = 0; i < count; i++) {
		if (!wasm_byte(&scan->reader, &lane))
			return false;
		if (lane >= lanes)
			return wasm_damaged(&scan->reader, scan->reader.at - 1,
				"lane %u of %u is named", lane, lanes);
	}
	return true;
}

static bool read_zero_byte(struct wasm_scan *scan)
{
	uint8_t zero;
	if (!wasm_byte(&scan->reader, &zero))
		return false;
	return zero == 0 ||
	       wasm_damaged(&scan->reader, scan->reader.at - 1, "a reserved byte is 0x%02x", zero);
}

static bool read_i32(struct wasm_scan *scan, struct wasm_instruction *instruction)
{
	int32_t value;
	if (!wasm_s32(&scan->reader, &value))
		return false;
	instruction->index = (uint32_t)value;
	return true;
}

/* --- blocks --------------------------------------------------------------------- */

enum { OPCODE_IF = 0x04, OPCODE_TRY = 0x06, OPCODE_CATCH_ALL = 0x19 };

bool wasm_open_block(struct wasm_scan *scan, uint8_t opcode)
{
	uint8_t *grown = wasm_grown(&scan->reader, scan->blocks, scan->depth, 1);
	if (grown == NULL)
		return false;
	scan->blocks = grown;
	scan->blocks[scan->depth++] = opcode;
	return true;
}

/* Goes from one part of the innermost block to the next: AFTER is what a part may follow. */
static bool next_part(struct wasm_scan *scan, size_t at, uint8_t after, uint8_t part)
{
	uint8_t *innermost = &scan->blocks[scan->depth - 1];
	if (*innermost != after)
		return wasm_damaged(&scan->reader, at, "opcode 0x%02x is outside of its block",
			scan->reader.bytes[at]);
	*innermost = part;
	return true;
}

static bool read_block(struct wasm_scan *scan, const struct wasm_instruction *instruction)
{
	return read_block_type(scan) && wasm_open_block(scan, (uint8_t)instruction->opcode);
}

static bool read_catch(struct wasm_scan *scan, const struct wasm_instruction *instruction)
{
	uint32_t tag;
	return next_part(scan, instruction->offset, OPCODE_TRY, OPCODE_TRY) &&
	       wasm_index(&scan->reader, scan->module->tag_count, "tag", &tag);
}

static bool read_delegate(struct wasm_scan *scan, const struct wasm_instruction *instruction)
{
	if (!next_part(scan, instruction->offset, OPCODE_TRY, OPCODE_TRY))
		return false;
	scan->depth--;
	return read_label(scan);
}

/* --- opcodes --------------------------------------------------------------------- */

static bool read_index_operand(
	struct wasm_scan *scan, enum operand operand, struct wasm_instruction *instruction)
{
	struct wasm_reader *reader = &scan->reader;
	const struct wasm_module *module = scan->module;
	uint32_t *index = &instruction->index;
	switch (operand) {
	case OPERAND_TAG:
		return wasm_index(reader, module->tag_count, "tag", index);
	case OPERAND_FUNCTION:
		return wasm_index(reader, module->function_count, "function", index);
	case OPERAND_SIGNATURE_TABLE:
		return wasm_index(reader, module->signature_count, "type", index) &&
		       read_table(scan, instruction, &instruction->table);
	case OPERAND_LOCAL:
		return wasm_index(reader, scan->locals, "local", index);
	case OPERAND_GLOBAL:
		return wasm_index(reader, module->global_count, "global", index);
	case OPERAND_TABLE:
		return read_table(scan, instruction, &instruction->table);
	case OPERAND_TABLE_TABLE:
		return read_table(scan, instruction, &instruction->table) &&
		       read_table(scan, instruction, &instruction->table2);
	case OPERAND_ELEMENTS:
		return wasm_index(reader, module->elements_count, "element segment", index);
	case OPERAND_ELEMENTS_TABLE:
		return wasm_index(reader, module->elements_count, "element segment", index) &&
		       read_table(scan, instruction, &instruction->table);
	case OPERAND_MEMORY:
		return read_memory(scan, instruction, &instruction->memory);
	case OPERAND_MEMORY_MEMORY:
		return read_memory(scan, instruction, &instruction->memory) &&
		       read_memory(scan, instruction, &instruction->memory2);
	case OPERAND_DATA:
		return wasm_index(reader, module->data_count, "data segment", index);
	default: /* OPERAND_DATA_MEMORY */
		return wasm_index(reader, module->data_count, "data segment", index) &&
		       read_memory(scan, instruction, &instruction->memory);
	}
}

static bool read_control_operand(
	struct wasm_scan *scan, enum operand operand, struct wasm_instruction *instruction)
{
	switch (operand) {
	case OPERAND_BLOCK:
		return read_block(scan, instruction);
	case OPERAND_ELSE: /* at most one: afterwards the block is no `if` any more */
		return next_part(scan, instruction->offset, OPCODE_IF, WASM_BLOCK_FUNCTION);
	case OPERAND_CATCH:
		return read_catch(scan, instruction);
	case OPERAND_CATCH_ALL:
		return next_part(scan, instruction->offset, OPCODE_TRY, OPCODE_CATCH_ALL);
	case OPERAND_DELEGATE:
		return read_delegate(scan, instruction);
	case OPERAND_TRY_TABLE:
		return read_clauses(scan) && wasm_open_block(scan, WASM_BLOCK_FUNCTION);
	case OPERAND_LABEL:
		return read_label(scan);
	case OPERAND_LABELS:
		return read_labels(scan);
	default: /* OPERAND_END */
		scan->depth--;
		return true;
	}
}

static bool read_value_operand(struct wasm_scan *scan, const struct wasm_opcode_run *run,
	struct wasm_instruction *instruction)
{
	struct wasm_reader *reader = &scan->reader;
	int64_t ignored;
	switch (run->operand) {
	case OPERAND_TYPES:
		return read_value_types(scan);
	case OPERAND_MEMARG:
		return read_memarg(scan, instruction);
	case OPERAND_MEMARG_LANE:
		return read_memarg(scan, instruction) && read_lanes(scan, 1, run->lanes);
	case OPERAND_I32:
		return read_i32(scan, instruction);
	case OPERAND_I64:
		return wasm_s64(reader, &ignored);
	case OPERAND_F32:
		return wasm_skip(reader, 4);
	case OPERAND_F64:
		return wasm_skip(reader, 8);
	case OPERAND_V128:
		return wasm_skip(reader, 16);
	case OPERAND_SHUFFLE:
		return read_lanes(scan, 16, run->lanes);
	case OPERAND_LANE:
		return read_lanes(scan, 1, run->lanes);
	case OPERAND_ZERO_BYTE:
		return read_zero_byte(scan);
	case OPERAND_HEAP_TYPE:
		return read_heap_type(scan);
	default: /* OPERAND_NONE */
		return true;
	}
}

/* Reads the sub-opcode behind PREFIX. */
static const struct wasm_opcode_run *read_prefixed(
	struct wasm_scan *scan, uint8_t prefix, struct wasm_instruction *instruction)
{
	uint32_t sub;
	if (!wasm_u32(&scan->reader, &sub))
		return NULL;
	instruction->opcode = (uint32_t)prefix << 24 | (sub & 0xffffff);
	const struct wasm_opcode_run *run = wasm_opcode_find(prefix, sub);
	if (run == NULL && prefix == 0xfb)
		wasm_unsupported(&scan->reader, instruction->offset,
			"opcode 0xfb 0x%02x (garbage collection)", sub);
	else if (run == NULL)
		wasm_unsupported(&scan->reader, instruction->offset,
			"the unknown opcode 0x%02x 0x%02x", prefix, sub);
	return run;
}

/* Reads the opcode and finds what it takes; NULL after a report. */
static const struct wasm_opcode_run *read_opcode(
	struct wasm_scan *scan, struct wasm_instruction *instruction)
{
	uint8_t opcode;
	*instruction = (struct wasm_instruction){.offset = scan->reader.at};
	if (!wasm_byte(&scan->reader, &opcode))
		return NULL;
	instruction->opcode = opcode;
	const struct wasm_opcode_run *run = wasm_opcode_find(0, opcode);
	if (run != NULL && run->operand == OPERAND_PREFIX)
		return read_prefixed(scan, opcode, instruction);
	if (run != NULL && run->operand != OPERAND_TYPED_REFERENCE)
		return run;
	wasm_unsupported(&scan->reader, instruction->offset, "the %s 0x%02x",
		run == NULL ? "unknown opcode" : "typed reference opcode", opcode);
	return NULL;
}

bool wasm_read_instruction(struct wasm_scan *scan, struct wasm_instruction *instruction)
{
	const struct wasm_opcode_run *run = read_opcode(scan, instruction);
	if (run == NULL)
		return false;
	switch ((enum operand)run->operand) {
	case OPERAND_BLOCK:
	case OPERAND_ELSE:
	case OPERAND_CATCH:
	case OPERAND_CATCH_ALL:
	case OPERAND_DELEGATE:
	case OPERAND_TRY_TABLE:
	case OPERAND_LABEL:
	case OPERAND_LABELS:
	case OPERAND_END:
		return read_control_operand(scan, run->operand, instruction);
	case OPERAND_TAG:
	case OPERAND_FUNCTION:
	case OPERAND_SIGNATURE_TABLE:
	case OPERAND_LOCAL:
	case OPERAND_GLOBAL:
	case OPERAND_TABLE:
	case OPERAND_TABLE_TABLE:
	case OPERAND_ELEMENTS:
	case OPERAND_ELEMENTS_TABLE:
	case OPERAND_MEMORY:
	case OPERAND_MEMORY_MEMORY:
	case OPERAND_DATA:
	case OPERAND_DATA_MEMORY:
		return read_index_operand(scan, run->operand, instruction);
	default:
		return read_value_operand(scan, run, instruction);
	}
}

/* --- bodies --------------------------------------------------------- */

bool wasm_scan(struct diag *diag, const struct wasm_module *module, uint32_t function,
	bool (*visit)(const struct wasm_instruction *instruction, void *context), void *context)
{
	const struct wasm_function *body = &module->functions[function];
	struct wasm_scan scan = {.reader = {.diag = diag,
					 .path = module->path,
					 .bytes = module->file.bytes,
					 .at = body->body_start,
					 .end = body->body_end,
					 .section = "code section",
					 .function = function},
		.module = module,
		.locals = body->local_count};
	struct wasm_instruction instruction;
	bool good = wasm_open_block(&scan, WASM_BLOCK_FUNCTION);
	while (good && scan.depth > 0)
		good = wasm_read_instruction(&scan, &instruction) && visit(&instruction, context);
	if (good && scan.reader.at != scan.reader.end)
		good = wasm_damaged(&scan.reader, scan.reader.at, "%zu bytes follow the end",
			scan.reader.end - scan.reader.at);
	free(scan.blocks);
	return good;
}
