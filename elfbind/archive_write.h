/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Writing ar archives whose members have changed. */
#ifndef BERTH_ARCHIVE_WRITE_H
#define BERTH_ARCHIVE_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elfbind/plan.h"
#include "lib/diag.h"
#include "lib/file.h"

struct archive_entry {
	const uint8_t
		*header; /* borrowed: its header in the input, of which all but the size stays */
	const uint8_t *bytes; /* borrowed */
	size_t size;
	const struct plan *plan; /* its symbols for the index; NULL for what is no object */
};

/*
 * Makes the archive of the COUNT members at ENTRIES in *FILE, which the caller
 * frees with blob_free, with a new symbol index (GNU's "/").  NAMES are the
 * NAMES_SIZE bytes of the input's table of long names, or NULL.  Refused, in
 * the name of PATH: members with BSD names, and more than 4 GiB.
 */
bool archive_write(struct diag *diag, const char *path, const struct archive_entry *entries,
	size_t count, const uint8_t *names, size_t names_size, struct blob *file);

#endif
