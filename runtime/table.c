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

#ifdef BERTH_HOST
/* The tests have tables of every architecture but that of three registers a row. */
#define TAKES(arch) ((arch) != BERTH_ARCH_ARMV7R)
#else
#include "runtime/port.h"
/* Of one architecture only: what others need below is left out by the compiler. */
#define TAKES(arch) BERTH_PORT_TAKES(arch)
/* ldgen's script looks for this symbol: a library for another architecture does not link. */
__asm__(".global berth_is_" BERTH_PORT_NAME "\n.set berth_is_" BERTH_PORT_NAME ", 1");
#endif

static const void *at(const struct berth_regions_header *table, uint32_t offset)
{
	return (const uint8_t *)table + offset;
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

/* --- the header ------------------------------------------------------------------------- */

/* What the architecture says of its parts; the words that it does not use are zero. */
static bool check_target(const struct berth_regions_header *table)
{
	const uint32_t *words = table->target;
	bool riscv = table->arch == BERTH_ARCH_RISCV;
	bool v8 = table->arch == BERTH_ARCH_ARMV8M || table->arch == BERTH_ARCH_ARMV8_1M;
	if ((words[2] | words[3]) != 0)
		return false;
	if (riscv)
		return words[BERTH_TARGET_GRANULARITY] < 30 &&
		       words[BERTH_TARGET_FLAGS] <= (BERTH_TARGET_NAPOT_ONLY | BERTH_TARGET_MML);
	return v8 == ((words[BERTH_TARGET_MAIR0] | words[BERTH_TARGET_MAIR1]) != 0);
}

static bool check_header(const struct berth_regions_header *table, uint32_t arch)
{
	return table->magic == BERTH_REGIONS_MAGIC && table->version == BERTH_REGIONS_VERSION &&
	       table->arch == arch && TAKES(arch) && table->row_words == BERTH_ROW_WORDS &&
	       check_target(table) && table->bytes >= sizeof(*table) &&
	       table->bytes <= BERTH_TABLE_MOST && table->bytes % sizeof(uint32_t) == 0 &&
	       table->crc32 == berth_table_crc(table, table->bytes);
}

/* Each array: the words of the header that say its offset and count, and the bytes of an entry. */
#define WORD(field) (offsetof(struct berth_regions_header, field) / sizeof(uint32_t))
static const struct {
	uint8_t offset;
	uint8_t count;
	uint8_t bytes;
} arrays[] = {
	{WORD(regions), WORD(region_count), sizeof(struct berth_region)},
	{WORD(contexts), WORD(context_count), sizeof(struct berth_context)},
	{WORD(arenas), WORD(arena_count), sizeof(struct berth_arena)},
	{WORD(row_owners), WORD(row_count), sizeof(uint32_t)},
	{WORD(rows), WORD(row_count), BERTH_ROW_WORDS * sizeof(uint32_t)},
};

/* Whether the entries of each lie in the table, behind its header. */
static bool check_arrays(const struct berth_regions_header *table)
{
	const uint32_t *words = at(table, 0);
	for (uint32_t i = 0; i < sizeof(arrays) / sizeof(arrays[0]); i++) {
		uint32_t offset = words[arrays[i].offset];
		if (offset % sizeof(uint32_t) != 0 || offset < sizeof(*table) ||
			offset > table->bytes ||
			words[arrays[i].count] > (table->bytes - offset) / arrays[i].bytes)
			return false;
	}
	return true;
}

/* --- the entries ------------------------------------------------------------------------- */

/* Whether there is a last of SIZE bytes from BASE, and it still has an address. */
static bool check_range(uint32_t base, uint32_t size)
{
	return size - 1 <= UINT32_MAX - base;
}

/* berth_within, called and not repeated: at boot bytes count, not time. */
static __attribute__((noinline)) bool lies_within(
	uint32_t start, uint32_t size, uint32_t whole, uint32_t whole_size)
{
	return berth_within(start, size, whole, whole_size);
}

/* Whether INDEX is one of COUNT, or BERTH_NONE, behind which the next number is 0. */
static bool check_optional(uint32_t index, uint32_t count)
{
	return index + 1 <= count;
}

static bool check_region(
	const struct berth_regions_header *table, const struct berth_region *region)
{
	return (region->reserved == 0 || check_range(region->base, region->reserved)) &&
	       region->size <= region->reserved &&
	       check_optional(region->component, table->context_count);
}

static bool check_context(
	const struct berth_regions_header *table, const struct berth_context *context)
{
	const struct berth_region *memory = berth_table_region(table, context->memory);
	return memory != NULL && memory->kind == BERTH_KIND_MEMORY &&
	       /* Without a row there is no fence: hardware that is off lets everything pass. */
	       context->row_count != 0 && context->row_count <= table->mpu_regions &&
	       lies_within(context->first_row, context->row_count, 0, table->row_count) &&
	       /* The memory has passed check_region: what lies in it does not wrap. */
	       lies_within(
		       context->window_base, context->window_size, memory->base, memory->size) &&
	       check_optional(context->arena, table->arena_count) &&
	       check_range(context->data_base, context->data_size) &&
	       lies_within(context->stack_base, context->stack_size, context->data_base,
		       context->data_size) &&
	       context->stack_size >= BERTH_FRAME_BYTES &&
	       (context->stack_base + context->stack_size) % 8 == 0;
}

static bool check_arena(const struct berth_arena *arena)
{
	return check_range(arena->memory_base, arena->memory_size) &&
	       lies_within(arena->offset, arena->size, 0, arena->memory_size) &&
	       arena->state % sizeof(uint32_t) == 0 && arena->policy <= BERTH_ARENA_BUMP_CALL;
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
	const struct berth_region *region = at(table, table->regions);
	for (uint32_t count = table->region_count; count > 0; count--, region++) {
		if (!check_region(table, region))
			return false;
	}
	const struct berth_context *context = at(table, table->contexts);
	for (uint32_t count = table->context_count; count > 0; count--, context++) {
		if (!check_context(table, context) || !check_slots(table, context))
			return false;
	}
	const struct berth_arena *arena = at(table, table->arenas);
	for (uint32_t count = table->arena_count; count > 0; count--, arena++) {
		if (!check_arena(arena))
			return false;
	}
	return true;
}
