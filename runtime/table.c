/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The check of the region table at boot; berth/regions.h has its picture.
 *
 * The checksum finds a damaged table, the bounds find one that was never
 * right.  Whether the rows open what they should is proven on the host, where
 * mpu-table(1) has the whole image to compare with.
 */
#include "runtime/table.h"

#include <stddef.h>

#include "runtime/address.h"

static const void *at(const struct berth_regions_header *table, uint32_t offset)
{
	return (const uint8_t *)table + offset;
}

static const void *entry(const struct berth_regions_header *table, uint32_t offset, uint32_t count,
	uint32_t index, uint32_t size)
{
	return index < count ? at(table, offset + index * size) : NULL;
}

const struct berth_region *berth_table_region(
	const struct berth_regions_header *table, uint32_t index)
{
	return entry(
		table, table->regions, table->region_count, index, sizeof(struct berth_region));
}

const struct berth_arena *berth_table_arena(
	const struct berth_regions_header *table, uint32_t index)
{
	return entry(table, table->arenas, table->arena_count, index, sizeof(struct berth_arena));
}

static uint32_t row_bytes(const struct berth_regions_header *table)
{
	return table->row_words * (uint32_t)sizeof(uint32_t);
}

uint32_t berth_table_crc(const struct berth_regions_header *table, uint32_t bytes)
{
	uint32_t crc = 0xffffffffu;
	for (uint32_t i = 0; i < bytes; i += (uint32_t)sizeof(uint32_t)) {
		bool is_crc = i == offsetof(struct berth_regions_header, crc32);
		/* The lowest byte of a word is the first in memory: one word is four bytes. */
		crc ^= is_crc ? 0 : *(const uint32_t *)at(table, i);
		for (unsigned bit = 0; bit < 32; bit++)
			crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1)));
	}
	return ~crc;
}

/* What the architecture says of its parts; the words that it does not use are zero. */
static bool check_target(const struct berth_regions_header *table)
{
	const uint32_t *words = table->target;
	bool riscv = table->arch == BERTH_ARCH_RISCV;
	bool v8 = table->arch == BERTH_ARCH_ARMV8M || table->arch == BERTH_ARCH_ARMV8_1M;
	if (words[2] != 0 || words[3] != 0)
		return false;
	if (riscv)
		return words[BERTH_TARGET_GRANULARITY] < 30 &&
		       words[BERTH_TARGET_FLAGS] <= (BERTH_TARGET_NAPOT_ONLY | BERTH_TARGET_MML);
	return v8 == (words[BERTH_TARGET_MAIR0] != 0 || words[BERTH_TARGET_MAIR1] != 0);
}

static bool check_header(const struct berth_regions_header *table, uint32_t arch)
{
	return table->magic == BERTH_REGIONS_MAGIC && table->version == BERTH_REGIONS_VERSION &&
	       table->arch == arch && table->row_words == (arch == BERTH_ARCH_ARMV7R ? 3 : 2) &&
	       check_target(table) && table->bytes >= sizeof(*table) &&
	       table->bytes <= BERTH_TABLE_MOST && table->bytes % sizeof(uint32_t) == 0 &&
	       table->crc32 == berth_table_crc(table, table->bytes);
}

/* Whether COUNT entries of SIZE bytes from OFFSET lie in the table, behind its header. */
static bool check_array(
	const struct berth_regions_header *table, uint32_t offset, uint32_t count, uint32_t size)
{
	return offset % sizeof(uint32_t) == 0 && offset >= sizeof(*table) &&
	       offset <= table->bytes && count <= (table->bytes - offset) / size;
}

static bool check_arrays(const struct berth_regions_header *table)
{
	return check_array(
		       table, table->regions, table->region_count, sizeof(struct berth_region)) &&
	       check_array(table, table->contexts, table->context_count,
		       sizeof(struct berth_context)) &&
	       check_array(table, table->arenas, table->arena_count, sizeof(struct berth_arena)) &&
	       check_array(table, table->row_owners, table->row_count, sizeof(uint32_t)) &&
	       check_array(table, table->rows, table->row_count, row_bytes(table));
}

/* Whether the last of SIZE bytes from BASE still has an address. */
static bool check_range(uint32_t base, uint32_t size)
{
	return size == 0 || size - 1 <= UINT32_MAX - base;
}

static bool check_region(
	const struct berth_regions_header *table, const struct berth_region *region)
{
	return check_range(region->base, region->reserved) && region->size <= region->reserved &&
	       (region->component == BERTH_NONE || region->component < table->context_count);
}

static bool check_context(
	const struct berth_regions_header *table, const struct berth_context *context)
{
	const struct berth_region *memory = berth_table_region(table, context->memory);
	return memory != NULL && memory->kind == BERTH_KIND_MEMORY &&
	       context->first_row <= table->row_count &&
	       context->row_count <= table->row_count - context->first_row &&
	       /* Without a row there is no fence: hardware that is off lets everything pass. */
	       context->row_count != 0 && context->row_count <= table->mpu_regions &&
	       check_range(context->window_base, context->window_size) &&
	       berth_within(
		       context->window_base, context->window_size, memory->base, memory->size) &&
	       (context->arena == BERTH_NONE || context->arena < table->arena_count) &&
	       check_range(context->data_base, context->data_size) &&
	       berth_within(context->stack_base, context->stack_size, context->data_base,
		       context->data_size) &&
	       context->stack_size >= BERTH_FRAME_BYTES &&
	       (context->stack_base + context->stack_size) % 8 == 0;
}

static bool check_arena(const struct berth_arena *arena)
{
	return check_range(arena->memory_base, arena->memory_size) &&
	       berth_within(arena->offset, arena->size, 0, arena->memory_size) &&
	       arena->state % sizeof(uint32_t) == 0 && arena->policy <= BERTH_ARENA_FREE_LIST;
}

/*
 * Whether the rows of a PMSAv6-M or PMSAv7-M context load the slots of their
 * positions (MPU_RBAR.VALID and REGION, DDI 0403 B3.5.8).  Elsewhere only the
 * position decides.
 */
static bool check_slots(
	const struct berth_regions_header *table, const struct berth_context *context)
{
	if (table->arch != BERTH_ARCH_ARMV7M && table->arch != BERTH_ARCH_ARMV6M)
		return true;
	const struct berth_row *rows = berth_table_rows(table, context);
	for (uint32_t i = 0; i < context->row_count; i++) {
		if ((rows[i].rbar & 0x1fu) != (0x10u | i))
			return false;
	}
	return true;
}

bool berth_table_check(const struct berth_regions_header *table, uint32_t arch)
{
	if (!check_header(table, arch) || !check_arrays(table))
		return false;
	for (uint32_t i = 0; i < table->region_count; i++) {
		if (!check_region(table, berth_table_region(table, i)))
			return false;
	}
	for (uint32_t i = 0; i < table->context_count; i++) {
		const struct berth_context *context = berth_table_context(table, i);
		if (!check_context(table, context) || !check_slots(table, context))
			return false;
	}
	for (uint32_t i = 0; i < table->arena_count; i++) {
		if (!check_arena(berth_table_arena(table, i)))
			return false;
	}
	return true;
}
