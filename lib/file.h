/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Reading whole files.
 *
 * A tool reads each input exactly once, into memory of its own, and then never
 * looks at the file again: an input that changes while the tool runs cannot
 * make two parts of it disagree.
 */
#ifndef BERTH_FILE_H
#define BERTH_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/diag.h"

/* Bytes that belong to the holder of the struct. */
struct blob {
	uint8_t *bytes; /* owned; malloc'd; never NULL after file_read succeeded */
	size_t size;	/* bytes */
};

/*
 * Reads the whole of PATH into *BLOB, which the caller frees with blob_free.
 * Folders and files that cannot be read are reported and refused; *BLOB is
 * then empty.
 */
bool file_read(struct diag *diag, const char *path, struct blob *blob);

/* Frees what BLOB holds and empties it.  An empty or NULL blob is fine. */
void blob_free(struct blob *blob);

#endif
