/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Each native gets one symbol.  Symbols that stood for imports are used again
 * as far as they go, so that no symbol with a name of the fuser is left:
 *
 *      symbol in the object       natives that its uses need
 *      59  $2                     imu___cabi_arena_realloc  tick_now
 *      60  (no name)              baro___cabi_arena_realloc  tick_now  read_pressure
 *
 *      59 -> tick_now,  60 -> baro___cabi_arena_realloc,  two more are added
 */
#include "elfbind/bind_imports.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/name_table.h"

enum { UNASSIGNED = 0 }; /* symbol 0 is nobody's */

/* A relocation that refers to an import. */
struct import_use {
	size_t relocation;
	uint32_t import; /* function index */
};

struct native_symbol {
	const char *name;
	uint32_t import; /* the first that needs it */
	uint32_t symbol; /* in the plan, or UNASSIGNED */
};

struct assignment {
	struct diag *diag;
	struct binding *binding;
	struct import_use *uses;
	size_t use_count;
	bool *used;		       /* by import; the binding's */
	uint32_t *slot;		       /* by import: the symbol that its first use refers to */
	struct native_symbol *natives; /* in the order of the imports */
	size_t native_count;
	struct name_table *by_name; /* name of a native -> natives[] */
};

static const char *native_of(const struct assignment *at, size_t import)
{
	return at->binding->resolutions[import].native;
}

static size_t import_count(const struct assignment *at)
{
	return at->binding->input->module->imported_function_count;
}

/* --- uses ------------------------------------------------------------------------- */

static void add_use(struct assignment *at, size_t relocation, uint32_t import)
{
	at->uses[at->use_count++] = (struct import_use){.relocation = relocation, .import = import};
	if (!at->used[import])
		at->slot[import] = at->binding->input->object->relocations[relocation].symbol;
	at->used[import] = true;
}

/* For the first import of each field: whether imports with that field have several natives. */
static bool find_ambiguous(struct assignment *at, bool *ambiguous)
{
	const struct wasm_module *module = at->binding->input->module;
	struct name_table *fields = NULL;
	bool good = true;
	for (size_t i = 0; i < import_count(at) && good; i++) {
		const char *field = module->imports[module->functions[i].import].field;
		size_t first = name_table_find(fields, field);
		if (first == NAME_NONE)
			good = name_table_add(&fields, field, i);
		else if (strcmp(native_of(at, first), native_of(at, i)) != 0)
			ambiguous[first] = true;
	}
	name_table_free(&fields);
	return good || diag_no_memory(at->diag);
}

/* Enters what refers to an import but is no call: nothing says which import is meant. */
static bool use_address(struct assignment *at, size_t index, const bool *ambiguous)
{
	const struct object *object = at->binding->input->object;
	const struct object_relocation *relocation = &object->relocations[index];
	size_t import = at->binding->split.import_slot[relocation->symbol];
	if (import == SPLIT_NONE)
		return true;
	if (ambiguous[import])
		return diag_error(at->diag, object->path,
			"takes the address of an import through a symbol that stands for several "
			"[section %s, offset 0x%" PRIx64
			", symbol '%s']: bind these imports to one "
			"native with --map, or do not take the address",
			object->sections[object->sections[relocation->table].info].name,
			relocation->offset, object->symbols[relocation->symbol].name);
	add_use(at, index, (uint32_t)import);
	return true;
}

/* The calls are in the order of the relocations: one walk over both finds the rest. */
static bool find_uses(struct assignment *at)
{
	const struct object *object = at->binding->input->object;
	const struct split *split = &at->binding->split;
	bool *ambiguous = calloc(import_count(at) + 1, sizeof(*ambiguous));
	if (ambiguous == NULL)
		return diag_no_memory(at->diag);
	bool good = find_ambiguous(at, ambiguous);
	size_t next = 0;
	for (size_t i = 0; i < object->relocation_count && good; i++) {
		bool call = next < split->call_count && split->calls[next].relocation == i;
		if (!call)
			good = use_address(at, i, ambiguous);
		else if (split->calls[next].callee < import_count(at))
			add_use(at, i, split->calls[next].callee);
		next += call;
	}
	free(ambiguous);
	return good;
}

/* --- symbols ------------------------------------------------------------------------ */

static bool find_natives(struct assignment *at)
{
	for (uint32_t i = 0; i < import_count(at); i++) {
		if (!at->used[i] || name_table_find(at->by_name, native_of(at, i)) != NAME_NONE)
			continue;
		if (!name_table_add(&at->by_name, native_of(at, i), at->native_count))
			return diag_no_memory(at->diag);
		at->natives[at->native_count++] =
			(struct native_symbol){.name = native_of(at, i), .import = i};
	}
	return true;
}

