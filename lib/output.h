/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Files that appear whole or not at all.
 *
 * The contract:
 *   - output_open makes a file without a name in the folder of the target (of
 *     the file that a symbolic link points to);
 *   - nothing is seen under the target's name before output_commit;
 *   - output_commit checks every write, fsync and close, gives the new file
 *     the owner and mode of the old one where there was one, gives it a name
 *     beside the target, .berth-XXXXXX, and renames that;
 *   - a tool that writes several files commits them together: all are complete
 *     on disk before the first is renamed;
 *   - output_abandon, and any failure, leaves the target as it was and nothing
 *     beside it.
 *
 * Because the file is replaced and not written into, another hard link to the
 * old file keeps the old bytes.
 *
 * A process that is killed leaves the old file or the new one.  Only between
 * name and rename, or all along on a file system without files that have no
 * name, can it leave a .berth-XXXXXX, which may be deleted.
 *
 * A target that is not a regular file (a pipe, a device) is written directly,
 * in one go, at commit; so is an open descriptor by its name (/dev/stdout,
 * /dev/fd/3), whatever is behind it and where it stands.
 */
#ifndef BERTH_OUTPUT_H
#define BERTH_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/diag.h"
#include "lib/source.h"

struct output;

/*
 * Starts the file PATH.  Returns NULL after reporting; else commit or abandon it.
 * From then on a limit of file size (SIGXFSZ) is a write error.  Several threads
 * may do this at once; the mask of modes is asked for the first time only.
 */
struct output *output_open(struct diag *diag, const char *path);

/*
 * Refuses PATH where it is the same file as INPUT, which the run only reads: the
 * output would take its place.  INPUT may be NULL.
 */
bool output_spares(struct diag *diag, const char *path, const char *input);

/* The stream to write to; it belongs to the output and must not be closed. */
FILE *output_stream(struct output *output);

/*
 * Writes SIZE bytes, without a buffer in between unless output_stream was asked
 * for.  A failed write shows at commit.
 */
void output_put(struct output *output, const void *bytes, size_t size);

/*
 * Writes SIZE bytes from OFFSET of SOURCE, without a way through this process
 * where the system can.  False after a report in the name of PATH when they
 * cannot be read; a failed write shows at commit.
 */
bool output_copy(struct output *output, struct diag *diag, const char *path,
	const struct source *source, uint64_t offset, uint64_t size);

/*
 * Makes the COUNT files at OUTPUTS appear and frees them, also when it fails.
 * Entries that are NULL are passed over.  Two that would be one file are
 * refused.  False after a report; then none, or
 * when a rename itself failed only the earlier ones, has appeared.
 */
bool output_commit_all(struct diag *diag, struct output **outputs, size_t count);

/*
 * Makes the file complete on disk and closes it; it still waits under its
 * temporary name for output_commit_all.  For many files, of which not all can
 * be open.  False after a report; OUTPUT is still to be abandoned.
 */
bool output_finish(struct diag *diag, struct output *output);

/* output_commit_all for one file. */
bool output_commit(struct diag *diag, struct output *output);

/* Removes what was written and frees OUTPUT; NULL is fine. */
void output_abandon(struct output *output);

#endif
