/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * A bank as a drawing: one bar, the highest address on top, with a label for
 * each part.  The SVG file and the HTML page are made of these.
 *
 *     +--------+
 *     |  free  |-- free       262144       a leader to each label, labels
 *     |////////|-- baro.mem1   65536       moved apart where parts are thin
 *     +--------+
 *
 * A part is as high as its bytes to the bank's scale, but never less than
 * MAP_THIN, so that every region is seen; the bar grows by what that adds.
 * All coordinates are integers, so that the drawing is the same everywhere.
 */
#ifndef BERTH_LDGEN_MAP_H
#define BERTH_LDGEN_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/layout.h"

enum { MAP_THIN = 4, MAP_BAR_WIDTH = 84, MAP_BAR_HEIGHT = 560 };

/* What a part of a bank is. */
enum map_fill {
	MAP_FREE,
	MAP_RESERVE,
	MAP_CODE,
	MAP_MEMORY,
	MAP_DATA,
	MAP_SHARED,
	MAP_SLACK,
	MAP_HOLE,
	MAP_FILLS,
};

/* A stretch of a bank. */
struct map_part {
	uint64_t base;
	uint64_t size;
	enum map_fill fill;
	const char *name; /* borrowed; NULL: no label of its own */
	uint64_t slack;	  /* bytes that follow it, set aside */
	int top;	  /* y of what is drawn, the bar's top being 0 */
	int bottom;
	int label; /* y of the middle of the label */
};

struct map_bank {
	const struct layout_bank *bank; /* borrowed */
	struct map_part *parts;		/* ascending, without gaps */
	size_t count;
	int width;	/* of bar and labels */
	int height;	/* of bar and labels */
	bool stretched; /* something is drawn higher than to scale */
};

/* Lays out bank INDEX into *MAP; false when memory ran out.  The caller frees it with map_free. */
bool map_make(const struct layout *layout, size_t index, struct map_bank *map);

void map_free(struct map_bank *map);

/* Draws bar and labels as SVG with the bar's top left at X, Y. */
void map_draw(const struct map_bank *map, int x, int y, FILE *stream);

/* "linear memory" and the like; the class of its rectangles. */
const char *map_fill_name(enum map_fill fill);
const char *map_fill_class(enum map_fill fill);

/* Writes the patterns that the fills use, as SVG, and the style sheet for them. */
void map_patterns(FILE *stream);
void map_style(FILE *stream);

/* "rw" for enum layout_access bits. */
const char *map_rights(unsigned access);

#endif
