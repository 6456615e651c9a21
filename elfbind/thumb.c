/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/thumb.h"

#include <stdlib.h>

/* From here on, to the next mark of its section, there is code or data. */
struct mark {
	uint32_t section;
	uint64_t address;
	bool is_code;
};

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
	if (symbol->type == STT_FUNC)
		return (symbol->value & 1) != 0;
	if (name[0] != '$' || (name[2] != '\0' && name[2] != '.') || name[1] == '\0')
		return false;
	mark->is_code = name[1] == 't';
	return name[1] == 't' || name[1] == 'd' || name[1] == 'a';
}

/* By place; data behind code, so that it is what counts where both start. */
static int by_place(const void *left, const void *right)
{
	const struct mark *a = left;
	const struct mark *b = right;
	if (a->section != b->section)
		return a->section < b->section ? -1 : 1;
	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return (int)b->is_code - (int)a->is_code;
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

/* Adds the calls in SECTION from address START to END. */
static bool scan(const struct object_section *section, uint64_t start, uint64_t end,
	struct code_calls *calls)
{
	uint64_t limit = section->address + section->size;
	end = end < limit ? end : limit;
	for (uint64_t at = start; at >= section->address && at < end && end - at >= 2;) {
		const uint8_t *bytes = section->bytes + (at - section->address);
		unsigned first = halfword(bytes);
		if (first >> 11 < 0x1d || end - at < 4) {
			at += 2;
			continue;
		}
		unsigned second = halfword(bytes + 2);
		bool links = (second & 0xd000) == 0xd000;
		struct code_call call = {.address = at, .links = links};
		call.target = (uint32_t)at + 4 + branch_offset(first, second);
		if (first >> 11 == 0x1e && (links || (second & 0xd000) == 0x9000) &&
			!code_calls_add(calls, call))
			return false;
		at += 4;
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
