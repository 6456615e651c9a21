/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Counting findings that are the same: by identifier, file and key. */
#ifndef BERTH_TALLY_H
#define BERTH_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#define HASH_NONFATAL_OOM 1
#define uthash_nonfatal_oom(entry) ((entry)->lost = true)
#include <uthash.h>

struct tally_entry {
	char *name; /* identifier, file without its folders and key, each but the last with \n */
	size_t count;
	size_t used; /* for who spends the count */
	bool lost;   /* there was no memory to add it */
	UT_hash_handle hh;
};

struct tally {
	struct tally_entry *entries; /* in the order of their first addition */
};

/* The entry for the three, made with count 0 when MAKE; NULL: none, or memory ran out. */
struct tally_entry *tally_find(
	struct tally *tally, const char *id, const char *file, const char *key, bool make);

/* FILE without the folders in front: a baseline holds for any build folder. */
const char *tally_file(const char *file);

/* Frees what the tally holds, and not the tally. */
void tally_clear(struct tally *tally);

#endif
