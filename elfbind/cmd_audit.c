/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* elfbind audit: its files one by one, and what comes out of all of them. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "elfbind/audit.h"
#include "elfbind/audit_output.h"
#include "elfbind/audit_request.h"
#include "elfbind/baseline.h"
#include "elfbind/commands.h"
#include "elfbind/findings.h"
#include "elfbind/seam.h"
#include "elfbind/tally.h"
#include "lib/command.h"
#include "symmap/archive.h"

/* Everything while the files are looked at. */
struct session {
	struct diag *diag;
	const struct audit_request *request;
	struct layout *layout;
	struct audit_core *cores;
	size_t core_count; /* read so far */
	struct findings findings;
	struct tally accepted;
	struct seam *seam;
	struct audit_report *reports;
	size_t report_count;
	size_t report_capacity;
	bool several; /* files, or members of an archive */
};

/* --- files ---------------------------------------------------------------------------------- */

/* A new report for the file PATH, or NULL after a report. */
static struct audit_report *add_report(struct session *session, const char *path)
{
	if (session->report_count == session->report_capacity) {
		size_t capacity = session->report_capacity * 2 + 4;
		struct audit_report *reports =
			reallocarray(session->reports, capacity, sizeof(*reports));
		if (reports == NULL) {
			diag_no_memory(session->diag);
			return NULL;
		}
		session->reports = reports;
		session->report_capacity = capacity;
	}
	struct audit_report *report = &session->reports[session->report_count];
	*report = (struct audit_report){.path = strdup(path)};
	if (report->path == NULL) {
		diag_no_memory(session->diag);
		return NULL;
	}
	session->report_count++;
	return report;
}

/* --- seam ----------------------------------------------------------------------------------- */

/* Every component that the seam names must be known, or nothing would be compared with it. */
static bool check_seam(struct session *session)
{
	bool good = true;
	for (size_t e = 0; e < session->seam->count; e++) {
		const struct seam_entry *entry = &session->seam->entries[e];
		bool known = entry->component == NULL;
		for (size_t i = 0; i < session->core_count; i++)
			for (size_t c = 0; c < session->cores[i].components.count; c++)
				known = known || strcmp(session->cores[i].components.list[c].name,
							 entry->component) == 0;
		if (!known)
			good = diag_error_at(session->diag, session->seam->path, entry->line,
				entry->column,
				"no component is called %s: give its name with --component, behind "
				"the --core that it is in",
				entry->component);
	}
	return good;
}

/* --- one file ------------------------------------------------------------------------------- */

/* Looks at one image or object for which everything is ready. */
static void audit_one(
	struct session *session, const struct audit_input *input, struct audit_report *report)
{
	const struct findings *findings = &session->findings;
	size_t errors = findings->errors;
	size_t fresh = findings->fresh;
	audit_image(session->diag, input, report);
	report->fresh = findings->fresh - fresh;
	report->accepted = findings->errors - errors - report->fresh;
	if (session->request->format == FORMAT_TEXT)
		audit_write_text(stdout, report);
}

/* Looks at one image or object, which it takes over; NULL was reported. */
static bool look_at(struct session *session, const char *path, struct object *image)
{
	struct bind_records records = {0};
	struct audit_input input = {.image = image,
		.records = &records,
		.cores = session->cores,
		.core_count = session->core_count,
		.layout = session->layout,
		.seam = session->seam,
		.alone = !session->several};
	bool good = image != NULL && bind_records_read(session->diag, image, &records);
	if (good && session->seam != NULL)
		good = audit_name_components(session->diag, &input) && check_seam(session);
	struct audit_report *report = good ? add_report(session, path) : NULL;
	if (report != NULL)
		audit_one(session, &input, report);
	audit_forget_names(&input);
	bind_records_free(&records);
	object_free(image);
	return report != NULL;
}

/* Copies the member's bytes; those of a thin archive's are in a file, which may be anything. */
static bool member_bytes(struct diag *diag, const char *archive,
	const struct archive_member *member, struct blob *bytes)
{
	struct stat status;
	if (member->path != NULL && (stat(member->path, &status) != 0 || !S_ISREG(status.st_mode)))
		return diag_error(diag, archive,
			"is a thin archive, and its member %s is no file: make both again",
			member->path);
	if (member->path != NULL)
		return file_read(diag, member->path, bytes);
	*bytes = (struct blob){malloc(member->size + 1), member->size};
	if (bytes->bytes == NULL)
		return diag_no_memory(diag);
	memcpy(bytes->bytes, member->bytes, member->size);
	return true;
}

static bool look_at_member(
	struct session *session, const char *path, const struct archive_member *member)
{
	struct blob bytes;
	char *name = NULL;
	if (!member_bytes(session->diag, path, member, &bytes))
		return false;
	if (asprintf(&name, "%s(%s)", path, member->name) < 0) {
		blob_free(&bytes);
		return diag_no_memory(session->diag);
	}
	bool good = look_at(session, name, object_parse(session->diag, name, &bytes));
	free(name);
	return good;
}

