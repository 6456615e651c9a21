/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The words of a map file's lines, for map.c only. */
#ifndef BERTH_MAP_WORDS_H
#define BERTH_MAP_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/diag.h"

enum { MAP_WORDS = 4 };

struct map_word {
	char *text; /* owned; without quotes, escapes resolved */
	bool quoted;
	size_t column; /* from 1, bytes */
};

struct map_line {
	size_t number; /* from 1 */
	struct map_word words[MAP_WORDS];
	size_t count;
};

/*
 * Reads the words of the LENGTH bytes at TEXT, one line without its newline,
 * into *LINE, whose number is set.  False after a report; LINE is to be freed
 * with map_line_free either way.
 */
bool map_words(struct diag *diag, const char *path, const char *text, size_t length,
	struct map_line *line);

void map_line_free(struct map_line *line);

#endif
