/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What the Armv8-M MPU makes of a pair of MPU_RBAR and MPU_RLAR, read off the
 * field descriptions of DDI 0553, D1.2: MPU_RBAR (SH, AP, XN), MPU_RLAR (PXN,
 * AttrIndx), MAIR_ATTR (the byte that the index selects).
 */
#include "mpu-table/armv8m_decode.h"

#include "mpu-table/decode_fields.h"

#define R LAYOUT_READ
#define RW (LAYOUT_READ | LAYOUT_WRITE)

/* By AP[2:1]. */
static const struct ap_rights permissions[4] = {{RW, 0}, {RW, RW}, {R, 0}, {R, R}};

#undef R
#undef RW

/*
 * MAIR_ATTR: 0b0000DD00 is Device memory; else the high half is the outer and
 * the low half the inner policy, 0b0100 being uncached and 0 in the low half
 * unpredictable.
 */
static enum row_memory memory_type(uint32_t attribute)
{
	uint32_t outer = field(attribute, 7, 4);
	uint32_t inner = field(attribute, 3, 0);
	if (outer == 0)
		return field(attribute, 1, 0) == 0 ? ROW_DEVICE : ROW_MEMORY_RESERVED;
	if (inner == 0)
		return ROW_MEMORY_RESERVED;
	return outer == 4 && inner == 4 ? ROW_NORMAL_UNCACHED : ROW_NORMAL_CACHED;
}

/* 0b0100 is uncached; else the upper half says write-through (0b00RW is transient, 0b10RW) or
 * write-back. */
static enum row_cache policy(uint32_t nibble)
{
	if (nibble == 4)
		return ROW_CACHE_NONE;
	return (nibble & 4) == 0 ? ROW_CACHE_WRITE_THROUGH : ROW_CACHE_WRITE_BACK;
}

static enum row_cache cache_of(uint32_t attribute)
{
	enum row_cache inner = policy(field(attribute, 3, 0));
	return inner == policy(field(attribute, 7, 4)) ? inner : ROW_CACHE_USUAL;
}

/* The rule that the pair breaks, or NULL. */
static const char *illegal(const struct row *row, bool has_pxn, const struct row_view *view)
{
	if (field(row->words[0], 4, 3) == 1)
		return "RBAR.SH is 0b01, which is unpredictable (DDI 0553, MPU_RBAR)";
	if (!has_pxn && field(row->words[1], 4, 4) != 0)
		return "RLAR bit 4 is set: it is PXN in Armv8.1-M, and reserved before (DDI 0553, "
		       "MPU_RLAR)";
	if (field(row->words[1], 31, 5) < field(row->words[0], 31, 5))
		return "RLAR.LIMIT is below RBAR.BASE (DDI 0553, MPU_RLAR)";
	if (view->memory == ROW_MEMORY_RESERVED)
		return "the attribute that RLAR.AttrIndx selects is reserved or unpredictable (DDI "
		       "0553, MAIR_ATTR)";
	return NULL;
}

/* The byte of the MAIR registers that the row selects. */
static uint32_t attribute_of(const struct row *row, const uint32_t mair[2])
{
	uint32_t index = field(row->words[1], 3, 1);
	return mair[index / 4] >> 8 * (index % 4) & 0xff;
}

bool armv8m_decode(const struct row *row, const uint32_t mair[2], bool has_pxn,
	struct row_view *view, const char **why)
{
	uint64_t base = row->words[0] & ~UINT32_C(31);
	uint64_t limit = row->words[1] | UINT32_C(31);
	*why = NULL;
	*view = (struct row_view){
		.enabled = field(row->words[1], 0, 0) != 0,
		.base = base,
		.size = limit > base ? limit - base + 1 : 0,
		.memory = memory_type(attribute_of(row, mair)),
	};
	/* Device memory and what is not cached are shared whatever SH says. */
	if (row_is_normal(view))
		view->cache = cache_of(attribute_of(row, mair));
	view->shareable = view->memory == ROW_DEVICE || view->memory == ROW_NORMAL_UNCACHED ||
			  field(row->words[0], 4, 3) >= 2;
	/* A row that is off opens nothing, whatever its other fields say. */
	if (!view->enabled)
		return true;
	*why = illegal(row, has_pxn, view);
	if (*why != NULL)
		return false;
	set_rights(view, permissions[field(row->words[0], 2, 1)], field(row->words[0], 0, 0) != 0);
	if (field(row->words[1], 4, 4) != 0)
		view->privileged &= ~(unsigned)LAYOUT_EXECUTE;
	view->covers[view->cover_count++] = (struct layout_range){base, view->size};
	return true;
}
