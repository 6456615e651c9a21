/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What a manifest must fulfil before any object is opened, and its references. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ldgen/manifest.h"
#include "lib/checked.h"
#include "lib/layout.h"

enum { GRANULE = 32, STACK_LEAST = 64, STACK_STEP = 8, MPU_REGIONS_DEFAULT = 8 };
enum { MPU_REGIONS_MOST = 16 };

#define PRIVATE_BUS UINT64_C(0xe0000000)
#define PRIVATE_BUS_LENGTH UINT64_C(0x100000)

/* --- names ------------------------------------------------------------------------------ */

/*
 * Names become macros of a C header, where case is lost, and region names of
 * one space: no two may be equal but for case, whatever they name.
 */
static bool check_name(struct diag *diag, const struct manifest *manifest,
	const struct named *named, const struct named **before, size_t *count)
{
	if (!layout_is_name(named->name))
		return manifest_refuse(diag, manifest, named->at,
			"'%.80s' is not a C identifier of at most 64 characters: choose another "
			"name",
			named->name);
	for (size_t i = 0; i < *count; i++)
		if (strcasecmp(before[i]->name, named->name) == 0)
			return manifest_refuse(diag, manifest, named->at,
				"'%s' and '%s' (line %zu) would be one macro in regions.h: choose "
				"another name",
				named->name, before[i]->name, before[i]->at.line);
	before[(*count)++] = named;
	return true;
}

static bool check_names(struct diag *diag, const struct manifest *manifest)
{
	size_t most = manifest->bank_count + manifest->peripheral_count + manifest->component_count;
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): a pointer is what each place holds */
	const struct named **before = calloc(most + 1, sizeof(*before));
	size_t count = 0;
	bool good = true;
	if (before == NULL)
		return diag_no_memory(diag);
	for (size_t i = 0; i < manifest->bank_count; i++)
		good = check_name(diag, manifest, &manifest->banks[i].named, before, &count) &&
		       good;
	for (size_t i = 0; i < manifest->peripheral_count; i++)
		good = check_name(
			       diag, manifest, &manifest->peripherals[i].named, before, &count) &&
		       good;
	for (size_t i = 0; i < manifest->component_count; i++)
		good = check_name(diag, manifest, &manifest->components[i].named, before, &count) &&
		       good;
	free(before);
	return good;
}

/* --- target ----------------------------------------------------------------------------- */

static bool is_one_of(const char *text, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(text, list[i]) == 0)
			return true;
	return false;
}

static bool check_target(struct diag *diag, struct manifest *manifest)
{
	static const char *const cpus[] = {"cortex-m3", "cortex-m4", "cortex-m7"};
	const struct word *cpu = &manifest->target.cpu;
	const struct word *arch = &manifest->target.arch;
	struct number *regions = &manifest->target.mpu_regions;
	bool good = true;
	if (manifest->version.value != 1)
		good = manifest_refuse(diag, manifest, manifest->version.at,
			"is a manifest of version %llu: this tool reads version 1, write 'berth: "
			"1'",
			(unsigned long long)manifest->version.value);
	if (cpu->text == NULL && arch->text == NULL)
		good = manifest_refuse(diag, manifest, manifest->target.at,
			"names neither cpu nor arch: write {cpu: cortex-m3} or {arch: armv7-m}");
	if (cpu->text != NULL && !is_one_of(cpu->text, cpus, sizeof(cpus) / sizeof(cpus[0])))
		good = manifest_refuse(diag, manifest, cpu->at,
			"'%.40s' is not a known cpu: write cortex-m3, cortex-m4 or cortex-m7",
			cpu->text);
	if (arch->text != NULL && strcmp(arch->text, "armv7-m") != 0)
		good = manifest_refuse(diag, manifest, arch->at,
			"'%.40s' is not a known architecture: write armv7-m", arch->text);
	if (regions->at.line == 0)
		regions->value = MPU_REGIONS_DEFAULT;
	if (regions->value == 0 || regions->value > MPU_REGIONS_MOST)
		good = manifest_refuse(diag, manifest, regions->at,
			"%llu MPU regions: an Armv7-M MPU has 1 to %d",
			(unsigned long long)regions->value, MPU_REGIONS_MOST);
	static const char *const strategies[] = {"packed", "pow2"};
	if (manifest->strategy.text != NULL && !is_one_of(manifest->strategy.text, strategies, 2))
		good = manifest_refuse(diag, manifest, manifest->strategy.at,
			"'%.40s' is not a known strategy: write packed or pow2",
			manifest->strategy.text);
	return good;
}

