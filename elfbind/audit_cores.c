/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Whether the core modules given are those of the image.
 *
 * What a module shows (memory.grow) says something of the image only when the
 * image was made from it.  elfbind bind left a record of each module.
 */
#include "elfbind/audit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/bind_record.h"

static bool given_before(const struct audit_input *input, size_t number)
{
	struct bind_record record;
	bind_record_set_core(&record, input->cores[number].module);
	for (size_t i = 0; i < number; i++)
		if (bind_record_is_of(&record, input->cores[i].module))
			return true;
	return false;
}

#define REMEDY "give those that elfbind bind was given"

bool audit_is_core_of(const struct audit_input *input, const struct wasm_module *module)
{
	return input->records->count == 0 || bind_records_find(input->records, module) != NULL;
}

/* One module given; true when it is one of the image's and was not given before. */
static bool look_at(struct audit *audit, size_t number)
{
	const struct audit_input *input = audit->input;
	struct audit_core *core = &input->cores[number];
	if (audit_is_core_of(input, core->module)) {
		core->matched = true;
		return !given_before(input, number);
	}
	if (!input->alone)
		return false;
	audit_found(audit, AUDIT_CORES);
	diag_error(audit->diag, core->module->path,
		"A009: is none of the core modules that %-s was made from: " REMEDY,
		input->image->path);
	return false;
}

void audit_cores(struct audit *audit)
{
	const struct audit_input *input = audit->input;
	size_t recorded = bind_records_cores(input->records);
	size_t given = 0;
	audit->report->records_cores = recorded > 0;
	if (recorded == 0) {
		audit_blind(audit, AUDIT_CORES,
			input->records->damaged
				? "the record of them is damaged [" BIND_RECORD_SECTION "]"
				: "no record of them in the image [" BIND_RECORD_SECTION "]");
		return;
	}
	for (size_t i = 0; i < input->core_count; i++)
		given += look_at(audit, i);
	audit->cores_not_given = recorded - given;
	if (input->core_count == 0)
		audit_blind(audit, AUDIT_CORES, "no core module given (--core)");
	else
		audit_looked(audit, AUDIT_CORES, "%zu of the image's %zu given", given, recorded);
}

/* --- what the components are called ------------------------------------------------- */

static const struct bind_record_component *recorded_component(
	const struct bind_record *record, uint32_t number)
{
	for (size_t i = 0; i < record->component_count; i++)
		if (record->components[i].number == number)
			return &record->components[i];
	return NULL;
}

/* The names on the command line must be those that the object was bound with. */
static bool compare_names(struct diag *diag, const struct audit_core *core,
	const struct bind_record *record, const char *image)
{
	for (size_t i = 0; i < core->components.count; i++) {
		const struct component_name *typed = &core->components.list[i];
		const struct bind_record_component *bound =
			recorded_component(record, typed->number);
		if (bound != NULL && bound->name[0] != '\0' &&
			strcmp(bound->name, typed->name) != 0)
			return diag_error(diag, image,
				"was bound with component %" PRIu32
				" called %s, not %s: leave --component out, or give the name that "
				"elfbind bind was given",
				typed->number, bound->name, typed->name);
	}
	return true;
}

static bool take_names(struct diag *diag, struct audit_core *core, const struct bind_record *record)
{
	core->components.list = calloc(record->component_count + 1, sizeof(*core->components.list));
	if (core->components.list == NULL)
		return diag_no_memory(diag);
	core->names_taken = true;
	for (size_t i = 0; i < record->component_count; i++)
		if (record->components[i].name[0] != '\0')
			core->components.list[core->components.count++] =
				(struct component_name){.number = record->components[i].number,
					.name = record->components[i].name};
	return true;
}

bool audit_name_components(struct diag *diag, const struct audit_input *input)
{
	bool good = true;
	for (size_t i = 0; i < input->core_count && good; i++) {
		struct audit_core *core = &input->cores[i];
		const struct bind_record *record = bind_records_find(input->records, core->module);
		if (record == NULL)
			continue;
		good = core->components.count > 0
			       ? compare_names(diag, core, record, input->image->path)
			       : take_names(diag, core, record);
	}
	return good;
}

void audit_forget_names(const struct audit_input *input)
{
	for (size_t i = 0; i < input->core_count; i++) {
		if (input->cores[i].names_taken)
			component_options_free(&input->cores[i].components);
		input->cores[i].names_taken = false;
	}
}

void audit_cores_unmatched(struct diag *diag, const struct audit_core *cores, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!cores[i].matched)
			diag_error(diag, cores[i].module->path,
				"A009: is none of the core modules that the files were made "
				"from: " REMEDY);
}
