/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The seam in the linked image: which natives the code of each component calls,
 * against those that it may.
 *
 * The code of a module is a run of functions func_N in the symbol table whose
 * calls are those of its wasm functions N, in order.  Where wasm function N
 * calls an import, its code calls a native, and the component that function N
 * belongs to has it.  A branch out of the run is a call that no wasm function
 * has, and counts too.  Where any of this does not hold the seam is not
 * believed: A014.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "elfbind/audit.h"
#include "elfbind/seam.h"
#include "elfbind/wasm_calls.h"
#include "lib/function_name.h"

/* One native that is called. */
struct used {
	uint32_t address;
	uint64_t from;			    /* the call, for the message */
	const struct object_symbol *caller; /* NULL for what lies in a function table only */
	const struct wasm_import *import;   /* NULL for a branch that no wasm function has */
};

/* What a component may call and what it calls. */
struct side {
	const char *component; /* NULL where it has no name */
	const char *module;    /* path of its core module */
	struct used *used;
	size_t used_count;
	size_t used_capacity;
};

/* Functions func_N that follow each other in the symbol table, by N. */
struct run {
	const struct object_symbol **functions;
	size_t count;
};

struct comparison {
	struct audit *audit;
	const struct seam *seam;
	struct image_code code;
	struct side *sides; /* of all core modules, each with those of its components */
	size_t side_count;
	size_t *first_side; /* by core module */
	bool *found;	    /* by core module: its code is in the image */
	bool *listed;	    /* by entry of the seam: something calls it */
	struct wasm_calls calls;
	bool whole; /* nothing stands against the proof so far */
};

/* --- what stands against the proof --------------------------------------------------------------
 */

/* Reports why the seam cannot be compared. */
static bool no_proof(struct comparison *at, const char *path, const char *why, const char *remedy)
{
	at->whole = false;
	audit_found(at->audit, AUDIT_SEAM);
	return diag_error(at->audit->diag, path,
		"A014: %s, so that the seam cannot be compared: %s", why, remedy);
}

/* --- sides --------------------------------------------------------------------------------------
 */

static const char *name_of(const struct audit_core *core, uint32_t number)
{
	for (size_t i = 0; i < core->components.count; i++)
		if (core->components.list[i].number == number)
			return core->components.list[i].name;
	return NULL;
}

static bool make_sides(struct comparison *at)
{
	const struct audit_input *input = at->audit->input;
	size_t count = 0;
	for (size_t i = 0; i < input->core_count; i++)
		count += input->cores[i].owners.component_count;
	at->sides = calloc(count + 1, sizeof(*at->sides));
	at->first_side = calloc(input->core_count + 1, sizeof(*at->first_side));
	at->found = calloc(input->core_count + 1, sizeof(*at->found));
	at->listed = calloc(at->seam->count + 1, sizeof(*at->listed));
	if (at->sides == NULL || at->first_side == NULL || at->found == NULL || at->listed == NULL)
		return diag_no_memory(at->audit->diag);
	for (size_t i = 0; i < input->core_count; i++) {
		const struct audit_core *core = &input->cores[i];
		at->first_side[i] = at->side_count;
		for (size_t c = 0; c < core->owners.component_count; c++)
			at->sides[at->side_count++] = (struct side){
				.component = name_of(core, core->owners.components[c]),
				.module = core->module->path};
	}
	return true;
}

/* The side of wasm function FUNCTION of core module CORE, or NULL when nobody says whose it is. */
static struct side *side_of(struct comparison *at, size_t core, uint32_t function)
{
	const struct meld_owners *owners = &at->audit->input->cores[core].owners;
	for (size_t i = 0; i < owners->component_count; i++)
		if (owners->components[i] == owners->of_function[function])
			return &at->sides[at->first_side[core] + i];
	return NULL;
}

static bool add_used(struct comparison *at, struct side *side, const struct used *used)
{
	if (side == NULL)
		return no_proof(at, at->audit->input->image->path,
			"code that calls a native belongs to no component",
			"fuse the module with its component provenance");
	if (side->used_count == side->used_capacity) {
		size_t capacity = side->used_capacity * 2 + 16;
		struct used *list = reallocarray(side->used, capacity, sizeof(*list));
		if (list == NULL)
			return diag_no_memory(at->audit->diag);
		side->used = list;
		side->used_capacity = capacity;
	}
	side->used[side->used_count++] = *used;
	return true;
}

/* --- code of the modules
 * -------------------------------------------------------------------------- */

static bool is_numbered(const struct object_symbol *symbol)
{
	uint32_t number;
	return symbol->type == STT_FUNC && symbol->section != SHN_UNDEF &&
	       function_name_number(symbol->name, &number);
}

