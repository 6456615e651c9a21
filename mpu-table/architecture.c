/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The architectures by name: each encoder and decoder behind the same two functions. */
#include "mpu-table/architecture.h"

#include <string.h>

#include "mpu-table/armv6m_decode.h"
#include "mpu-table/armv6m_encode.h"
#include "mpu-table/armv7m_decode.h"
#include "mpu-table/armv7m_encode.h"
#include "mpu-table/armv7r_decode.h"
#include "mpu-table/armv7r_encode.h"
#include "mpu-table/armv8m_decode.h"
#include "mpu-table/armv8m_encode.h"
#include "mpu-table/riscv_decode.h"
#include "mpu-table/riscv_encode.h"

/* --- armv7-m ----------------------------------------------------------------------------- */

static size_t encode_armv7m(
	const struct row_target *target, const struct row_request *request, struct row *rows)
{
	(void)target;
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

static bool decode_armv7m(const struct row_target *target, const struct row *rows, size_t index,
	struct row_view *view, const char **why)
{
	(void)target;
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

/* --- the others ------------------------------------------------------------------------ */

static size_t encode_armv6m(
	const struct row_target *target, const struct row_request *request, struct row *rows)
{
	(void)target;
	return armv6m_encode(request, rows);
}

static bool decode_armv6m(const struct row_target *target, const struct row *rows, size_t index,
	struct row_view *view, const char **why)
{
	(void)target;
	return armv6m_decode(rows[index].words[0], rows[index].words[1], view, why);
}

static size_t encode_armv7r(
	const struct row_target *target, const struct row_request *request, struct row *rows)
{
	(void)target;
	return armv7r_encode(request, rows);
}

static bool decode_armv7r(const struct row_target *target, const struct row *rows, size_t index,
	struct row_view *view, const char **why)
{
	(void)target;
	return armv7r_decode(&rows[index], view, why);
}

static size_t encode_armv8m(
	const struct row_target *target, const struct row_request *request, struct row *rows)
{
	(void)target;
	return armv8m_encode(request, false, rows);
}

static size_t encode_armv81m(
	const struct row_target *target, const struct row_request *request, struct row *rows)
{
	return armv8m_encode(request, target->pxn, rows);
}

static bool decode_armv8m(const struct row_target *target, const struct row *rows, size_t index,
	struct row_view *view, const char **why)
{
	return armv8m_decode(&rows[index], target->mair, false, view, why);
}

static bool decode_armv81m(const struct row_target *target, const struct row *rows, size_t index,
	struct row_view *view, const char **why)
{
	return armv8m_decode(&rows[index], target->mair, true, view, why);
}

/* --- all ----------------------------------------------------------------------------------- */

static const struct architecture architectures[] = {
	{
		.name = "armv6-m",
		.words = 2,
		.registers = {"rbar", "rasr"},
		.slots = ARMV6M_SLOTS,
		.granule = ARMV6M_GRANULE,
		.overlap = OVERLAP_HIGHEST_DECIDES,
		.encode = encode_armv6m,
		.decode = decode_armv6m,
	},
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
	{
		.name = "armv7-r",
		.words = 3,
		.registers = {"drbar", "drsr", "dracr"},
		.slots = ARMV7R_SLOTS,
		.granule = ARMV7R_GRANULE,
		.overlap = OVERLAP_HIGHEST_DECIDES,
		.encode = encode_armv7r,
		.decode = decode_armv7r,
	},
	{
		.name = "armv8-m",
		.words = 2,
		.registers = {"rbar", "rlar"},
		.slots = ARMV8M_SLOTS,
		.granule = ARMV8M_GRANULE,
		.overlap = OVERLAP_FAULTS,
		.encode = encode_armv8m,
		.decode = decode_armv8m,
	},
	{
		.name = "armv8.1-m",
		.words = 2,
		.registers = {"rbar", "rlar"},
		.slots = ARMV8M_SLOTS,
		.granule = ARMV8M_GRANULE,
		.overlap = OVERLAP_FAULTS,
		.encode = encode_armv81m,
		.decode = decode_armv81m,
	},
	{
		.name = "riscv",
		.words = 2,
		.registers = {"pmpaddr", "pmpcfg"},
		.slots = RISCV_SLOTS,
		.granule = 4,
		.overlap = OVERLAP_LOWEST_DECIDES,
		.encode = riscv_encode,
		.decode = riscv_decode,
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

struct row_target architecture_plain_target(void)
{
	return (struct row_target){.mair = {ARMV8M_MAIR0, ARMV8M_MAIR1}};
}

uint64_t architecture_granule(
	const struct architecture *architecture, const struct row_target *target)
{
	uint64_t granule = architecture->granule;
	if (architecture->encode == riscv_encode) {
		granule <<= target->granularity;
		if (target->napot_only && granule < 8)
			granule = 8;
	}
	return granule;
}
