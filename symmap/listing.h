/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Resolutions as people and programs read them. */
#ifndef BERTH_LISTING_H
#define BERTH_LISTING_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/meld_manifest.h"
#include "symmap/resolve.h"

/*
 * Writes a table with a heading, a line for each resolution, columns aligned
 * to what they hold.  Names are escaped (diag_escape).  False when memory ran
 * out; errors of STREAM stay in STREAM.
 */
bool listing_table(FILE *stream, const struct resolve_input *input,
	const struct resolution *resolutions, size_t count);

/*
 * The same as one JSON object, with what MANIFEST says of the exports, which is
 * NULL where that is not known.  Names that are not UTF-8, which natives and
 * paths may have, are escaped.
 */
bool listing_json(FILE *stream, const struct resolve_input *input,
	const struct meld_manifest *manifest, const struct resolution *resolutions, size_t count);

#endif