/* The next run in the symbol table from *NEXT on: as long as the numbers rise. */
static struct run next_run(
	const struct object *image, size_t *next, const struct object_symbol **room)
{
	struct run run = {room, 0};
	unsigned long last = 0;
	for (; *next < image->symbol_count; (*next)++) {
		const struct object_symbol *symbol = &image->symbols[*next];
		unsigned long number =
			is_numbered(symbol) ? strtoul(symbol->name + 5, NULL, 10) : 0;
		if (!is_numbered(symbol)) {
			if (run.count > 0)
				break;
			continue;
		}
		if (run.count > 0 && number <= last)
			break;
		last = number;
		run.functions[run.count++] = symbol;
	}
	return run;
}

/* Whether RUN is the code of MODULE: the numbers of its functions, and their calls. */
static bool is_code_of(
	struct comparison *at, const struct run *run, const struct wasm_module *module)
{
	for (size_t i = 0; i < run->count; i++) {
		uint32_t index = wasm_calls_index(run->functions[i], module);
		if (index == UINT32_MAX ||
			!wasm_calls_list(at->audit->diag, module, index, &at->calls) ||
			!wasm_calls_agree(&at->code, run->functions[i], module, &at->calls))
			return false;
	}
	return true;
}

/* Whether the branch CALL of FUNCTION leaves it, for a function that is none of the module's. */
static bool leaves(const struct comparison *at, const struct object_symbol *function,
	const struct code_call *call)
{
	size_t first;
	uint64_t start = image_code_start(function);
	if (call->target >= start && call->target - start < function->size)
		return false;
	size_t count = image_code_functions(&at->code, call->target, &first);
	for (size_t i = first; i < first + count; i++)
		if (is_numbered(at->code.functions[i]))
			return false;
	return true;
}

/* Enters the natives that FUNCTION, wasm function INDEX of core module CORE, calls. */
static bool enter_function(struct comparison *at, size_t core, const struct object_symbol *function)
{
	const struct wasm_module *module = at->audit->input->cores[core].module;
	uint32_t index = wasm_calls_index(function, module);
	size_t position = 0;
	size_t first;
	if (!wasm_calls_list(at->audit->diag, module, index, &at->calls))
		return false;
	size_t count =
		image_code_calls(&at->code, image_code_start(function), function->size, &first);
	for (size_t i = first; i < first + count; i++) {
		const struct code_call *call = &at->code.calls[i];
		struct used used = {call->target, call->address, function, NULL};
		if (call->links) {
			uint32_t callee = at->calls.callees[position++];
			if (!module->functions[callee].imported)
				continue;
			used.import = &module->imports[module->functions[callee].import];
		} else if (!leaves(at, function, call)) {
			continue;
		}
		if (!add_used(at, side_of(at, core, index), &used))
			return false;
	}
	return true;
}

/* Finds the core module that RUN is the code of, each once, and enters what it calls. */
static bool enter_run(struct comparison *at, const struct run *run)
{
	const struct audit_input *input = at->audit->input;
	for (size_t i = 0; i < input->core_count; i++) {
		if (at->found[i] || !is_code_of(at, run, input->cores[i].module))
			continue;
		at->found[i] = true;
		for (size_t f = 0; f < run->count; f++)
			if (!enter_function(at, i, run->functions[f]))
				return false;
		return true;
	}
	at->whole = false;
	audit_found(at->audit, AUDIT_SEAM);
	return diag_error(at->audit->diag, input->image->path,
		"A014: the code from 0x%08" PRIx64 " on is that of no core module given, so that "
		"the seam cannot be compared [symbol %s]: give every module that the image was "
		"made from with --core",
		image_code_start(run->functions[0]), run->functions[0]->name);
}

static bool enter_runs(struct comparison *at)
{
	const struct object *image = at->audit->input->image;
	const struct object_symbol **room =
		calloc(image->symbol_count + 1, sizeof(struct object_symbol *));
	bool good = room != NULL || diag_no_memory(at->audit->diag);
	for (size_t next = 0; good && next < image->symbol_count;) {
		struct run run = next_run(image, &next, room);
		good = run.count == 0 || enter_run(at, &run);
	}
	free(room);
	return good;
}

/* --- calls by index
 * -------------------------------------------------------------------------------- */

/* Whether the code of core module CORE calls IMPORT directly, so that its native is known. */
static bool is_called(const struct comparison *at, size_t core, const struct wasm_import *import)
{
	size_t count = at->audit->input->cores[core].owners.component_count;
	for (size_t s = at->first_side[core]; s < at->first_side[core] + count; s++)
		for (size_t i = 0; i < at->sides[s].used_count; i++)
			if (at->sides[s].used[i].import == import)
				return true;
	return false;
}

