/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What the Armv7-R MPU makes of DRBAR, DRSR and DRACR, read off the field
 * tables of DDI 0406C, B6.1 (the registers) and B5.2 (AP; TEX, C and B).
 */
#include "mpu-table/armv7r_decode.h"

#include "mpu-table/decode_fields.h"

#define R LAYOUT_READ
#define RW (LAYOUT_READ | LAYOUT_WRITE)

/* By AP[2:0]; 0b100 and 0b111 are unpredictable. */
static const struct ap_rights permissions[8] = {
	{0, 0}, {RW, 0}, {RW, R}, {RW, RW}, {0, 0}, {R, 0}, {R, R}, {0, 0}};

#undef R
#undef RW

/* By TEX[2:0], C, B for the encodings with TEX[2] clear. */
static enum row_memory memory_type(uint32_t tex, uint32_t cb)
{
	/* TEX[2] set: TEX[1:0] is the outer and C, B the inner policy, 0b00 being uncached. */
	if (tex >= 4)
		return tex == 4 && cb == 0 ? ROW_NORMAL_UNCACHED : ROW_NORMAL_CACHED;
	switch (tex << 2 | cb) {
	case 0:
		return ROW_STRONGLY_ORDERED;
	case 1: /* shared */
	case 8: /* not shared */
		return ROW_DEVICE;
	case 2: /* write-through */
	case 3: /* write-back */
	case 7: /* write-back, write allocate */
		return ROW_NORMAL_CACHED;
	case 4:
		return ROW_NORMAL_UNCACHED;
	default: /* 6 is implementation defined, the others are reserved */
		return ROW_MEMORY_RESERVED;
	}
}

/* The S bit counts for Normal memory only. */
static bool is_shareable(enum row_memory memory, uint32_t tex, bool s)
{
	if (memory == ROW_STRONGLY_ORDERED)
		return true;
	return memory == ROW_DEVICE ? tex == 0 : s;
}

/* The rule that the registers break, or NULL. */
static const char *illegal(const struct row *row, const struct row_view *view)
{
	uint32_t drsr = row->words[1];
	uint32_t dracr = row->words[2];
	uint32_t ap = field(dracr, 10, 8);
	if (field(row->words[0], 4, 0) != 0)
		return "DRBAR has reserved bits set (B6.1: bits 4 to 0 should be zero)";
	if (field(drsr, 31, 16) != 0 || field(drsr, 7, 6) != 0)
		return "DRSR has reserved bits set (B6.1: should be zero)";
	if (field(dracr, 31, 13) != 0 || field(dracr, 11, 11) != 0 || field(dracr, 7, 6) != 0)
		return "DRACR has reserved bits set (B6.1: should be zero)";
	if (field(drsr, 5, 1) < 4)
		return "DRSR.RSize is below 4, a region has at least 32 bytes (B6.1)";
	if (view->base % view->size != 0)
		return "DRBAR is not a multiple of the region's size (B6.1: unpredictable)";
	if (view->size < 256 && view->subregions_off != 0)
		return "DRSR turns subregions off in a region below 256 bytes (B5.1: "
		       "unpredictable)";
	if (ap == 4 || ap == 7)
		return "DRACR.AP is 0b100 or 0b111, which are unpredictable (B5.2)";
	if (view->memory == ROW_MEMORY_RESERVED)
		return "DRACR.TEX, C and B are a reserved combination (B5.2)";
	return NULL;
}

bool armv7r_decode(const struct row *row, struct row_view *view, const char **why)
{
	uint32_t drsr = row->words[1];
	uint32_t dracr = row->words[2];
	uint32_t tex = field(dracr, 5, 3);
	*why = NULL;
	*view = (struct row_view){
		.enabled = field(drsr, 0, 0) != 0,
		.base = row->words[0] & ~UINT32_C(31),
		.size = UINT64_C(2) << field(drsr, 5, 1),
		.subregions_off = (uint8_t)field(drsr, 15, 8),
		.memory = memory_type(tex, field(dracr, 1, 0)),
	};
	if (row_is_normal(view))
		view->cache = pmsa_cache(tex, field(dracr, 1, 0));
	view->shareable = is_shareable(view->memory, tex, field(dracr, 2, 2) != 0);
	/* A row that is off opens nothing, whatever its other fields say. */
	if (!view->enabled)
		return true;
	*why = illegal(row, view);
	if (*why != NULL)
		return false;
	set_rights(view, permissions[field(dracr, 10, 8)], field(dracr, 12, 12) != 0);
	list_eighths(view);
	return true;
}
