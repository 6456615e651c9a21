/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *tally_file(const char *file)
{
	/* A slash in the name of an archive's member is no folder. */
	size_t length = strcspn(file, "(");
	while (length > 0 && file[length - 1] != '/')
		length--;
	return file + length;
}

struct tally_entry *tally_find(
	struct tally *tally, const char *id, const char *file, const char *key, bool make)
{
	struct tally_entry *entry = NULL;
	char *name = NULL;
	if (asprintf(&name, "%s\n%s\n%s", id, tally_file(file), key) < 0)
		return NULL;
	HASH_FIND_STR(tally->entries, name, entry);
	if (entry == NULL && make && (entry = calloc(1, sizeof(*entry))) != NULL) {
		entry->name = name;
		HASH_ADD_KEYPTR(hh, tally->entries, entry->name, strlen(entry->name), entry);
		if (!entry->lost)
			return entry;
		free(entry);
		entry = NULL;
	}
	free(name);
	return entry;
}

void tally_clear(struct tally *tally)
{
	struct tally_entry *entry;
	struct tally_entry *next;
	HASH_ITER(hh, tally->entries, entry, next)
	{
		HASH_DEL(tally->entries, entry);
		free(entry->name);
		free(entry);
	}
}