/* --- ranges ----------------------------------------------------------------------------- */

static bool check_range(struct diag *diag, const struct manifest *manifest,
	const struct number *origin, const struct number *length)
{
	if (length->value == 0)
		return manifest_refuse(diag, manifest, length->at, "is empty: give a length");
	if (!checked_within(origin->value, length->value, LAYOUT_ADDRESSES))
		return manifest_refuse(diag, manifest, length->at,
			"reaches beyond address 0xffffffff: shorten it");
	if (origin->value % GRANULE != 0 || length->value % GRANULE != 0)
		return manifest_refuse(diag, manifest, origin->at,
			"origin and length must be multiples of %d, the MPU's granule: move it",
			GRANULE);
	return true;
}

/* Refuses [ORIGIN, ORIGIN + LENGTH) when it shares a byte with one of COUNT banks. */
static bool check_apart(struct diag *diag, const struct manifest *manifest,
	const struct number *origin, const struct number *length, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (checked_overlap(origin->value, length->value, manifest->banks[i].origin.value,
			    manifest->banks[i].length.value))
			return manifest_refuse(diag, manifest, origin->at,
				"overlaps bank %s (line %zu): move one of them",
				manifest->banks[i].named.name, manifest->banks[i].named.at.line);
	return true;
}

static bool read_rights(
	struct diag *diag, const struct manifest *manifest, struct manifest_bank *bank)
{
	if (strcmp(bank->rights.text, "r") == 0)
		bank->access = LAYOUT_READ;
	else if (strcmp(bank->rights.text, "rw") == 0)
		bank->access = LAYOUT_READ | LAYOUT_WRITE;
	else if (strcmp(bank->rights.text, "rx") == 0)
		bank->access = LAYOUT_READ | LAYOUT_EXECUTE;
	else
		return manifest_refuse(diag, manifest, bank->rights.at,
			"'%.40s' is not an access that components can share: write rx for code, rw "
			"for memories or r",
			bank->rights.text);
	return true;
}

static bool check_bank(struct diag *diag, const struct manifest *manifest, size_t index)
{
	struct manifest_bank *bank = &manifest->banks[index];
	if (!check_range(diag, manifest, &bank->origin, &bank->length) ||
		!check_apart(diag, manifest, &bank->origin, &bank->length, index) ||
		!read_rights(diag, manifest, bank))
		return false;
	if (bank->reserve.value > bank->length.value)
		return manifest_refuse(diag, manifest, bank->reserve.at,
			"is more than the bank's %llu bytes: reserve less",
			(unsigned long long)bank->length.value);
	if (bank->reserve.value != 0 && (bank->access & LAYOUT_WRITE) == 0)
		return manifest_refuse(diag, manifest, bank->reserve.at,
			"nothing is placed in a bank that cannot be written, so nothing need be "
			"reserved: take the key out");
	if (bank->reserve.value % GRANULE != 0)
		return manifest_refuse(diag, manifest, bank->reserve.at,
			"is not a multiple of %d, the MPU's granule: round it up", GRANULE);
	return true;
}