/* The native that bind recorded for imported FUNCTION of MODULE, in the image; NULL without. */
static const struct object_symbol *recorded_native(
	const struct comparison *at, const struct wasm_module *module, uint32_t function)
{
	const struct audit_input *input = at->audit->input;
	const struct bind_record *record = bind_records_find(input->records, module);
	const char *native = NULL;
	for (uint32_t i = 0; record != NULL && i < record->import_count && native == NULL; i++)
		if (record->imports[i].function == function)
			native = record->imports[i].native;
	for (size_t i = 1; native != NULL && i < input->image->symbol_count; i++) {
		const struct object_symbol *symbol = &input->image->symbols[i];
		if (symbol->section != SHN_UNDEF && symbol->binding != STB_LOCAL &&
			strcmp(symbol->name, native) == 0)
			return symbol;
	}
	return NULL;
}

/*
 * An import in a table may be called by index, which no call shows.  Where no
 * call shows its native either, it is the one that bind recorded.
 */
static bool check_element(struct comparison *at, size_t core, uint32_t function, bool *told)
{
	const struct wasm_module *module = at->audit->input->cores[core].module;
	if (function >= module->function_count || !module->functions[function].imported ||
		told[function])
		return true;
	told[function] = true;
	const struct wasm_import *import = &module->imports[module->functions[function].import];
	if (is_called(at, core, import))
		return true;
	const struct object_symbol *native = recorded_native(at, module, function);
	if (native != NULL)
		return add_used(at, side_of(at, core, function),
			&(struct used){.address = (uint32_t)native->value, .import = import});
	at->whole = false;
	audit_found(at->audit, AUDIT_SEAM);
	return diag_error(at->audit->diag, module->path,
		"A014: import '%s' '%s' is in a table and is called by index only, so that its "
		"native cannot be seen [function %" PRIu32 "]: call it in a function of the guest",
		import->module, import->field, function);
}

static bool check_elements(struct comparison *at)
{
	const struct audit_input *input = at->audit->input;
	bool good = true;
	for (size_t c = 0; c < input->core_count; c++) {
		const struct wasm_module *module = input->cores[c].module;
		bool *told = calloc(module->function_count + 1, sizeof(*told));
		if (told == NULL)
			return diag_no_memory(at->audit->diag);
		for (size_t i = 0; i < module->elements_count; i++)
			for (size_t j = 0; j < module->elements[i].count; j++)
				good = check_element(
					       at, c, module->elements[i].functions[j], told) &&
				       good;
		free(told);
	}
	return good;
}

/* --- the comparison
 * -------------------------------------------------------------------------------- */

static int by_address(const void *a, const void *b)
{
	const struct used *one = a;
	const struct used *two = b;
	if (one->address != two->address)
		return one->address < two->address ? -1 : 1;
	return one->from < two->from ? -1 : one->from > two->from;
}

/* Whether ENTRY of the seam is for SIDE; without a component it is for the only one. */
static bool is_for(
	const struct comparison *at, const struct seam_entry *entry, const struct side *side)
{
	if (entry->component == NULL)
		return at->side_count == 1;
	return side->component != NULL && strcmp(entry->component, side->component) == 0;
}

/* Marks the entry of SIDE that lists a function at ADDRESS, under any of its names. */
static bool is_listed(struct comparison *at, const struct side *side, uint32_t address)
{
	size_t first;
	bool listed = false;
	size_t count = image_code_functions(&at->code, address & ~1u, &first);
	for (size_t e = 0; e < at->seam->count; e++) {
		if (!is_for(at, &at->seam->entries[e], side))
			continue;
		for (size_t i = first; i < first + count; i++)
			if (strcmp(at->code.functions[i]->name, at->seam->entries[e].native) == 0)
				listed = at->listed[e] = true;
	}
	return listed;
}

/* The name of the function at ADDRESS: a global one where it has several; "?" without any. */
static const char *native_at(const struct comparison *at, uint32_t address)
{
	size_t first;
	const char *name = "?";
	size_t count = image_code_functions(&at->code, address & ~1u, &first);
	for (size_t i = first + count; i > first; i--)
		if (at->code.functions[i - 1]->binding != STB_LOCAL || i == first + 1 ||
			strcmp(name, "?") == 0)
			name = at->code.functions[i - 1]->name;
	return name;
}

