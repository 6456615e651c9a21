/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* regions.h: the layout as macros for the firmware's C and assembly. */
#ifndef BERTH_LDGEN_HEADER_H
#define BERTH_LDGEN_HEADER_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/layout.h"

/*
 * Writes the header for LAYOUT to STREAM.  Macros are made of the layout's
 * names in capitals, each kind with a prefix of its own, so that names that
 * differ but for case never meet.  A reference to a symbol that only the
 * region table made from LAYOUT defines keeps a program that was compiled with
 * another header from being linked.  False after a report: memory ran out.
 */
bool header_write(struct diag *diag, const struct layout *layout, FILE *stream);

#endif
