/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/thumb.h"

#include <stdlib.h>

#include "lib/checked.h"

/* From here on, to the next mark of its section, there is code or data. */
struct mark {
	uint32_t section;
	uint64_t address;
	bool is_code;
	unsigned weight; /* of those at one address the heaviest counts */
};

/*
 * Data that begins where code does has none in front of it.  But GNU ld marks as
 * data what an object without such marks brought, as those of synth are; where a
 * Thumb function with a size begins, there is code.
 */
enum { CODE_MARK, DATA_MARK, FUNCTION };

/* --- where instructions are ---------------------------------------------------------- */

/* Makes a mark of SYMBOL if it says where code or data starts. */
static bool mark_of(
	const struct object *image, const struct object_symbol *symbol, struct mark *mark)
{
	const char *name = symbol->name;
	if (symbol->section == SHN_UNDEF || symbol->section >= image->section_count)
		return false;
	const struct object_section *section = &image->sections[symbol->section];
	if ((section->flags & SHF_EXECINSTR) == 0 || section->bytes == NULL)
		return false;
	mark->section = symbol->section;
	mark->address = symbol->value & ~UINT64_C(1);
	mark->is_code = true;
	mark->weight = symbol->type == STT_FUNC && symbol->size > 0 ? FUNCTION : CODE_MARK;
	if (symbol->type == STT_FUNC)
		return (symbol->value & 1) != 0;
	if (name[0] != '$' || (name[2] != '\0' && name[2] != '.') || name[1] == '\0')
		return false;
	mark->is_code = name[1] == 't';
	mark->weight = mark->is_code ? CODE_MARK : DATA_MARK;
	return name[1] == 't' || name[1] == 'd' || name[1] == 'a';
}

/* By place; of those at one place the last counts. */
static int by_place(const void *left, const void *right)
{
	const struct mark *a = left;
	const struct mark *b = right;
	if (a->section != b->section)
		return a->section < b->section ? -1 : 1;
	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return (int)a->weight - (int)b->weight;
}

/* --- instructions ---------------------------------------------------------------------- */

static unsigned halfword(const uint8_t *at)
{
	return (unsigned)(at[0] | at[1] << 8);
}

/* The offset of BL (T1) and B.W (T4): S:I1:I2:imm10:imm11:0, I1 = not (J1 xor S), I2 likewise. */
static uint32_t branch_offset(unsigned first, unsigned second)
{
	uint32_t s = first >> 10 & 1;
	uint32_t i1 = ~(second >> 13 ^ s) & 1;
	uint32_t i2 = ~(second >> 11 ^ s) & 1;
	uint32_t offset = i1 << 23 | i2 << 22 | (first & 0x3ff) << 12 | (second & 0x7ff) << 1;
	return s != 0 ? offset | 0xff000000u : offset;
}

/* LDR.W PC, [PC, #+/-imm12] (T2): whether the address that it loads is in SECTION, into *TARGET. */
static bool loads_target(const struct object_section *section, uint64_t at, unsigned first,
	unsigned second, uint32_t *target)
{
	uint64_t literal = (at + 4) & ~UINT64_C(3);
	literal = (first & 0x80) != 0 ? literal + (second & 0xfff) : literal - (second & 0xfff);
	if ((first & 0xff7f) != 0xf85f || second >> 12 != 15 || literal < section->address ||
		!checked_within(literal - section->address, 4, section->size))
		return false;
	const uint8_t *bytes = section->bytes + (literal - section->address);
	*target = (uint32_t)(halfword(bytes) | halfword(bytes + 2) << 16) & ~1u;
	return true;
}

/* The constant of MOVW (T3) or MOVT (T1): imm4:i:imm3:imm8. */
static uint32_t moved(const uint8_t *at)
{
	unsigned first = halfword(at);
	unsigned second = halfword(at + 2);
	return (first & 15) << 12 | (first >> 10 & 1) << 11 | (second >> 12 & 7) << 8 |
	       (second & 0xff);
}

/* MOVW, MOVT, BX of one register, the eight bytes before AT and those at AT. */
static bool moves_target(const uint8_t *at, uint32_t *target)
{
	unsigned to = halfword(at) >> 3 & 15;
	if ((halfword(at) & 0xff87) != 0x4700 || (halfword(at - 8) & 0xfbf0) != 0xf240 ||
		(halfword(at - 4) & 0xfbf0) != 0xf2c0 || (halfword(at - 6) >> 8 & 0x8f) != to ||
		(halfword(at - 2) >> 8 & 0x8f) != to)
		return false;
	*target = (moved(at - 8) | moved(at - 4) << 16) & ~1u;
	return true;
}

/*
 * What the instruction at *AT does, where it goes elsewhere; *AT moves behind it.  Code
 * begins at START, and there are two bytes of it before END.
 */
static bool next_call(const struct object_section *section, uint64_t start, uint64_t end,
	uint64_t *at, struct code_call *call)
{
	uint64_t here = *at;
	const uint8_t *bytes = section->bytes + (here - section->address);
	unsigned first = halfword(bytes);
	*call = (struct code_call){.address = here};
	if (first >> 11 < 0x1d || end - here < 4) {
		*at += 2;
		return here - start >= 8 && moves_target(bytes, &call->target);
	}
	unsigned second = halfword(bytes + 2);
	*at += 4;
	if (loads_target(section, here, first, second, &call->target))
		return true;
	call->links = (second & 0xd000) == 0xd000;
	call->target = (uint32_t)here + 4 + branch_offset(first, second);
	return first >> 11 == 0x1e && (call->links || (second & 0xd000) == 0x9000);
}

/* Adds the calls in SECTION from address START to END. */
static bool scan(const struct object_section *section, uint64_t start, uint64_t end,
	struct code_calls *calls)
{
	uint64_t limit = section->address + section->size;
	end = end < limit ? end : limit;
	for (uint64_t at = start; at >= section->address && at < end && end - at >= 2;) {
		struct code_call call;
		if (next_call(section, start, end, &at, &call) && !code_calls_add(calls, call))
			return false;
	}
	return true;
}

bool thumb_calls(struct diag *diag, const struct object *image, struct code_calls *calls)
{
	size_t mark_count = 0;
	struct mark *marks = calloc(image->symbol_count + 1, sizeof(*marks));
	bool done = marks != NULL;
	for (size_t i = 0; done && i < image->symbol_count; i++)
		mark_count += mark_of(image, &image->symbols[i], &marks[mark_count]);
	if (done)
		qsort(marks, mark_count, sizeof(*marks), by_place);
	for (size_t i = 0; done && i < mark_count; i++) {
		bool last = i + 1 == mark_count || marks[i + 1].section != marks[i].section;
		if (marks[i].is_code)
			done = scan(&image->sections[marks[i].section], marks[i].address,
				last ? UINT64_MAX : marks[i + 1].address, calls);
	}
	free(marks);
	return done || diag_no_memory(diag);
}
