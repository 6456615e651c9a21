/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "ldgen/report.h"

#include <string.h>

enum { PERCENT = 100, HUNDREDTHS = 100 };

/* --- banks and regions ---------------------------------------------------------------------- */

static bool is_placed(const struct layout_region *region)
{
	return !layout_is_bank_code(region) && region->kind != LAYOUT_PERIPHERAL;
}

/* The first context that opens region NUMBER, and how many of its rows do; SIZE_MAX if none. */
static size_t opener(const struct layout *layout, size_t number, size_t *rows)
{
	for (size_t i = 0; i < layout->context_count; i++) {
		*rows = 0;
		for (size_t k = 0; k < layout->contexts[i].row_count; k++)
			*rows += layout->contexts[i].rows[k].region == number;
		if (*rows != 0)
			return i;
	}
	return SIZE_MAX;
}

static void write_region(const struct layout *layout, size_t number, FILE *stream)
{
	const struct layout_region *region = &layout->regions[number];
	size_t rows = 0;
	bool opened = opener(layout, number, &rows) != SIZE_MAX;
	fprintf(stream, "  0x%08llx  %9llu  %9llu  ", (unsigned long long)region->base,
		(unsigned long long)region->size, (unsigned long long)region->reserved);
	if (opened)
		fprintf(stream, "%4zu  %s\n", rows, region->name);
	else
		fprintf(stream, "   -  %s\n", region->name);
}

/* The region of BANK that lies lowest of those behind FROM, which comes next in the list; a carve
 * comes behind its memory. */
static size_t next_region(const struct layout *layout, size_t bank, size_t from)
{
	const struct layout_region *last = from == SIZE_MAX ? NULL : &layout->regions[from];
	size_t next = SIZE_MAX;
	for (size_t i = 0; i < layout->region_count; i++) {
		const struct layout_region *region = &layout->regions[i];
		if (region->bank != bank || !is_placed(region))
			continue;
		bool behind = last == NULL || region->base > last->base ||
			      (region->base == last->base && i > from);
		if (behind && (next == SIZE_MAX || region->base < layout->regions[next].base))
			next = i;
	}
	return next;
}

static void write_bank(const struct layout *layout, size_t number, FILE *stream)
{
	const struct layout_bank *bank = &layout->banks[number];
	uint64_t room = bank->length - bank->reserve;
	uint64_t unused = 0;
	bool filled = next_region(layout, number, SIZE_MAX) != SIZE_MAX;
	if ((bank->access & LAYOUT_WRITE) == 0 && !filled)
		return;
	for (size_t i = 0; i < bank->free_count; i++)
		unused += bank->free[i].size;
	fprintf(stream,
		"%s: of %llu bytes behind the reserve %llu are taken, holes included, %llu are "
		"free; used up to byte %llu\n",
		bank->name, (unsigned long long)room, (unsigned long long)(room - unused),
		(unsigned long long)unused, (unsigned long long)bank->used);
	if (filled)
		fputs("     address       size   reserved  rows  region\n", stream);
	for (size_t i = next_region(layout, number, SIZE_MAX); i != SIZE_MAX;
		i = next_region(layout, number, i))
		write_region(layout, i, stream);
}

/* --- the sum ---------------------------------------------------------------------------------- */

static void write_rows(const struct layout *layout, FILE *stream)
{
	fprintf(stream, "rows, of %u:", layout->mpu_regions);
	for (size_t i = 0; i < layout->context_count; i++)
		fprintf(stream, "%s %s %zu", i == 0 ? "" : ",", layout->contexts[i].name,
			layout->contexts[i].row_count);
	fputc('\n', stream);
}

static void write_sum(const struct layout *layout, FILE *stream)
{
	uint64_t gap = layout->used - layout->lower_bound;
	fprintf(stream, "need %llu, used %llu, bound %llu, gap %llu bytes",
		(unsigned long long)layout->need, (unsigned long long)layout->used,
		(unsigned long long)layout->lower_bound, (unsigned long long)gap);
	if (layout->optimal) {
		fputs(": optimal\n", stream);
		return;
	}
	if (gap == 0) {
		fputs(": no fewer bytes, but not proven that no fewer regions leave the bank that "
		      "they prefer\n",
			stream);
		return;
	}
	uint64_t hundredths =
		layout->lower_bound == 0 ? 0 : gap * PERCENT * HUNDREDTHS / layout->lower_bound;
	fprintf(stream, " (%llu.%02llu %%): not proven to be the best\n",
		(unsigned long long)hundredths / HUNDREDTHS,
		(unsigned long long)hundredths % HUNDREDTHS);
}

void report_write(const struct layout *layout, FILE *stream)
{
	for (size_t i = 0; i < layout->bank_count; i++)
		write_bank(layout, i, stream);
	write_rows(layout, stream);
	write_sum(layout, stream);
}
