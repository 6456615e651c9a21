/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Writing the files of a run. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "elfbind/archive_write.h"
#include "elfbind/bind_many_state.h"

/* Writing waits for the disk, and not for a core. */
enum { WRITERS = 16 };

static bool is_changed(const struct unit *unit)
{
	return unit->object != NULL &&
	       (unit->made.size != unit->object->file.size ||
		       memcmp(unit->made.bytes, unit->object->file.bytes, unit->made.size) != 0);
}

static bool make_archive(struct many *many, struct file *file, struct blob *made)
{
	struct archive_entry *entries = calloc(file->count + 1, sizeof(*entries));
	if (entries == NULL)
		return diag_no_memory(&file->diag);
	for (size_t i = 0; i < file->count; i++) {
		const struct unit *unit = &many->units[file->first + i];
		const struct blob *bytes = unit->object == NULL ? &unit->bytes : &unit->made;
		entries[i] = (struct archive_entry){.header = unit->header,
			.bytes = bytes->bytes,
			.size = bytes->size,
			.plan = unit->object == NULL ? NULL : &unit->binding.plan};
	}
	bool good = archive_write(&file->diag, file->of->in, entries, file->count, file->names,
		file->names_size, made);
	free(entries);
	return good;
}

static bool any_changed(const struct many *many, const struct file *file)
{
	for (size_t i = 0; i < file->count; i++)
		if (is_changed(&many->units[file->first + i]))
			return true;
	return false;
}

/* What the output of FILE is to hold; MADE is freed by the caller and may stay empty. */
static const struct blob *make_content(struct many *many, struct file *file, struct blob *made)
{
	if (!file->is_archive)
		return &many->units[file->first].made;
	if (!any_changed(many, file))
		return &file->blob;
	return make_archive(many, file, made) ? made : NULL;
}

/* Bound in place without a change: the file stays as it is, with its times. */
static bool stays(const struct many *many, const struct file *file)
{
	struct stat in;
	struct stat out;
	return file->of->out == NULL || (!any_changed(many, file) && stat(file->of->in, &in) == 0 &&
						stat(file->of->out, &out) == 0 &&
						in.st_dev == out.st_dev && in.st_ino == out.st_ino);
}

static void write_file(void *context, size_t index)
{
	struct many *many = context;
	struct file *file = &many->files[index];
	struct blob made = {0};
	const struct blob *content = make_content(many, file, &made);
	file->good = false;
	if (content != NULL && stays(many, file)) {
		file->good = true;
	} else if (content != NULL) {
		file->output = output_open(&file->diag, file->of->out);
		if (file->output != NULL)
			output_put(file->output, content->bytes, content->size);
		file->good = file->output != NULL && output_finish(&file->diag, file->output);
	}
	blob_free(&made);
}

bool many_write(struct many *many)
{
	many_run(many, many->file_count, WRITERS, write_file);
	return many_tell_all(many);
}

bool many_commit(struct many *many)
{
	struct output **outputs = calloc(many->file_count + 1, sizeof(struct output *));
	if (outputs == NULL)
		return diag_no_memory(many->diag);
	for (size_t i = 0; i < many->file_count; i++) {
		outputs[i] = many->files[i].output;
		many->files[i].output = NULL;
	}
	bool good = output_commit_all(many->diag, outputs, many->file_count);
	free(outputs);
	return good;
}
