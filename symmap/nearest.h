/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Which names look like a given one: the hint of a message. */
#ifndef BERTH_NEAREST_H
#define BERTH_NEAREST_H

#include <stddef.h>

/*
 * How many letters must be added, taken away, changed or swapped with their
 * neighbour to make A into B, up to MOST; MOST + 1 for more, or where a name is
 * longer than 64 bytes.
 */
size_t nearest_distance(const char *a, const char *b, size_t most);

#endif
