/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What a placement came to, as text for a person. */
#ifndef BERTH_LDGEN_REPORT_H
#define BERTH_LDGEN_REPORT_H

#include <stdio.h>

#include "lib/layout.h"

/*
 * Writes to STREAM what LAYOUT uses of each bank, where each region lies and how
 * many rows its contexts take; last, in one line, need, use, the proven bound and
 * the gap.  The word "optimal" is there only where that is proven.
 */
void report_write(const struct layout *layout, FILE *stream);

#endif
