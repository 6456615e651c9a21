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

#include "ldgen/yaml.h"
#include "lib/layout.h"

/* What the script is told beside the layout. */
struct script_places {
	size_t code;		     /* bank of the program: all of it, or its reserve */
	size_t native;		     /* bank in whose reserve native data and the main stack are */
	const struct words *natives; /* patterns of input sections that are common code */
};

/*
 * Writes the script for LAYOUT to STREAM.  Where components have code of their
 * own, the program lies in the reserve of its bank.
 */
void script_write(const struct layout *layout, const struct script_places *places, FILE *stream);

/*
 * Writes the part of a script that a script by hand includes in its SECTIONS:
 * region table, initial data, the components' regions, and the assertions that
 * do not depend on how the rest is made.  Where components have code of their
 * own, the including script has its .text behind it.
 */
void script_write_fragment(
	const struct layout *layout, const struct script_places *places, FILE *stream);

#endif
