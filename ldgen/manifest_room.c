/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Where a region may go: banks in order of preference, rows, a fixed address, caching. */
#include <stdlib.h>
#include <string.h>

#include "ldgen/manifest.h"
#include "lib/layout.h"

/* --- caching ---------------------------------------------------------------------------- */

bool manifest_check_caching(
	struct diag *diag, const struct manifest *manifest, struct manifest_caching *caching)
{
	const struct arch *arch = manifest->target.architecture->arch;
	if (caching->word.text == NULL)
		return true;
	caching->kind = row_cache_find(caching->word.text);
	if (caching->kind == ROW_CACHES)
		return manifest_refuse(diag, manifest, caching->word.at,
			"'%.40s' is no way of caching: write none, write-through or write-back",
			caching->word.text);
	const char *fault = arch_cache_fault(arch, caching->kind);
	return fault == NULL ||
	       manifest_refuse(diag, manifest, caching->word.at,
		       "cannot be cached '%s' on %s: take the key out", caching->word.text, fault);
}

enum row_cache manifest_cache_of(
	const struct manifest *manifest, const struct manifest_room *room, size_t bank)
{
	return room->cache.word.text != NULL ? room->cache.kind : manifest->banks[bank].cache.kind;
}

/* --- banks ------------------------------------------------------------------------------ */

/* The writable bank called WORD into *INDEX. */
static bool find_bank(
	struct diag *diag, const struct manifest *manifest, const struct word *word, size_t *index)
{
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

static bool find_banks(
	struct diag *diag, const struct manifest *manifest, struct manifest_room *room)
{
	const struct words *names = &room->bank_names;
	if (names->count == 0)
		return manifest_refuse(diag, manifest, names->at,
			"names no bank: write [FIRST, NEXT], or take the key out");
	for (size_t i = 0; i < names->count; i++) {
		size_t bank = 0;
		if (!find_bank(diag, manifest, &names->list[i], &bank))
			return false;
		for (size_t k = 0; k < room->bank_count; k++)
			if (room->banks[k] == bank)
				return manifest_refuse(diag, manifest, names->list[i].at,
					"bank %s is named twice: give it once",
					names->list[i].text);
		room->banks[room->bank_count++] = bank;
	}
	return true;
}

/* The writable bank that ADDRESS lies in; LAYOUT_NONE if there is none. */
static size_t bank_at(const struct manifest *manifest, uint64_t address)
{
	for (size_t i = 0; i < manifest->bank_count; i++) {
		const struct manifest_bank *bank = &manifest->banks[i];
		if ((bank->access & LAYOUT_WRITE) != 0 && address >= bank->origin.value &&
			address - bank->origin.value < bank->length.value)
			return i;
	}
	return LAYOUT_NONE;
}

/* --- a fixed address -------------------------------------------------------------------- */

static bool check_free_at(
	struct diag *diag, const struct manifest *manifest, const struct manifest_room *room)
{
	const struct manifest_bank *bank = &manifest->banks[room->banks[0]];
	uint64_t at = room->at.value;
	uint64_t reserve_end = bank->origin.value + bank->reserve.value;
	if (at - bank->origin.value < bank->reserve.value)
		return manifest_refuse(diag, manifest, room->at.at,
			"lies in the reserve of bank %s, which ends at 0x%llx: write a higher "
			"address",
			bank->named.name, (unsigned long long)reserve_end);
	for (size_t i = 0; i < bank->hole_count; i++)
		if (at >= bank->holes[i].origin.value &&
			at - bank->holes[i].origin.value < bank->holes[i].length.value)
			return manifest_refuse(diag, manifest, room->at.at,
				"lies in the hole of bank %s in line %zu: write another address",
				bank->named.name, bank->holes[i].at.line);
	return true;
}

/* The address says the bank; where banks are named, it must be the only one. */
static bool check_fixed(
	struct diag *diag, const struct manifest *manifest, struct manifest_room *room)
{
	size_t bank = bank_at(manifest, room->at.value);
	if (bank == LAYOUT_NONE)
		return manifest_refuse(diag, manifest, room->at.at,
			"0x%llx lies in no bank with access rw: write an address of one",
			(unsigned long long)room->at.value);
	if (room->bank_names.at.line != 0 && (room->bank_count != 1 || room->banks[0] != bank))
		return manifest_refuse(diag, manifest, room->at.at,
			"0x%llx lies in bank %s: name that bank alone, or leave bank out",
			(unsigned long long)room->at.value, manifest->banks[bank].named.name);
	if (room->at.value % manifest->target.granule != 0)
		return manifest_refuse(diag, manifest, room->at.at,
			"0x%llx is not a multiple of %llu, the granule of %s: move it",
			(unsigned long long)room->at.value,
			(unsigned long long)manifest->target.granule,
			manifest->target.architecture->arch->name);
	room->banks[0] = bank;
	room->bank_count = 1;
	return check_free_at(diag, manifest, room);
}

/* --- the whole -------------------------------------------------------------------------- */

static bool check_rows(
	struct diag *diag, const struct manifest *manifest, const struct number *rows)
{
	uint64_t most = manifest->target.mpu_regions.value;
	return rows->at.line == 0 || (rows->value > 0 && rows->value <= most) ||
	       manifest_refuse(diag, manifest, rows->at,
		       "%llu rows for one region: the target has %llu for all of a context: write "
		       "1 to %llu",
		       (unsigned long long)rows->value, (unsigned long long)most,
		       (unsigned long long)most);
}

/* OTHERWISE is where a message about a bank that is not named points to. */
bool manifest_check_room(struct diag *diag, const struct manifest *manifest,
	struct manifest_room *room, struct position otherwise)
{
	bool good = check_rows(diag, manifest, &room->rows);
	good = manifest_check_caching(diag, manifest, &room->cache) && good;
	room->banks = calloc(room->bank_names.count + 1, sizeof(*room->banks));
	if (room->banks == NULL)
		return diag_no_memory(diag);
	if (room->bank_names.at.line != 0 && !find_banks(diag, manifest, room))
		return false;
	if (room->at.at.line != 0)
		return check_fixed(diag, manifest, room) && good;
	if (room->bank_names.at.line != 0)
		return good;
	if (manifest->default_room.bank_count == 0)
		return manifest_refuse(diag, manifest, otherwise,
			"there is more than one bank with access rw: say which by {bank: NAME}");
	room->banks[0] = manifest->default_room.banks[0];
	room->bank_count = 1;
	return good;
}