/* Every member is looked at, also behind one that cannot be. */
static bool look_into(struct session *session, const char *path, const struct blob *file)
{
	struct archive archive;
	struct archive_member member;
	bool good = true;
	bool all = true;
	archive_start_thin(session->diag, path, file, &archive);
	session->findings.archive = path;
	session->several = true;
	while (archive_next(&archive, &member, &good)) {
		all = look_at_member(session, path, &member) && all;
		archive_member_free(&member);
	}
	session->findings.archive = NULL;
	return good && all;
}

static bool look_at_file(struct session *session, const char *path)
{
	struct blob file;
	/* Debugging information is most of an image, and nothing is looked for in it. */
	if (source_begins(path, ELFMAG, SELFMAG))
		return look_at(
			session, path, object_read_part(session->diag, path, OBJECT_WITHOUT_DEBUG));
	if (!file_read(session->diag, path, &file))
		return false;
	if (!archive_is(&file))
		return look_at(session, path, object_parse(session->diag, path, &file));
	bool good = look_into(session, path, &file);
	blob_free(&file);
	return good;
}

static bool look_at_all(struct session *session)
{
	bool good = true;
	bool records = false;
	session->several = session->request->file_count > 1;
	for (size_t i = 0; i < session->request->file_count; i++)
		good = look_at_file(session, session->request->files[i]) && good;
	for (size_t i = 0; i < session->report_count; i++)
		records = records || session->reports[i].records_cores;
	if (records && session->several)
		audit_cores_unmatched(session->diag, session->cores, session->core_count);
	return good;
}

/* --- inputs --------------------------------------------------------------------------------- */

static bool read_seam(struct session *session)
{
	struct diag *diag = session->diag;
	session->seam = seam_read(diag, session->request->seam);
	if (session->seam == NULL)
		return false;
	for (size_t i = 0; i < session->core_count; i++) {
		struct audit_core *core = &session->cores[i];
		if (!meld_owners(diag, core->module, NULL, &core->owners) ||
			!component_options_number(
				diag, &core->components, core->module->path, &core->owners))
			return false;
	}
	return true;
}

/* --- the whole ------------------------------------------------------------------------------ */

static bool read_inputs(struct session *session)
{
	const struct audit_request *request = session->request;
	/* One more, so that none is not taken for missing memory. */
	session->cores = calloc(request->core_count + 1, sizeof(*session->cores));
	if (session->cores == NULL)
		return diag_no_memory(session->diag);
	for (size_t i = 0; i < request->core_count; i++) {
		session->cores[i].module = wasm_read(session->diag, request->cores[i]);
		if (session->cores[i].module == NULL)
			return false;
		session->cores[i].components = request->components[i];
		session->core_count++;
	}
	if (request->seam != NULL && !read_seam(session))
		return false;
	if (request->baseline != NULL) {
		if (!baseline_read(session->diag, request->baseline, &session->accepted))
			return false;
		session->findings.accepted = &session->accepted;
	}
	return request->layout == NULL ||
	       (session->layout = layout_read(session->diag, request->layout)) != NULL;
}

static bool write_output(struct session *session, bool complete)
{
	const struct audit_output output = {.findings = &session->findings,
		.reports = session->reports,
		.report_count = session->report_count,
		.complete = complete};
	bool good = true;
	if (session->request->format == FORMAT_TEXT && session->report_count > 0)
		audit_write_text_end(stdout);
	else if (session->request->format == FORMAT_JSON)
		good = audit_write_json(stdout, &output);
	else if (session->request->format == FORMAT_SARIF)
		good = audit_write_sarif(stdout, &output);
	return good || diag_no_memory(session->diag);
}

/* Every error that is no finding, such as a module that cannot be decoded, fails the run too. */
static bool audit_files(struct session *session)
{
	struct diag *diag = session->diag;
	struct findings *findings = &session->findings;
	const struct audit_request *request = session->request;
	findings->quiet = request->format != FORMAT_TEXT;
	if (!findings_start(findings, diag))
		return false;
	bool complete = look_at_all(session) && diag->errors == findings->errors;
	bool written = write_output(session, complete);
	if (request->baseline != NULL && complete)
		baseline_tell_stale(diag, request->baseline, &session->accepted);
	if (request->new_baseline != NULL)
		return complete && written && baseline_write(diag, request->new_baseline, findings);
	return complete && written && findings->fresh == 0;
}

static bool run(struct diag *diag, const struct audit_request *request)
{
	struct session session = {.diag = diag, .request = request, .findings = {.diag = diag}};
	bool good = read_inputs(&session) && audit_files(&session);
	findings_end(&session.findings);
	tally_clear(&session.accepted);
	for (size_t i = 0; i < session.report_count; i++)
		free(session.reports[i].path);
	free(session.reports);
	for (size_t i = 0; i < session.core_count; i++) {
		meld_owners_free(&session.cores[i].owners);
		wasm_free(session.cores[i].module);
	}
	seam_free(session.seam);
	free(session.cores);
	layout_free(session.layout);
	return good;
}

int cmd_audit(int argc, char **argv)
{
	struct diag diag = DIAG_INIT("elfbind");
	struct audit_request request;
	int status = STATUS_USAGE;
	if (audit_request_parse(&diag, &request, argc, argv)) {
		if (request.help)
			status = command_help(audit_help);
		else
			status = run(&diag, &request) ? STATUS_DONE : STATUS_REFUSED;
	}
	audit_request_free(&request);
	return status;
}