/* Lets SYMBOL stand for NATIVE. */
static bool assign(struct assignment *at, struct native_symbol *native, uint32_t symbol)
{
	native->symbol = symbol;
	at->binding->plan.imports[symbol] = true;
	return plan_rename_symbol(at->diag, &at->binding->plan, symbol, strdup(native->name));
}

/* Undefined symbols that are called like a native already stay what they are. */
static bool keep_names(struct assignment *at)
{
	const struct object *object = at->binding->input->object;
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		if (object->symbols[i].section != SHN_UNDEF)
			continue;
		size_t native = name_table_find(at->by_name, object->symbols[i].name);
		if (native != NAME_NONE && at->natives[native].symbol == UNASSIGNED &&
			!assign(at, &at->natives[native], i))
			return false;
	}
	return true;
}

/* The symbol of an import is taken by the first native that it is used for. */
static bool take_own_symbols(struct assignment *at)
{
	for (size_t i = 0; i < import_count(at); i++) {
		if (!at->used[i] || at->binding->plan.imports[at->slot[i]])
			continue;
		size_t native = name_table_find(at->by_name, native_of(at, i));
		if (at->natives[native].symbol == UNASSIGNED &&
			!assign(at, &at->natives[native], at->slot[i]))
			return false;
	}
	return true;
}

/*
 * Symbols of imports that are left over serve any native that has none yet, or
 * stand beside another symbol of the same name: no linker takes theirs.
 */
static bool take_spare_symbols(struct assignment *at)
{
	const struct object *object = at->binding->input->object;
	struct plan *plan = &at->binding->plan;
	size_t next = 0;
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		size_t import = at->binding->split.import_slot[i];
		if (import == SPLIT_NONE || plan->imports[i])
			continue;
		while (next < at->native_count && at->natives[next].symbol != UNASSIGNED)
			next++;
		plan->imports[i] = true;
		if (next < at->native_count ? !assign(at, &at->natives[next], i)
					    : !plan_rename_symbol(at->diag, plan, i,
						      strdup(native_of(at, import))))
			return false;
	}
	return true;
}

static bool add_symbols(struct assignment *at)
{
	for (size_t i = 0; i < at->native_count; i++) {
		struct native_symbol *native = &at->natives[i];
		if (native->symbol == UNASSIGNED &&
			!plan_add_symbol(at->diag, &at->binding->plan, strdup(native->name),
				at->slot[native->import], &native->symbol))
			return false;
	}
	return true;
}

/* Moves each use whose symbol will not be called like its native. */
static bool move_uses(struct assignment *at)
{
	struct plan *plan = &at->binding->plan;
	for (size_t i = 0; i < at->use_count; i++) {
		const struct import_use *use = &at->uses[i];
		const char *name = native_of(at, use->import);
		uint32_t symbol = plan->object->relocations[use->relocation].symbol;
		if (strcmp(plan_name(plan, symbol), name) == 0)
			continue;
		size_t native = name_table_find(at->by_name, name);
		if (!plan_move(at->diag, plan, use->relocation, at->natives[native].symbol))
			return false;
	}
	return true;
}

/* What lies in a table may be called by its index, though no code in the object names it. */
static void use_tables(struct assignment *at)
{
	const struct wasm_module *module = at->binding->input->module;
	for (size_t i = 0; i < module->elements_count; i++) {
		const struct wasm_elements *segment = &module->elements[i];
		for (size_t k = 0; k < segment->count; k++)
			if (segment->functions[k] < import_count(at))
				at->used[segment->functions[k]] = true;
	}
}

bool bind_imports(struct diag *diag, struct binding *binding)
{
	struct assignment at = {.diag = diag, .binding = binding};
	size_t imports = import_count(&at);
	at.uses = calloc(binding->input->object->relocation_count + 1, sizeof(*at.uses));
	at.used = binding->import_used = calloc(imports + 1, sizeof(*at.used));
	at.slot = calloc(imports + 1, sizeof(*at.slot));
	at.natives = calloc(imports + 1, sizeof(*at.natives));
	bool good = (at.uses != NULL && at.used != NULL && at.slot != NULL && at.natives != NULL) ||
		    diag_no_memory(diag);
	good = good && find_uses(&at) && find_natives(&at);
	good = good && keep_names(&at) && take_own_symbols(&at) && take_spare_symbols(&at);
	good = good && add_symbols(&at) && move_uses(&at);
	if (good)
		use_tables(&at); /* last: these need no symbol here */
	name_table_free(&at.by_name);
	free(at.natives);
	free(at.slot);
	free(at.uses);
	return good;
}
