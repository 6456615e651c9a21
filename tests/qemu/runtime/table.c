/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * A region table and initial data written by hand.  Whoever changes a number
 * must change the checksum too; the firmware then prints the right one.
 */
#include "berth/regions.h"
#include "places.h"

#if defined(__riscv)
/* pmpaddr and the byte of pmpcfg (RISC-V ISA Manual, Volume II, 3.7.1); beta's memory by TOR. */
#define ARCH BERTH_ARCH_RISCV
#define TARGET                                                                                     \
	{                                                                                          \
		0                                                                                  \
	}
#define SLOTS 16
#define CHECKSUM 0x6adff840
#define NAPOT(base, size, rights)                                                                  \
	{                                                                                          \
		(base) >> 2 | ((size) / 8 - 1), 0x18u | (rights)                                   \
	}
#define CODE_ROW NAPOT(CODE, (uint32_t)CODE_SIZE, 5)
#define RAM_ROW(base, size, slot) NAPOT(base, size, 3)
#define BETA_ROWS                                                                                  \
	{BETA_MEMORY >> 2, 0},                                                                     \
	{                                                                                          \
		(BETA_MEMORY + BETA_MEMORY_SIZE) >> 2, 0x08u | 3                                   \
	}
#define BETA_OWNERS 3, 3
#define BETA_COUNT 4
#elif __ARM_ARCH >= 8
/* MPU_RBAR and MPU_RLAR (DDI 0553, D1.2). */
#ifdef MACHINE_AN547
#define ARCH BERTH_ARCH_ARMV8_1M
#define CHECKSUM 0xc04db388
#else
#define ARCH BERTH_ARCH_ARMV8M
#define CHECKSUM 0x5b4aee65
#endif
#define TARGET                                                                                     \
	{                                                                                          \
		0x4404aaff                                                                         \
	}
#define SLOTS 8
#define ROW(base, size, rights, index)                                                             \
	{                                                                                          \
		(base) | 2u << 3 | (rights), ((base) + (size)-32u) | (index) << 1 | 1u             \
	}
#define CODE_ROW ROW(CODE, CODE_SIZE, 6u, 1u)
#define RAM_ROW(base, size, slot) ROW(base, size, 3u, 0u)
#define BETA_ROWS RAM_ROW(BETA_MEMORY, BETA_MEMORY_SIZE, 1)
#define BETA_OWNERS 3
#define BETA_COUNT 3
#else
/* MPU_RBAR and MPU_RASR (DDI 0403 B3.5.8, B3.5.9): execute-never, AP, TEX S C B, SRD, SIZE =
 * log2(bytes) - 1, ENABLE; beta's memory is 8 KiB with two subregions off. */
#define ARCH BERTH_ARCH_ARMV7M
#define TARGET                                                                                     \
	{                                                                                          \
		0                                                                                  \
	}
#define SLOTS 8
#define CHECKSUM 0xa8bc2732
#define SLOT(base, number) ((base) | 0x10u | (number))
#define SIZE(bytes) ((uint32_t)__builtin_ctz(bytes) - 1) << 1
#define CODE_ROW                                                                                   \
	{                                                                                          \
		SLOT(CODE, 0u), 0x06020001u | SIZE(CODE_SIZE)                                      \
	}
#define RAM_ROW(base, size, slot)                                                                  \
	{                                                                                          \
		SLOT(base, slot), 0x130b0001u | SIZE(size)                                         \
	}
#define BETA_ROWS                                                                                  \
	{                                                                                          \
		SLOT(BETA_MEMORY, 1u), 0x130b0001u | SIZE(0x2000u) | 0xc0u << 8                    \
	}
#define BETA_OWNERS 3
#define BETA_COUNT 3
#endif

enum { ROWS = 3 + BETA_COUNT };

struct whole {
	struct berth_regions_header header;
	struct berth_region regions[5];
	struct berth_context contexts[2];
	struct berth_arena arenas[2];
	uint32_t owners[ROWS];
	struct berth_row rows[ROWS];
};

#define AT(member) ((uint32_t) __builtin_offsetof(struct whole, member))

#define MEMORY(base, size, whole, owner)                                                           \
	{                                                                                          \
		BERTH_NONE, BERTH_KIND_MEMORY, (owner), 0, (base), (size), (whole),                \
			BERTH_READ | BERTH_WRITE, BERTH_CACHE_USUAL                                \
	}
#define DATA(base, owner)                                                                          \
	{                                                                                          \
		BERTH_NONE, BERTH_KIND_DATA, (owner), BERTH_NONE, (base), DATA_SIZE, DATA_SIZE,    \
			BERTH_READ | BERTH_WRITE, BERTH_CACHE_USUAL                                \
	}
#define CONTEXT(number, name, rows)                                                                \
	{                                                                                          \
		BERTH_NONE, 3 * (number), (rows), 1 + 2 * (number), name##_MEMORY,                 \
			name##_MEMORY_SIZE, name##_DATA + GLOBALS, name##_DATA, STACK_SIZE,        \
			(number), name##_DATA, DATA_SIZE, name##_MEMORY, name##_MEMORY_SIZE        \
	}
#define ARENA(name, policy)                                                                        \
	{                                                                                          \
		name##_MEMORY, name##_MEMORY_SIZE, ARENA_OFFSET, ARENA_SIZE,                       \
			name##_DATA + ARENA_STATE, (policy)                                        \
	}

extern const struct whole berth_regions;

__attribute__((section(".berth.regions"), used)) const struct whole berth_regions = {
	.header = {.magic = BERTH_REGIONS_MAGIC,
		.version = BERTH_REGIONS_VERSION,
		.arch = ARCH,
		.bytes = sizeof(struct whole),
		.crc32 = CHECKSUM,
		.mpu_regions = SLOTS,
		.regions = AT(regions),
		.region_count = 5,
		.contexts = AT(contexts),
		.context_count = 2,
		.arenas = AT(arenas),
		.arena_count = 2,
		.row_owners = AT(owners),
		.rows = AT(rows),
		.row_count = ROWS,
		.row_words = 2,
		.target = TARGET},
	.regions = {{BERTH_NONE, BERTH_KIND_CODE, BERTH_NONE, BERTH_NONE, CODE, CODE_SIZE,
			    CODE_SIZE, BERTH_READ | BERTH_EXECUTE, BERTH_CACHE_USUAL},
		MEMORY(ALPHA_MEMORY, ALPHA_MEMORY_SIZE, 0x1000, ALPHA), DATA(ALPHA_DATA, ALPHA),
		MEMORY(BETA_MEMORY, BETA_MEMORY_SIZE, 0x1800, BETA), DATA(BETA_DATA, BETA)},
	.contexts = {CONTEXT(ALPHA, ALPHA, 3), CONTEXT(BETA, BETA, BETA_COUNT)},
	.arenas = {ARENA(ALPHA, BERTH_ARENA_BUMP), ARENA(BETA, BERTH_ARENA_BUMP_CALL)},
	.owners = {0, 1, 2, 0, BETA_OWNERS, 4},
	.rows = {CODE_ROW, RAM_ROW(ALPHA_MEMORY, ALPHA_MEMORY_SIZE, 1u),
		RAM_ROW(ALPHA_DATA, DATA_SIZE, 2u), CODE_ROW, BETA_ROWS,
		RAM_ROW(BETA_DATA, DATA_SIZE, 2u)},
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
