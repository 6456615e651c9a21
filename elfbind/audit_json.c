/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include <jansson.h>

#include "elfbind/audit_output.h"
#include "elfbind/baseline.h"
#include "lib/json_text.h"

static json_t *subjects_of(const struct audit_report *report)
{
	json_t *array = json_array();
	bool good = array != NULL;
	for (size_t i = 0; good && i < AUDIT_SUBJECTS; i++)
		good = json_append(
			array, json_pack("{s:s, s:s, s:o}", "subject",
				       audit_subject_name((enum audit_subject)i), "verdict",
				       audit_verdict_name(report->subjects[i].verdict), "text",
				       json_text(report->subjects[i].text)));
	return json_whole(array, good);
}

static json_t *files_of(const struct audit_output *output)
{
	json_t *array = json_array();
	bool good = array != NULL;
	for (size_t i = 0; good && i < output->report_count; i++) {
		const struct audit_report *report = &output->reports[i];
		good = json_append(array,
			json_pack("{s:o, s:I, s:I, s:o}", "file", json_text(report->path),
				"findings", (json_int_t)report->fresh, "accepted",
				(json_int_t)report->accepted, "subjects", subjects_of(report)));
	}
	return json_whole(array, good);
}

static json_t *parts_of(const struct finding *finding)
{
	json_t *array = json_array();
	bool good = array != NULL;
	for (size_t i = 0; good && i < finding->part_count; i++) {
		const struct finding_part *part = &finding->parts[i];
		good = json_append(
			array, json_pack("{s:o, s:o}", "kind",
				       part->kind == NULL ? json_null() : json_text(part->kind),
				       "name", json_text(part->name)));
	}
	return json_whole(array, good);
}

static json_t *findings_of(const struct findings *findings)
{
	json_t *array = json_array();
	bool good = array != NULL;
	for (size_t i = 0; good && i < findings->count; i++) {
		const struct finding *finding = &findings->list[i];
		good = json_append(array,
			json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:s}", "id",
				finding->id, "level",
				finding->level == DIAG_NOTE ? "note" : "error", "file",
				json_text(finding->file), "message", json_text(finding->message),
				"place", json_text(finding->place), "parts", parts_of(finding),
				"remedy", json_text(finding->remedy), "key",
				json_text(finding->key), "state",
				finding->accepted ? "accepted" : "new"));
	}
	return json_whole(array, good);
}

static json_t *stale_of(const struct tally *accepted)
{
	json_t *array = json_array();
	bool good = array != NULL;
	const struct tally_entry *entry = accepted == NULL ? NULL : accepted->entries;
	for (; good && entry != NULL; entry = entry->hh.next)
		if (entry->used < entry->count)
			good = json_append(array, baseline_json(entry));
	return json_whole(array, good);
}

bool audit_write_json(FILE *stream, const struct audit_output *output)
{
	json_t *root = json_pack("{s:i, s:o, s:o, s:o, s:s}", "berth_audit", 1, "files",
		files_of(output), "findings", findings_of(output->findings), "stale",
		stale_of(output->findings->accepted), "never_visible", audit_never_visible);
	if (root == NULL)
		return false;
	/* A write that fails shows as an error of the stream at the end. */
	(void)json_dumpf(root, stream, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	fputc('\n', stream);
	json_decref(root);
	return true;
}
