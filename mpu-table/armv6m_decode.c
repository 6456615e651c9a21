/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What the Armv6-M MPU makes of a pair of MPU_RBAR and MPU_RASR, read off the
 * field tables of DDI 0419, B3.5.8 (RBAR) and B3.5.9 (RASR).
 */
#include "mpu-table/armv6m_decode.h"

#include "mpu-table/decode_fields.h"

#define R LAYOUT_READ
#define RW (LAYOUT_READ | LAYOUT_WRITE)

/* By AP[2:0]; 0b100 is reserved. */
static const struct ap_rights permissions[8] = {
	{0, 0}, {RW, 0}, {RW, R}, {RW, RW}, {0, 0}, {R, 0}, {R, R}, {R, R}};

#undef R
#undef RW

/* By C, B: strongly-ordered, shared Device, write-through, write-back. */
static const enum row_memory memory_types[4] = {
	ROW_STRONGLY_ORDERED, ROW_DEVICE, ROW_NORMAL_CACHED, ROW_NORMAL_CACHED};

/* The rule that the pair breaks, or NULL. */
static const char *illegal(uint32_t rbar, uint32_t rasr, const struct row_view *view)
{
	if (field(rasr, 31, 29) != 0 || field(rasr, 27, 27) != 0 || field(rasr, 23, 19) != 0 ||
		field(rasr, 7, 6) != 0)
		return "RASR has reserved bits set (B3.5.9; Armv6-M has no TEX)";
	if (field(rasr, 5, 1) < 7)
		return "RASR.SIZE is below 7, a region has at least 256 bytes (B3.5.9)";
	if (field(rbar, 7, 5) != 0)
		return "RBAR has reserved bits set, its address starts at bit 8 (B3.5.8)";
	if (view->base % view->size != 0)
		return "RBAR.ADDR is not a multiple of the region's size (B3.5.8)";
	if (view->slot_valid && view->slot > 7)
		return "RBAR.REGION is above 7, there are eight regions (B3.5.8)";
	if (field(rasr, 26, 24) == 4)
		return "RASR.AP is 0b100, which is reserved (B3.5.9)";
	return NULL;
}

bool armv6m_decode(uint32_t rbar, uint32_t rasr, struct row_view *view, const char **why)
{
	uint32_t type = field(rasr, 17, 16);
	*why = NULL;
	*view = (struct row_view){
		.enabled = field(rasr, 0, 0) != 0,
		.slot_valid = field(rbar, 4, 4) != 0,
		.slot = field(rbar, 3, 0),
		.base = rbar & ~UINT32_C(31),
		.size = UINT64_C(2) << field(rasr, 5, 1),
		.subregions_off = (uint8_t)field(rasr, 15, 8),
		.memory = memory_types[type],
		.cache = type == 2   ? ROW_CACHE_WRITE_THROUGH
			 : type == 3 ? ROW_CACHE_WRITE_BACK
				     : ROW_CACHE_USUAL,
		.shareable = type < 2 || field(rasr, 18, 18) != 0,
	};
	/* A row that is off opens nothing, whatever its other fields say. */
	if (!view->enabled)
		return true;
	*why = illegal(rbar, rasr, view);
	if (*why != NULL)
		return false;
	set_rights(view, permissions[field(rasr, 26, 24)], field(rasr, 28, 28) != 0);
	list_eighths(view);
	return true;
}
