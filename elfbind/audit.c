/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/audit.h"

#include <stdarg.h>
#include <string.h>

#include "mpu-table/table.h"

void audit_looked(struct audit *audit, enum audit_subject subject, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(audit->report->subjects[subject].text,
		sizeof(audit->report->subjects[subject].text), format, arguments);
	va_end(arguments);
	if (audit->report->subjects[subject].verdict == AUDIT_NOT_VISIBLE)
		audit->report->subjects[subject].verdict = AUDIT_NONE;
}

void audit_blind(struct audit *audit, enum audit_subject subject, const char *why)
{
	snprintf(audit->report->subjects[subject].text,
		sizeof(audit->report->subjects[subject].text), "%s", why);
}

void audit_found(struct audit *audit, enum audit_subject subject)
{
	audit->report->subjects[subject].verdict = AUDIT_PRESENT;
}

/* --- the region table ---------------------------------------------------------------- */

static void audit_table(struct audit *audit)
{
	const struct object *image = audit->input->image;
	size_t errors = audit->diag->errors;
	if (image->type == ET_REL) {
		audit_blind(audit, AUDIT_TABLE, "the object is not linked");
		return;
	}
	struct table *table = table_read(audit->diag, image);
	if (table == NULL) {
		audit_blind(audit, AUDIT_TABLE, "it cannot be read");
	} else {
		table_check(audit->diag, image, table);
		if (audit->input->layout != NULL)
			table_compare(audit->diag, image->path, table, audit->input->layout);
		audit_looked(audit, AUDIT_TABLE, "%u contexts, %u rows, %u regions%s",
			table->header.context_count, table->header.row_count,
			table->header.region_count,
			table_sees_symbols(image) ? "" : "; its symbols not visible here");
	}
	if (audit->diag->errors > errors)
		audit_found(audit, AUDIT_TABLE);
	table_free(table);
}

/* What is trimmed away is told, and whether anything else of its component lies there. */
static void audit_trimmed(const struct audit *audit, const struct layout_region *region)
{
	const struct layout *layout = audit->input->layout;
	size_t context;
	size_t met;
	const char *path = audit->input->image->path;
	unsigned long long size = region->size;
	unsigned long long declared = region->declared;
	if (layout_trimmed_meets(layout, (size_t)(region - layout->regions), &context, &met))
		diag_note(audit->diag, path,
			"A015: has %llu of the %llu bytes that its module declares [region %s]: an "
			"access of %s beyond meets %s, which it may touch: place one of them "
			"elsewhere, with 'bank:' or 'at:'",
			size, declared, region->name, layout->contexts[context].name,
			layout->regions[met].name);
	else
		diag_note(audit->diag, path,
			"A015: has %llu of the %llu bytes that its module declares [region %s]: an "
			"access beyond faults",
			size, declared, region->name);
}

/* Every section that the layout places must be there, under its name. */
static void audit_section(struct audit *audit, const struct layout_region *region)
{
	const struct object *image = audit->input->image;
	if (region->declared != 0)
		audit_trimmed(audit, region);
	if (object_section(image, region->section) != NULL)
		return;
	audit_found(audit, AUDIT_SECTIONS);
	diag_error(audit->diag, image->path,
		"A008: a section of the layout is missing [section %s]: link what elfbind inject "
		"wrote for its component",
		region->section);
}

static void audit_sections(struct audit *audit)
{
	const struct layout *layout = audit->input->layout;
	size_t count = 0;
	size_t trimmed = 0;
	if (layout == NULL || audit->input->image->type == ET_REL) {
		audit_blind(audit, AUDIT_SECTIONS,
			layout == NULL ? "no layout given (--layout)" : "the object is not linked");
		return;
	}
	for (size_t i = 0; i < layout->region_count; i++) {
		const struct layout_region *region = &layout->regions[i];
		if (region->section == NULL)
			continue;
		audit_section(audit, region);
		trimmed += region->declared != 0;
		count++;
	}
	audit_looked(audit, AUDIT_SECTIONS, "%zu sections of the layout, %zu memories trimmed",
		count, trimmed);
}

/* --- the whole -------------------------------------------------------------------------- */

const char audit_never_visible[] =
	"calls through pointers, memory that only linker symbols delimit, and weak calls that "
	"GNU ld has replaced by nothing";

const char *audit_subject_name(enum audit_subject subject)
{
	static const char *const names[AUDIT_SUBJECTS] = {"unresolved symbols",
		"weak symbols without definition", "calls that go nowhere",
		"WebAssembly names left", "imports served by components", "foreign core modules",
		"memory.grow", "growing allocators", "natives off the seam", "missing sections",
		"grants beyond need", "calls into closed code", "region table faults"};
	return names[subject];
}

const char *audit_verdict_name(enum audit_verdict verdict)
{
	static const char *const names[] = {"not visible here", "none", "present"};
	return names[verdict];
}

void audit_image(struct diag *diag, const struct audit_input *input, struct audit_report *report)
{
	struct audit audit = {.diag = diag, .input = input, .report = report};
	audit_symbols(&audit);
	audit_calls(&audit);
	audit_own(&audit);
	audit_cores(&audit);
	audit_growth(&audit);
	audit_seam(&audit);
	audit_sections(&audit);
	audit_grants(&audit);
	audit_closed(&audit);
	audit_table(&audit);
	audit_vectors(&audit);
}
