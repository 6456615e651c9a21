/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * A region table and initial data written by hand.  Whoever changes a number
 * must change the checksum too; the firmware then prints the right one.
 */
#include "berth/regions.h"
#include "places.h"

/* MPU_RASR (DDI 0403 B3.5.9): execute-never, AP, TEX S C B, SRD, SIZE = log2(bytes) - 1, ENABLE. */
#define RAM_ROW(log2) (0x13060000u | ((log2)-1) << 1 | 1u)
#define CODE_ROW(log2) (0x06020000u | ((log2)-1) << 1 | 1u)
#define SUBREGIONS_OFF(mask) ((mask) << 8)
#define SLOT(base, number) ((base) | 0x10u | (number)) /* MPU_RBAR with VALID */

struct whole {
	struct berth_regions_header header;
	struct berth_region regions[5];
	struct berth_context contexts[2];
	struct berth_arena arenas[2];
	uint32_t owners[6];
	struct berth_row rows[6];
};

#define AT(member) ((uint32_t) __builtin_offsetof(struct whole, member))

#define MEMORY(base, size, whole, owner)                                                           \
	{                                                                                          \
		BERTH_NONE, BERTH_KIND_MEMORY, (owner), 0, (base), (size), (whole),                \
			BERTH_READ | BERTH_WRITE                                                   \
	}
#define DATA(base, owner)                                                                          \
	{                                                                                          \
		BERTH_NONE, BERTH_KIND_DATA, (owner), BERTH_NONE, (base), DATA_SIZE, DATA_SIZE,    \
			BERTH_READ | BERTH_WRITE                                                   \
	}
#define CONTEXT(number, name)                                                                      \
	{                                                                                          \
		BERTH_NONE, 3 * (number), 3, 1 + 2 * (number), name##_MEMORY, name##_MEMORY_SIZE,  \
			name##_DATA + GLOBALS, name##_DATA, STACK_SIZE, (number), name##_DATA,     \
			DATA_SIZE, name##_MEMORY, name##_MEMORY_SIZE                               \
	}
#define ARENA(name)                                                                                \
	{                                                                                          \
		name##_MEMORY, name##_MEMORY_SIZE, ARENA_OFFSET, ARENA_SIZE,                       \
			name##_DATA + ARENA_STATE, BERTH_ARENA_BUMP                                \
	}

extern const struct whole berth_regions;

__attribute__((section(".berth.regions"), used)) const struct whole berth_regions = {
	.header = {.magic = BERTH_REGIONS_MAGIC,
		.version = BERTH_REGIONS_VERSION,
		.arch = BERTH_ARCH_ARMV7M,
		.bytes = sizeof(struct whole),
		.crc32 = 0xc3ef4afa,
		.mpu_regions = 8,
		.regions = AT(regions),
		.region_count = 5,
		.contexts = AT(contexts),
		.context_count = 2,
		.arenas = AT(arenas),
		.arena_count = 2,
		.row_owners = AT(owners),
		.rows = AT(rows),
		.row_count = 6,
		.row_words = 2},
	.regions = {{BERTH_NONE, BERTH_KIND_CODE, BERTH_NONE, BERTH_NONE, 0, 0x100000, 0x100000,
			    BERTH_READ | BERTH_EXECUTE},
		MEMORY(ALPHA_MEMORY, ALPHA_MEMORY_SIZE, 0x1000, ALPHA), DATA(ALPHA_DATA, ALPHA),
		MEMORY(BETA_MEMORY, BETA_MEMORY_SIZE, 0x1800, BETA), DATA(BETA_DATA, BETA)},
	.contexts = {CONTEXT(ALPHA, ALPHA), CONTEXT(BETA, BETA)},
	.arenas = {ARENA(ALPHA), ARENA(BETA)},
	.owners = {0, 1, 2, 0, 3, 4},
	.rows = {{SLOT(0u, 0), CODE_ROW(20)}, {SLOT(ALPHA_MEMORY, 1), RAM_ROW(12)},
		{SLOT(ALPHA_DATA, 7), RAM_ROW(11)}, {SLOT(0u, 0), CODE_ROW(20)},
		{SLOT(BETA_MEMORY, 1), RAM_ROW(13) | SUBREGIONS_OFF(0xc0u)},
		{SLOT(BETA_DATA, 2), RAM_ROW(11)}},
};

/* Initial data: a word in each memory, a global in each data region, and an odd length. */
struct record {
	struct berth_init init;
	uint32_t word;
};

__attribute__((section(".berth.init"), used)) static const struct record records[] = {
	{{ALPHA, ALPHA_MEMORY + 0x20, 4}, 0x616c7068},
	{{BETA, BETA_MEMORY + 0x20, 4}, 0x62657461},
	{{ALPHA, ALPHA_DATA + GLOBALS, 4}, 5200},
	{{BETA, BETA_MEMORY + BETA_MEMORY_SIZE - 3, 3}, 0x00030201},
};
