/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/rv32.h"

#include <stdlib.h>

enum { OPCODE_AUIPC = 0x17, OPCODE_JALR = 0x67, OPCODE_JAL = 0x6f };

/* Code in a section that is looked at. */
struct code {
	const struct object_section *section;
	uint64_t at;
	uint64_t end;
};

/* --- fields --------------------------------------------------------------------------- */

/* Bits HIGH to LOW of WORD, moved to bit TO. */
static uint32_t field(uint32_t word, unsigned high, unsigned low, unsigned to)
{
	return (word >> low & ((2u << (high - low)) - 1)) << to;
}

/* VALUE, whose sign is bit SIGN, in 32 bits. */
static uint32_t extended(uint32_t value, unsigned sign)
{
	uint32_t bit = 1u << sign;
	return (value ^ bit) - bit;
}

static uint32_t jal_offset(uint32_t word)
{
	return extended(field(word, 31, 31, 20) | field(word, 19, 12, 12) |
				field(word, 20, 20, 11) | field(word, 30, 21, 1),
		20);
}

/* C.J and C.JAL: bits 12 to 2 are offset[11|4|9:8|10|6|7|3:1|5]. */
static uint32_t short_offset(uint32_t half)
{
	return extended(field(half, 12, 12, 11) | field(half, 11, 11, 4) | field(half, 10, 9, 8) |
				field(half, 8, 8, 10) | field(half, 7, 7, 6) |
				field(half, 6, 6, 7) | field(half, 5, 3, 1) | field(half, 2, 2, 5),
		11);
}

static uint32_t destination(uint32_t word)
{
	return field(word, 11, 7, 0);
}

/* --- instructions ----------------------------------------------------------------------- */

/* The COUNT halfwords at AT, the first lowest, whatever the machine's byte order for data. */
static uint32_t halfwords(const struct code *code, uint64_t at, unsigned count)
{
	const uint8_t *bytes = code->section->bytes + (at - code->section->address);
	uint32_t word = 0;
	for (unsigned i = 2 * count; i-- > 0;)
		word = word << 8 | bytes[i];
	return word;
}

/* What the instruction at CODE->at does, where it goes elsewhere; CODE->at moves behind it. */
static bool next_call(struct code *code, struct code_call *call)
{
	uint64_t at = code->at;
	uint32_t low = halfwords(code, at, 1);
	*call = (struct code_call){.address = at};
	if ((low & 3) != 3) {
		code->at += 2;
		call->target = (uint32_t)at + short_offset(low);
		call->links = low >> 13 == 1;
		return (low & 3) == 1 && (low >> 13 == 1 || low >> 13 == 5);
	}
	/* Longer instructions than of 32 bits do not call; what follows cannot be told. */
	if ((low & 0x1c) == 0x1c || code->end - at < 4) {
		code->at = code->end;
		return false;
	}
	uint32_t word = halfwords(code, at, 2);
	code->at += 4;
	if ((word & 0x7f) == OPCODE_JAL) {
		call->target = (uint32_t)at + jal_offset(word);
		call->links = destination(word) != 0;
		return true;
	}
	if ((word & 0x7f) != OPCODE_AUIPC || code->end - at < 8)
		return false;
	uint32_t jump = halfwords(code, at + 4, 2);
	if ((jump & 0x707f) != OPCODE_JALR || field(jump, 19, 15, 0) != destination(word))
		return false;
	code->at += 4;
	call->target = ((uint32_t)at + (word & 0xfffff000u) + extended(jump >> 20, 11)) & ~1u;
	call->links = destination(jump) != 0;
	return true;
}

/* --- functions ---------------------------------------------------------------------------- */

static int by_place(const void *left, const void *right)
{
	const struct object_symbol *a = *(const struct object_symbol *const *)left;
	const struct object_symbol *b = *(const struct object_symbol *const *)right;
	if (a->section != b->section)
		return a->section < b->section ? -1 : 1;
	return (a->value > b->value) - (a->value < b->value);
}

static bool is_code(const struct object *image, const struct object_symbol *symbol)
{
	if (symbol->type != STT_FUNC || symbol->section == SHN_UNDEF ||
		symbol->section >= image->section_count || symbol->size == 0 ||
		symbol->value % 2 != 0)
		return false;
	const struct object_section *section = &image->sections[symbol->section];
	return (section->flags & SHF_EXECINSTR) != 0 && section->bytes != NULL &&
	       symbol->value >= section->address;
}

/* Adds the calls of FUNCTION from FROM on; returns where it ends, 0 without memory. */
static bool add_function(const struct object *image, const struct object_symbol *function,
	uint64_t from, struct code_calls *calls, uint64_t *end)
{
	const struct object_section *section = &image->sections[function->section];
	uint64_t limit = section->address + section->size;
	struct code code = {.section = section, .at = function->value, .end = limit};
	if (function->value < limit && function->size < limit - function->value)
		code.end = function->value + function->size;
	/* Another symbol of the same code. */
	if (code.at < from)
		code.at = from;
	*end = code.end;
	while (code.at < code.end && code.end - code.at >= 2) {
		struct code_call call;
		if (next_call(&code, &call) && !code_calls_add(calls, call))
			return false;
	}
	return true;
}

bool rv32_calls(struct diag *diag, const struct object *image, struct code_calls *calls)
{
	size_t count = 0;
	const struct object_symbol **functions =
		calloc(image->symbol_count + 1, sizeof(struct object_symbol *));
	bool done = functions != NULL;
	for (size_t i = 0; done && i < image->symbol_count; i++)
		if (is_code(image, &image->symbols[i]))
			functions[count++] = &image->symbols[i];
	if (done)
		qsort(functions, count, sizeof(struct object_symbol *), by_place);
	uint64_t end = 0;
	for (size_t i = 0; done && i < count; i++) {
		bool first = i == 0 || functions[i - 1]->section != functions[i]->section;
		uint64_t to;
		done = add_function(image, functions[i], first ? 0 : end, calls, &to);
		end = first || to > end ? to : end;
	}
	free(functions);
	return done || diag_no_memory(diag);
}
