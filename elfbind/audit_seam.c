/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The seam in the linked image: which natives the code of each component calls,
 * against those that it may.  What they call is found in audit_seam_calls.c.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "elfbind/audit_seam.h"

/* --- the comparison ----------------------------------------------------------------- */

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

/* A component without imports is believed where others of its module show that it is
 * the right one. */
static bool module_calls(const struct comparison *at, const char *module)
{
	for (size_t i = 0; i < at->side_count; i++)
		if (at->sides[i].module == module && at->sides[i].used_count > 0)
			return true;
	return false;
}

static void compare_side(struct comparison *at, struct side *side)
{
	bool named = side->component != NULL;
	if (side->used_count == 0 && module_calls(at, side->module))
		return;
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
			seam_no_proof(at, input->cores[i].module->path,
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

/* --- the subject -------------------------------------------------------------------- */

static void compare_all(struct comparison *at)
{
	struct audit *audit = at->audit;
	if (image_code_make(audit->diag, audit->input->image, &at->code) && seam_sides(at))
		compare(at);
	seam_sides_free(at);
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
		seam_no_proof(&at, path, "the object is not linked",
			"name the image, or use elfbind bind --seam");
	else if (audit->cores_not_given > 0)
		seam_no_proof(&at, path, "not every core module of the image is given",
			"give each with --core");
	else if (input->image->machine == EM_ARM && input->image->data == ELFDATA2LSB)
		compare_all(&at);
	else if (input->records->count > 0)
		audit_seam_records(audit);
	else
		seam_no_proof(&at, path,
			"only little-endian Thumb code is looked at, and no record of elfbind "
			"bind is there",
			"bind its objects with elfbind bind --core");
}
