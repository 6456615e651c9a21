/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What one object of a run says of another: names that change hands. */
#include "elfbind/bind_many_state.h"
#include "lib/name_table.h"

/* The names that change hands: new names of definitions, and those that become local. */
struct crossing {
	struct name_table *renamed; /* new name -> unit */
	struct name_table *hidden;  /* name of a definition made local -> unit */
	struct name_table *shown;   /* names that some unit defines for all */
};

static bool enter_crossings(struct many *many, struct crossing *crossing)
{
	for (size_t i = 0; i < many->unit_count; i++) {
		const struct plan *plan = &many->units[i].binding.plan;
		for (uint32_t k = 1; plan->object != NULL && k < plan->object->symbol_count; k++) {
			const char *name = plan_name(plan, k);
			if (!is_global_definition(&plan->object->symbols[k]))
				continue;
			struct name_table **table =
				plan->localized[k] ? &crossing->hidden : &crossing->shown;
			if (!name_table_add(table, name, i))
				return diag_no_memory(many->diag);
			if (plan_new_name(plan, k) != NULL && !plan->localized[k] &&
				!name_table_add(&crossing->renamed, name, i))
				return diag_no_memory(many->diag);
		}
	}
	return true;
}

static bool check_symbol(
	struct many *many, const struct crossing *crossing, size_t unit, uint32_t symbol)
{
	const struct plan *plan = &many->units[unit].binding.plan;
	const struct object_symbol *of = &plan->object->symbols[symbol];
	const char *name = plan_name(plan, symbol);
	bool undefined = of->section == SHN_UNDEF && symbol != 0;
	size_t renamed = name_table_find(crossing->renamed, name);
	if (is_global_definition(of) && !plan->localized[symbol] &&
		plan_new_name(plan, symbol) == NULL && renamed != NAME_NONE && renamed != unit)
		return diag_error(many->diag, many->units[renamed].name,
			"would define [symbol %s], which %s defines already: give it another name",
			name, many->units[unit].name);
	size_t hidden = name_table_find(crossing->hidden, name);
	if (undefined && hidden != NAME_NONE && name_table_find(crossing->shown, name) == NAME_NONE)
		return diag_error(many->diag, many->units[hidden].name,
			"would make [symbol %s] local, which %s refers to: keep it, or join the "
			"two with ld -r first",
			name, many->units[unit].name);
	return true;
}

/* Whether any definition gets another name or is hidden from the other objects. */
static bool anything_crosses(const struct many *many)
{
	for (size_t i = 0; i < many->unit_count; i++) {
		const struct plan *plan = &many->units[i].binding.plan;
		if (plan->localizes)
			return true;
		for (size_t k = 1; plan->name_count != 0 && k < plan->object->symbol_count; k++)
			if (plan_new_name(plan, k) != NULL &&
				is_global_definition(&plan->object->symbols[k]))
				return true;
	}
	return false;
}

bool many_check_crossings(struct many *many)
{
	struct crossing crossing = {0};
	if (!anything_crosses(many))
		return true;
	bool good = enter_crossings(many, &crossing);
	for (size_t i = 0; i < many->unit_count && good; i++) {
		const struct object *object = many->units[i].object;
		for (uint32_t k = 1; object != NULL && k < object->symbol_count && good; k++)
			good = check_symbol(many, &crossing, i, k);
	}
	name_table_free(&crossing.renamed);
	name_table_free(&crossing.hidden);
	name_table_free(&crossing.shown);
	return good;
}
