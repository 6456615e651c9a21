/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What the attribute bits of a row must be, from what its region is: the
 * layout that berth-regions(5) tells, worked out by hand for each architecture.
 *
 * Memory, data and what is shared are Normal memory, code is Normal memory
 * that is read only, peripherals are shareable Device memory.  Privileged code
 * keeps its rights to everything but code, where the architecture can say so.
 */
#include "mpu-table/check.h"

/* The bits of one register by what the region is. */
struct attributes {
	uint32_t memory;     /* read and write */
	uint32_t constant;   /* memory that is read only */
	uint32_t device;     /* a peripheral, read and write */
	uint32_t device_in;  /* a peripheral, read only */
	uint32_t executable; /* code */
	uint32_t readable;   /* code that is not executable */
};

/* RASR: XN, AP, TEX, S, C, B.  Write-through, RAM shareable (DUI 0552, table 4-47; DDI 0419 and
 * DDI 0403, B3.5.9). */
static const uint32_t rasr_mask = 0x173f0000;
static const struct attributes rasr = {
	0x13060000, 0x12060000, 0x13050000, 0x12050000, 0x06020000, 0x16020000};

/* DRACR: the same fields at other places; write-back with write allocate (DDI 0406, B5.2). */
static const uint32_t dracr_mask = 0x173f;
static const struct attributes dracr = {0x130b, 0x120b, 0x1305, 0x1205, 0x060b, 0x160b};

/* RBAR: SH, AP, XN; RLAR: PXN, AttrIndx, EN (DDI 0553, MPU_RBAR, MPU_RLAR).  PXN stays clear: the
 * native program runs from the same flash. */
static const uint32_t v8m_mask = 0x1f;
static const struct attributes v8m_rbar = {0x03, 0x07, 0x13, 0x17, 0x06, 0x07};
static const struct attributes v8m_rlar = {0x01, 0x01, 0x05, 0x05, 0x03, 0x03};

/* pmpcfg: L, X, W, R (Volume II, 3.7.1), and the same bits where mseccfg.MML is set: data of both
 * modes, code of user mode (Smepmp). */
static const uint32_t pmpcfg_mask = 0xe7;
static const struct attributes pmpcfg = {3, 1, 3, 1, 5, 1};
static const struct attributes pmpcfg_mml = {6, 2, 6, 2, 5, 1};

static uint32_t choose(const struct attributes *from, const struct berth_region *region)
{
	bool writable = (region->access & BERTH_WRITE) != 0;
	if (region->kind == BERTH_KIND_PERIPHERAL)
		return writable ? from->device : from->device_in;
	if (region->kind == BERTH_KIND_CODE)
		return (region->access & BERTH_EXECUTE) != 0 ? from->executable : from->readable;
	return writable ? from->memory : from->constant;
}

/* Address bits below the granule count for nothing, so they have one value too: ones in NAPOT. */
static struct row_bits pmp_bits(
	const struct row_target *target, const struct row *row, const struct berth_region *region)
{
	enum { OFF = 0, NAPOT = 3 };
	uint32_t mode = row->words[1] >> 3 & 3;
	uint32_t below = (UINT32_C(1) << target->granularity) - 1;
	uint32_t address = mode == NAPOT ? below >> 1 : below;
	const struct attributes *from = target->mml ? &pmpcfg_mml : &pmpcfg;
	return (struct row_bits){
		.mask = {{address, pmpcfg_mask}},
		.bits = {{mode == NAPOT ? address : 0, mode == OFF ? 0 : choose(from, region)}},
	};
}

struct row_bits check_attribute_bits(
	const struct table *table, uint32_t row, const struct berth_region *region)
{
	const struct row_target target = table_target(table);
	const struct row registers = table_row(table, row);
	switch (table->arch->id) {
	case ARCH_ARMV6M:
	case ARCH_ARMV7M:
		return (struct row_bits){{{0, rasr_mask}}, {{0, choose(&rasr, region)}}};
	case ARCH_ARMV7R:
		return (struct row_bits){{{0, 0, dracr_mask}}, {{0, 0, choose(&dracr, region)}}};
	case ARCH_ARMV8M:
	case ARCH_ARMV81M:
		return (struct row_bits){{{v8m_mask, v8m_mask}},
			{{choose(&v8m_rbar, region), choose(&v8m_rlar, region)}}};
	case ARCH_RISCV:
		return pmp_bits(&target, &registers, region);
	case ARCH_COUNT:
		break;
	}
	return (struct row_bits){{{0}}, {{0}}};
}
