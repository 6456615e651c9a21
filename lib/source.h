/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * A file of which only a part is read into memory.
 *
 * What a tool does not look at need not be in memory: it can go from file to
 * file.  The user of this reads or copies every byte at most once, so that, as
 * with lib/file.h, no two parts of a tool can see different contents; and
 * source_unchanged tells a file that was written to in the meantime.
 */
#ifndef BERTH_SOURCE_H
#define BERTH_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "lib/diag.h"

struct source {
	int fd; /* owned; -1: nothing is open */
	uint64_t size;
	struct timespec modified;
};

#define SOURCE_NONE ((struct source){.fd = -1})

/*
 * Opens the regular file at PATH.  False and SOURCE_NONE, without a report, for
 * anything that cannot be opened or read at any place, such as a pipe.
 */
bool source_open(const char *path, struct source *source);

/* Closes the file; SOURCE_NONE is fine. */
void source_close(struct source *source);

/* Whether the file at PATH is a regular one that begins with the SIZE bytes of MAGIC. */
bool source_begins(const char *path, const void *magic, size_t size);

/* Reads SIZE bytes from OFFSET to BYTES; false after a report in the name of PATH. */
bool source_read(struct diag *diag, const char *path, const struct source *source, uint64_t offset,
	uint64_t size, uint8_t *bytes);

/* Whether the file still has the size and time that it was opened with; reports where not. */
bool source_unchanged(struct diag *diag, const char *path, const struct source *source);

#endif
