/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/baseline.h"

#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "lib/json_text.h"
#include "lib/output.h"

enum { VERSION = 1 };

#define REMEDY "write it anew with --write-baseline"

/* --- reading --------------------------------------------------------------------------------- */

static bool add_entry(struct diag *diag, const char *path, json_t *value, struct tally *accepted)
{
	const char *id = json_string_value(json_object_get(value, "id"));
	const char *file = json_string_value(json_object_get(value, "file"));
	const char *key = json_string_value(json_object_get(value, "key"));
	json_int_t count = json_integer_value(json_object_get(value, "count"));
	if (id == NULL || file == NULL || key == NULL || count < 1)
		return diag_error(diag, path,
			"an entry needs id, file and key, and a count of at least 1 [accepted]: %s",
			REMEDY);
	struct tally_entry *entry = tally_find(accepted, id, file, key, true);
	if (entry == NULL)
		return diag_no_memory(diag);
	if (entry->count != 0)
		return diag_error(
			diag, path, "is there twice [accepted %s, file %s]: %s", id, file, REMEDY);
	entry->count = (size_t)count;
	return true;
}

static bool add_entries(struct diag *diag, const char *path, json_t *root, struct tally *accepted)
{
	json_t *list = json_object_get(root, "accepted");
	if (json_integer_value(json_object_get(root, "berth_baseline")) != VERSION)
		return diag_error(diag, path, "is no baseline of version %d [berth_baseline]: %s",
			(int)VERSION, REMEDY);
	if (!json_is_array(list))
		return diag_error(diag, path, "has no list of findings [accepted]: %s", REMEDY);
	for (size_t i = 0; i < json_array_size(list); i++)
		if (!add_entry(diag, path, json_array_get(list, i), accepted))
			return false;
	return true;
}

bool baseline_read(struct diag *diag, const char *path, struct tally *accepted)
{
	struct blob file;
	json_error_t error;
	if (!file_read(diag, path, &file))
		return false;
	json_t *root =
		json_loadb((const char *)file.bytes, file.size, JSON_REJECT_DUPLICATES, &error);
	blob_free(&file);
	if (root == NULL)
		return diag_error_at(diag, path, (size_t)error.line, (size_t)error.column,
			"is not JSON: %s: %s", error.text, REMEDY);
	bool good = add_entries(diag, path, root, accepted);
	json_decref(root);
	return good;
}

/* --- entries ---------------------------------------------------------------------------------- */

/* An entry of a tally in words. */
struct words {
	char *id; /* owned; the others are in it */
	const char *file;
	const char *key;
};

static bool split(const struct tally_entry *entry, struct words *words)
{
	char *copy = strdup(entry->name);
	if (copy == NULL)
		return false;
	/* Neither identifier nor key holds a newline; what is between them is the file. */
	char *file = strchr(copy, '\n');
	char *key = strrchr(copy, '\n');
	*file++ = '\0';
	*key++ = '\0';
	*words = (struct words){copy, file, key};
	return true;
}

void baseline_tell_stale(struct diag *diag, const char *path, const struct tally *accepted)
{
	for (const struct tally_entry *entry = accepted->entries; entry != NULL;
		entry = entry->hh.next) {
		struct words words;
		if (entry->used == entry->count)
			continue;
		if (!split(entry, &words)) {
			diag_no_memory(diag);
			return;
		}
		diag_note(diag, path, "accepts what is not there any more, %zu of %s in %s: %s: %s",
			entry->count - entry->used, words.id, words.file, words.key, REMEDY);
		free(words.id);
	}
}

/* --- writing ---------------------------------------------------------------------------------- */

static int by_name(struct tally_entry *a, struct tally_entry *b)
{
	return strcmp(a->name, b->name);
}

/* Everything that was found and is no note, by name. */
static bool count_findings(const struct findings *findings, struct tally *tally)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->list[i];
		if (finding->level == DIAG_NOTE)
			continue;
		struct tally_entry *entry =
			tally_find(tally, finding->id, finding->file, finding->key, true);
		if (entry == NULL)
			return false;
		entry->count++;
	}
	HASH_SORT(tally->entries, by_name);
	return true;
}

json_t *baseline_json(const struct tally_entry *entry)
{
	struct words words;
	if (!split(entry, &words))
		return NULL;
	json_t *value = json_pack("{s:s, s:o, s:o, s:I}", "id", words.id, "file",
		json_text(words.file), "key", json_text(words.key), "count",
		(json_int_t)(entry->count - entry->used));
	free(words.id);
	return value;
}

static json_t *make_baseline(const struct findings *findings)
{
	struct tally tally = {0};
	json_t *list = json_array();
	bool good = list != NULL && count_findings(findings, &tally);
	for (const struct tally_entry *entry = tally.entries; good && entry != NULL;
		entry = entry->hh.next)
		good = json_append(list, baseline_json(entry));
	tally_clear(&tally);
	list = json_whole(list, good);
	return list == NULL ? NULL
			    : json_pack("{s:i, s:o}", "berth_baseline", VERSION, "accepted", list);
}

bool baseline_write(struct diag *diag, const char *path, const struct findings *findings)
{
	json_t *root = make_baseline(findings);
	if (root == NULL)
		return diag_no_memory(diag);
	struct output *output = output_open(diag, path);
	if (output != NULL) {
		/* A write that fails shows when the file is committed. */
		(void)json_dumpf(root, output_stream(output), JSON_INDENT(2) | JSON_ENSURE_ASCII);
		fputc('\n', output_stream(output));
	}
	json_decref(root);
	return output != NULL && output_commit(diag, output);
}
