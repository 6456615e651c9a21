/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * A layout of two components:
 *
 *     0x00000000  flash
 *     0x20004800  imu.data         0x20005000  gps.data
 *     0x20008000  imu.mem0, two rows, 128 bytes slack
 *     0x20010000  gps.mem0         0x40004000  uart (gps)
 *
 * sample_make_shared: both have a carve of unit.mem0 at 0x20010000 instead, and
 * may open mailbox at 0x20006000.
 *
 * sample_make_units: code is apart, flash.common at 0x4000, imu.code at 0x4100,
 * gps.code at 0x4200; or both are of one object, and there is no gps.code.
 */
#ifndef BERTH_TEST_SAMPLE_H
#define BERTH_TEST_SAMPLE_H

#include <stdlib.h>
#include <string.h>

#include "mpu-table/architecture.h"
#include "mpu-table/table.h"
#include "tests/unit/unit.h"

enum { SAMPLE_REGIONS = 7, SAMPLE_COMPONENTS = 2, SAMPLE_ROWS = 16 };

struct sample {
	struct layout layout;
	struct layout_bank banks[2];
	struct layout_region regions[SAMPLE_REGIONS];
	struct layout_component components[SAMPLE_COMPONENTS];
	struct layout_context contexts[SAMPLE_COMPONENTS];
	struct layout_row rows[SAMPLE_COMPONENTS][SAMPLE_ROWS];
	struct layout_range covers[SAMPLE_COMPONENTS][SAMPLE_ROWS][ROW_COVERS];
};

/* Decodes the last row of CONTEXT into what it covers. */
static inline void sample_cover(struct sample *sample, size_t context)
{
	const struct layout_context *to = &sample->contexts[context];
	size_t last = to->row_count - 1;
	struct row registers[SAMPLE_ROWS];
	struct row_view view;
	const char *why;
	for (size_t i = 0; i <= last; i++)
		memcpy(registers[i].words, to->rows[i].words, sizeof(registers[i].words));
	ck_assert(architecture_find(sample->layout.arch)
			  ->decode(&sample->layout.target, registers, last, &view, &why));
	memcpy(sample->covers[context][last], view.covers, sizeof(view.covers));
	to->rows[last].covers = sample->covers[context][last];
	to->rows[last].cover_count = view.cover_count;
}

/* Adds the rows for REGION to CONTEXT. */
static inline void sample_open(struct sample *sample, size_t context, size_t region)
{
	struct layout_context *to = &sample->contexts[context];
	const struct layout_region *from = &sample->regions[region];
	const struct row_request request = {from->base, from->reserved, from->access, from->kind,
		(unsigned)to->row_count, sample->layout.mpu_regions - to->row_count, from->cache};
	struct row rows[SAMPLE_ROWS];
	size_t count = architecture_find(sample->layout.arch)
			       ->encode(&sample->layout.target, &request, rows);
	ck_assert_uint_gt(count, 0);
	for (size_t i = 0; i < count; i++) {
		struct layout_row *row = &to->rows[to->row_count];
		*row = (struct layout_row){
			.slot = (unsigned)to->row_count, .region = region, .access = from->access};
		memcpy(row->words, rows[i].words, sizeof(row->words));
		to->row_count++;
		sample_cover(sample, context);
	}
}

/* A component of the memory MEMORY that may touch what WINDOW is, with the data region DATA. */
static inline void sample_component(
	struct sample *sample, size_t index, char *name, size_t memory, size_t window, size_t data)
{
	const struct layout_region *regions = sample->regions;
	uint64_t offset = regions[window].base - regions[memory].base;
	sample->components[index] = (struct layout_component){.name = name,
		.object = name,
		.core = name,
		.memory = memory,
		.data = data,
		.arena = {true, 0, offset + 4096, 4096, regions[data].base + 1024, LAYOUT_BUMP,
			LAYOUT_RESET_NEVER},
		.stack_base = regions[data].base,
		.stack_size = 1024,
		.globals = regions[data].base + 1040,
		.globals_size = 8,
		.table = regions[memory].base,
		.memory_base = regions[memory].base,
		.memory_size = regions[memory].size,
		.window_base = regions[window].base,
		.window_size = regions[window].size};
	sample->contexts[index] = (struct layout_context){
		.name = name, .component = index, .rows = sample->rows[index]};
}

