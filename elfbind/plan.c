/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/plan.h"

#include <stdlib.h>
#include <string.h>

#include "lib/bind_record.h"
#include "lib/name_table.h"
#include "lib/object_edit.h"
#include "lib/pages.h"

bool plan_make(struct diag *diag, const struct object *object, struct plan *plan)
{
	*plan = (struct plan){.object = object};
	plan->symbols = pages_calloc(object->symbol_count + 1, sizeof(*plan->symbols));
	plan->imports = calloc(object->symbol_count + 1, sizeof(*plan->imports));
	plan->localized = calloc(object->symbol_count + 1, sizeof(*plan->localized));
	plan->sections = calloc(object->section_count + 1, sizeof(*plan->sections));
	if (plan->symbols == NULL || plan->imports == NULL || plan->localized == NULL ||
		plan->sections == NULL)
		return diag_no_memory(diag);
	return true;
}

void plan_free(struct plan *plan)
{
	for (size_t i = 0; i < plan->name_count; i++)
		free(plan->names[i]);
	free(plan->names);
	if (plan->sections != NULL)
		for (size_t i = 0; i < plan->object->section_count; i++)
			free(plan->sections[i]);
	for (size_t i = 0; i < plan->added_count; i++)
		free(plan->added[i].name);
	free(plan->symbols);
	free(plan->imports);
	free(plan->localized);
	free(plan->sections);
	free(plan->added);
	free(plan->moves);
	blob_free(&plan->record);
	*plan = (struct plan){0};
}

const char *plan_new_name(const struct plan *plan, size_t symbol)
{
	uint32_t place = plan->symbols[symbol];
	return place == 0 ? NULL : plan->names[place - 1];
}

const char *plan_name(const struct plan *plan, uint32_t symbol)
{
	if (symbol >= plan->object->symbol_count)
		return plan->added[symbol - plan->object->symbol_count].name;
	const char *name = plan_new_name(plan, symbol);
	return name != NULL ? name : object_symbol(plan->object, symbol).name;
}

/* Puts NAME into *PLACE; the old name again is no change. */
static bool rename_to(struct diag *diag, char **place, const char *old, char *name)
{
	if (name == NULL)
		return diag_no_memory(diag);
	free(*place);
	*place = NULL;
	if (strcmp(old, name) == 0)
		free(name);
	else
		*place = name;
	return true;
}

/* AAELF32, "Mapping symbols": $a, $t, $d, $x, and those with a dot and anything behind. */
static bool is_mapping_symbol(const struct object_symbol *symbol)
{
	const char *name = symbol->name;
	return symbol->binding == STB_LOCAL && name[0] == '$' && name[1] != '\0' &&
	       strchr("atdx", name[1]) != NULL && (name[2] == '\0' || name[2] == '.');
}

/* Room for one more entry of SIZE bytes; the array stays where it is on failure. */
static void *grow(void *array, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return array;
	size_t wanted = *capacity == 0 ? 16 : *capacity * 2;
	void *grown = reallocarray(array, wanted, size);
	if (grown != NULL)
		*capacity = wanted;
	return grown;
}

/* Enters NAME for SYMBOL; where it had a new name already, in the place of that. */
static bool name_symbol(
	struct diag *diag, struct plan *plan, uint32_t symbol, const char *old, char *name)
{
	uint32_t *place = &plan->symbols[symbol];
	if (*place == 0 && name != NULL && strcmp(old, name) == 0) {
		free(name);
		return true;
	}
	if (*place == 0) {
		char **names = name == NULL ? NULL
					    : grow(plan->names, plan->name_count,
						      &plan->name_capacity, sizeof(*names));
		if (names == NULL) {
			free(name);
			return diag_no_memory(diag);
		}
		plan->names = names;
		plan->names[plan->name_count++] = NULL;
		*place = (uint32_t)plan->name_count;
	}
	return rename_to(diag, &plan->names[*place - 1], old, name);
}

bool plan_rename_symbol(struct diag *diag, struct plan *plan, uint32_t symbol, char *name)
{
	const struct object_symbol old = object_symbol(plan->object, symbol);
	if (!is_mapping_symbol(&old))
		return name_symbol(diag, plan, symbol, old.name, name);
	free(name);
	return diag_error(diag, plan->object->path,
		"marks code and data with [symbol %s], which must keep its name: leave it out of "
		"the map",
		old.name);
}

