/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Words for what a row does. */
#include "mpu-table/row_view.h"

#include "lib/checked.h"

const char *row_rights(unsigned access)
{
	static const char *const names[8] = {
		"---", "--x", "-w-", "-wx", "r--", "r-x", "rw-", "rwx"};
	return names[access & 7];
}

static const char *cached_text(const struct row_view *view)
{
	if (view->cache == ROW_CACHE_WRITE_THROUGH)
		return view->shareable ? "Normal, write-through, shared" : "Normal, write-through";
	if (view->cache == ROW_CACHE_WRITE_BACK)
		return view->shareable ? "Normal, write-back, shared" : "Normal, write-back";
	return view->shareable ? "Normal, cached, shared" : "Normal, cached";
}

const char *row_memory_text(const struct row_view *view)
{
	switch (view->memory) {
	case ROW_STRONGLY_ORDERED:
		return "Strongly-ordered";
	case ROW_DEVICE:
		return view->shareable ? "Device, shared" : "Device";
	case ROW_NORMAL_UNCACHED:
		return view->shareable ? "Normal, uncached, shared" : "Normal, uncached";
	case ROW_NORMAL_CACHED:
		return cached_text(view);
	case ROW_MEMORY_RESERVED:
		return "reserved";
	case ROW_MEMORY_NOT_SAID:
		break;
	}
	return "as the part has it";
}

bool row_view_opens(const struct row_view *view, uint64_t address)
{
	for (size_t i = 0; i < view->cover_count; i++)
		if (checked_overlap(address, 1, view->covers[i].base, view->covers[i].size))
			return true;
	return false;
}

bool row_views_meet(const struct row_view *a, const struct row_view *b, uint64_t *where)
{
	for (size_t i = 0; i < a->cover_count; i++)
		for (size_t j = 0; j < b->cover_count; j++) {
			const struct layout_range *one = &a->covers[i];
			const struct layout_range *two = &b->covers[j];
			if (!checked_overlap(one->base, one->size, two->base, two->size))
				continue;
			*where = one->base > two->base ? one->base : two->base;
			return true;
		}
	return false;
}
