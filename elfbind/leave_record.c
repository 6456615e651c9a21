/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/leave_record.h"

#include <stdlib.h>

#include "lib/bind_record.h"

struct leaving {
	const struct binding *binding;
	const struct component_names *names;
	struct bind_record record;
};

static const struct component_name *name_of(const struct bind_input *input, uint32_t number)
{
	for (size_t i = 0; i < input->component_count; i++)
		if (input->components[i].number == number)
			return &input->components[i];
	return NULL;
}

/* The place in the record of the component that FUNCTION belongs to. */
static uint32_t component_of(const struct leaving *at, uint32_t function)
{
	const struct meld_owners *owners = at->binding->input->owners;
	for (uint32_t i = 0; function < owners->count && i < at->record.component_count; i++)
		if (at->record.components[i].number == owners->of_function[function])
			return i;
	return BIND_RECORD_NONE;
}

static void list_components(struct leaving *at)
{
	const struct meld_owners *owners = at->binding->input->owners;
	for (size_t i = 0; i < owners->component_count; i++) {
		const struct component_name *name =
			name_of(at->binding->input, owners->components[i]);
		at->record.components[at->record.component_count++] =
			(struct bind_record_component){.name = name == NULL ? "" : name->name,
				.number = owners->components[i],
				.arena = name != NULL && name->arena};
	}
}

/* The exports that the object has a global symbol for. */
static void list_exports(struct leaving *at)
{
	const struct object *object = at->binding->input->object;
	const struct wasm_module *module = at->binding->input->module;
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		const struct object_symbol *symbol = &object->symbols[i];
		size_t export = symbol->section == SHN_UNDEF || symbol->binding == STB_LOCAL
					? NAME_NONE
					: name_table_find(at->names->exports, symbol->name);
		if (export == NAME_NONE)
			continue;
		uint32_t function = module->exports[export].index;
		at->record.exports[at->record.export_count++] =
			(struct bind_record_export){.symbol = plan_name(&at->binding->plan, i),
				.name = module->exports[export].name,
				.component = component_of(at, function),
				.function = function};
	}
}

/* The natives that are called or lie in a table. */
static void list_imports(struct leaving *at)
{
	const struct wasm_module *module = at->binding->input->module;
	for (size_t i = 0; i < at->binding->resolution_count; i++) {
		const struct resolution *resolution = &at->binding->resolutions[i];
		if (!at->binding->import_used[i])
			continue;
		const struct wasm_import *import =
			&module->imports[module->functions[resolution->import].import];
		at->record.imports[at->record.import_count++] =
			(struct bind_record_import){.module = import->module,
				.field = import->field,
				.component = component_of(at, resolution->import),
				.native = resolution->native,
				.function = resolution->import};
	}
}

/* What the compiler calls on its own, such as its run-time library. */
static void list_helpers(struct leaving *at)
{
	const struct plan *plan = &at->binding->plan;
	for (uint32_t i = 1; i < plan->object->symbol_count; i++) {
		const struct object_symbol *symbol = &plan->object->symbols[i];
		if (symbol->section == SHN_UNDEF && symbol->binding != STB_LOCAL &&
			!plan->imports[i])
			at->record.imports[at->record.import_count++] =
				(struct bind_record_import){.module = "",
					.field = "",
					.component = BIND_RECORD_NONE,
					.native = plan_name(plan, i),
					.function = BIND_RECORD_NONE};
	}
}

bool leave_record(struct diag *diag, struct binding *binding, const struct component_names *names)
{
	const struct bind_input *input = binding->input;
	struct leaving at = {.binding = binding, .names = names};
	struct bind_record *record = &at.record;
	bind_record_set_core(record, input->module);
	record->components =
		calloc(input->owners->component_count + 1, sizeof(*record->components));
	record->exports = calloc(input->object->symbol_count + 1, sizeof(*record->exports));
	record->imports = calloc(binding->resolution_count + input->object->symbol_count + 1,
		sizeof(*record->imports));
	bool good = (record->components != NULL && record->exports != NULL &&
			    record->imports != NULL) ||
		    diag_no_memory(diag);
	if (good) {
		list_components(&at);
		list_exports(&at);
		list_imports(&at);
		list_helpers(&at);
		good = bind_record_write(diag, record, input->object->data, &binding->plan.record);
	}
	bind_record_free(record);
	return good;
}
