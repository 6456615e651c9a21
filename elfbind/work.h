/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Many jobs at once, as many as there are cores, with progress for a person who waits. */
#ifndef BERTH_WORK_H
#define BERTH_WORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What is told about a run. */
struct progress {
	FILE *stream;	   /* borrowed; a terminal; NULL: nothing is told */
	const char *tool;  /* borrowed; first word of the line */
	unsigned patience; /* milliseconds before the first line */
};

/* Progress on STREAM after a second, if it is a terminal. */
struct progress progress_on(FILE *stream, const char *tool);

/* How many jobs can run at once: the cores that this process may use. */
size_t work_cores(void);

/*
 * Calls JOB(CONTEXT, i) once for each i below COUNT, on up to WORKERS threads,
 * and returns when all are done.  The order is not defined; jobs must not share
 * what they change.
 */
void work_run(size_t count, size_t workers, void (*job)(void *context, size_t index), void *context,
	const struct progress *progress);

#endif
