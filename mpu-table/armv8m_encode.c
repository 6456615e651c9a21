/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * From a range and rights to MPU_RBAR and MPU_RLAR (DDI 0553, D1.2):
 *
 *          31                            5   4:3   2:1   0
 *   RBAR  | base                         | SH  | AP  | XN |
 *
 *          31                            5   4     3:1        0
 *   RLAR  | limit, inclusive             | PXN | AttrIndx | EN |
 */
#include "mpu-table/armv8m_encode.h"

enum {
	RBAR_XN = 1u,
	RBAR_UNPRIVILEGED = 1u << 1,	/* AP[0]: unprivileged code has the same rights */
	RBAR_READ_ONLY = 1u << 2,	/* AP[1] */
	RBAR_OUTER_SHAREABLE = 2u << 3, /* SH */
	RLAR_ENABLE = 1u,
	RLAR_PXN = 1u << 4,
	INDEX_SHIFT = 1,
	INDEX_MEMORY = 0,
	INDEX_CODE = 1,
	INDEX_DEVICE = 2,
	INDEX_UNCACHED = 3,
};

/* Whether a row of this kind may give these rights. */
static bool is_possible(enum layout_kind kind, unsigned access)
{
	if ((access & LAYOUT_READ) == 0 || access > (LAYOUT_READ | LAYOUT_WRITE | LAYOUT_EXECUTE))
		return false;
	return (access & (kind == LAYOUT_CODE ? LAYOUT_WRITE : LAYOUT_EXECUTE)) == 0;
}

/* The attribute of armv8m_encode.h that the row uses. */
static uint32_t index_of(const struct row_request *request)
{
	if (request->kind == LAYOUT_PERIPHERAL)
		return INDEX_DEVICE;
	switch (request->cache) {
	case ROW_CACHE_NONE:
		return INDEX_UNCACHED;
	case ROW_CACHE_WRITE_THROUGH:
		return INDEX_CODE;
	case ROW_CACHE_WRITE_BACK:
		return INDEX_MEMORY;
	default:
		return request->kind == LAYOUT_CODE ? INDEX_CODE : INDEX_MEMORY;
	}
}

/* Device and uncached memory are outer shareable whatever SH says: so it says so. */
static uint32_t shareability(const struct row_request *request)
{
	uint32_t index = index_of(request);
	return index == INDEX_DEVICE || index == INDEX_UNCACHED ? RBAR_OUTER_SHAREABLE : 0;
}

size_t armv8m_encode(const struct row_request *request, bool pxn, struct row *rows)
{
	uint64_t size = request->size;
	if (!is_possible(request->kind, request->access) ||
		(request->kind == LAYOUT_PERIPHERAL && request->cache != ROW_CACHE_USUAL) ||
		size == 0 || size > LAYOUT_ADDRESSES || request->base > LAYOUT_ADDRESSES - size ||
		request->slot >= ARMV8M_SLOTS || request->max == 0 ||
		request->base % ARMV8M_GRANULE != 0 || size % ARMV8M_GRANULE != 0)
		return 0;
	bool executable = (request->access & LAYOUT_EXECUTE) != 0;
	bool writable = (request->access & LAYOUT_WRITE) != 0;
	rows[0] = (struct row){{
		(uint32_t)request->base | RBAR_UNPRIVILEGED | (writable ? 0 : RBAR_READ_ONLY) |
			(executable ? 0 : RBAR_XN) | shareability(request),
		(uint32_t)(request->base + size - ARMV8M_GRANULE) |
			(pxn && executable ? RLAR_PXN : 0) | index_of(request) << INDEX_SHIFT |
			RLAR_ENABLE,
	}};
	return 1;
}