/* What both samples have: a part of ARCH with two banks and COUNT regions. */
static inline void sample_start(
	struct sample *sample, const char *arch, const struct layout_region *regions, size_t count)
{
	const unsigned rw = LAYOUT_READ | LAYOUT_WRITE;
	const unsigned rx = LAYOUT_READ | LAYOUT_EXECUTE;
	const struct arch *found = arch_find(arch);
	ck_assert_ptr_nonnull(found);
	memset(sample, 0, sizeof(*sample));
	memcpy(sample->regions, regions, count * sizeof(*regions));
	sample->banks[0] = (struct layout_bank){"flash", 0, 0x10000, rx, 0, 0, NULL, 0};
	sample->banks[1] =
		(struct layout_bank){"ram", 0x20000000, 0x40000, rw, 0x4000, 0x1c000, NULL, 0};
	sample->layout = (struct layout){.arch = (char *)(uintptr_t)found->name,
		.machine = (char *)(uintptr_t)found->machine,
		.endian = "little",
		.mpu_regions = found->slots < SAMPLE_ROWS ? found->slots : SAMPLE_ROWS,
		.banks = sample->banks,
		.bank_count = 2,
		.regions = sample->regions,
		.region_count = count,
		.components = sample->components,
		.component_count = SAMPLE_COMPONENTS,
		.contexts = sample->contexts,
		.context_count = SAMPLE_COMPONENTS};
	if (found->id == ARCH_ARMV7M)
		sample->layout.mpu_regions = 8;
	if (found->id == ARCH_ARMV8M || found->id == ARCH_ARMV81M)
		sample->layout.target = architecture_plain_target();
	sample->layout.granule = arch_granule(found, &sample->layout.target);
}

/* A sample for ARCH; TARGET is NULL for the plain part, and imu.mem0 is cached as CACHE says. */
static inline void sample_make_cached(struct sample *sample, const char *arch,
	const struct row_target *target, enum row_cache cache)
{
	const unsigned rw = LAYOUT_READ | LAYOUT_WRITE;
	const unsigned rx = LAYOUT_READ | LAYOUT_EXECUTE;
	const struct layout_region regions[] = {
		{"flash", LAYOUT_CODE, LAYOUT_NONE, -1, 0, 0, 0x10000, 0x10000, rx, NULL, 0,
			ROW_CACHE_USUAL},
		{"imu.mem0", LAYOUT_MEMORY, 0, 0, 1, 0x20008000, 0x5180, 0x5200, rw,
			".berth.mem.imu.0", 0, ROW_CACHE_USUAL},
		{"imu.data", LAYOUT_DATA, 0, -1, 1, 0x20004800, 2024, 2048, rw, ".berth.data.imu",
			0, ROW_CACHE_USUAL},
		{"gps.mem0", LAYOUT_MEMORY, 1, 0, 1, 0x20010000, 0x10000, 0x10000, rw,
			".berth.mem.gps.0", 0, ROW_CACHE_USUAL},
		{"gps.data", LAYOUT_DATA, 1, -1, 1, 0x20005000, 2048, 2048, rw, ".berth.data.gps",
			0, ROW_CACHE_USUAL},
		{"uart", LAYOUT_PERIPHERAL, LAYOUT_NONE, -1, LAYOUT_NONE, 0x40004000, 0x1000,
			0x1000, rw, NULL, 0, ROW_CACHE_USUAL},
	};
	sample_start(sample, arch, regions, sizeof(regions) / sizeof(regions[0]));
	if (target != NULL)
		sample->layout.target = *target;
	sample->layout.granule = arch_granule(arch_find(arch), &sample->layout.target);
	sample->regions[1].cache = cache;
	sample_component(sample, 0, "imu", 1, 1, 2);
	sample_component(sample, 1, "gps", 3, 3, 4);
	for (size_t context = 0; context < SAMPLE_COMPONENTS; context++) {
		sample_open(sample, context, 0);
		sample_open(sample, context, 1 + 2 * context);
		sample_open(sample, context, 2 + 2 * context);
	}
	sample_open(sample, 1, 5);
}

static inline void sample_make_for(
	struct sample *sample, const char *arch, const struct row_target *target)
{
	sample_make_cached(sample, arch, target, ROW_CACHE_USUAL);
}

static inline void sample_make(struct sample *sample)
{
	sample_make_for(sample, "armv7-m", NULL);
}

