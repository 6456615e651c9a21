/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What an audit writes: part 1 is a baseline, part 2 the names in findings, one
 * a line.  JSON and SARIF are JSON whatever the names are, every finding is in
 * them, and no more is accepted than the baseline says.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "elfbind/audit_output.h"
#include "elfbind/baseline.h"
#include "tests/fuzz/fuzz.h"

enum { MOST_NAMES = 40 };

/* One finding of each shape with the name NAME. */
static void find(struct diag *diag, const char *name, size_t number)
{
	switch (number % 4) {
	case 0:
		diag_error(diag, "firmware.elf",
			"A001: is not resolved [symbol %s]: link its definition", name);
		break;
	case 1:
		diag_error(diag, name,
			"A003: the call of import '%s' '%s' at 0x%08" PRIx64
			" goes nowhere [symbol %s]: bind it",
			name, "", (uint64_t)number, name);
		break;
	case 2:
		diag_note(diag, "lib.a(uart.o)",
			"A015: has %llu bytes, %-s [region %s, row %zu]: an access faults",
			(unsigned long long)number, name, name, number);
		break;
	default:
		diag_error(diag, "firmware.elf", "A012: calls [%s%s%ssymbol %s]: list it",
			"component ", name, ", ", name);
	}
}

/* Reports findings with the lines of TEXT, and what is no finding too. */
static void find_all(struct diag *diag, const struct blob *text)
{
	char *names = calloc(1, text->size + 1);
	fuzz_promise(names != NULL);
	if (text->size > 0)
		memcpy(names, text->bytes, text->size);
	char *next = names;
	for (size_t i = 0; i < MOST_NAMES && next != NULL; i++)
		find(diag, strsep(&next, "\n"), i);
	diag_note(diag, "firmware.elf", "says something that is no finding");
	free(names);
}

/* The array NAME of the JSON that WRITE makes, with its length promised. */
static void promise_json(
	bool (*write)(FILE *, const struct audit_output *), const struct audit_output *output)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	fuzz_promise(stream != NULL && write(stream, output) && fclose(stream) == 0);
	json_error_t error;
	json_t *root = json_loadb(text, size, 0, &error);
	fuzz_promise(json_is_object(root));
	const json_t *list = json_object_get(root, "findings");
	if (list == NULL) /* SARIF */
		list = json_object_get(json_array_get(json_object_get(root, "runs"), 0), "results");
	fuzz_promise(json_array_size(list) == output->findings->count);
	json_decref(root);
	free(text);
}

static void report(const struct findings *findings)
{
	static char path[] = "firmware.elf";
	struct audit_report file = {.path = path, .fresh = findings->fresh};
	const struct audit_output output = {
		.findings = findings, .reports = &file, .report_count = 1, .complete = true};
	for (size_t i = 0; i < AUDIT_SUBJECTS; i++)
		snprintf(file.subjects[i].text, sizeof(file.subjects[i].text), "%.60s",
			findings->count > 0 ? findings->list[0].message : "");
	promise_json(audit_write_json, &output);
	promise_json(audit_write_sarif, &output);
	audit_write_text(fuzz_nowhere(), &file);
}

static size_t count_accepted(const struct tally *tally)
{
	size_t count = 0;
	for (const struct tally_entry *entry = tally->entries; entry != NULL;
		entry = entry->hh.next)
		count += entry->used;
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag diag = fuzz_diag();
	struct tally accepted = {0};
	struct findings findings = {.quiet = true, .diag = &diag};
	struct blob baseline;
	struct blob names;
	fuzz_split(data, size, &baseline, &names);
	if (baseline.size > 0 &&
		baseline_read(&diag, fuzz_file(0, baseline.bytes, baseline.size), &accepted))
		findings.accepted = &accepted;
	fuzz_promise(findings_start(&findings, &diag));
	find_all(&diag, &names);
	fuzz_promise(findings.fresh <= findings.errors);
	fuzz_promise(findings.accepted == NULL ||
		     findings.errors - findings.fresh == count_accepted(&accepted));
	report(&findings);
	if (findings.accepted != NULL)
		baseline_tell_stale(&diag, "baseline", &accepted);
	findings_end(&findings);
	tally_clear(&accepted);
	blob_free(&baseline);
	blob_free(&names);
	return 0;
}
