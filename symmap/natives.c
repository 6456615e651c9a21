/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The set of native definitions, found by name and by kebab-case. */
#include "symmap/natives.h"

#include <stdlib.h>
#include <string.h>

/* A full memory is to be reported, not to end the program. */
#define HASH_NONFATAL_OOM 1
#define uthash_nonfatal_oom(bucket) ((bucket)->lost = true)
#include <uthash.h>

#include "symmap/kebab.h"
#include "symmap/natives_set.h"

/* The definitions that share a key. */
struct native_bucket {
	char *key;
	struct native **list; /* borrowed from the set */
	size_t count;
	bool lost; /* did not get into the table */
	UT_hash_handle hh;
};

struct natives *natives_new(struct diag *diag)
{
	struct natives *natives = calloc(1, sizeof(*natives));
	if (natives == NULL)
		diag_no_memory(diag);
	else
		natives->diag = diag;
	return natives;
}

static void free_bucket(struct native_bucket *bucket)
{
	if (bucket == NULL)
		return;
	free(bucket->key);
	free(bucket->list);
	free(bucket);
}

static void free_table(struct native_bucket *table)
{
	struct native_bucket *bucket;
	struct native_bucket *next;
	HASH_ITER(hh, table, bucket, next)
	{
		HASH_DEL(table, bucket);
		free_bucket(bucket);
	}
}

static void free_native(struct native *native)
{
	if (native == NULL)
		return;
	free(native->name);
	free(native->source);
	free(native);
}

void natives_free(struct natives *natives)
{
	if (natives == NULL)
		return;
	free_table(natives->by_name);
	free_table(natives->by_kebab);
	for (size_t i = 0; i < natives->count; i++)
		free_native(natives->all[i]);
	for (size_t i = 0; i < natives->described_count; i++)
		object_free(natives->described[i]);
	free(natives->described);
	free(natives->all);
	free(natives->target_source);
	free(natives);
}

/* --- buckets ------------------------------------------------------------------------ */

static struct native_bucket *find_bucket(const struct native_bucket *table, const char *key)
{
	struct native_bucket *bucket;
	HASH_FIND_STR(table, key, bucket);
	return bucket;
}

/* The bucket of KEY, made when it is not there; NULL when memory ran out. */
static struct native_bucket *have_bucket(struct native_bucket **table, const char *key)
{
	struct native_bucket *bucket = find_bucket(*table, key);
	if (bucket != NULL)
		return bucket;
	bucket = calloc(1, sizeof(*bucket));
	if (bucket == NULL || (bucket->key = strdup(key)) == NULL) {
		free_bucket(bucket);
		return NULL;
	}
	HASH_ADD_KEYPTR(hh, *table, bucket->key, strlen(bucket->key), bucket);
	if (bucket->lost) {
		free_bucket(bucket);
		return NULL;
	}
	return bucket;
}

static bool put(struct native_bucket **table, const char *key, struct native *native)
{
	struct native_bucket *bucket = have_bucket(table, key);
	if (bucket == NULL)
		return false;
	struct native **list =
		reallocarray(bucket->list, bucket->count + 1, sizeof(struct native *));
	if (list == NULL)
		return false;
	bucket->list = list;
	bucket->list[bucket->count++] = native;
	return true;
}

/* --- additions ------------------------------------------------------------------------ */

/* Makes room for one more; full exactly at powers of two. */
static bool grow(struct natives *natives)
{
	size_t count = natives->count;
	if (count != 0 && (count & (count - 1)) != 0)
		return true;
	struct native **all =
		reallocarray(natives->all, count == 0 ? 1 : count * 2, sizeof(struct native *));
	if (all == NULL)
		return false;
	natives->all = all;
	return true;
}

static struct native *new_native(struct natives *natives, const struct native *like)
{
	struct native *native = grow(natives) ? calloc(1, sizeof(*native)) : NULL;
	if (native == NULL)
		return NULL;
	*native = *like;
	native->name = strdup(like->name);
	native->source = strdup(like->source);
	if (native->name == NULL || native->source == NULL) {
		free_native(native);
		return NULL;
	}
	natives->all[natives->count++] = native;
	return native;
}

/* Lets the strong definition LIKE take the place of the weak one at NATIVE. */
static bool strengthen(struct native *native, const struct native *like)
{
	char *source = strdup(like->source);
	if (source == NULL)
		return false;
	free(native->source);
	native->source = source;
	native->weak = false;
	native->dwarf = like->dwarf;
	native->address = like->address;
	native->arm_state = like->arm_state;
	return true;
}

/* Whether the definition LIKE adds nothing to those in BUCKET, or takes the place of one. */
static bool is_covered(const struct native_bucket *bucket, const struct native *like, bool *good)
{
	struct native *first = bucket->list[0];
	if (!like->weak && first->weak) {
		*good = strengthen(first, like);
		return true;
	}
	for (size_t i = 0; i < bucket->count; i++)
		if (like->weak || strcmp(bucket->list[i]->source, like->source) == 0)
			return true;
	return false;
}

static bool put_copy(struct natives *natives, const struct native *like)
{
	bool good = true;
	const struct native_bucket *bucket = find_bucket(natives->by_name, like->name);
	if (bucket != NULL && is_covered(bucket, like, &good))
		return good;
	struct native *native = new_native(natives, like);
	if (native == NULL || !put(&natives->by_name, like->name, native))
		return false;
	if (native->versioned)
		return true;
	char *kebab = kebab_case(like->name);
	good = kebab != NULL && put(&natives->by_kebab, kebab, native);
	free(kebab);
	return good;
}

bool natives_put(struct natives *natives, const struct native *native)
{
	return put_copy(natives, native) || diag_no_memory(natives->diag);
}

bool natives_add_definition(
	struct natives *natives, const char *name, const char *source, bool weak)
{
	struct native native = {.name = (char *)name, .source = (char *)source, .weak = weak};
	return natives_put(natives, &native);
}

bool natives_add(struct natives *natives, const char *name, const char *source)
{
	return natives_add_definition(natives, name, source, false);
}

/* --- look-ups --------------------------------------------------------------------------- */

static size_t find_list(
	const struct native_bucket *table, const char *key, const struct native *const **list)
{
	const struct native_bucket *bucket = find_bucket(table, key);
	*list = bucket == NULL ? NULL : (const struct native *const *)bucket->list;
	return bucket == NULL ? 0 : bucket->count;
}

const struct native *natives_find(const struct natives *natives, const char *name)
{
	const struct native *const *list;
	return find_list(natives->by_name, name, &list) == 0 ? NULL : list[0];
}

size_t natives_find_all(
	const struct natives *natives, const char *name, const struct native *const **list)
{
	return find_list(natives->by_name, name, list);
}

size_t natives_find_kebab(
	const struct natives *natives, const char *kebab, const struct native *const **list)
{
	return find_list(natives->by_kebab, kebab, list);
}

size_t natives_count(const struct natives *natives)
{
	return natives->count;
}

const struct native *natives_at(const struct natives *natives, size_t index)
{
	return natives->all[index];
}
