/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What a manifest must fulfil before any object is opened, and its references. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ldgen/manifest.h"
#include "lib/checked.h"
#include "lib/layout.h"

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

bool manifest_check_names(struct diag *diag, const struct manifest *manifest)
{
	size_t most = manifest->bank_count + manifest->peripheral_count + manifest->shared_count +
		      manifest->component_count;
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
	for (size_t i = 0; i < manifest->shared_count; i++)
		good = check_name(diag, manifest, &manifest->shared[i].named, before, &count) &&
		       good;
	for (size_t i = 0; i < manifest->component_count; i++)
		good = check_name(diag, manifest, &manifest->components[i].named, before, &count) &&
		       good;
	free(before);
	return good;
}

/* --- the top ---------------------------------------------------------------------------- */

static bool check_top(struct diag *diag, const struct manifest *manifest)
{
	const struct word *strategy = &manifest->strategy;
	bool good = true;
	if (manifest->version.value != 1)
		good = manifest_refuse(diag, manifest, manifest->version.at,
			"is a manifest of version %llu: this tool reads version 1, write 'berth: "
			"1'",
			(unsigned long long)manifest->version.value);
	if (strategy->text != NULL && strcmp(strategy->text, "packed") != 0 &&
		strcmp(strategy->text, "pow2") != 0)
		good = manifest_refuse(diag, manifest, strategy->at,
			"'%.40s' is not a known strategy: write packed or pow2", strategy->text);
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
	uint64_t granule = manifest->target.granule;
	if (origin->value % granule == 0 && length->value % granule == 0)
		return true;
	bool is_origin = origin->value % granule != 0;
	uint64_t value = is_origin ? origin->value : length->value;
	return manifest_refuse(diag, manifest, is_origin ? origin->at : length->at,
		"origin and length must be multiples of %llu, the granule of %s: write 0x%llx or "
		"0x%llx",
		(unsigned long long)granule, manifest->target.architecture->arch->name,
		(unsigned long long)(value - value % granule),
		(unsigned long long)(value - value % granule + granule));
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

/* Whether regions are placed in BANK. */
static bool is_filled(const struct manifest *manifest, const struct manifest_bank *bank)
{
	return (bank->access & LAYOUT_WRITE) != 0 ||
	       manifest_places_code(manifest, (size_t)(bank - manifest->banks));
}

static int compare_holes(const void *a, const void *b)
{
	uint64_t left = ((const struct manifest_hole *)a)->origin.value;
	uint64_t right = ((const struct manifest_hole *)b)->origin.value;
	return (left > right) - (left < right);
}

static bool check_hole(struct diag *diag, const struct manifest *manifest,
	const struct manifest_bank *bank, const struct manifest_hole *hole)
{
	uint64_t origin = hole->origin.value;
	uint64_t length = hole->length.value;
	if (length == 0)
		return manifest_refuse(diag, manifest, hole->length.at,
			"is empty: give a length, or take the hole out");
	if (origin < bank->origin.value ||
		!checked_within(origin - bank->origin.value, length, bank->length.value))
		return manifest_refuse(diag, manifest, hole->origin.at,
			"the hole is not within bank %s, 0x%llx to 0x%llx: move it",
			bank->named.name, (unsigned long long)bank->origin.value,
			(unsigned long long)(bank->origin.value + bank->length.value - 1));
	if (origin - bank->origin.value < bank->reserve.value)
		return manifest_refuse(diag, manifest, hole->origin.at,
			"the hole overlaps the reserve of bank %s: nothing is placed there; move "
			"one of them",
			bank->named.name);
	return true;
}

/* Checks the holes of BANK and sorts them. */
static bool check_holes(
	struct diag *diag, const struct manifest *manifest, struct manifest_bank *bank)
{
	if (bank->hole_count == 0)
		return true;
	if (!is_filled(manifest, bank))
		return manifest_refuse(diag, manifest, bank->holes[0].at,
			"nothing is placed in a bank that cannot be written, and what is in the "
			"hole would be opened with the bank: make two banks of it");
	for (size_t i = 0; i < bank->hole_count; i++)
		if (!check_hole(diag, manifest, bank, &bank->holes[i]))
			return false;
	qsort(bank->holes, bank->hole_count, sizeof(*bank->holes), compare_holes);
	for (size_t i = 1; i < bank->hole_count; i++) {
		const struct manifest_hole *before = &bank->holes[i - 1];
		const struct manifest_hole *hole = &bank->holes[i];
		if (checked_overlap(before->origin.value, before->length.value, hole->origin.value,
			    hole->length.value))
			return manifest_refuse(diag, manifest, hole->origin.at,
				"overlaps the hole in line %zu: make one hole of both",
				before->at.line);
	}
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
	if (bank->reserve.value != 0 && !is_filled(manifest, bank))
		return manifest_refuse(diag, manifest, bank->reserve.at,
			"nothing is placed in a bank that cannot be written, so nothing need be "
			"reserved: take the key out");
	if (bank->reserve.value % manifest->target.granule != 0)
		return manifest_refuse(diag, manifest, bank->reserve.at,
			"is not a multiple of %llu, the granule of %s: round it up",
			(unsigned long long)manifest->target.granule,
			manifest->target.architecture->arch->name);
	if (bank->cache.word.text != NULL && bank->access == LAYOUT_READ)
		return manifest_refuse(diag, manifest, bank->cache.word.at,
			"no component opens a bank with access r, so no row says how it is cached: "
			"take the key out");
	return manifest_check_caching(diag, manifest, &bank->cache) &&
	       check_holes(diag, manifest, bank);
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

/* The one writable bank is where everything goes that names none. */
static bool make_default_room(struct diag *diag, struct manifest *manifest)
{
	struct manifest_room *room = &manifest->default_room;
	size_t count = 0;
	size_t bank = first_bank(manifest, LAYOUT_WRITE, false, &count);
	room->banks = calloc(1, sizeof(*room->banks));
	if (room->banks == NULL)
		return diag_no_memory(diag);
	room->banks[0] = bank;
	room->bank_count = count == 1;
	return true;
}

bool manifest_check_banks(struct diag *diag, struct manifest *manifest)
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
	return make_default_room(diag, manifest) && good;
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

/* --- shared regions ------------------------------------------------------------------------ */

static bool check_shared(struct diag *diag, const struct manifest *manifest, size_t index)
{
	struct manifest_shared *shared = &manifest->shared[index];
	bool good = true;
	if (shared->size.value == 0)
		good = manifest_refuse(diag, manifest, shared->size.at,
			"is empty: give the region a size, or take it out");
	return manifest_check_room(diag, manifest, &shared->room, shared->named.at) && good;
}

bool manifest_check(struct diag *diag, struct manifest *manifest)
{
	bool good = check_top(diag, manifest);
	good = manifest_check_names(diag, manifest) && good;
	/* Banks are compared with the target's granule, all else with the banks. */
	if (!manifest_check_target(diag, manifest) || !manifest_check_banks(diag, manifest))
		return false;
	for (size_t i = 0; i < manifest->peripheral_count; i++)
		good = check_peripheral(diag, manifest, i) && good;
	for (size_t i = 0; i < manifest->shared_count; i++)
		good = check_shared(diag, manifest, i) && good;
	good = manifest_check_components(diag, manifest) && good;
	good = manifest_check_code(diag, manifest) && good;
	return manifest_check_contexts(diag, manifest) && good;
}
