/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What must hold of the banks and regions of a layout. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/arch.h"
#include "lib/layout_checker.h"

enum { NAME_LONGEST = 512 };

/* Whether two regions must not share a byte: a bank's code lies around what is placed in the
 * bank, a carve in its memory. */
static bool are_apart(const struct layout_region *a, const struct layout_region *b)
{
	if (layout_is_bank_code(a) || layout_is_bank_code(b))
		return false;
	return (a->kind == LAYOUT_CARVE) == (b->kind == LAYOUT_CARVE);
}

static void check_free(struct layout_checker *checker, const struct layout_bank *bank)
{
	const struct layout *layout = checker->layout;
	uint64_t from = bank->origin + bank->reserve;
	for (size_t i = 0; i < bank->free_count; i++) {
		const struct layout_range *range = &bank->free[i];
		uint64_t room = bank->origin + bank->length - from;
		if (range->size == 0 || !inside(range->base, range->size, from, room)) {
			layout_fault(checker, "bank", bank->name,
				"free range %zu is not in the bank, "
				"behind what is before it",
				i);
			return;
		}
		for (size_t r = 0; r < layout->region_count; r++)
			if (!layout_is_bank_code(&layout->regions[r]) &&
				checked_overlap(range->base, range->size, layout->regions[r].base,
					layout->regions[r].reserved))
				layout_fault(checker, "bank", bank->name,
					"free range %zu overlaps "
					"region %s",
					i, layout->regions[r].name);
		from = range->base + range->size;
	}
}

static void check_bank(struct layout_checker *checker, size_t index)
{
	const struct layout_bank *bank = &checker->layout->banks[index];
	if (!layout_is_name(bank->name))
		layout_fault(checker, "bank", bank->name, "the name is not a C identifier");
	if (bank->length == 0 || !range_fits(bank->origin, bank->length)) {
		layout_fault(checker, "bank", bank->name, "the range leaves the address space");
		return;
	}
	if (bank->reserve > bank->length || bank->used > bank->length - bank->reserve) {
		layout_fault(
			checker, "bank", bank->name, "reserve and used are more than the length");
		return;
	}
	for (size_t i = 0; i < index; i++) {
		const struct layout_bank *other = &checker->layout->banks[i];
		if (strcmp(bank->name, other->name) == 0)
			layout_fault(checker, "bank", bank->name, "two banks have this name");
		if (checked_overlap(bank->origin, bank->length, other->origin, other->length))
			layout_fault(checker, "bank", bank->name, "overlaps bank %s", other->name);
	}
	check_free(checker, bank);
}

/* The name and section that a region of a component must have. */
static void name_owned(const struct layout_region *region, const char *owner,
	char name[NAME_LONGEST], char section[NAME_LONGEST])
{
	long long index = region->index;
	if (region->kind == LAYOUT_MEMORY) {
		snprintf(name, NAME_LONGEST, "%s.mem%lld", owner, index);
		snprintf(section, NAME_LONGEST, ".berth.mem.%s.%lld", owner, index);
	} else if (region->kind == LAYOUT_DATA) {
		snprintf(name, NAME_LONGEST, "%s.data", owner);
		snprintf(section, NAME_LONGEST, ".berth.data.%s", owner);
	} else if (region->kind == LAYOUT_CODE) {
		snprintf(name, NAME_LONGEST, "%s.code", owner);
		snprintf(section, NAME_LONGEST, ".berth.code.%s", owner);
	} else if (region->kind == LAYOUT_JOINT) {
		snprintf(name, NAME_LONGEST, "%s.joint", owner);
		snprintf(section, NAME_LONGEST, ".berth.joint.%s", owner);
	} else {
		snprintf(name, NAME_LONGEST, "%s.carve%lld", owner, index);
	}
}

/* The same for a region that nobody owns and that has a section: its own name says the rest, or
 * its bank's. */