/* The first bank that has ACCESS and, where wanted, a reserve; *COUNT of them there are. */
static size_t first_bank(
	const struct manifest *manifest, unsigned access, bool reserved, size_t *count)
{
	size_t first = LAYOUT_NONE;
	*count = 0;
	for (size_t i = manifest->bank_count; i-- > 0;) {
		const struct manifest_bank *bank = &manifest->banks[i];
		if ((bank->access & access) == 0 || (reserved && bank->reserve.value == 0))
			continue;
		first = i;
		(*count)++;
	}
	return first;
}

static bool check_banks(struct diag *diag, struct manifest *manifest)
{
	bool good = true;
	size_t count = 0;
	for (size_t i = 0; i < manifest->bank_count; i++)
		good = check_bank(diag, manifest, i) && good;
	if (!good)
		return false;
	struct position at = manifest->banks[0].named.at;
	manifest->code_bank = first_bank(manifest, LAYOUT_EXECUTE, false, &count);
	if (manifest->code_bank == LAYOUT_NONE)
		good = manifest_refuse(diag, manifest, at,
			"no bank has access rx: name the one that holds the program");
	manifest->native_bank = first_bank(manifest, LAYOUT_WRITE, true, &count);
	if (manifest->native_bank == LAYOUT_NONE)
		good = manifest_refuse(diag, manifest, at,
			"no bank with access rw has a reserve: give one 'reserve: SIZE' for the "
			"native program's data and stack");
	manifest->default_bank = first_bank(manifest, LAYOUT_WRITE, false, &count);
	if (count != 1)
		manifest->default_bank = LAYOUT_NONE;
	return good;
}

/*
 * Unprivileged accesses to the private peripheral bus fault whatever the MPU
 * says (Armv7-M ARM, DDI 0403, B3.1.1): a grant there would be a lie.
 */
static bool check_private(struct diag *diag, const struct manifest *manifest,
	const struct manifest_peripheral *peripheral)
{
	return !checked_overlap(peripheral->origin.value, peripheral->length.value, PRIVATE_BUS,
		       PRIVATE_BUS_LENGTH) ||
	       manifest_refuse(diag, manifest, peripheral->origin.at,
		       "lies in the private peripheral bus (0xe0000000 to 0xe00fffff), which no "
		       "row opens to a component: reach it through a gate");
}

static bool check_peripheral(struct diag *diag, const struct manifest *manifest, size_t index)
{
	const struct manifest_peripheral *peripheral = &manifest->peripherals[index];
	if (!check_range(diag, manifest, &peripheral->origin, &peripheral->length) ||
		!check_apart(diag, manifest, &peripheral->origin, &peripheral->length,
			manifest->bank_count) ||
		!check_private(diag, manifest, peripheral))
		return false;
	for (size_t i = 0; i < index; i++) {
		const struct manifest_peripheral *other = &manifest->peripherals[i];
		if (checked_overlap(peripheral->origin.value, peripheral->length.value,
			    other->origin.value, other->length.value))
			return manifest_refuse(diag, manifest, peripheral->origin.at,
				"overlaps peripheral %s (line %zu): move one of them",
				other->named.name, other->named.at.line);
	}
	return true;
}

/* --- components ------------------------------------------------------------------------- */

/* The writable bank called WORD, or the only one there is, into *INDEX. */
static bool resolve_bank(struct diag *diag, const struct manifest *manifest,
	const struct word *word, struct position otherwise, size_t *index)
{
	*index = manifest->default_bank;
	if (word->text == NULL)
		return *index != LAYOUT_NONE ||
		       manifest_refuse(diag, manifest, otherwise,
			       "there is more than one bank with access rw: say which by {bank: "
			       "NAME}");
	for (size_t i = 0; i < manifest->bank_count; i++) {
		if (strcmp(manifest->banks[i].named.name, word->text) != 0)
			continue;
		*index = i;
		if ((manifest->banks[i].access & LAYOUT_WRITE) != 0)
			return true;
		return manifest_refuse(diag, manifest, word->at,
			"bank %s cannot be written: name one with access rw", word->text);
	}
	return manifest_refuse(diag, manifest, word->at,
		"'%.64s' is not a bank of this manifest: name one that is under banks", word->text);
}

