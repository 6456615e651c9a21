/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * SARIF: "Static Analysis Results Interchange Format Version 2.1.0", OASIS.
 * Numbers of its sections are in the comments.
 */
#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "elfbind/audit_output.h"
#include "elfbind/audit_rules.h"
#include "elfbind/tally.h"
#include "lib/json_text.h"
#include "lib/version.h"

#define SCHEMA                                                                                     \
	"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"                      \
	"sarif-schema-2.1.0.json"

/* --- rules: 3.49 ----------------------------------------------------------------------------- */

static json_t *rules(void)
{
	json_t *array = json_array();
	bool good = array != NULL;
	for (size_t i = 0; good && i < audit_rule_count; i++) {
		const struct audit_rule *rule = &audit_rules[i];
		good = json_append(array,
			json_pack("{s:s, s:{s:s}, s:{s:s}, s:{s:s}}", "id", rule->id,
				"shortDescription", "text", rule->title, "help", "text", rule->help,
				"defaultConfiguration", "level", rule->lesser ? "note" : "error"));
	}
	return json_whole(array, good);
}

/* --- places: 3.28, 3.33 ------------------------------------------------------------- */

/* PATH as a URI reference (RFC 3986): relative as given, file: for an absolute one. */
static json_t *uri_of(const char *path)
{
	char *uri = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&uri, &size);
	if (stream == NULL)
		return NULL;
	if (path[0] == '/')
		fputs("file://", stream);
	for (; *path != '\0'; path++) {
		unsigned char byte = (unsigned char)*path;
		if (isascii(byte) && (isalnum(byte) || strchr("-._~/", byte) != NULL))
			fputc(byte, stream);
		else
			fprintf(stream, "%%%02X", byte);
	}
	json_t *string = fclose(stream) == 0 ? json_string(uri) : NULL;
	free(uri);
	return string;
}

/* The kinds that SARIF has words for (3.33.7); the others stay as they are. */
static const char *sarif_kind(const char *kind)
{
	return strcmp(kind, "symbol") == 0 ? "member" : kind;
}

static bool add_logical(json_t *array, const char *kind, const char *name, const char *full)
{
	json_t *location = json_pack(
		"{s:o, s:o}", "name", json_text(name), "fullyQualifiedName", json_text(full));
	if (location != NULL && kind != NULL &&
		json_object_set_new(location, "kind", json_text(kind)) != 0) {
		json_decref(location);
		return false;
	}
	return json_append(array, location);
}

static json_t *logical_locations(const struct finding *finding)
{
	json_t *array = json_array();
	bool good = array != NULL;
	if (good && finding->archive != NULL) {
		const char *member = tally_file(finding->file);
		good = add_logical(array, "object", member, member);
	}
	for (size_t i = 0; good && i < finding->part_count; i++) {
		const struct finding_part *part = &finding->parts[i];
		good = add_logical(array, part->kind == NULL ? NULL : sarif_kind(part->kind),
			part->name, finding->place);
	}
	return json_whole(array, good);
}

static json_t *location_of(const struct finding *finding)
{
	const char *path = finding->archive == NULL ? finding->file : finding->archive;
	json_t *location = json_pack(
		"{s:{s:{s:o}}}", "physicalLocation", "artifactLocation", "uri", uri_of(path));
	if (location == NULL || (finding->part_count == 0 && finding->archive == NULL))
		return location;
	if (json_object_set_new(location, "logicalLocations", logical_locations(finding)) == 0)
		return location;
	json_decref(location);
	return NULL;
}

/* --- results: 3.27 ------------------------------------------------------------------ */

static json_t *message_of(const struct finding *finding)
{
	char *text = NULL;
	bool placed = finding->place[0] != '\0';
	bool remedied = finding->remedy[0] != '\0';
	if (asprintf(&text, "%s%s%s%s%s%s", finding->message, placed ? " [" : "", finding->place,
		    placed ? "]" : "", remedied ? ": " : "", finding->remedy) < 0)
		return NULL;
	json_t *string = json_text(text);
	free(text);
	return string;
}

/* The key with the number among its like: 3.27.17. */
static json_t *fingerprint_of(const struct finding *finding)
{
	char *text = NULL;
	if (asprintf(&text, "%s:%s:%zu", tally_file(finding->file), finding->key,
		    finding->occurrence) < 0)
		return NULL;
	json_t *string = json_text(text);
	free(text);
	return string;
}

/* What a baseline says of the result: 3.27.24 and 3.35. */
static bool set_state(json_t *result, const struct finding *finding)
{
	if (json_object_set_new(result, "baselineState",
		    json_string(finding->accepted ? "unchanged" : "new")) != 0)
		return false;
	return !finding->accepted ||
	       json_object_set_new(result, "suppressions",
		       json_pack("[{s:s, s:s}]", "kind", "external", "justification",
			       "accepted in the baseline")) == 0;
}

static json_t *result_of(const struct findings *findings, const struct finding *finding)
{
	size_t rule = audit_rule_index(finding->id);
	json_t *result = json_pack("{s:s, s:s, s:{s:o}, s:[o], s:{s:o}}", "ruleId", finding->id,
		"level", finding->level == DIAG_NOTE ? "note" : "error", "message", "text",
		message_of(finding), "locations", location_of(finding), "partialFingerprints",
		"berthFinding/v1", fingerprint_of(finding));
	bool good = result != NULL;
	if (good && rule < audit_rule_count)
		good = json_object_set_new(result, "ruleIndex", json_integer((json_int_t)rule)) ==
		       0;
	if (good && findings->accepted != NULL)
		good = set_state(result, finding);
	return json_whole(result, good);
}

static json_t *results(const struct findings *findings)
{
	json_t *array = json_array();
	bool good = array != NULL;
	for (size_t i = 0; good && i < findings->count; i++)
		good = json_append(array, result_of(findings, &findings->list[i]));
	return json_whole(array, good);
}

/* --- the log: 3.13, 3.14 ------------------------------------------------------------ */

bool audit_write_sarif(FILE *stream, const struct audit_output *output)
{
	json_t *root = json_pack("{s:s, s:s, s:[{s:{s:{s:s, s:s, s:o}}, s:[{s:b}], s:o}]}",
		"$schema", SCHEMA, "version", "2.1.0", "runs", "tool", "driver", "name", "elfbind",
		"version", BERTH_VERSION, "rules", rules(), "invocations", "executionSuccessful",
		(int)output->complete, "results", results(output->findings));
	if (root == NULL)
		return false;
	/* A write that fails shows as an error of the stream at the end. */
	(void)json_dumpf(root, stream, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	fputc('\n', stream);
	json_decref(root);
	return true;
}
