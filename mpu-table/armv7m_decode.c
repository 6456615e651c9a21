/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What the Armv7-M MPU makes of a pair of MPU_RBAR and MPU_RASR, read off the
 * field tables of DDI 0403, B3.5.8 (RBAR) and B3.5.9 (RASR; TEX, C, B and S in
 * table B3-13, AP in table B3-15).
 */
#include "mpu-table/armv7m_decode.h"

#include <string.h>

#include "mpu-table/decode_fields.h"

#define R LAYOUT_READ
#define RW (LAYOUT_READ | LAYOUT_WRITE)

/* Table B3-15, by AP[2:0]. */
static const struct {
	unsigned privileged;
	unsigned unprivileged;
	bool reserved;
} permissions[8] = {
	{0, 0, false},
	{RW, 0, false},
	{RW, R, false},
	{RW, RW, false},
	{0, 0, true},
	{R, 0, false},
	{R, R, false},
	{R, R, false},
};

#undef R
#undef RW

/* Table B3-13 by TEX[2:0], C, B for the encodings with TEX[2] clear. */
static const enum armv7m_memory memory_types[16] = {
	ARMV7M_STRONGLY_ORDERED,
	ARMV7M_DEVICE,
	ARMV7M_NORMAL_CACHED,
	ARMV7M_NORMAL_CACHED,
	ARMV7M_NORMAL_UNCACHED,
	ARMV7M_MEMORY_RESERVED,
	ARMV7M_MEMORY_RESERVED, /* implementation defined */
	ARMV7M_NORMAL_CACHED,
	ARMV7M_DEVICE,
	ARMV7M_MEMORY_RESERVED,
	ARMV7M_MEMORY_RESERVED,
	ARMV7M_MEMORY_RESERVED,
	ARMV7M_MEMORY_RESERVED,
	ARMV7M_MEMORY_RESERVED,
	ARMV7M_MEMORY_RESERVED,
	ARMV7M_MEMORY_RESERVED,
};

/* TEX[2] set: TEX[1:0] is the outer and C, B the inner cache policy, 0b00 being uncached. */
static enum armv7m_memory memory_type(uint32_t tex, uint32_t cb)
{
	if (tex < 4)
		return memory_types[tex << 2 | cb];
	return tex == 4 && cb == 0 ? ARMV7M_NORMAL_UNCACHED : ARMV7M_NORMAL_CACHED;
}

/* The S bit counts for Normal memory only; the other types carry it in their encoding. */
static bool is_shareable(uint32_t tex, enum armv7m_memory memory, bool s)
{
	switch (memory) {
	case ARMV7M_STRONGLY_ORDERED:
		return true;
	case ARMV7M_DEVICE:
		return tex == 0;
	default:
		return s;
	}
}

/* Lists the subregions that are on, joined where they touch. */
static void list_covers(struct armv7m_view *view)
{
	uint64_t step = view->size / 8;
	for (unsigned i = 0; i < 8; i++) {
		uint64_t at = view->base + i * step;
		if ((view->subregions_off >> i & 1) != 0)
			continue;
		struct layout_range *last =
			view->cover_count == 0 ? NULL : &view->covers[view->cover_count - 1];
		if (last != NULL && last->base + last->size == at)
			last->size += step;
		else
			view->covers[view->cover_count++] = (struct layout_range){at, step};
	}
}

/* The rule that the pair breaks, or NULL. */
static const char *illegal(uint32_t rbar, uint32_t rasr, const struct armv7m_view *view)
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
	if (permissions[field(rasr, 26, 24)].reserved)
		return "RASR.AP is 0b100, which is reserved (B3.5.9, table B3-15)";
	if (view->memory == ARMV7M_MEMORY_RESERVED)
		return "RASR.TEX, C and B are a reserved combination (B3.5.9, table B3-13)";
	return NULL;
}

bool armv7m_decode(uint32_t rbar, uint32_t rasr, struct armv7m_view *view, const char **why)
{
	uint32_t tex = field(rasr, 21, 19);
	uint32_t ap = field(rasr, 26, 24);
	*why = NULL;
	memset(view, 0, sizeof(*view));
	view->enabled = field(rasr, 0, 0) != 0;
	view->slot_valid = field(rbar, 4, 4) != 0;
	view->slot = field(rbar, 3, 0);
	view->size = UINT64_C(2) << field(rasr, 5, 1);
	view->base = rbar & ~UINT32_C(31);
	view->subregions_off = (uint8_t)field(rasr, 15, 8);
	view->memory = memory_type(tex, field(rasr, 17, 16));
	view->shareable = is_shareable(tex, view->memory, field(rasr, 18, 18) != 0);
	/* A row that is off opens nothing, whatever its other fields say. */
	if (!view->enabled)
		return true;
	*why = illegal(rbar, rasr, view);
	if (*why != NULL)
		return false;

	unsigned execute = field(rasr, 28, 28) == 0 ? LAYOUT_EXECUTE : 0;
	view->access = permissions[ap].unprivileged;
	view->privileged = permissions[ap].privileged;
	if ((view->access & LAYOUT_READ) != 0)
		view->access |= execute;
	if ((view->privileged & LAYOUT_READ) != 0)
		view->privileged |= execute;
	/* Regions without subregions also count as eight eighths here: the whole. */
	list_covers(view);
	return true;
}
