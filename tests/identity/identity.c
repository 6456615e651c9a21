/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 *     identity FILE...
 *
 * Edits every object of the archives given, and the objects given, without
 * changing anything: every name to itself, every entry to what it is.  What is
 * written must be the object, byte for byte.  Prints how many objects each file
 * has; the status is 1 when one came out differently or could not be read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/object.h"
#include "lib/object_edit.h"
#include "symmap/archive.h"

static bool change_nothing(struct object_edit *edit, const struct object *object)
{
	for (uint32_t i = 1; i < object->symbol_count; i++)
		if (!object_edit_rename_symbol(edit, i, object->symbols[i].name) ||
			!object_edit_set_symbol(edit, i, &object->symbols[i]))
			return false;
	for (uint32_t i = 1; i < object->section_count; i++)
		if (!object_edit_rename_section(edit, i, object->sections[i].name))
			return false;
	for (size_t i = 0; i < object->relocation_count; i++)
		if (!object_edit_retarget(
			    edit, &object->relocations[i], object->relocations[i].symbol))
			return false;
	return true;
}

/* Takes BYTES over. */
static bool is_identical(struct diag *diag, const char *name, struct blob *bytes)
{
	struct blob made = {0};
	struct object *object = object_parse(diag, name, bytes);
	struct object_edit *edit = object == NULL ? NULL : object_edit_start(diag, object);
	bool good = edit != NULL && change_nothing(edit, object) && object_edit_write(edit, &made);
	if (good && (object_edit_changed(edit) || made.size != object->file.size ||
			    memcmp(made.bytes, object->file.bytes, made.size) != 0))
		good = diag_error(diag, name, "came out differently: mend lib/object_edit.c");
	blob_free(&made);
	object_edit_free(edit);
	object_free(object);
	return good;
}

static bool try_member(struct diag *diag, const char *path, const struct archive_member *member)
{
	struct blob bytes = {.bytes = malloc(member->size + 1), .size = member->size};
	char *name = NULL;
	if (bytes.bytes == NULL || asprintf(&name, "%s(%s)", path, member->name) < 0) {
		blob_free(&bytes);
		return diag_no_memory(diag);
	}
	memcpy(bytes.bytes, member->bytes, member->size);
	bool good = is_identical(diag, name, &bytes);
	free(name);
	return good;
}

static bool try_archive(struct diag *diag, const char *path, const struct blob *file, size_t *count)
{
	struct archive archive;
	struct archive_member member;
	bool whole = true;
	bool good = archive_start(diag, path, file, &archive);
	while (good && archive_next(&archive, &member, &whole)) {
		good = try_member(diag, path, &member);
		free(member.name);
		(*count)++;
	}
	return good && whole;
}

static bool try_file(struct diag *diag, const char *path)
{
	struct blob file;
	size_t count = 0;
	if (!file_read(diag, path, &file))
		return false;
	bool good;
	if (archive_is(&file)) {
		good = try_archive(diag, path, &file, &count);
		blob_free(&file);
	} else {
		good = is_identical(diag, path, &file);
		count = 1;
	}
	if (good)
		printf("%s: %zu objects\n", path, count);
	return good;
}

int main(int argc, char **argv)
{
	struct diag diag = DIAG_INIT("identity");
	for (int i = 1; i < argc; i++)
		if (!try_file(&diag, argv[i]))
			return STATUS_REFUSED;
	return argc > 1 ? STATUS_DONE : STATUS_USAGE;
}
