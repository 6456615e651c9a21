/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The list of architectures. */
#include "lib/arch.h"

#include <elf.h>
#include <string.h>

#include "runtime/include/berth/regions.h"

const struct arch arch_list[ARCH_COUNT] = {
	{
		.id = ARCH_ARMV6M,
		.name = "armv6-m",
		.table = BERTH_ARCH_ARMV6M,
		.machine = "arm",
		.endian = "little",
		.elf = EM_ARM,
		.words = 2,
		.registers = {"rbar", "rasr"},
		.slots = 8,
		.granule = 32,
		.names_slot = true,
	},
	{
		.id = ARCH_ARMV7M,
		.name = "armv7-m",
		.table = BERTH_ARCH_ARMV7M,
		.machine = "arm",
		.endian = "little",
		.elf = EM_ARM,
		.words = 2,
		.registers = {"rbar", "rasr"},
		.slots = 16,
		.granule = 32,
		.names_slot = true,
	},
	{
		.id = ARCH_ARMV7R,
		.name = "armv7-r",
		.table = BERTH_ARCH_ARMV7R,
		.machine = "arm",
		.endian = "little",
		.elf = EM_ARM,
		.words = 3,
		.registers = {"drbar", "drsr", "dracr"},
		.slots = 24,
		.granule = 32,
	},
	{
		.id = ARCH_ARMV8M,
		.name = "armv8-m",
		.table = BERTH_ARCH_ARMV8M,
		.machine = "arm",
		.endian = "little",
		.elf = EM_ARM,
		.words = 2,
		.registers = {"rbar", "rlar"},
		.slots = 16,
		.granule = 32,
	},
	{
		.id = ARCH_ARMV81M,
		.name = "armv8.1-m",
		.table = BERTH_ARCH_ARMV8_1M,
		.machine = "arm",
		.endian = "little",
		.elf = EM_ARM,
		.words = 2,
		.registers = {"rbar", "rlar"},
		.slots = 16,
		.granule = 32,
	},
	{
		.id = ARCH_RISCV,
		.name = "riscv",
		.table = BERTH_ARCH_RISCV,
		.machine = "riscv",
		.endian = "little",
		.elf = EM_RISCV,
		.words = 2,
		.registers = {"pmpaddr", "pmpcfg"},
		.slots = 64,
		.granule = 4,
	},
};

const struct arch *arch_find(const char *name)
{
	for (size_t i = 0; i < ARCH_COUNT; i++)
		if (strcmp(arch_list[i].name, name) == 0)
			return &arch_list[i];
	return NULL;
}

const struct arch *arch_of_table(uint32_t table)
{
	for (size_t i = 0; i < ARCH_COUNT; i++)
		if (arch_list[i].table == table)
			return &arch_list[i];
	return NULL;
}

uint64_t arch_granule(const struct arch *arch, const struct row_target *target)
{
	uint64_t granule = arch->granule;
	if (arch->id != ARCH_RISCV)
		return granule;
	granule <<= target->granularity;
	return target->napot_only && granule < 8 ? 8 : granule;
}

const char *arch_row_mode(const struct arch *arch, uint32_t cfg)
{
	static const char *const modes[] = {"off", "TOR", "NA4", "NAPOT"};
	return arch->id == ARCH_RISCV ? modes[cfg >> 3 & 3] : NULL;
}

const char *arch_target_fault(const struct arch *arch, const struct row_target *target)
{
	bool v8 = arch->id == ARCH_ARMV8M || arch->id == ARCH_ARMV81M;
	bool has_mair = target->mair[0] != 0 || target->mair[1] != 0;
	if (arch->id != ARCH_RISCV &&
		(target->granularity != 0 || target->napot_only || target->mml))
		return "granularity, napot_only and mml are for riscv";
	if (target->granularity > ARCH_GRANULARITY_MOST)
		return "granularity is more than 29";
	if (has_mair && !v8)
		return "mair is for armv8-m";
	if (v8 && !has_mair)
		return "mair is missing or all zero, which makes all memory Device memory";
	return NULL;
}

const char *arch_cache_fault(const struct arch *arch, enum row_cache cache)
{
	if (cache == ROW_CACHE_USUAL)
		return NULL;
	/* Volume II, 3.6: cacheability is a physical memory attribute, PMP has no field for it. */
	if (arch->id == ARCH_RISCV)
		return "riscv: PMP says nothing about caches, the part's memory map does";
	/* DDI 0419, B3.5.9: without TEX the four values of C and B have no uncached Normal. */
	if (arch->id == ARCH_ARMV6M && cache == ROW_CACHE_NONE)
		return "armv6-m: its MPU has no Normal memory without cache";
	return NULL;
}

static const char *const cache_names[ROW_CACHES] = {
	[ROW_CACHE_USUAL] = "usual",
	[ROW_CACHE_NONE] = "none",
	[ROW_CACHE_WRITE_THROUGH] = "write-through",
	[ROW_CACHE_WRITE_BACK] = "write-back",
};

const char *row_cache_name(enum row_cache cache)
{
	return cache_names[cache];
}

enum row_cache row_cache_find(const char *text)
{
	enum row_cache cache = ROW_CACHE_NONE;
	while (cache < ROW_CACHES && strcmp(cache_names[cache], text) != 0)
		cache++;
	return cache;
}
