/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What lacks where regions cannot be placed, and what would mend it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ldgen/placing.h"

enum {
	TEXT_LENGTH = 512,
	/* Solving once more with other sizes is quick for so many. */
	TRIED_MOST = 24,
	/* How often a bank is made larger: twice is enough but for the rarest. */
	ENLARGED_MOST = 8,
};

static const struct layout_region *region_of(const struct placing *placing, size_t item)
{
	return &placing->layout->regions[placing->items[item].region];
}

static bool may_lie_in(const struct pack_item *item, size_t bank)
{
	for (size_t i = 0; i < item->bank_count; i++)
		if (item->banks[i] == bank)
			return true;
	return false;
}

/* --- what would make it fit ------------------------------------------------------------------ */

/* What is tried instead of the problem. */
struct change {
	size_t item; /* that has SIZE bytes, or PACK_NONE */
	uint64_t size;
	size_t bank; /* whose room has LENGTH bytes, or PACK_NONE */
	uint64_t length;
	size_t guest; /* that may lie in bank OPENED too, the last of its list, or PACK_NONE */
	size_t opened;
	bool any_rows; /* no limit by 'rows' */
};

static const struct change nothing = {
	.item = PACK_NONE, .bank = PACK_NONE, .guest = PACK_NONE, .opened = PACK_NONE};

/* Solves COPY, whose items and banks are its own, after CHANGE; LIST has room for all banks. */
static enum pack_result solve_changed(
	struct pack_problem *copy, const struct change *change, size_t *list)
{
	if (change->guest != PACK_NONE) {
		struct pack_item *item = &copy->items[change->guest];
		memcpy(list, item->banks, item->bank_count * sizeof(*list));
		list[item->bank_count++] = change->opened;
		item->banks = list;
	}
	if (change->item != PACK_NONE)
		copy->items[change->item].size = change->size;
	if (change->bank != PACK_NONE)
		copy->banks[change->bank].room.end =
			copy->banks[change->bank].room.base + change->length;
	for (size_t i = 0; change->any_rows && i < copy->count; i++)
		copy->items[i].rows = 0;
	return pack_solve(copy);
}

/* Solves the problem with CHANGE; *OUT says why it failed. */
static enum pack_result try_change(
	const struct problem *problem, const struct change *change, struct pack_problem *out)
{
	enum pack_result result = PACK_NO_MEMORY;
	*out = problem->pack;
	out->items = calloc(out->count + 1, sizeof(*out->items));
	out->banks = calloc(out->bank_count + 1, sizeof(*out->banks));
	size_t *list = calloc(out->bank_count + 1, sizeof(*list));
	if (out->items != NULL && out->banks != NULL && list != NULL) {
		memcpy(out->items, problem->items, out->count * sizeof(*out->items));
		memcpy(out->banks, problem->banks, out->bank_count * sizeof(*out->banks));
		result = solve_changed(out, change, list);
	}
	free(list);
	free(out->items);
	free(out->banks);
	return result;
}

static bool fits_with(const struct problem *problem, const struct change *change)
{
	struct pack_problem ignored;
	return try_change(problem, change, &ignored) == PACK_DONE;
}

/*
 * Room for BANK with which all fits, at least WANTED bytes, which is what the
 * items of the bank seem to take; rows that are shared out otherwise may take
 * more.  WANTED when it is not known, and *KNOWN is false then.
 */
static uint64_t room_that_fits(
	const struct problem *problem, size_t bank, uint64_t wanted, bool *known)
{
	struct change change = nothing;
	struct pack_problem tried;
	change.bank = bank;
	change.length = wanted;
	*known = false;
	for (unsigned i = 0; problem->pack.count <= TRIED_MOST && i < ENLARGED_MOST; i++) {
		enum pack_result result = try_change(problem, &change, &tried);
		*known = result == PACK_DONE;
		if (*known)
			return change.length;
		if (result != PACK_NO_ROOM || tried.bank != bank || tried.wanted == PACK_NOWHERE ||
			tried.wanted <= change.length)
			break;
		change.length = tried.wanted;
	}
	return wanted;
}