/* One more than the seam has. */
static void report_extra(struct comparison *at, const struct side *side, const struct used *used)
{
	bool named = side->component != NULL;
	audit_found(at->audit, AUDIT_SEAM);
	if (used->caller == NULL) {
		diag_error(at->audit->diag, at->audit->input->image->path,
			"A012: has in a function table what %-s does not list, for import '%s' "
			"'%s' [%s%s%ssymbol %s]: list it there, or take it out",
			at->seam->path, used->import->module, used->import->field,
			named ? "component " : "", named ? side->component : "", named ? ", " : "",
			native_at(at, used->address));
		return;
	}
	diag_error(at->audit->diag, at->audit->input->image->path,
		"A012: calls what %-s does not list, at 0x%08" PRIx64 " in %-s, %-s%-s%-s%-s%-s "
		"[%s%s%ssymbol %s]: list it there, or take the call out",
		at->seam->path, used->from, used->caller->name,
		used->import == NULL ? "where the core module calls nothing" : "for import '",
		used->import == NULL ? "" : used->import->module, used->import == NULL ? "" : "' '",
		used->import == NULL ? "" : used->import->field, used->import == NULL ? "" : "'",
		named ? "component " : "", named ? side->component : "", named ? ", " : "",
		native_at(at, used->address));
}

static void compare_side(struct comparison *at, struct side *side)
{
	bool named = side->component != NULL;
	if (side->used_count == 0) {
		at->whole = false;
		audit_found(at->audit, AUDIT_SEAM);
		diag_error(at->audit->diag, at->audit->input->image->path,
			"A014: the code of %-s calls no native, so that its seam proves nothing "
			"[%s%s]: give the core module that the image was made from",
			side->module, named ? "component " : "module",
			named ? side->component : "");
		return;
	}
	qsort(side->used, side->used_count, sizeof(*side->used), by_address);
	for (size_t i = 0; i < side->used_count; i++)
		if ((i == 0 || side->used[i].address != side->used[i - 1].address) &&
			!is_listed(at, side, side->used[i].address))
			report_extra(at, side, &side->used[i]);
}

/* One fewer; a line that is for no component says nothing of the code of one. */
static void report_missing(struct comparison *at)
{
	for (size_t e = 0; e < at->seam->count; e++) {
		const struct seam_entry *entry = &at->seam->entries[e];
		bool named = entry->component != NULL;
		if (at->listed[e] || (!named && at->side_count > 1))
			continue;
		audit_found(at->audit, AUDIT_SEAM);
		diag_error(at->audit->diag, at->audit->input->image->path,
			"A013: line %zu of %-s lists what is not called [%s%s%ssymbol %s]: take "
			"the line out, or link the object that calls it",
			entry->line, at->seam->path, named ? "component " : "",
			named ? entry->component : "", named ? ", " : "", entry->native);
	}
}

static void compare(struct comparison *at)
{
	const struct audit_input *input = at->audit->input;
	size_t natives = 0;
	for (size_t i = 0; i < input->core_count; i++)
		if (!at->found[i])
			no_proof(at, input->cores[i].module->path,
				"its code is not in the image, or has no symbols func_N",
				"audit the image before its local symbols are taken out");
	if (!at->whole)
		return;
	for (size_t i = 0; i < at->side_count; i++) {
		compare_side(at, &at->sides[i]);
		natives += at->sides[i].used_count;
	}
	if (at->whole)
		report_missing(at);
	audit_looked(at->audit, AUDIT_SEAM, "%zu calls of natives by %zu components", natives,
		at->side_count);
}

/* --- the subject
 * ------------------------------------------------------------------------------------ */

static void compare_all(struct comparison *at)
{
	struct audit *audit = at->audit;
	if (image_code_make(audit->diag, audit->input->image, &at->code) && make_sides(at) &&
		enter_runs(at) && check_elements(at))
		compare(at);
	for (size_t i = 0; i < at->side_count; i++)
		free(at->sides[i].used);
	free(at->sides);
	free(at->first_side);
	free(at->found);
	free(at->listed);
	wasm_calls_free(&at->calls);
	image_code_free(&at->code);
}

void audit_seam(struct audit *audit)
{
	const struct audit_input *input = audit->input;
	struct comparison at = {.audit = audit, .seam = input->seam, .whole = true};
	const char *path = input->image->path;
	if (input->seam == NULL)
		audit_blind(audit, AUDIT_SEAM, "no seam given (--seam)");
	else if (input->image->type == ET_REL)
		no_proof(&at, path, "the object is not linked",
			"name the image, or use elfbind bind --seam");
	else if (audit->cores_not_given > 0)
		no_proof(&at, path, "not every core module of the image is given",
			"give each with --core");
	else if (input->image->machine == EM_ARM && input->image->data == ELFDATA2LSB)
		compare_all(&at);
	else if (input->records->count > 0)
		audit_seam_records(audit);
	else
		no_proof(&at, path,
			"only little-endian Thumb code is looked at, and no record of elfbind "
			"bind is there",
			"bind its objects with elfbind bind --core");
}