bool plan_rename_section(struct diag *diag, struct plan *plan, uint32_t section, char *name)
{
	return rename_to(
		diag, &plan->sections[section], plan->object->sections[section].name, name);
}

bool plan_add_symbol(
	struct diag *diag, struct plan *plan, char *name, uint32_t like, uint32_t *symbol)
{
	struct plan_symbol *added = name == NULL ? NULL
						 : grow(plan->added, plan->added_count,
							   &plan->added_capacity, sizeof(*added));
	if (added == NULL) {
		free(name);
		return diag_no_memory(diag);
	}
	plan->added = added;
	*symbol = (uint32_t)(plan->object->symbol_count + plan->added_count);
	plan->added[plan->added_count++] = (struct plan_symbol){.name = name, .like = like};
	return true;
}

bool plan_move(struct diag *diag, struct plan *plan, size_t relocation, uint32_t symbol)
{
	struct plan_move *moves =
		grow(plan->moves, plan->move_count, &plan->move_capacity, sizeof(*moves));
	if (moves == NULL)
		return diag_no_memory(diag);
	plan->moves = moves;
	plan->moves[plan->move_count++] =
		(struct plan_move){.relocation = relocation, .symbol = symbol};
	return true;
}

/* --- checks --------------------------------------------------------------------- */

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
				"name: "
				"leave it out of the map, or compile without COMDAT groups",
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
					"[section "
					"%s]: compile it with -fno-lto",
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
		"them "
		"another name with --map",
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

/* --- doing it ---------------------------------------------------------------------- */

static bool edit_name(struct object_edit *edit, const struct plan *plan, uint32_t symbol)
{
	const char *name = plan_new_name(plan, symbol);
	return name == NULL || object_edit_rename_symbol(edit, symbol, name);
}

static bool edit_names(struct object_edit *edit, const struct plan *plan)
{
	const struct object *object = plan->object;
	bool good = true;
	for (size_t i = 0; plan->few != NULL && i < plan->few_count && good; i++)
		good = edit_name(edit, plan, plan->few[i]);
	for (uint32_t i = 1; plan->few == NULL && i < object->symbol_count && good; i++)
		good = edit_name(edit, plan, i);
	if (!good)
		return false;
	for (uint32_t i = 1; i < object->section_count; i++)
		if (plan->sections[i] != NULL &&
			!object_edit_rename_section(edit, i, plan->sections[i]))
			return false;
	return true;
}

static bool edit_calls(struct object_edit *edit, const struct plan *plan)
{
	const struct object *object = plan->object;
	for (size_t i = 0; i < plan->added_count; i++) {
		struct object_symbol symbol = object_symbol(object, plan->added[i].like);
		uint32_t index;
		symbol.name = plan->added[i].name;
		if (!object_edit_add_symbol(edit, &symbol, &index))
			return false;
	}
	for (size_t i = 0; i < plan->move_count; i++)
		if (!object_edit_retarget(edit, &object->relocations[plan->moves[i].relocation],
			    plan->moves[i].symbol))
			return false;
	return true;
}

/* Says in the object how it was bound. */
static bool edit_record(struct object_edit *edit, const struct plan *plan)
{
	uint32_t section;
	if (plan->record.size == 0)
		return true;
	struct object_section added = {.name = BIND_RECORD_SECTION,
		.type = SHT_PROGBITS,
		.size = plan->record.size,
		.align = 4,
		.bytes = plan->record.bytes};
	return object_edit_add_section(edit, &added, &section);
}

struct object_edit *plan_edit(struct diag *diag, const struct plan *plan)
{
	struct object_edit *edit = object_edit_start(diag, plan->object);
	if (edit != NULL && edit_names(edit, plan) && edit_calls(edit, plan) &&
		edit_record(edit, plan) &&
		(!plan->localizes || object_edit_localize(edit, plan->localized)))
		return edit;
	object_edit_free(edit);
	return NULL;
}

bool plan_apply(struct diag *diag, const struct plan *plan, struct blob *file)
{
	*file = (struct blob){0};
	struct object_edit *edit = plan_edit(diag, plan);
	bool good = edit != NULL && object_edit_write(edit, file);
	object_edit_free(edit);
	return good;
}
