/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The key code: where each unit's code and the common code go. */
#include <stdlib.h>
#include <string.h>

#include "ldgen/manifest.h"
#include "lib/layout.h"

/* --- the bank --------------------------------------------------------------------------- */

static bool executes(const struct manifest_bank *bank)
{
	return strcmp(bank->rights.text, "rx") == 0;
}

/* The bank that the key names; NULL where it names none that there is. */
static const struct manifest_bank *named_bank(const struct manifest *manifest)
{
	const char *name = manifest->code.bank_name.text;
	for (size_t i = 0; name != NULL && i < manifest->bank_count; i++)
		if (executes(&manifest->banks[i]) &&
			strcmp(name, manifest->banks[i].named.name) == 0)
			return &manifest->banks[i];
	return NULL;
}

bool manifest_places_code(const struct manifest *manifest, size_t index)
{
	const struct manifest_bank *bank = &manifest->banks[index];
	const struct manifest_bank *named = named_bank(manifest);
	return manifest->code.present && executes(bank) && (named == NULL || named == bank);
}

/* The one bank that is meant, into *INDEX. */
static bool find_bank(struct diag *diag, const struct manifest *manifest, size_t *index)
{
	const struct manifest_code *code = &manifest->code;
	size_t count = 0;
	if (code->bank_name.text != NULL && named_bank(manifest) == NULL)
		return manifest_refuse(diag, manifest, code->bank_name.at,
			"'%.64s' is no bank with access rx: name one that is",
			code->bank_name.text);
	for (size_t i = manifest->bank_count; i-- > 0;)
		if (manifest_places_code(manifest, i)) {
			*index = i;
			count++;
		}
	return count == 1 || manifest_refuse(diag, manifest, code->at,
				     "there is more than one bank with access rx: say by 'bank:' "
				     "where the components' code goes");
}

/* What is native must lie where no component reads: before all that is opened. */
static bool check_reserve(struct diag *diag, const struct manifest *manifest, size_t index)
{
	const struct manifest_bank *bank = &manifest->banks[index];
	return index != manifest->code_bank || bank->reserve.value != 0 ||
	       manifest_refuse(diag, manifest, bank->named.at,
		       "bank %s has no reserve, and with 'code:' the native program, its constants "
		       "and its initial data lie in it alone: give the bank 'reserve: SIZE'",
		       bank->named.name);
}

/*
 * One row opens any unit's code but with TOR, which wants two entries for any range: more rows
 * would save flash, which is plenty, and cost slots, which are few.
 */
static uint64_t usual_rows(const struct manifest *manifest)
{
	const struct manifest_target *target = &manifest->target;
	return target->architecture->arch->id == ARCH_RISCV && !target->rows.napot_only ? 2 : 1;
}

static bool make_room(struct diag *diag, struct manifest *manifest, size_t bank)
{
	struct manifest_code *code = &manifest->code;
	struct manifest_room *room = &code->room;
	uint64_t most = manifest->target.mpu_regions.value;
	room->rows = code->rows;
	if (room->rows.at.line == 0)
		room->rows = (struct number){.value = usual_rows(manifest), .at = code->at};
	if (room->rows.value == 0 || room->rows.value > most)
		return manifest_refuse(diag, manifest, room->rows.at,
			"%llu rows for one region of code: the target has %llu for all of a "
			"context: write 1 to %llu",
			(unsigned long long)room->rows.value, (unsigned long long)most,
			(unsigned long long)most);
	room->banks = calloc(1, sizeof(*room->banks));
	if (room->banks == NULL)
		return diag_no_memory(diag);
	room->banks[0] = bank;
	room->bank_count = 1;
	return true;
}

/* --- native functions in the common code ------------------------------------------------ */

#define WORD_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.$*?"

#define KEYWORD_LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"

/* SECTION, or FILE(SECTION): where the section's pattern begins, or NULL.  It goes into the script
 * as it is, where slash and star begin a comment, and KEEP and SORT are no files. */
static const char *section_pattern(const char *text)
{
	size_t file = strspn(text, WORD_LETTERS "/:+-");
	const char *section = text[file] == '(' ? text + file + 1 : text;
	size_t length = strspn(section, WORD_LETTERS);
	bool good = section == text ? section[length] == '\0'
				    : file > strspn(text, KEYWORD_LETTERS) &&
					      strcmp(section + length, ")") == 0 &&
					      strstr(text, "/*") == NULL;
	return good && (strncmp(section, ".text", 5) == 0 || strncmp(section, ".rodata", 7) == 0)
		       ? section
		       : NULL;
}

/* Whether PATTERN matches a name that begins with PREFIX. */
static bool may_match(const char *pattern, const char *prefix)
{
	for (; *prefix != '\0' && *pattern != '*'; pattern++, prefix++)
		if (*pattern != '?' && *pattern != *prefix)
			return false;
	return true;
}

static bool check_natives(struct diag *diag, const struct manifest *manifest)
{
	const struct words *natives = &manifest->code.natives;
	bool good = true;
	for (size_t i = 0; i < natives->count; i++) {
		const struct word *native = &natives->list[i];
		const char *section = section_pattern(native->text);
		if (section == NULL)
			good = manifest_refuse(diag, manifest, native->at,
				"'%.64s' is no pattern of input sections of code: write "
				"'.text.NAME', '.rodata.NAME' or 'FILE(.text)', of letters, digits "
				"and _ . $ * ?",
				native->text);
		else if (may_match(section, ".text.berth.unit.") ||
			 may_match(section, ".rodata.berth.unit."))
			good = manifest_refuse(diag, manifest, native->at,
				"'%.64s' takes the code of components, too, which would be open to "
				"all: write a pattern that only natives match",
				native->text);
	}
	return good;
}

/* --- components ------------------------------------------------------------------------- */

static bool check_component(
	struct diag *diag, const struct manifest *manifest, const struct manifest_component *from)
{
	const char *name = from->named.name;
	if (!manifest->code.present)
		return from->code.at.line == 0 ||
		       manifest_refuse(diag, manifest, from->code.at,
			       "component %s has code in a region of its own only where the "
			       "manifest has the key 'code:': add it, or take this one out",
			       name);
	if (strcmp(name, "common") == 0)
		return manifest_refuse(diag, manifest, from->named.at,
			"'common' names the code that all components run: choose another name");
	if (from->code.at.line != 0 && from->code.value == 0)
		return manifest_refuse(diag, manifest, from->code.at,
			"is empty: write how many bytes of code component %s has, or take the key "
			"out",
			name);
	return from->code.at.line != 0 || from->object.text != NULL ||
	       manifest_refuse(diag, manifest, from->named.at,
		       "component %s has no object whose code could be measured: say how much "
		       "there is by 'code: SIZE'",
		       name);
}

/* --- the whole -------------------------------------------------------------------------- */

bool manifest_check_code(struct diag *diag, struct manifest *manifest)
{
	const struct manifest_code *code = &manifest->code;
	size_t bank = 0;
	bool good = true;
	for (size_t i = 0; i < manifest->component_count; i++)
		good = check_component(diag, manifest, &manifest->components[i]) && good;
	if (!code->present)
		return good;
	if (code->common.value == 0)
		good = manifest_refuse(diag, manifest, code->common.at,
			"is empty, and every call returns through common code: write its bytes");
	good = check_natives(diag, manifest) && good;
	return find_bank(diag, manifest, &bank) && check_reserve(diag, manifest, bank) &&
	       make_room(diag, manifest, bank) && good;
}
