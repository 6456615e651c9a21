/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* A small good region table: two components, each with a memory and a data region. */
#ifndef SAMPLE_TABLE_H
#define SAMPLE_TABLE_H

#include <stddef.h>

#include "runtime/table.h"

struct sample {
	struct berth_regions_header header;
	struct berth_region regions[5];
	struct berth_context contexts[2];
	struct berth_arena arenas[1];
	uint32_t owners[4];
	struct berth_row rows[4];
};

enum {
	MEMORY_0 = 0x20001000,
	DATA_0 = 0x20002000,
	MEMORY_1 = 0x20004000,
	DATA_1 = 0x20006000,
	MEMORY_SIZE = 0xf00, /* in use, of the 4 KiB that the row opens */
	ROOM = 0x1000,
};

static inline void sample_seal(struct sample *sample)
{
	sample->header.crc32 = berth_table_crc(&sample->header, sample->header.bytes);
}

static inline struct berth_region sample_region(
	enum berth_kind kind, uint32_t component, uint32_t base, uint32_t size)
{
	return (struct berth_region){.name = BERTH_NONE,
		.kind = kind,
		.component = component,
		.index = kind == BERTH_KIND_MEMORY ? 0 : BERTH_NONE,
		.base = base,
		.size = size,
		.reserved = ROOM,
		.access = BERTH_READ | BERTH_WRITE};
}

static inline struct berth_context sample_context(uint32_t number, uint32_t memory, uint32_t data)
{
	return (struct berth_context){.name = BERTH_NONE,
		.first_row = 2 * number,
		.row_count = 2,
		.memory = 2 * number,
		.memory_base = memory,
		.memory_size = MEMORY_SIZE,
		.globals = data + 0x800,
		.stack_base = data,
		.stack_size = 0x400,
		.arena = number == 0 ? 0 : BERTH_NONE,
		.data_base = data,
		.data_size = ROOM,
		.window_base = memory,
		.window_size = MEMORY_SIZE};
}

static inline struct sample sample_table(void)
{
	struct sample sample = {
		.header = {.magic = BERTH_REGIONS_MAGIC,
			.version = BERTH_REGIONS_VERSION,
			.arch = BERTH_ARCH_ARMV7M,
			.bytes = sizeof(struct sample),
			.mpu_regions = 8,
			.regions = offsetof(struct sample, regions),
			.region_count = 5,
			.contexts = offsetof(struct sample, contexts),
			.context_count = 2,
			.arenas = offsetof(struct sample, arenas),
			.arena_count = 1,
			.row_owners = offsetof(struct sample, owners),
			.rows = offsetof(struct sample, rows),
			.row_count = 4,
			.row_words = 2},
		.regions = {sample_region(BERTH_KIND_MEMORY, 0, MEMORY_0, MEMORY_SIZE),
			sample_region(BERTH_KIND_DATA, 0, DATA_0, ROOM),
			sample_region(BERTH_KIND_MEMORY, 1, MEMORY_1, MEMORY_SIZE),
			sample_region(BERTH_KIND_DATA, 1, DATA_1, ROOM),
			sample_region(BERTH_KIND_CODE, BERTH_NONE, 0, ROOM)},
		.contexts = {sample_context(0, MEMORY_0, DATA_0),
			sample_context(1, MEMORY_1, DATA_1)},
		.arenas = {{MEMORY_0, MEMORY_SIZE, 0x100, 0x200, DATA_0 + 0x700, BERTH_ARENA_BUMP}},
		.owners = {0, 1, 2, 3},
		.rows = {{MEMORY_0 | 0x10, 0x13060017}, {DATA_0 | 0x11, 0x13060017},
			{MEMORY_1 | 0x10, 0x13060017}, {DATA_1 | 0x11, 0x13060017}},
	};
	sample_seal(&sample);
	return sample;
}

#endif
