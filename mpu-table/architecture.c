/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The architectures by name: each encoder and decoder behind the same two functions. */
#include "mpu-table/architecture.h"

#include <string.h>

#include "mpu-table/armv7m_decode.h"
#include "mpu-table/armv7m_encode.h"

/* --- armv7-m ----------------------------------------------------------------------------- */

static size_t encode_armv7m(const struct row_request *request, struct row *rows)
{
	struct armv7m_row pairs[ARMV7M_SLOTS];
	size_t max = request->max < ARMV7M_SLOTS ? request->max : ARMV7M_SLOTS;
	size_t count = armv7m_encode(request->base, request->size, request->access, request->kind,
		request->slot, pairs, max);
	for (size_t i = 0; i < count; i++)
		rows[i] = (struct row){{pairs[i].rbar, pairs[i].rasr}};
	return count;
}

static enum row_memory memory_of_armv7m(enum armv7m_memory memory)
{
	static const enum row_memory names[] = {
		[ARMV7M_STRONGLY_ORDERED] = ROW_STRONGLY_ORDERED,
		[ARMV7M_DEVICE] = ROW_DEVICE,
		[ARMV7M_NORMAL_UNCACHED] = ROW_NORMAL_UNCACHED,
		[ARMV7M_NORMAL_CACHED] = ROW_NORMAL_CACHED,
		[ARMV7M_MEMORY_RESERVED] = ROW_MEMORY_RESERVED,
	};
	return names[memory];
}

static bool decode_armv7m(
	const struct row *rows, size_t index, struct row_view *view, const char **why)
{
	struct armv7m_view own;
	bool legal = armv7m_decode(rows[index].words[0], rows[index].words[1], &own, why);
	*view = (struct row_view){
		.enabled = own.enabled,
		.slot_valid = own.slot_valid,
		.slot = own.slot,
		.base = own.base,
		.size = own.size,
		.subregions_off = own.subregions_off,
		.access = own.access,
		.privileged = own.privileged,
		.memory = memory_of_armv7m(own.memory),
		.shareable = own.shareable,
		.cover_count = own.cover_count,
	};
	memcpy(view->covers, own.covers, sizeof(view->covers));
	return legal;
}

/* --- all ----------------------------------------------------------------------------------- */

static const struct architecture architectures[] = {
	{
		.name = "armv7-m",
		.words = 2,
		.registers = {"rbar", "rasr"},
		.slots = ARMV7M_SLOTS,
		.granule = ARMV7M_SMALLEST,
		.overlap = OVERLAP_HIGHEST_DECIDES,
		.encode = encode_armv7m,
		.decode = decode_armv7m,
	},
};

enum { ARCHITECTURES = sizeof(architectures) / sizeof(architectures[0]) };

const struct architecture *architecture_at(size_t index)
{
	return index < ARCHITECTURES ? &architectures[index] : NULL;
}

const struct architecture *architecture_find(const char *name)
{
	for (size_t i = 0; i < ARCHITECTURES; i++)
		if (strcmp(architectures[i].name, name) == 0)
			return &architectures[i];
	return NULL;
}
