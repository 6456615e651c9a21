/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The memory map as one HTML page: the banks as drawings, the regions as a
 * table with who may touch them, the rows of each context.
 */
#ifndef BERTH_LDGEN_HTML_H
#define BERTH_LDGEN_HTML_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/diag.h"
#include "lib/layout.h"

/*
 * Writes LAYOUT to STREAM.  The page needs nothing beside it, runs no script,
 * and is made for paper, too; what the drawings say by pattern, the tables say
 * in words.  False after a report when memory ran out.
 */
bool html_write(struct diag *diag, const struct layout *layout, FILE *stream);

#endif
