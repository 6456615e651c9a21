/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What the Armv7-M MPU makes of a pair of MPU_RBAR and MPU_RASR, read off the
 * field tables of DDI 0403, B3.5.8 (RBAR) and B3.5.9 (RASR; TEX, C, B and S in
 * table B3-13, AP in table B3-15).
 */
#include "mpu-table/armv7m_decode.h"

#include "mpu-table/decode_fields.h"

#define R LAYOUT_READ
#define RW (LAYOUT_READ | LAYOUT_WRITE)

/* Table B3-15, by AP[2:0]; 0b100 is reserved. */
static const struct ap_rights permissions[8] = {
	{0, 0}, {RW, 0}, {RW, R}, {RW, RW}, {0, 0}, {R, 0}, {R, R}, {R, R}};

#undef R
#undef RW

/* Table B3-13 by TEX[2:0], C, B for the encodings with TEX[2] clear. */
static const enum row_memory memory_types[16] = {
	ROW_STRONGLY_ORDERED,
	ROW_DEVICE,
	ROW_NORMAL_CACHED,
	ROW_NORMAL_CACHED,
	ROW_NORMAL_UNCACHED,
	ROW_MEMORY_RESERVED,
	ROW_MEMORY_RESERVED, /* implementation defined */
	ROW_NORMAL_CACHED,
	ROW_DEVICE,
	ROW_MEMORY_RESERVED,
	ROW_MEMORY_RESERVED,
	ROW_MEMORY_RESERVED,
	ROW_MEMORY_RESERVED,
	ROW_MEMORY_RESERVED,
	ROW_MEMORY_RESERVED,
	ROW_MEMORY_RESERVED,
};

/* TEX[2] set: TEX[1:0] is the outer and C, B the inner cache policy, 0b00 being uncached. */
static enum row_memory memory_type(uint32_t tex, uint32_t cb)
{
	if (tex < 4)
		return memory_types[tex << 2 | cb];
	return tex == 4 && cb == 0 ? ROW_NORMAL_UNCACHED : ROW_NORMAL_CACHED;
}

/* The S bit counts for Normal memory only; the other types carry it in their encoding. */
static bool is_shareable(uint32_t tex, enum row_memory memory, bool s)
{
	switch (memory) {
	case ROW_STRONGLY_ORDERED:
		return true;
	case ROW_DEVICE:
		return tex == 0;
	default:
		return s;
	}
}

/* The rule that the pair breaks, or NULL. */
static const char *illegal(uint32_t rbar, uint32_t rasr, const struct row_view *view)
{
	if (field(rasr, 31, 29) != 0 || field(rasr, 27, 27) != 0 || field(rasr, 23, 22) != 0 ||
		field(rasr, 7, 6) != 0)
		return "RASR has reserved bits set (B3.5.9: should be zero)";
	if (field(rasr, 5, 1) < 4)
		return "RASR.SIZE is below 4, a region has at least 32 bytes (B3.5.9)";
	if ((rbar & ~UINT32_C(31)) % view->size != 0)
		return "RBAR.ADDR is not a multiple of the region's size (B3.5.8)";
	if (view->size < 256 && view->subregions_off != 0)
		return "RASR.SRD is set in a region below 256 bytes (B3.5.9: unpredictable)";
	if (field(rasr, 26, 24) == 4)
		return "RASR.AP is 0b100, which is reserved (B3.5.9, table B3-15)";
	if (view->memory == ROW_MEMORY_RESERVED)
		return "RASR.TEX, C and B are a reserved combination (B3.5.9, table B3-13)";
	return NULL;
}

bool armv7m_decode(uint32_t rbar, uint32_t rasr, struct row_view *view, const char **why)
{
	uint32_t tex = field(rasr, 21, 19);
	*why = NULL;
	*view = (struct row_view){
		.enabled = field(rasr, 0, 0) != 0,
		.slot_valid = field(rbar, 4, 4) != 0,
		.slot = field(rbar, 3, 0),
		.size = UINT64_C(2) << field(rasr, 5, 1),
		.base = rbar & ~UINT32_C(31),
		.subregions_off = (uint8_t)field(rasr, 15, 8),
		.memory = memory_type(tex, field(rasr, 17, 16)),
	};
	if (row_is_normal(view))
		view->cache = pmsa_cache(tex, field(rasr, 17, 16));
	view->shareable = is_shareable(tex, view->memory, field(rasr, 18, 18) != 0);
	/* A row that is off opens nothing, whatever its other fields say. */
	if (!view->enabled)
		return true;
	*why = illegal(rbar, rasr, view);
	if (*why != NULL)
		return false;
	set_rights(view, permissions[field(rasr, 26, 24)], field(rasr, 28, 28) != 0);
	/* Regions without subregions also count as eight eighths here: the whole. */
	list_eighths(view);
	return true;
}
