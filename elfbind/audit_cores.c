/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Whether the core modules given are those of the image.
 *
 * What a module shows (memory.grow) says something of the image only when the
 * image was made from it.  elfbind bind left a record of each module.
 */
#include "elfbind/audit.h"

#include <string.h>

#include "lib/core_record.h"

static bool given_before(const struct audit_input *input, size_t number)
{
	const struct blob *file = &input->cores[number].module->file;
	for (size_t i = 0; i < number; i++) {
		const struct blob *other = &input->cores[i].module->file;
		uint8_t records[2][CORE_RECORD_BYTES];
		core_record_make(input->cores[i].module, input->image->data, records[0]);
		core_record_make(input->cores[number].module, input->image->data, records[1]);
		if (other->size == file->size &&
			memcmp(records[0], records[1], CORE_RECORD_BYTES) == 0)
			return true;
	}
	return false;
}

#define REMEDY "give those that elfbind bind was given"

bool audit_is_core_of(const struct object *image, const struct wasm_module *module)
{
	return core_record_compare(image, module) != CORE_RECORD_OTHER;
}

/* One module given; true when it is one of the image's and was not given before. */
static bool look_at(struct audit *audit, size_t number)
{
	const struct audit_input *input = audit->input;
	struct audit_core *core = &input->cores[number];
	if (audit_is_core_of(input->image, core->module)) {
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
	size_t recorded = core_record_count(input->image);
	size_t given = 0;
	audit->report->records_cores = recorded > 0;
	if (recorded == 0) {
		audit_blind(audit, AUDIT_CORES, "no record of them in the image [.berth.core]");
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

void audit_cores_unmatched(struct diag *diag, const struct audit_core *cores, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!cores[i].matched)
			diag_error(diag, cores[i].module->path,
				"A009: is none of the core modules that the files were made "
				"from: " REMEDY);
}
