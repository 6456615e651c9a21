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
#include "lib/wasm.h"

#include <stdlib.h>

#include "lib/wasm_reader.h"

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
struct opcode_run {
	uint16_t first;
	uint16_t last;
	uint8_t operand;
	uint8_t lanes; /* lane numbers must be below this */
};

static const struct opcode_run plain[] = {
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

static const struct opcode_run bulk[] = {
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

static const struct opcode_run vectors[] = {
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

static const struct opcode_run atomics[] = {
	{0x00, 0x02, OPERAND_MEMARG, 0},
	{0x03, 0x03, OPERAND_ZERO_BYTE, 0}, /* atomic.fence */
	{0x10, 0x4e, OPERAND_MEMARG, 0},
};

/* What one body or initialiser is read with. */
struct scan {
	struct wasm_reader reader;
	const struct wasm_module *module;
	uint32_t locals;
	uint8_t *blocks; /* the opcode that opened each open block, innermost last */
	size_t depth;
};

/* --- immediates --------------------------------------------------------------- */

static bool read_heap_type(struct scan *scan)
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
static bool read_block_type(struct scan *scan)
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

static bool read_label(struct scan *scan)
{
	uint32_t label;
	return wasm_index(&scan->reader, scan->depth, "label", &label);
}

static bool read_labels(struct scan *scan)
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
static bool read_clauses(struct scan *scan)
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

static bool read_value_types(struct scan *scan)
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

static bool read_memory(struct scan *scan, struct wasm_instruction *instruction, uint32_t *memory)
{
	instruction->uses_memory = true;
	return wasm_index(&scan->reader, scan->module->memory_count, "memory", memory);
}

static bool read_table(struct scan *scan, struct wasm_instruction *instruction, uint32_t *table)
{
	instruction->uses_table = true;
	return wasm_index(&scan->reader, scan->module->table_count, "table", table);
}

/* memarg (5.4.7): alignment, with bit 6 the memory, offset.  Without that bit memory 0 is meant. */
static bool read_memarg(struct scan *scan, struct wasm_instruction *instruction)
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

static bool read_lanes(struct scan *scan, size_t count, unsigned lanes)
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

static bool read_zero_byte(struct scan *scan)
{
	uint8_t zero;
	if (!wasm_byte(&scan->reader, &zero))
		return false;
	return zero == 0 ||
	       wasm_damaged(&scan->reader, scan->reader.at - 1, "a reserved byte is 0x%02x", zero);
}

static bool read_i32(struct scan *scan, struct wasm_instruction *instruction)
{
	int32_t value;
	if (!wasm_s32(&scan->reader, &value))
		return false;
	instruction->index = (uint32_t)value;
	return true;
}

/* --- blocks --------------------------------------------------------------------- */

enum { OPCODE_FUNCTION = 0xff, OPCODE_IF = 0x04, OPCODE_TRY = 0x06, OPCODE_CATCH_ALL = 0x19 };

static bool open_block(struct scan *scan, uint8_t opcode)
{
	uint8_t *grown = wasm_grown(&scan->reader, scan->blocks, scan->depth, 1);
	if (grown == NULL)
		return false;
	scan->blocks = grown;
	scan->blocks[scan->depth++] = opcode;
	return true;
}

/* Goes from one part of the innermost block to the next: AFTER is what a part may follow. */
static bool next_part(struct scan *scan, size_t at, uint8_t after, uint8_t part)
{
	uint8_t *innermost = &scan->blocks[scan->depth - 1];
	if (*innermost != after)
		return wasm_damaged(&scan->reader, at, "opcode 0x%02x is outside of its block",
			scan->reader.bytes[at]);
	*innermost = part;
	return true;
}

static bool read_block(struct scan *scan, const struct wasm_instruction *instruction)
{
	return read_block_type(scan) && open_block(scan, (uint8_t)instruction->opcode);
}

static bool read_catch(struct scan *scan, const struct wasm_instruction *instruction)
{
	uint32_t tag;
	return next_part(scan, instruction->offset, OPCODE_TRY, OPCODE_TRY) &&
	       wasm_index(&scan->reader, scan->module->tag_count, "tag", &tag);
}

static bool read_delegate(struct scan *scan, const struct wasm_instruction *instruction)
{
	if (!next_part(scan, instruction->offset, OPCODE_TRY, OPCODE_TRY))
		return false;
	scan->depth--;
	return read_label(scan);
}

/* --- opcodes --------------------------------------------------------------------- */

static bool read_index_operand(
	struct scan *scan, enum operand operand, struct wasm_instruction *instruction)
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
	struct scan *scan, enum operand operand, struct wasm_instruction *instruction)
{
	switch (operand) {
	case OPERAND_BLOCK:
		return read_block(scan, instruction);
	case OPERAND_ELSE: /* at most one: afterwards the block is no `if` any more */
		return next_part(scan, instruction->offset, OPCODE_IF, OPCODE_FUNCTION);
	case OPERAND_CATCH:
		return read_catch(scan, instruction);
	case OPERAND_CATCH_ALL:
		return next_part(scan, instruction->offset, OPCODE_TRY, OPCODE_CATCH_ALL);
	case OPERAND_DELEGATE:
		return read_delegate(scan, instruction);
	case OPERAND_TRY_TABLE:
		return read_clauses(scan) && open_block(scan, OPCODE_FUNCTION);
	case OPERAND_LABEL:
		return read_label(scan);
	case OPERAND_LABELS:
		return read_labels(scan);
	default: /* OPERAND_END */
		scan->depth--;
		return true;
	}
}

static bool read_value_operand(
	struct scan *scan, const struct opcode_run *run, struct wasm_instruction *instruction)
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

/* The last run of RUNS that holds OPCODE, or NULL. */
static const struct opcode_run *find_run(
	const struct opcode_run *runs, size_t count, uint32_t opcode)
{
	for (size_t i = count; i-- > 0;)
		if (opcode >= runs[i].first && opcode <= runs[i].last)
			return runs[i].operand == OPERAND_UNKNOWN ? NULL : &runs[i];
	return NULL;
}

#define FIND_RUN(runs, opcode) find_run(runs, sizeof(runs) / sizeof((runs)[0]), opcode)

/* Reads the sub-opcode behind PREFIX. */
static const struct opcode_run *read_prefixed(
	struct scan *scan, uint8_t prefix, struct wasm_instruction *instruction)
{
	const struct opcode_run *run = NULL;
	uint32_t sub;
	if (!wasm_u32(&scan->reader, &sub))
		return NULL;
	instruction->opcode = (uint32_t)prefix << 24 | (sub & 0xffffff);
	if (prefix == 0xfc)
		run = FIND_RUN(bulk, sub);
	else if (prefix == 0xfd)
		run = FIND_RUN(vectors, sub);
	else if (prefix == 0xfe)
		run = FIND_RUN(atomics, sub);
	if (run == NULL && prefix == 0xfb)
		wasm_unsupported(&scan->reader, instruction->offset,
			"opcode 0xfb 0x%02x (garbage collection)", sub);
	else if (run == NULL)
		wasm_unsupported(&scan->reader, instruction->offset,
			"the unknown opcode 0x%02x 0x%02x", prefix, sub);
	return run;
}

/* Reads the opcode and finds what it takes; NULL after a report. */
static const struct opcode_run *read_opcode(struct scan *scan, struct wasm_instruction *instruction)
{
	uint8_t opcode;
	*instruction = (struct wasm_instruction){.offset = scan->reader.at};
	if (!wasm_byte(&scan->reader, &opcode))
		return NULL;
	instruction->opcode = opcode;
	const struct opcode_run *run = FIND_RUN(plain, opcode);
	if (run != NULL && run->operand == OPERAND_PREFIX)
		return read_prefixed(scan, opcode, instruction);
	if (run != NULL && run->operand != OPERAND_TYPED_REFERENCE)
		return run;
	wasm_unsupported(&scan->reader, instruction->offset, "the %s 0x%02x",
		run == NULL ? "unknown opcode" : "typed reference opcode", opcode);
	return NULL;
}

static bool read_instruction(struct scan *scan, struct wasm_instruction *instruction)
{
	const struct opcode_run *run = read_opcode(scan, instruction);
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

/* --- bodies and initialisers --------------------------------------------------------- */

bool wasm_scan(struct diag *diag, const struct wasm_module *module, uint32_t function,
	bool (*visit)(const struct wasm_instruction *instruction, void *context), void *context)
{
	const struct wasm_function *body = &module->functions[function];
	struct scan scan = {.reader = {.diag = diag,
				    .path = module->path,
				    .bytes = module->file.bytes,
				    .at = body->body_start,
				    .end = body->body_end,
				    .section = "code section",
				    .function = function},
		.module = module,
		.locals = body->local_count};
	struct wasm_instruction instruction;
	bool good = open_block(&scan, OPCODE_FUNCTION);
	while (good && scan.depth > 0)
		good = read_instruction(&scan, &instruction) && visit(&instruction, context);
	if (good && scan.reader.at != scan.reader.end)
		good = wasm_damaged(&scan.reader, scan.reader.at, "%zu bytes follow the end",
			scan.reader.end - scan.reader.at);
	free(scan.blocks);
	return good;
}

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
static bool take_constant(struct scan *scan, const struct wasm_instruction *instruction,
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
	struct scan scan = {.reader = *reader, .module = module};
	struct wasm_instruction instruction;
	struct wasm_constant one;
	size_t count = 0;
	bool good = open_block(&scan, OPCODE_FUNCTION);
	while (good) {
		good = read_instruction(&scan, &instruction);
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
