/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* A picture of the layout: each bank to its own scale, highest address on top. */
#ifndef BERTH_LDGEN_SVG_H
#define BERTH_LDGEN_SVG_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/diag.h"
#include "lib/layout.h"

/*
 * Writes LAYOUT to STREAM as SVG 1.1.  Kinds differ by pattern and by lightness
 * as well as by colour.  False after a report when memory ran out.
 */
bool svg_write(struct diag *diag, const struct layout *layout, FILE *stream);

#endif
