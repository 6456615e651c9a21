/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What the attribute bits of a row must be, from what its region is: the
 * tables of berth-regions(5), worked out by hand for each architecture.
 *
 * Memory, data and what is shared are Normal memory, code is Normal memory
 * that is read only, peripherals are shareable Device memory.  Privileged code
 * keeps its rights to everything but code, where the architecture can say so.
 */
#include "mpu-table/check.h"

enum who { RAM, CONSTANT, DEVICE, DEVICE_IN, EXECUTABLE, READABLE, WHO };

/* Which of the columns of the tables below a region belongs to. */
static enum who who_is(const struct berth_region *region)
{
	bool writable = (region->access & BERTH_WRITE) != 0;
	if (region->kind == BERTH_KIND_PERIPHERAL)
		return writable ? DEVICE : DEVICE_IN;
	if (region->kind == BERTH_KIND_CODE)
		return (region->access & BERTH_EXECUTE) != 0 ? EXECUTABLE : READABLE;
	return writable ? RAM : CONSTANT;
}

/* How its memory is cached: what it asks for, or what is usual. */
static enum berth_cache caching(const struct berth_region *region)
{
	if (region->cache != BERTH_CACHE_USUAL && region->cache <= BERTH_CACHE_WRITE_BACK)
		return (enum berth_cache)region->cache;
	return region->kind == BERTH_KIND_CODE ? BERTH_CACHE_WRITE_THROUGH : BERTH_CACHE_WRITE_BACK;
}

/* --- Armv6-M and Armv7-M: RASR, its XN, AP, TEX, S, C, B (DDI 0419 and DDI 0403, B3.5.9) ------ */

static const uint32_t rasr_mask = 0x173f0000;
/* XN and AP; of Device memory the rest too: TEX 0, S, B. */
static const uint32_t rasr_rights[WHO] = {
	0x13000000, 0x12000000, 0x13050000, 0x12050000, 0x06000000, 0x16000000};
/* TEX, S, C, B: Armv6-M has no TEX, and what is written back is C and B there. */
static const uint32_t rasr_cache_v6m[] = {0, 0, 0x00020000, 0x00030000};
static const uint32_t rasr_cache_v7m[] = {0, 0x000c0000, 0x00020000, 0x000b0000};

/* --- Armv7-R: DRACR, the same fields at other places (DDI 0406, B5.2, B6.1) ------------------- */

static const uint32_t dracr_mask = 0x173f;
static const uint32_t dracr_rights[WHO] = {0x1300, 0x1200, 0x1305, 0x1205, 0x0600, 0x1600};
static const uint32_t dracr_cache[] = {0, 0xc, 0x2, 0xb};

/* --- Armv8-M: RBAR, its SH, AP, XN; RLAR, its PXN, AttrIndx, EN (DDI 0553) -------------------- */

static const uint32_t v8m_mask = 0x1f;
static const uint32_t v8m_rights[WHO] = {0x03, 0x07, 0x13, 0x17, 0x06, 0x07};
/* SH of what is not cached, and the index by caching: attribute 0 is write-back, 1 write-through,
 * 2 Device, 3 uncached.  PXN stays clear: the native program runs from the same flash. */
static const uint32_t v8m_share[] = {0, 0x10, 0, 0};
static const uint32_t v8m_index[] = {0, 0x07, 0x03, 0x01};
static const uint32_t v8m_device = 0x05;

/* --- RISC-V: pmpcfg, its L, X, W, R (Volume II, 3.7.1), and with mseccfg.MML set (Smepmp) ----- */

static const uint32_t pmpcfg_mask = 0xe7;
static const uint32_t pmpcfg[WHO] = {3, 1, 3, 1, 5, 1};
static const uint32_t pmpcfg_mml[WHO] = {6, 2, 6, 2, 5, 1};

/* --- all ---------------------------------------------------------------------------- */

/* RIGHTS of the region, with the bits CACHES where it is no Device memory. */
static uint32_t with_cache(
	const uint32_t *rights, const uint32_t *caches, const struct berth_region *region)
{
	enum who who = who_is(region);
	bool device = who == DEVICE || who == DEVICE_IN;
	return rights[who] | (device ? 0 : caches[caching(region)]);
}

static struct row_bits v8m_bits(const struct berth_region *region)
{
	bool device = region->kind == BERTH_KIND_PERIPHERAL;
	uint32_t index = device ? v8m_device : v8m_index[caching(region)];
	return (struct row_bits){
		.mask = {{v8m_mask, v8m_mask}},
		.bits = {{with_cache(v8m_rights, v8m_share, region), index}},
	};
}

/* Address bits below the granule count for nothing, so they have one value too: ones in NAPOT. */
static struct row_bits pmp_bits(
	const struct row_target *target, const struct row *row, const struct berth_region *region)
{
	enum { OFF = 0, NAPOT = 3 };
	uint32_t mode = row->words[1] >> 3 & 3;
	uint32_t below = (UINT32_C(1) << target->granularity) - 1;
	uint32_t address = mode == NAPOT ? below >> 1 : below;
	uint32_t rights = (target->mml ? pmpcfg_mml : pmpcfg)[who_is(region)];
	return (struct row_bits){
		.mask = {{address, pmpcfg_mask}},
		.bits = {{mode == NAPOT ? address : 0, mode == OFF ? 0 : rights}},
	};
}

struct row_bits check_attribute_bits(
	const struct table *table, uint32_t row, const struct berth_region *region)
{
	const struct row_target target = table_target(table);
	const struct row registers = table_row(table, row);
	switch (table->arch->id) {
	case ARCH_ARMV6M:
		return (struct row_bits){
			{{0, rasr_mask}}, {{0, with_cache(rasr_rights, rasr_cache_v6m, region)}}};
	case ARCH_ARMV7M:
		return (struct row_bits){
			{{0, rasr_mask}}, {{0, with_cache(rasr_rights, rasr_cache_v7m, region)}}};
	case ARCH_ARMV7R:
		return (struct row_bits){{{0, 0, dracr_mask}},
			{{0, 0, with_cache(dracr_rights, dracr_cache, region)}}};
	case ARCH_ARMV8M:
	case ARCH_ARMV81M:
		return v8m_bits(region);
	case ARCH_RISCV:
		return pmp_bits(&target, &registers, region);
	case ARCH_COUNT:
		break;
	}
	return (struct row_bits){{{0}}, {{0}}};
}