/* The most bytes with which item NUMBER lets all fit, a multiple of the granule; 0 if none. */
static uint64_t most_that_fits(const struct problem *problem, size_t number)
{
	uint64_t granule = problem->pack.shape.granule;
	uint64_t low = 0;
	uint64_t high = problem->items[number].size / granule;
	struct change change = nothing;
	change.item = number;
	if (problem->pack.count > TRIED_MOST || problem->items[number].carve_count != 0)
		return 0;
	while (low < high) {
		uint64_t middle = low + (high - low + 1) / 2;
		change.size = middle * granule;
		if (fits_with(problem, &change))
			low = middle;
		else
			high = middle - 1;
	}
	return low * granule;
}

/* The item whose size is changed first: the largest memory in BANK, or what else is largest. */
static size_t largest_item(
	const struct placing *placing, const struct problem *problem, size_t bank)
{
	size_t chosen = 0;
	bool found = false;
	for (size_t i = 0; i < placing->item_count; i++) {
		if (!may_lie_in(&problem->items[i], bank) ||
			(found && problem->items[i].size <= problem->items[chosen].size))
			continue;
		chosen = i;
		found = true;
	}
	return chosen;
}

/* Whether all fits when ITEM may lie in BANK too, as far as it is tried. */
static bool fits_also_in(const struct problem *problem, size_t item, size_t bank)
{
	struct change change = nothing;
	change.guest = item;
	change.opened = bank;
	return problem->pack.count > TRIED_MOST || fits_with(problem, &change);
}

/* A bank that ITEM does not name and that mends it, or PACK_NONE. */
static size_t other_bank(const struct placing *placing, const struct problem *problem, size_t item)
{
	for (size_t i = 0; i < placing->layout->bank_count; i++) {
		const struct pack_bank *bank = &problem->banks[i];
		if ((placing->layout->banks[i].access & LAYOUT_WRITE) != 0 &&
			region_of(placing, item)->kind != LAYOUT_CODE &&
			!may_lie_in(&problem->items[item], i) && !problem->items[item].fixed &&
			bank->room.end - bank->room.base >= problem->items[item].size &&
			fits_also_in(problem, item, i))
			return i;
	}
	return PACK_NONE;
}

/* The key of the manifest that makes a region smaller, as it is written there. */
static void write_key(const struct placing *placing, const struct layout_region *region,
	uint64_t most, char *text, size_t room)
{
	const struct manifest_component *component =
		region->component == LAYOUT_NONE
			? NULL
			: &placing->manifest->components[region->component];
	bool declared = component != NULL && component->core.text != NULL;
	if (region->kind == LAYOUT_DATA)
		snprintf(text, room, "with a smaller stack");
	else if (region->kind == LAYOUT_JOINT)
		snprintf(text, room, "with fewer globals");
	else if (region->kind == LAYOUT_CODE && component == NULL)
		snprintf(text, room, "common: %llu", (unsigned long long)most);
	else if (region->kind == LAYOUT_CODE)
		snprintf(text, room, "with less code");
	else
		snprintf(text, room, "%s: %llu", declared ? "trim" : "size",
			(unsigned long long)most);
}

/* Says what to change, into TEXT of TEXT_LENGTH bytes; LACKS may be PACK_NOWHERE, and is only the
 * least when it is not KNOWN to be enough. */
