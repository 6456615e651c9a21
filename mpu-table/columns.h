/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Text in columns that are as wide as what is in them.  Where the lines would
 * be too wide, whole columns are left out, the least important first; text is
 * never cut.
 */
#ifndef BERTH_COLUMNS_H
#define BERTH_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/diag.h"

enum { COLUMNS_MOST = 12 };

struct column {
	const char *title;
	bool right;	 /* numbers */
	unsigned leaves; /* 0: never left out; else the highest goes first, all of a number at once
			  */
};

struct columns;

/* Starts a table of COUNT columns, at most COLUMNS_MOST, which must outlive it; NULL after a
 * report. */
struct columns *columns_start(struct diag *diag, const struct column *columns, size_t count);

/*
 * Adds a line of COUNT cells, fewer than there are columns when the rest is
 * empty; they are copied, and what could change a terminal is escaped.  False
 * after a report.
 */
bool columns_add(struct columns *columns, const char *const *cells, size_t count);

/* Prints titles and lines, each behind two blanks, in at most WIDTH columns if that can be had; 0
 * is any.  Whether something was left out. */
bool columns_print(const struct columns *columns, size_t width, FILE *stream);

void columns_free(struct columns *columns);

#endif