static void name_common(const struct layout *layout, const struct layout_region *region,
	char name[NAME_LONGEST], char section[NAME_LONGEST])
{
	int length = (int)strcspn(region->name, ".");
	if (region->kind == LAYOUT_CODE && !layout_is_bank_code(region)) {
		snprintf(name, NAME_LONGEST, "%s.common", layout->banks[region->bank].name);
		snprintf(section, NAME_LONGEST, ".berth.code.common");
	} else if (region->kind == LAYOUT_SHARED) {
		snprintf(section, NAME_LONGEST, ".berth.shared.%s", region->name);
	} else if (region->kind == LAYOUT_MEMORY) {
		snprintf(name, NAME_LONGEST, "%.*s.mem%lld", length, region->name,
			(long long)region->index);
		snprintf(section, NAME_LONGEST, ".berth.mem.%.*s.%lld", length, region->name,
			(long long)region->index);
	}
}

/* The part of the region's name that a person has chosen must be a C identifier. */
static bool is_named(const struct layout_region *region)
{
	bool dotted = region->kind == LAYOUT_MEMORY || region->kind == LAYOUT_CODE;
	char *name =
		strndup(region->name, dotted ? strcspn(region->name, ".") : strlen(region->name));
	bool good = name != NULL && layout_is_name(name);
	free(name);
	return good;
}

static void check_region_names(struct layout_checker *checker, const struct layout_region *region)
{
	const struct layout *layout = checker->layout;
	char name[NAME_LONGEST] = "";
	char section[NAME_LONGEST] = "";
	bool owned = region->component != LAYOUT_NONE;
	if (owned)
		name_owned(region, layout->components[region->component].name, name, section);
	else
		name_common(layout, region, name, section);
	if (name[0] != '\0' && strcmp(region->name, name) != 0)
		layout_fault(checker, "region", region->name, "must be called %s", name);
	else if (!owned && !is_named(region))
		layout_fault(checker, "region", region->name, "the name is not a C identifier");
	if (strcmp(region->section == NULL ? "" : region->section, section) != 0)
		layout_fault(checker, "region", region->name, "its section must be '%s'", section);
}

/* Who owns a region and where it may lie follow from its kind. */
static bool region_kind_agrees(const struct layout *layout, const struct layout_region *region)
{
	bool owned = region->component != LAYOUT_NONE;
	bool banked = region->bank != LAYOUT_NONE;
	const struct layout_bank *bank = banked ? &layout->banks[region->bank] : NULL;
	bool indexed = region->index >= 0;
	switch (region->kind) {
	case LAYOUT_MEMORY:
		return banked && indexed; /* without an owner it is shared: check_carves */
	case LAYOUT_CARVE:
		return owned && banked && indexed;
	case LAYOUT_DATA:
	case LAYOUT_JOINT:
		return owned && banked && !indexed;
	case LAYOUT_SHARED:
		return !owned && banked && !indexed;
	case LAYOUT_PERIPHERAL:
		return !owned && !banked && !indexed;
	case LAYOUT_CODE:
		break;
	}
	if (!layout_is_bank_code(region))
		return banked && !indexed;
	return !owned && banked && !indexed && strcmp(bank->name, region->name) == 0;
}

/* A region lies in its bank, what is placed behind the reserve; a peripheral in no bank. */
static bool region_has_room(const struct layout *layout, const struct layout_region *region)
{
	if (region->bank == LAYOUT_NONE) {
		for (size_t i = 0; i < layout->bank_count; i++)
			if (checked_overlap(region->base, region->reserved, layout->banks[i].origin,
				    layout->banks[i].length))
				return false;
		return true;
	}
	const struct layout_bank *bank = &layout->banks[region->bank];
	if (layout_is_bank_code(region))
		return inside(region->base, region->reserved, bank->origin, bank->length);
	return inside(region->base, region->reserved, bank->origin + bank->reserve,
		bank->length - bank->reserve);
}

static void check_cache(struct layout_checker *checker, const struct layout_region *region)
{
	const struct arch *arch = arch_find(checker->layout->arch);
	const char *why = region->cache >= ROW_CACHES ? "there is no such cache"
			  : arch == NULL	      ? NULL
						      : arch_cache_fault(arch, region->cache);
	if (region->kind == LAYOUT_PERIPHERAL && region->cache != ROW_CACHE_USUAL)
		why = "a peripheral has no cache";
	if (why != NULL)
		layout_fault(checker, "region", region->name, "%s", why);
}