static void write_remedy(const struct placing *placing, const struct problem *problem, size_t item,
	uint64_t lacks, bool known, char *text)
{
	const struct layout *layout = placing->layout;
	const struct layout_region *region = region_of(placing, item);
	const char *bank = layout->banks[problem->pack.bank].name;
	uint64_t most = most_that_fits(problem, item);
	size_t other = other_bank(placing, problem, item);
	size_t length = 0;
	struct change rows = nothing;
	rows.any_rows = true;
	char key[40];
	write_key(placing, region, most, key, sizeof(key));
	if (most != 0)
		length += (size_t)snprintf(text + length, TEXT_LENGTH - length,
			"it fits when %s has at most %llu bytes (%s); else ", region->name,
			(unsigned long long)most, key);
	if (placing->item_count <= TRIED_MOST && fits_with(problem, &rows))
		length += (size_t)snprintf(text + length, TEXT_LENGTH - length,
			"allow more rows: without a limit by 'rows' it fits; else ");
	if (other != PACK_NONE)
		length += (size_t)snprintf(text + length, TEXT_LENGTH - length,
			"add bank %s to those that %s may lie in, or ", layout->banks[other].name,
			region->name);
	if (lacks != PACK_NOWHERE)
		snprintf(text + length, TEXT_LENGTH - length,
			"make bank %s %s%llu bytes larger or its reserve smaller", bank,
			known ? "" : "at least ", (unsigned long long)lacks);
	else
		snprintf(text + length, TEXT_LENGTH - length, "make regions of bank %s smaller",
			bank);
}

/* --- refusals ------------------------------------------------------------------------------- */

static bool refuse_bank(const struct placing *placing, const struct problem *problem)
{
	size_t number = problem->pack.bank;
	const struct layout_bank *bank = &placing->layout->banks[number];
	const struct pack_range *room = &problem->banks[number].room;
	uint64_t wanted = problem->pack.wanted;
	size_t item = largest_item(placing, problem, number);
	char remedy[TEXT_LENGTH];
	if (wanted == PACK_NOWHERE) {
		write_remedy(placing, problem, item, PACK_NOWHERE, false, remedy);
		return manifest_refuse(placing->diag, placing->manifest, placing->items[item].at,
			"bank %s has no room for %s and what goes beside it, for they do not end "
			"below address 0xffffffff: %s",
			bank->name, region_of(placing, item)->name, remedy);
	}
	uint64_t there = room->end - room->base;
	bool known;
	wanted = room_that_fits(problem, number, wanted, &known);
	write_remedy(placing, problem, item, wanted - there, known, remedy);
	return manifest_refuse(placing->diag, placing->manifest, placing->items[item].at,
		"bank %s has no room for %s and what goes beside it: they need %llu bytes behind "
		"the reserve, there are %llu, %llu bytes lack: %s",
		bank->name, region_of(placing, item)->name, (unsigned long long)wanted,
		(unsigned long long)there, (unsigned long long)(wanted - there), remedy);
}

/* Strategy pow2: an item for which no place is left. */
static bool refuse_power(const struct placing *placing, const struct problem *problem)
{
	const struct pack_problem *pack = &problem->pack;
	const struct layout_bank *bank = &placing->layout->banks[pack->bank];
	const struct pack_range *room = &problem->banks[pack->bank].room;
	uint64_t there = room->end - room->base;
	uint64_t lacks = pack->wanted > there ? pack->wanted - there : 0;
	bool packs = pack->count <= TRIED_MOST && fits_with(problem, &nothing);
	const char *remedy =
		packs ? "write 'strategy: packed', with which all fits, give it a larger "
			"bank or make it smaller"
		      : "give it a larger bank or make it smaller";
	if (lacks != 0)
		return manifest_refuse(placing->diag, placing->manifest,
			placing->items[pack->item].at,
			"bank %s has no room for %s: it needs %llu bytes at a multiple of that, "
			"there are %llu behind the reserve, %llu bytes lack: %s",
			bank->name, region_of(placing, pack->item)->name,
			(unsigned long long)pack->wanted, (unsigned long long)there,
			(unsigned long long)lacks, remedy);
	return manifest_refuse(placing->diag, placing->manifest, placing->items[pack->item].at,
		"bank %s has no room for %s: no %llu bytes at a multiple of that are left behind "
		"what is larger, up to %llu bytes lack: %s",
		bank->name, region_of(placing, pack->item)->name, (unsigned long long)pack->wanted,
		(unsigned long long)pack->wanted, remedy);
}

