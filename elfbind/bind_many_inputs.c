/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Reading the files of a run: objects, and archives with their members. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elfbind/bind_many_state.h"
#include "symmap/archive.h"

static struct unit *new_unit(struct many *many)
{
	if (many->unit_count == many->unit_capacity) {
		size_t wanted = many->unit_capacity == 0 ? 64 : many->unit_capacity * 2;
		struct unit *grown = reallocarray(many->units, wanted, sizeof(*grown));
		if (grown == NULL)
			return NULL;
		many->units = grown;
		many->unit_capacity = wanted;
	}
	struct unit *unit = &many->units[many->unit_count++];
	*unit = (struct unit){.good = true};
	return unit;
}

static bool add_object(struct many *many, struct file *file, struct blob *blob)
{
	struct unit *unit = new_unit(many);
	if (unit == NULL)
		return diag_no_memory(many->diag);
	file->count++;
	unit->bytes = *blob;
	*blob = (struct blob){0};
	unit->name = strdup(file->of->in);
	return unit->name != NULL || diag_no_memory(many->diag);
}

static bool add_member(struct many *many, struct file *file, const struct archive_member *member)
{
	struct unit *unit = new_unit(many);
	if (unit == NULL)
		return diag_no_memory(many->diag);
	file->count++;
	unit->header = member->header;
	unit->bytes = (struct blob){.bytes = malloc(member->size + 1), .size = member->size};
	if (asprintf(&unit->name, "%s(%s)", file->of->in, member->name) < 0)
		unit->name = NULL;
	if (unit->name == NULL || unit->bytes.bytes == NULL)
		return diag_no_memory(many->diag);
	memcpy(unit->bytes.bytes, member->bytes, member->size);
	return true;
}

static bool add_members(struct many *many, struct file *file)
{
	struct archive archive;
	struct archive_member member;
	bool good;
	if (!archive_start(many->diag, file->of->in, &file->blob, &archive))
		return false;
	while (archive_next(&archive, &member, &good)) {
		good = add_member(many, file, &member);
		archive_member_free(&member);
		if (!good)
			return false;
	}
	file->names = archive.names;
	file->names_size = archive.names_size;
	return good;
}

static void read_file(void *context, size_t index)
{
	struct many *many = context;
	struct file *file = &many->files[index];
	file->good = file_read(&file->diag, file->of->in, &file->blob);
}

/* Makes the units of a file that was read. */
static bool add_units(struct many *many, struct file *file)
{
	file->first = many->unit_count;
	file->is_archive = archive_is(&file->blob);
	return file->is_archive ? add_members(many, file) : add_object(many, file, &file->blob);
}

/* Every file is tried, so that all that cannot be read are told. */
bool many_read(struct many *many)
{
	bool good = true;
	for (size_t i = 0; i < many->file_count && good; i++)
		good = many_catch(many, &many->files[i].diag, &many->files[i].caught);
	if (!good)
		return false;
	many_run(many, many->file_count, work_cores(), read_file);
	if (!many_tell_all(many))
		return false;
	for (size_t i = 0; i < many->file_count; i++)
		good = add_units(many, &many->files[i]) && good;
	/* Only now do the units stay where they are. */
	for (size_t i = 0; i < many->unit_count && good; i++)
		good = many_catch(many, &many->units[i].diag, &many->units[i].caught);
	return good;
}