static void check_region(struct layout_checker *checker, size_t index)
{
	const struct layout *layout = checker->layout;
	const struct layout_region *region = &layout->regions[index];
	if (!region_kind_agrees(layout, region)) {
		layout_fault(checker, "region", region->name,
			"component, index or bank does not go with its kind");
		return;
	}
	check_region_names(checker, region);
	if (region->size == 0 || region->size > region->reserved ||
		!range_fits(region->base, region->reserved)) {
		layout_fault(checker, "region", region->name, "size and reserved are not a range");
		return;
	}
	if (region->declared != 0 &&
		(region->kind != LAYOUT_MEMORY || region->declared <= region->size))
		layout_fault(
			checker, "region", region->name, "is trimmed to no less than is declared");
	if (!region_has_room(layout, region))
		layout_fault(checker, "region", region->name, "is not in its bank's room");
	if (region->bank != LAYOUT_NONE &&
		(region->access & ~layout->banks[region->bank].access) != 0)
		layout_fault(checker, "region", region->name, "has rights that its bank has not");
	if (region->kind != LAYOUT_CODE && (region->access & LAYOUT_EXECUTE) != 0)
		layout_fault(checker, "region", region->name, "is no code but executable");
	check_cache(checker, region);
	for (size_t i = 0; i < index; i++) {
		const struct layout_region *other = &layout->regions[i];
		if (strcmp(region->name, other->name) == 0)
			layout_fault(checker, "region", region->name, "two regions have this name");
		if (are_apart(region, other) && checked_overlap(region->base, region->reserved,
							other->base, other->reserved))
			layout_fault(
				checker, "region", region->name, "overlaps region %s", other->name);
	}
}

/* A joint region is that of its component and of at least one other. */
static void check_joint(struct layout_checker *checker, size_t index)
{
	const struct layout *layout = checker->layout;
	const struct layout_region *region = &layout->regions[index];
	size_t members = 0;
	if (region->kind != LAYOUT_JOINT)
		return;
	for (size_t i = 0; i < layout->component_count; i++)
		members += layout_joint_of(layout, i) == index;
	if (members < 2 || layout_joint_of(layout, region->component) != index)
		layout_fault(checker, "region", region->name,
			"is not where the globals of its component and of another begin");
}

static void check_carve(struct layout_checker *checker, const struct layout_region *region)
{
	if (region->kind == LAYOUT_CARVE &&
		layout_memory_around(checker->layout, region) == LAYOUT_NONE)
		layout_fault(checker, "region", region->name,
			"lies in no memory %lld that components share", (long long)region->index);
}

/* Where units have code of their own, each has one, there is a common one, and no bank's code lies
 * beside them. */
static void check_code(struct layout_checker *checker)
{
	const struct layout *layout = checker->layout;
	bool separate = false;
	for (size_t i = 0; i < layout->region_count; i++)
		separate = separate || (layout->regions[i].kind == LAYOUT_CODE &&
					       !layout_is_bank_code(&layout->regions[i]));
	for (size_t i = 0; separate && i < layout->region_count; i++) {
		const struct layout_region *region = &layout->regions[i];
		if (layout_is_bank_code(region))
			layout_fault(checker, "region", region->name,
				"is the code of a bank beside that of components");
		else if (region->kind == LAYOUT_CODE && region->component != LAYOUT_NONE &&
			 layout_unit_of(layout, region->component) != region->component)
			layout_fault(checker, "region", region->name,
				"belongs to a component that is not the first of its object");
	}
	if (separate && layout_common_code(layout) == LAYOUT_NONE)
		layout_fault(checker, "target", layout->arch, "there is no common code");
	for (size_t i = 0; separate && i < layout->component_count; i++)
		if (layout_code_of(layout, i) == LAYOUT_NONE)
			layout_fault(checker, "component", layout->components[i].name,
				"there is no code of its object");
}

void layout_check_places(struct layout_checker *checker)
{
	const struct layout *layout = checker->layout;
	for (size_t i = 0; i < layout->bank_count; i++)
		check_bank(checker, i);
	/* The others compute with the banks' ranges, and these with the regions'. */
	for (size_t i = 0; i < layout->region_count && checker->good; i++)
		check_region(checker, i);
	for (size_t i = 0; i < layout->region_count && checker->good; i++) {
		check_carve(checker, &layout->regions[i]);
		check_joint(checker, i);
	}
	if (checker->good)
		check_code(checker);
}