static bool check_memories(
	struct diag *diag, const struct manifest *manifest, struct manifest_component *component)
{
	bool good = true;
	for (size_t i = 0; i < component->memory_count; i++) {
		struct manifest_memory *memory = &component->memories[i];
		good = resolve_bank(diag, manifest, &memory->bank_name, memory->named.at,
			       &memory->bank) &&
		       good;
		for (size_t k = 0; k < i; k++)
			if (component->memories[k].index == memory->index)
				good = manifest_refuse(diag, manifest, memory->named.at,
					"memory %u is there twice: give it once", memory->index);
	}
	return good;
}

/* Index of the peripheral called NAME, or LAYOUT_NONE. */
static size_t find_peripheral(const struct manifest *manifest, const char *name)
{
	for (size_t i = 0; i < manifest->peripheral_count; i++)
		if (strcmp(manifest->peripherals[i].named.name, name) == 0)
			return i;
	return LAYOUT_NONE;
}

static bool resolve_grants(
	struct diag *diag, const struct manifest *manifest, struct manifest_component *component)
{
	bool good = true;
	component->granted = calloc(component->grant_count + 1, sizeof(*component->granted));
	if (component->granted == NULL)
		return diag_no_memory(diag);
	for (size_t i = 0; i < component->grant_count; i++) {
		const struct word *grant = &component->grants[i];
		component->granted[i] = find_peripheral(manifest, grant->text);
		if (component->granted[i] == LAYOUT_NONE)
			good = manifest_refuse(diag, manifest, grant->at,
				"'%.64s' is not a peripheral of this manifest: name one that is "
				"under peripherals",
				grant->text);
		for (size_t k = 0; k < i; k++)
			if (component->granted[k] == component->granted[i])
				good = manifest_refuse(diag, manifest, grant->at,
					"'%.64s' is granted twice: give it once", grant->text);
	}
	return good;
}

static bool check_arena(
	struct diag *diag, const struct manifest *manifest, const struct manifest_arena *arena)
{
	if (!arena->present)
		return true;
	if (arena->size.value == 0 || arena->size.value % STACK_STEP != 0)
		return manifest_refuse(diag, manifest, arena->size.at,
			"an arena has a multiple of %d bytes, at least %d: round it up", STACK_STEP,
			STACK_STEP);
	if (arena->memory.value >= UINT32_MAX)
		return manifest_refuse(diag, manifest, arena->memory.at,
			"is not a memory index: write its number");
	return true;
}

static bool check_component(
	struct diag *diag, const struct manifest *manifest, struct manifest_component *component)
{
	bool good = check_memories(diag, manifest, component);
	good = resolve_bank(diag, manifest, &component->data.bank_name, component->named.at,
		       &component->data_bank) &&
	       good;
	good = resolve_grants(diag, manifest, component) && good;
	good = check_arena(diag, manifest, &component->arena) && good;
	if (component->stack.value < STACK_LEAST || component->stack.value % STACK_STEP != 0)
		good = manifest_refuse(diag, manifest, component->stack.at,
			"a stack has a multiple of %d bytes, at least %d: round it up", STACK_STEP,
			STACK_LEAST);
	if (component->fused.value >= UINT32_MAX)
		good = manifest_refuse(diag, manifest, component->fused.at,
			"is not the number of a fused component: write a smaller one");
	return good;
}

bool manifest_check(struct diag *diag, struct manifest *manifest)
{
	bool good = check_target(diag, manifest);
	good = check_names(diag, manifest) && good;
	/* Components and peripherals are compared with the banks. */
	if (!check_banks(diag, manifest))
		return false;
	for (size_t i = 0; i < manifest->peripheral_count; i++)
		good = check_peripheral(diag, manifest, i) && good;
	for (size_t i = 0; i < manifest->component_count; i++)
		good = check_component(diag, manifest, &manifest->components[i]) && good;
	return good;
}
