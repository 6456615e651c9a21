/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Files of lines and words, as berth-map(5) has them: maps and seams. */
#ifndef BERTH_MAP_WORDS_H
#define BERTH_MAP_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/diag.h"
#include "lib/file.h"

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

/* Takes what it wants out of LINE, which has words, for INTO.  False after a report. */
typedef bool map_take_line(struct diag *diag, void *into, struct map_line *line);

/*
 * Gives every line of FILE that has words to TAKE, also behind a faulty one, so
 * that all faults are reported; PATH is for messages.  False after a report.
 */
bool map_lines(struct diag *diag, const char *path, const struct blob *file, map_take_line *take,
	void *into);

#endif
