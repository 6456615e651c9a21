/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The part that a manifest is for: its architecture, what its MPU or PMP can do. */
#include <stdio.h>
#include <string.h>

#include "ldgen/manifest.h"

/*
 * Regions of the MPU: the most that the core can be made with, and what parts
 * usually have.  From the cores' Technical Reference Manuals, "MPU": Cortex-M0+
 * 0 or 8; M3 and M4 0 or 8; M7 0, 8 or 16; M23, M33, M35P, M52, M55, M85 0, 4,
 * 8, 12 or 16; R4 8 or 12; R5 12 or 16; R7 12 or 16; R8 12, 16, 20 or 24.
 */
static const struct cpu {
	const char *name;
	const char *arch;
	unsigned most;
	unsigned usual;
} cpus[] = {
	{"cortex-m0plus", "armv6-m", 8, 8},
	{"cortex-m3", "armv7-m", 8, 8},
	{"cortex-m4", "armv7-m", 8, 8},
	{"cortex-m7", "armv7-m", 16, 8},
	{"cortex-m23", "armv8-m", 16, 8},
	{"cortex-m33", "armv8-m", 16, 8},
	{"cortex-m35p", "armv8-m", 16, 8},
	{"cortex-m52", "armv8.1-m", 16, 8},
	{"cortex-m55", "armv8.1-m", 16, 8},
	{"cortex-m85", "armv8.1-m", 16, 8},
	{"cortex-r4", "armv7-r", 12, 12},
	{"cortex-r5", "armv7-r", 16, 12},
	{"cortex-r7", "armv7-r", 16, 16},
	{"cortex-r8", "armv7-r", 24, 16},
};

enum {
	CPUS = sizeof(cpus) / sizeof(cpus[0]),
	LIST_LENGTH = 256,
	USUAL_REGIONS = 8,
	USUAL_ENTRIES = 16, /* PMP: 16 or 64 where there are any, Privileged 3.7.1 */
	GRANULARITY_MOST = 28,
};

static size_t find_cpu(const char *name)
{
	size_t i = 0;
	while (i < CPUS && strcmp(cpus[i].name, name) != 0)
		i++;
	return i;
}

/* Appends ", NAME" to TEXT of LIST_LENGTH bytes. */
static void add_name(char *text, const char *name)
{
	size_t length = strlen(text);
	snprintf(text + length, LIST_LENGTH - length, "%s%s", length == 0 ? "" : ", ", name);
}

static bool refuse_cpu(struct diag *diag, const struct manifest *manifest, const struct word *cpu)
{
	char list[LIST_LENGTH] = "";
	for (size_t i = 0; i < CPUS; i++)
		add_name(list, cpus[i].name);
	return manifest_refuse(diag, manifest, cpu->at,
		"'%.40s' is not a known cpu: write one of %s, or name the architecture by 'arch:'",
		cpu->text, list);
}

static bool refuse_arch(struct diag *diag, const struct manifest *manifest, const struct word *arch)
{
	char list[LIST_LENGTH] = "";
	for (size_t i = 0; architecture_at(i) != NULL; i++)
		add_name(list, architecture_at(i)->arch->name);
	return manifest_refuse(diag, manifest, arch->at,
		"'%.40s' is not a known architecture: write one of %s", arch->text, list);
}

/* Finds the architecture; *CPU is the index of the cpu, or CPUS where none is named. */
static bool find_architecture(struct diag *diag, struct manifest *manifest, size_t *cpu)
{
	struct manifest_target *target = &manifest->target;
	*cpu = CPUS;
	if (target->cpu.text == NULL && target->arch.text == NULL)
		return manifest_refuse(diag, manifest, target->at,
			"names neither cpu nor arch: write {cpu: cortex-m3} or {arch: armv7-m}");
	if (target->cpu.text != NULL) {
		*cpu = find_cpu(target->cpu.text);
		if (*cpu == CPUS)
			return refuse_cpu(diag, manifest, &target->cpu);
		target->architecture = architecture_find(cpus[*cpu].arch);
	}
	if (target->arch.text == NULL)
		return true;
	const struct architecture *named = architecture_find(target->arch.text);
	if (named == NULL)
		return refuse_arch(diag, manifest, &target->arch);
	if (*cpu != CPUS && named != target->architecture)
		return manifest_refuse(diag, manifest, target->arch.at,
			"%s is %s, not %s: take one of the two keys out", cpus[*cpu].name,
			cpus[*cpu].arch, named->arch->name);
	target->architecture = named;
	return true;
}

static bool check_regions(struct diag *diag, struct manifest *manifest, size_t cpu)
{
	struct manifest_target *target = &manifest->target;
	bool is_riscv = strcmp(target->architecture->arch->name, "riscv") == 0;
	unsigned most = cpu == CPUS ? target->architecture->arch->slots : cpus[cpu].most;
	if (target->mpu_regions.at.line == 0)
		target->mpu_regions.value = cpu != CPUS ? cpus[cpu].usual
					    : is_riscv	? USUAL_ENTRIES
							: USUAL_REGIONS;
	return (target->mpu_regions.value > 0 && target->mpu_regions.value <= most) ||
	       manifest_refuse(diag, manifest, target->mpu_regions.at,
		       "%llu MPU regions: %s has 1 to %u: write what the part's manual says",
		       (unsigned long long)target->mpu_regions.value,
		       cpu != CPUS ? cpus[cpu].name : target->architecture->arch->name, most);
}

static bool refuse_key(
	struct diag *diag, const struct manifest *manifest, const char *key, struct position at)
{
	return at.line == 0 ||
	       manifest_refuse(diag, manifest, at,
		       "%s is a property of a riscv PMP, and the target is %s: take the key out",
		       key, manifest->target.architecture->arch->name);
}

static bool check_riscv(struct diag *diag, struct manifest *manifest)
{
	struct manifest_target *target = &manifest->target;
	if (strcmp(target->architecture->arch->name, "riscv") != 0) {
		bool good = refuse_key(diag, manifest, "granularity", target->granularity.at);
		good = refuse_key(diag, manifest, "napot_only", target->napot_only.at) && good;
		return refuse_key(diag, manifest, "mml", target->mml.at) && good;
	}
	if (target->granularity.value > GRANULARITY_MOST)
		return manifest_refuse(diag, manifest, target->granularity.at,
			"is not G of a PMP: its granule is 2^(G+2) bytes: write 0 for 4 bytes, up "
			"to %d",
			GRANULARITY_MOST);
	target->rows.granularity = (unsigned)target->granularity.value;
	target->rows.napot_only = target->napot_only.value;
	target->rows.mml = target->mml.value;
	return true;
}

bool manifest_check_target(struct diag *diag, struct manifest *manifest)
{
	struct manifest_target *target = &manifest->target;
	size_t cpu = CPUS;
	if (!find_architecture(diag, manifest, &cpu))
		return false;
	target->rows = architecture_plain_target();
	bool good = check_regions(diag, manifest, cpu);
	good = check_riscv(diag, manifest) && good;
	target->granule = arch_granule(target->architecture->arch, &target->rows);
	return good;
}
