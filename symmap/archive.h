/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Reading ar archives, member by member.
 *
 * libelf reads archives too, but gives the same answer for the end of one and
 * for one that was cut off.
 */
#ifndef BERTH_ARCHIVE_H
#define BERTH_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/diag.h"
#include "lib/file.h"

struct archive {
	struct diag *diag;
	const char *path; /* borrowed */
	const uint8_t *bytes;
	size_t size;
	size_t at;	      /* of the next header */
	const uint8_t *names; /* the table of long names; NULL before it was met */
	size_t names_size;
	bool thin; /* the members are files beside it */
};

struct archive_member {
	char *name;	       /* owned by the holder of the struct */
	const uint8_t *header; /* its 60 bytes */
	char *path;	       /* owned likewise: the file of a thin archive's member; else NULL */
	const uint8_t *bytes;  /* NULL when PATH says where they are */
	size_t size;	       /* bytes, as the archive says it */
};

/* Whether FILE begins as an archive does, a thin one included. */
bool archive_is(const struct blob *file);

/* Starts to read FILE, which must outlive ARCHIVE.  False after a report: a thin archive. */
bool archive_start(
	struct diag *diag, const char *path, const struct blob *file, struct archive *archive);

/*
 * The same for an archive that may be thin.  Its members are named relative to
 * the folder of PATH, or absolutely; a member inside another archive is refused
 * by archive_next.
 */
void archive_start_thin(
	struct diag *diag, const char *path, const struct blob *file, struct archive *archive);

/* Frees what archive_next put into MEMBER. */
void archive_member_free(struct archive_member *member);

/*
 * Reads the next member that is a file, passing over symbol tables, into
 * *MEMBER.  False at the end, and after a report, which *GOOD tells apart.
 */
bool archive_next(struct archive *archive, struct archive_member *member, bool *good);

#endif
