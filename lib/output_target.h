/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Which file a path of an output means, and whether two are one file.  Nobody
 * but lib/output.c includes this.
 */
#ifndef BERTH_OUTPUT_TARGET_H
#define BERTH_OUTPUT_TARGET_H

#include <stdbool.h>
#include <sys/types.h>

/* The file that PATH means: itself, or what its symbolic links lead to; NULL with errno set. */
char *target_resolve(const char *path);

/* The open descriptor that PATH names, or -1. */
int target_descriptor(const char *path);

/* Whether A and B are one regular file, or one that is not there yet. */
bool target_is_one_file(const char *a, const char *b);

/* Where a file is: the file itself, or its folder and its name there. */
struct place {
	dev_t device;
	ino_t file;
	const char *folder; /* borrowed; NULL where the file itself is there */
	const char *name;   /* borrowed; in that folder, which FILE is; or "" */
	size_t index;	    /* the caller's; the order of equal places */
};

/*
 * Finds the place of TARGET in FOLDER; false where there is none.  BEFORE is a
 * place found before, or NULL.
 */
bool place_find(
	const char *target, const char *folder, const struct place *before, struct place *place);

/* For qsort. */
int place_compare(const void *left, const void *right);

/* Whether A and B are the same file. */
bool place_is_one(const struct place *a, const struct place *b);

#endif
