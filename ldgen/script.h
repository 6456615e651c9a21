/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The linker script of a firmware.
 *
 * It uses only what GNU ld and ld.lld share, gives every region an explicit
 * address, and asserts whatever the layout relies on, so that a link either
 * makes the image that layout.json describes or fails.
 */
#ifndef BERTH_LDGEN_SCRIPT_H
#define BERTH_LDGEN_SCRIPT_H

#include <stddef.h>
#include <stdio.h>

#include "lib/layout.h"

/*
 * Writes the script for LAYOUT to STREAM.  The program goes to bank CODE, the
 * native data and the main stack to the reserve of bank NATIVE.
 */
void script_write(const struct layout *layout, size_t code, size_t native, FILE *stream);

/*
 * Writes the part of a script that a script by hand includes in its SECTIONS:
 * region table, initial data, the components' regions, and the assertions that
 * do not depend on how the rest is made.
 */
void script_write_fragment(const struct layout *layout, size_t code, size_t native, FILE *stream);

#endif