static inline void sample_make_shared(struct sample *sample, const char *arch)
{
	const unsigned rw = LAYOUT_READ | LAYOUT_WRITE;
	const unsigned rx = LAYOUT_READ | LAYOUT_EXECUTE;
	const struct layout_region regions[] = {
		{"flash", LAYOUT_CODE, LAYOUT_NONE, -1, 0, 0, 0x10000, 0x10000, rx, NULL, 0,
			ROW_CACHE_USUAL},
		{"unit.mem0", LAYOUT_MEMORY, LAYOUT_NONE, 0, 1, 0x20010000, 0x10000, 0x10000, rw,
			".berth.mem.unit.0", 0, ROW_CACHE_USUAL},
		{"imu.data", LAYOUT_DATA, 0, -1, 1, 0x20004800, 2024, 2048, rw, ".berth.data.imu",
			0, ROW_CACHE_USUAL},
		{"imu.carve0", LAYOUT_CARVE, 0, 0, 1, 0x20010000, 0x7f80, 0x8000, rw, NULL, 0,
			ROW_CACHE_USUAL},
		{"gps.data", LAYOUT_DATA, 1, -1, 1, 0x20005000, 2048, 2048, rw, ".berth.data.gps",
			0, ROW_CACHE_USUAL},
		{"gps.carve0", LAYOUT_CARVE, 1, 0, 1, 0x20018000, 0x8000, 0x8000, rw, NULL, 0,
			ROW_CACHE_USUAL},
		{"mailbox", LAYOUT_SHARED, LAYOUT_NONE, -1, 1, 0x20006000, 1000, 1024, rw,
			".berth.shared.mailbox", 0, ROW_CACHE_USUAL},
	};
	sample_start(sample, arch, regions, sizeof(regions) / sizeof(regions[0]));
	sample_component(sample, 0, "imu", 1, 3, 2);
	sample_component(sample, 1, "gps", 1, 5, 4);
	for (size_t context = 0; context < SAMPLE_COMPONENTS; context++) {
		sample_open(sample, context, 0);
		sample_open(sample, context, 3 + 2 * context);
		sample_open(sample, context, 2 + 2 * context);
		sample_open(sample, context, 6);
	}
}

static inline void sample_make_units(struct sample *sample, const char *arch, bool fused)
{
	const unsigned rw = LAYOUT_READ | LAYOUT_WRITE;
	const unsigned rx = LAYOUT_READ | LAYOUT_EXECUTE;
	const struct layout_region regions[] = {
		{"flash.common", LAYOUT_CODE, LAYOUT_NONE, -1, 0, 0x4000, 0x100, 0x100, rx,
			".berth.code.common", 0, ROW_CACHE_USUAL},
		{"imu.mem0", LAYOUT_MEMORY, 0, 0, 1, 0x20008000, 0x4000, 0x4000, rw,
			".berth.mem.imu.0", 0, ROW_CACHE_USUAL},
		{"imu.data", LAYOUT_DATA, 0, -1, 1, 0x20004800, 2024, 2048, rw, ".berth.data.imu",
			0, ROW_CACHE_USUAL},
		{"gps.mem0", LAYOUT_MEMORY, 1, 0, 1, 0x20010000, 0x10000, 0x10000, rw,
			".berth.mem.gps.0", 0, ROW_CACHE_USUAL},
		{"gps.data", LAYOUT_DATA, 1, -1, 1, 0x20005000, 2048, 2048, rw, ".berth.data.gps",
			0, ROW_CACHE_USUAL},
		{"imu.code", LAYOUT_CODE, 0, -1, 0, 0x4100, 0xe0, 0x100, rx, ".berth.code.imu", 0,
			ROW_CACHE_USUAL},
		{"gps.code", LAYOUT_CODE, 1, -1, 0, 0x4200, 0x100, 0x100, rx, ".berth.code.gps", 0,
			ROW_CACHE_USUAL},
	};
	sample_start(sample, arch, regions, sizeof(regions) / sizeof(regions[0]) - (fused ? 1 : 0));
	sample->banks[0].reserve = 0x4000;
	sample_component(sample, 0, "imu", 1, 1, 2);
	sample_component(sample, 1, "gps", 3, 3, 4);
	if (fused)
		sample->components[1].object = sample->components[0].object;
	for (size_t context = 0; context < SAMPLE_COMPONENTS; context++) {
		sample_open(sample, context, 0);
		sample_open(sample, context, fused ? 5 : 5 + context);
		sample_open(sample, context, 1 + 2 * context);
		sample_open(sample, context, 2 + 2 * context);
	}
}

#endif
