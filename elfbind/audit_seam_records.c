/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The seam of an image whose calls are not decoded here: by the records of
 * bind, which say what each component's code called when it was bound.  That a
 * call was not turned to something else since is not seen.
 */
#include <stdlib.h>
#include <string.h>

#include "elfbind/audit.h"
#include "elfbind/seam.h"

struct comparison {
	struct audit *audit;
	const struct seam *seam;
	bool *listed;	   /* by entry of the seam: something imports it */
	size_t components; /* of all records */
	size_t natives;
};

/* The name of the component of IMPORT; NULL for what belongs to none. */
static const char *component_of(
	const struct bind_record *record, const struct bind_record_import *import)
{
	if (import->component == BIND_RECORD_NONE)
		return NULL;
	return record->components[import->component].name;
}

/* A line without a component is for the only one, and where there are several for nobody's. */
static bool is_for(
	const struct comparison *at, const struct seam_entry *entry, const char *component)
{
	if (entry->component == NULL)
		return component == NULL || at->components == 1;
	return component == NULL ? at->components == 1 : strcmp(entry->component, component) == 0;
}

static void compare_import(struct comparison *at, const char *component, const char *native)
{
	bool named = component != NULL && component[0] != '\0';
	bool listed = false;
	at->natives++;
	for (size_t e = 0; e < at->seam->count; e++)
		if (is_for(at, &at->seam->entries[e], component) &&
			strcmp(at->seam->entries[e].native, native) == 0)
			listed = at->listed[e] = true;
	if (listed)
		return;
	audit_found(at->audit, AUDIT_SEAM);
	diag_error(at->audit->diag, at->audit->input->image->path,
		"A012: imports what %-s does not list, by the record of elfbind bind "
		"[%s%s%ssymbol %s]: list it there, or take the call out",
		at->seam->path, named ? "component " : "", named ? component : "",
		named ? ", " : "", native);
}

/* A module that imports nothing would pass whatever went wrong before. */
static void compare_record(struct comparison *at, const struct bind_record *record)
{
	bool imports = false;
	for (size_t i = 0; i < record->import_count; i++) {
		const struct bind_record_import *import = &record->imports[i];
		compare_import(at, component_of(record, import), import->native);
		imports = imports || import->component != BIND_RECORD_NONE;
	}
	for (size_t i = 0; !imports && i < record->component_count; i++) {
		audit_found(at->audit, AUDIT_SEAM);
		diag_error(at->audit->diag, at->audit->input->image->path,
			"A014: the record of elfbind bind has no native that the component "
			"imports, so that its seam proves nothing [component %s]: give the object "
			"as the compiler wrote it to elfbind bind",
			record->components[i].name);
	}
}

static void report_missing(struct comparison *at)
{
	for (size_t e = 0; e < at->seam->count; e++) {
		const struct seam_entry *entry = &at->seam->entries[e];
		bool named = entry->component != NULL;
		if (at->listed[e])
			continue;
		audit_found(at->audit, AUDIT_SEAM);
		diag_error(at->audit->diag, at->audit->input->image->path,
			"A013: line %zu of %-s lists what is not imported, by the record of "
			"elfbind bind [%s%s%ssymbol %s]: take the line out, or link the object "
			"that calls it",
			entry->line, at->seam->path, named ? "component " : "",
			named ? entry->component : "", named ? ", " : "", entry->native);
	}
}

void audit_seam_records(struct audit *audit)
{
	const struct bind_records *records = audit->input->records;
	struct comparison at = {.audit = audit, .seam = audit->input->seam};
	at.listed = calloc(at.seam->count + 1, sizeof(*at.listed));
	if (at.listed == NULL) {
		diag_no_memory(audit->diag);
		return;
	}
	for (size_t i = 0; i < records->count; i++)
		at.components += records->list[i].component_count;
	for (size_t i = 0; i < records->count; i++)
		compare_record(&at, &records->list[i]);
	report_missing(&at);
	audit_looked(audit, AUDIT_SEAM,
		"%zu natives of %zu components as bound; the calls are not decoded here",
		at.natives, at.components);
	free(at.listed);
}
