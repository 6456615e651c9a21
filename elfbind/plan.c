/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/plan.h"

#include <stdlib.h>
#include <string.h>

#include "lib/bind_record.h"
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
