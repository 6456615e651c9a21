/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/name_table.h"

#include <stdlib.h>
#include <string.h>

/* Running out of memory is an error like others, not the end of the program. */
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

struct name_table {
	const char *name;
	size_t value;
	UT_hash_handle hh;
};

bool name_table_add(struct name_table **table, const char *name, size_t value)
{
	if (name_table_find(*table, name) != NAME_NONE)
		return true;
	struct name_table *entry = calloc(1, sizeof(*entry));
	if (entry == NULL)
		return false;
	entry->name = name;
	entry->value = value;
	HASH_ADD_KEYPTR(hh, *table, entry->name, strlen(entry->name), entry);
	if (entry->hh.tbl != NULL)
		return true;
	free(entry);
	return false;
}

size_t name_table_find(const struct name_table *table, const char *name)
{
	const struct name_table *entry = NULL;
	HASH_FIND(hh, table, name, strlen(name), entry);
	return entry == NULL ? NAME_NONE : entry->value;
}

void name_table_free(struct name_table **table)
{
	struct name_table *entry;
	struct name_table *next;
	HASH_ITER(hh, *table, entry, next)
	{
		HASH_DEL(*table, entry);
		free(entry);
	}
}
