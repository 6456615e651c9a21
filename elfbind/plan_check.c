/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What a plan must not do to an object: see plan_check. */
#include "elfbind/plan.h"

#include <stdlib.h>
#include <string.h>

#include "lib/name_table.h"

/* Names of sections and source files are no names that anything is bound by. */
static bool has_name(const struct object_symbol *symbol)
{
	return symbol->type != STT_SECTION && symbol->type != STT_FILE;
}

/* A linker keeps one of all groups with one signature; another name would keep both. */
static bool check_groups(struct diag *diag, const struct plan *plan)
{
	const struct object *object = plan->object;
	for (size_t i = 1; i < object->section_count; i++)
		if (object->sections[i].type == SHT_GROUP &&
			plan_new_name(plan, object->sections[i].info) != NULL)
			return diag_error(diag, object->path,
				"has a section group known by [symbol %s], which must keep its "
				"name: leave it out of the map, or compile without COMDAT groups",
				object_symbol(object, object->sections[i].info).name);
	return true;
}

static bool changes_names(const struct plan *plan)
{
	if (plan->added_count != 0 || plan->localizes)
		return true;
	for (size_t i = 0; i < plan->name_count; i++)
		if (plan->names[i] != NULL)
			return true;
	return false;
}

static bool check_bytecode(struct diag *diag, const struct plan *plan)
{
	static const char *const bytecode[] = {".gnu.lto_", ".llvm.lto", ".llvmbc"};
	const struct object *object = plan->object;
	if (!changes_names(plan))
		return true;
	for (size_t i = 1; i < object->section_count; i++)
		for (size_t k = 0; k < sizeof(bytecode) / sizeof(bytecode[0]); k++)
			if (strncmp(object->sections[i].name, bytecode[k], strlen(bytecode[k])) ==
				0)
				return diag_error(diag, object->path,
					"holds link-time bytecode that keeps the old names "
					"[section %s]: compile it with -fno-lto",
					object->sections[i].name);
	return true;
}

/* What a message calls a symbol: its old name, and for those without one, its number. */
static bool report_clash(
	struct diag *diag, const struct plan *plan, size_t first, size_t second, const char *name)
{
	const struct object *object = plan->object;
	const char *names[2];
	const char *what[2];
	const size_t symbols[2] = {first, second};
	for (size_t i = 0; i < 2; i++) {
		size_t of = symbols[i];
		if (of >= object->symbol_count)
			of = plan->added[of - object->symbol_count].like;
		names[i] = object_symbol(object, of).name;
		what[i] = object_symbol(object, of).section == SHN_UNDEF ? "undefined" : "defined";
	}
	return diag_error(diag, object->path,
		"would have two symbols called %s [%s symbol '%s', %s symbol '%s']: give one of "
		"them another name with --map",
		name, what[0], names[0], what[1], names[1]);
}

static bool is_changed(const struct plan *plan, size_t symbol)
{
	return symbol >= plan->object->symbol_count || plan_new_name(plan, symbol) != NULL;
}

/* Two undefined symbols that stand for imports may both name the native of both. */
static bool may_share(const struct plan *plan, size_t first, size_t second)
{
	size_t count = plan->object->symbol_count;
	return (first >= count || plan->imports[first]) &&
	       (second >= count || plan->imports[second]);
}

/* Enters the name of SYMBOL, which changes; refuses one that is there already. */
static bool enter_changed(
	struct diag *diag, const struct plan *plan, size_t symbol, struct name_table **taken)
{
	const char *name = plan_name(plan, (uint32_t)symbol);
	size_t other = name_table_find(*taken, name);
	if (other != NAME_NONE && !may_share(plan, other, symbol))
		return report_clash(diag, plan, other, symbol, name);
	return name_table_add(taken, name, symbol) || diag_no_memory(diag);
}

static bool enter_all_changed(struct diag *diag, const struct plan *plan, struct name_table **taken)
{
	size_t count = plan->object->symbol_count + plan->added_count;
	bool good = true;
	for (size_t i = 0; plan->few != NULL && i < plan->few_count && good; i++)
		good = !is_changed(plan, plan->few[i]) ||
		       enter_changed(diag, plan, plan->few[i], taken);
	for (size_t i = 1; plan->few == NULL && i < count && good; i++)
		good = !is_changed(plan, i) || enter_changed(diag, plan, i, taken);
	return good;
}

