/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The rows of a table, in the words of the decoders, and whether they open code that is apart. */
#include "mpu-table/architecture.h"
#include "mpu-table/table.h"

struct row table_row(const struct table *table, uint32_t row)
{
	struct row out = {{0}};
	uint32_t words = table->header.row_words;
	for (uint32_t i = 0; i < words; i++)
		out.words[i] = table->rows[row * words + i];
	return out;
}

struct row_target table_target(const struct table *table)
{
	const uint32_t *words = table->header.target;
	if (table->arch->id == ARCH_RISCV)
		return (struct row_target){
			.granularity = words[BERTH_TARGET_GRANULARITY],
			.napot_only = (words[BERTH_TARGET_FLAGS] & BERTH_TARGET_NAPOT_ONLY) != 0,
			.mml = (words[BERTH_TARGET_FLAGS] & BERTH_TARGET_MML) != 0,
		};
	return (struct row_target){.mair = {words[BERTH_TARGET_MAIR0], words[BERTH_TARGET_MAIR1]}};
}

bool table_decode(const struct table *table, uint32_t row, struct row_view *view, const char **why)
{
	const struct architecture *architecture = architecture_of(table->arch);
	const struct row_target target = table_target(table);
	uint32_t context = table_row_context(table, row);
	uint32_t first = context == BERTH_NONE ? row : table->contexts[context].first_row;
	/* A row may go on where the one before it in its context ends: TOR.  No context has more
	 * rows than the architecture has slots. */
	struct row rows[ROW_SLOTS];
	for (uint32_t i = first; i <= row; i++)
		rows[i - first] = table_row(table, i);
	return architecture->decode(&target, rows, row - first, view, why);
}

bool table_opens(const struct table *table, const struct berth_context *context, uint32_t region)
{
	for (uint32_t i = 0; i < context->row_count; i++)
		if (table->row_owners[context->first_row + i] == region)
			return true;
	return false;
}

bool table_has_units(const struct table *table)
{
	for (uint32_t i = 0; i < table->header.region_count; i++)
		if (table->regions[i].kind == BERTH_KIND_CODE &&
			table->regions[i].component != BERTH_NONE)
			return true;
	return false;
}
