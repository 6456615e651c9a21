/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Who may touch what in one build and not in another: what unprivileged code
 * of each context may do, byte by byte, as the decoders read the rows.
 * Contexts are known again by their names.
 */
#ifndef BERTH_DIFF_H
#define BERTH_DIFF_H

#include "mpu-table/table.h"

/* Bytes that a context has other rights to than before. */
struct diff_range {
	const char *context; /* a name in one of the tables */
	uint64_t base;
	uint64_t size;
	unsigned before; /* enum layout_access */
	unsigned now;
	const char *region; /* what the deciding row is for, now or else before */
};

struct diff {
	struct diff_range *ranges; /* by context, those of NOW first, then by address */
	size_t count;
};

/*
 * Compares NOW with BEFORE into *DIFF, which refers to their names and is
 * freed with diff_free; PATHS are theirs, for messages.  False after a report:
 * a row that is illegal, so that nobody knows what it opens.
 */
bool diff_tables(struct diag *diag, const char *const paths[2], const struct table *before,
	const struct table *now, struct diff *diff);

/* Rights that RANGE has now and had not before. */
unsigned diff_opened(const struct diff_range *range);

/* Bytes of the ranges in which some right is new; of those in which one is gone. */
uint64_t diff_opened_bytes(const struct diff *diff);
uint64_t diff_closed_bytes(const struct diff *diff);

void diff_free(struct diff *diff);

#endif
