/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/findings.h"

#include <stdlib.h>
#include <string.h>

#include "elfbind/tally.h"

/* Counts the finding among its like, and spends an acceptance on it if one is left. */
static bool count(struct findings *findings, struct finding *finding)
{
	struct tally_entry *seen =
		tally_find(findings->seen, finding->id, finding->file, finding->key, true);
	if (seen == NULL)
		return false;
	finding->occurrence = ++seen->count;
	if (finding->level == DIAG_NOTE)
		return true;
	findings->errors++;
	struct tally_entry *accepted = findings->accepted == NULL
					       ? NULL
					       : tally_find(findings->accepted, finding->id,
							 finding->file, finding->key, false);
	finding->accepted = accepted != NULL && accepted->used < accepted->count;
	if (finding->accepted)
		accepted->used++;
	else
		findings->fresh++;
	return true;
}

static bool add(struct findings *findings, const struct finding *finding)
{
	if (findings->count == findings->capacity) {
		size_t capacity = findings->capacity == 0 ? 64 : findings->capacity * 2;
		struct finding *list = reallocarray(findings->list, capacity, sizeof(*list));
		if (list == NULL)
			return false;
		findings->list = list;
		findings->capacity = capacity;
	}
	findings->list[findings->count++] = *finding;
	return true;
}

static void tell_accepted(struct findings *findings, const struct finding *finding)
{
	bool placed = finding->place[0] != '\0';
	diag_note(findings->diag, finding->file, "accepted: %s: %s%s%s%s", finding->id,
		finding->message, placed ? " [" : "", finding->place, placed ? "]" : "");
}

/* What cannot be kept for want of memory is written, and counts as an error. */
static bool take(void *context, enum diag_level level, const char *file, const char *format,
	va_list arguments)
{
	struct findings *findings = context;
	struct finding finding;
	if (!finding_parse(&finding, format, arguments))
		return false;
	finding.level = level;
	finding.archive = findings->archive;
	finding.file = strdup(file);
	if (finding.file == NULL || !count(findings, &finding) || !add(findings, &finding)) {
		finding_free(&finding);
		return false;
	}
	if (finding.accepted && !findings->quiet)
		tell_accepted(findings, &finding);
	return findings->quiet || finding.accepted;
}

bool findings_start(struct findings *findings, struct diag *diag)
{
	findings->diag = diag;
	findings->seen = calloc(1, sizeof(*findings->seen));
	if (findings->seen == NULL)
		return diag_no_memory(diag);
	diag->sink = take;
	diag->sink_context = findings;
	return true;
}

void findings_end(struct findings *findings)
{
	findings->diag->sink = NULL;
	for (size_t i = 0; i < findings->count; i++)
		finding_free(&findings->list[i]);
	free(findings->list);
	if (findings->seen != NULL)
		tally_clear(findings->seen);
	free(findings->seen);
	*findings = (struct findings){.diag = findings->diag};
}