/* Refuses a symbol that keeps its name where another one got it. */
static bool check_unchanged(
	struct diag *diag, const struct plan *plan, uint32_t index, const struct name_table *taken)
{
	if (is_changed(plan, index))
		return true;
	struct object_symbol symbol = object_symbol(plan->object, index);
	size_t other = has_name(&symbol) ? name_table_find(taken, symbol.name) : NAME_NONE;
	return other == NAME_NONE || may_share(plan, index, other) ||
	       report_clash(diag, plan, index, other, symbol.name);
}

static bool check_all_unchanged(
	struct diag *diag, const struct plan *plan, const struct name_table *taken)
{
	bool good = true;
	for (size_t i = 0; plan->few != NULL && i < plan->few_count && good; i++)
		good = check_unchanged(diag, plan, plan->few[i], taken);
	for (uint32_t i = 1; plan->few == NULL && i < plan->object->symbol_count && good; i++)
		good = check_unchanged(diag, plan, i, taken);
	return good;
}

static bool check_symbol_names(struct diag *diag, const struct plan *plan)
{
	struct name_table *taken = NULL;
	if (!changes_names(plan))
		return true;
	bool good = enter_all_changed(diag, plan, &taken) && check_all_unchanged(diag, plan, taken);
	name_table_free(&taken);
	return good;
}

static bool enter_section(
	struct diag *diag, const struct plan *plan, struct name_table **taken, size_t section)
{
	const char *name = plan->sections[section];
	if (name_table_find(*taken, name) != NAME_NONE)
		return diag_error(diag, plan->object->path,
			"would have two sections called %s [section %s]: bind the object as the "
			"compiler wrote it",
			name, plan->object->sections[section].name);
	return name_table_add(taken, name, section) || diag_no_memory(diag);
}

static bool check_section_names(struct diag *diag, const struct plan *plan)
{
	const struct object *object = plan->object;
	struct name_table *taken = NULL;
	bool good = true;
	for (size_t i = 1; i < object->section_count && good; i++)
		if (plan->sections[i] == NULL)
			good = name_table_add(&taken, object->sections[i].name, i) ||
			       diag_no_memory(diag);
	for (size_t i = 1; i < object->section_count && good; i++)
		if (plan->sections[i] != NULL)
			good = enter_section(diag, plan, &taken, i);
	name_table_free(&taken);
	return good;
}

/* By section: whether a linker may drop it for another object's copy. */
static bool *find_comdat(const struct object *object)
{
	bool *comdat = calloc(object->section_count + 1, sizeof(*comdat));
	for (size_t i = 1; i < object->section_count && comdat != NULL; i++) {
		const struct object_section *group = &object->sections[i];
		if (group->type != SHT_GROUP ||
			(object_word(object, group->bytes) & GRP_COMDAT) == 0)
			continue;
		for (uint64_t at = 4; at < group->size; at += 4)
			comdat[object_word(object, group->bytes + at)] = true;
	}
	return comdat;
}

static bool check_localized_symbol(
	struct diag *diag, const struct object *object, size_t symbol, const bool *comdat)
{
	const struct object_symbol of = object_symbol(object, symbol);
	if (of.section == OBJECT_COMMON)
		return diag_error(diag, object->path,
			"cannot make a common symbol local [symbol %s]: compile it with "
			"-fno-common",
			of.name);
	if (of.section < object->section_count && comdat[of.section])
		return diag_error(diag, object->path,
			"cannot make local what belongs to a COMDAT group, whose section a linker "
			"may drop [section %s, symbol %s]: keep it, or compile without COMDAT "
			"groups",
			object->sections[of.section].name, of.name);
	if (object->machine == EM_MIPS)
		return diag_error(diag, object->path,
			"is for MIPS, whose GOT relocations mean something else for a local symbol "
			"[symbol %s]: compile it with -fvisibility=hidden",
			of.name);
	return true;
}

static bool check_localized(struct diag *diag, const struct plan *plan)
{
	const struct object *object = plan->object;
	if (!plan->localizes)
		return true;
	bool *comdat = find_comdat(object);
	if (comdat == NULL)
		return diag_no_memory(diag);
	bool good = true;
	for (size_t i = 1; i < object->symbol_count && good; i++)
		if (plan->localized[i])
			good = check_localized_symbol(diag, object, i, comdat);
	free(comdat);
	return good;
}

bool plan_check(struct diag *diag, const struct plan *plan)
{
	return check_groups(diag, plan) && check_bytecode(diag, plan) &&
	       check_symbol_names(diag, plan) && check_section_names(diag, plan) &&
	       check_localized(diag, plan);
}