static bool refuse_fixed(const struct placing *placing, const struct problem *problem)
{
	size_t number = problem->pack.item;
	const struct pack_item *item = &problem->items[number];
	const struct item *from = &placing->items[number];
	const char *name = region_of(placing, number)->name;
	unsigned rows = item->rows != 0 ? item->rows : PACK_ROWS_MOST;
	struct pack_range next = {0};
	uint64_t end = 0;
	if (item->carve_count != 0)
		return manifest_refuse(placing->diag, placing->manifest, from->room->at.at,
			"the carves of %s cannot be opened when it lies at 0x%llx: leave the "
			"address out, and one that suits is chosen",
			name, (unsigned long long)item->at);
	if (pack_fit_at(&problem->pack.shape, item->at, item->size, rows, &end))
		return manifest_refuse(placing->diag, placing->manifest, from->room->at.at,
			"%s at 0x%llx, whose rows open the bytes up to 0x%llx, ends behind its "
			"bank or lies on a hole, on another fixed region or its guard: write "
			"another address",
			name, (unsigned long long)item->at, (unsigned long long)end - 1);
	if (!pack_fit(&problem->pack.shape, item->at, item->size, rows, &next))
		return manifest_refuse(placing->diag, placing->manifest, from->room->at.at,
			"%s at 0x%llx reaches beyond address 0xffffffff: write a lower address",
			name, (unsigned long long)item->at);
	return manifest_refuse(placing->diag, placing->manifest, from->room->at.at,
		"%s cannot lie at 0x%llx: %u rows do not open %llu bytes from there: write 0x%llx, "
		"or allow more rows",
		name, (unsigned long long)item->at, rows, (unsigned long long)item->size,
		(unsigned long long)next.base);
}

static bool refuse_carves(const struct placing *placing, const struct problem *problem)
{
	const struct pack_item *item = &problem->items[problem->pack.item];
	struct pack_carve *scratch = calloc(item->carve_count + 1, sizeof(*scratch));
	uint64_t leak = 0;
	uint64_t align = 0;
	size_t number = 0;
	if (scratch == NULL)
		return diag_no_memory(placing->diag);
	while (number < item->carve_count &&
		!pack_carve_leaks(&problem->pack.shape, item, number, scratch, &leak, &align))
		number++;
	free(scratch);
	const char *memory = region_of(placing, problem->pack.item)->name;
	if (number == item->carve_count)
		return manifest_refuse(placing->diag, placing->manifest,
			placing->items[problem->pack.item].at,
			"the carves of %s can be opened one by one, but from no base all together: "
			"begin and end them at multiples of %llu, or allow more rows",
			memory, (unsigned long long)align);
	size_t region = problem->carve_regions[&item->carves[number] - problem->carves];
	size_t component = placing->layout->regions[region].component;
	return manifest_refuse(placing->diag, placing->manifest,
		placing->manifest->components[component].carve.at,
		"from no base of %s do %u rows open %s alone: at the least %llu bytes of its "
		"neighbours leak: begin and end the carves at multiples of %llu, or allow more "
		"rows",
		memory, item->carves[number].rows, placing->layout->regions[region].name,
		(unsigned long long)leak, (unsigned long long)align);
}

bool refuse_placement(
	const struct placing *placing, struct problem *problem, enum pack_result result)
{
	const struct pack_problem *pack = &problem->pack;
	switch (result) {
	case PACK_NO_ROWS:
		return refuse_rows(placing, pack->context);
	case PACK_BAD_PLACE:
		return refuse_fixed(placing, problem);
	case PACK_NO_PLACE:
		if (problem->items[pack->item].carve_count != 0)
			return refuse_carves(placing, problem);
		return manifest_refuse(placing->diag, placing->manifest,
			placing->items[pack->item].at,
			"%s has %llu bytes, more than rows can open in the address space: make it "
			"smaller",
			region_of(placing, pack->item)->name,
			(unsigned long long)problem->items[pack->item].size);
	case PACK_NO_ROOM:
		return pack->item != PACK_NONE ? refuse_power(placing, problem)
					       : refuse_bank(placing, problem);
	default:
		return diag_no_memory(placing->diag);
	}
}
