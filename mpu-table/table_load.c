/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* A table from whatever has one: a linked image, or the layout it is made from. */
#include <stdlib.h>
#include <string.h>

#include "mpu-table/table.h"

static struct table *load_image(struct diag *diag, const char *path, struct blob *file)
{
	struct object *image = object_parse(diag, path, file);
	struct table *table = image == NULL ? NULL : table_read(diag, image);
	object_free(image);
	return table;
}

struct table *table_of_layout(struct diag *diag, const char *path)
{
	struct blob bytes = {0};
	struct blob names = {0};
	struct table *table = NULL;
	struct layout *layout = layout_read(diag, path);
	if (layout != NULL && table_make(diag, layout, &bytes, &names))
		table = table_parse(diag, path, &bytes, &names, strcmp(layout->endian, "big") == 0);
	blob_free(&names);
	blob_free(&bytes);
	layout_free(layout);
	return table;
}

struct table *table_load(struct diag *diag, const char *path)
{
	struct blob file;
	if (!file_read(diag, path, &file))
		return NULL;
	if (file.size >= SELFMAG && memcmp(file.bytes, ELFMAG, SELFMAG) == 0)
		return load_image(diag, path, &file);
	blob_free(&file);
	return table_of_layout(diag, path);
}

struct table *table_load_whole(struct diag *diag, const char *path)
{
	struct table *table = table_load(diag, path);
	if (table == NULL || table->header.crc32 == table->checksum)
		return table;
	diag_error(diag, path, "R02: the checksum differs: mpu-table check says what has changed");
	table_free(table);
	return NULL;
}
