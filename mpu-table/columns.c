/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "mpu-table/columns.h"

#include <stdlib.h>
#include <string.h>

enum { INDENT = 2, GAP = 2 };

struct line {
	char *cells[COLUMNS_MOST]; /* escaped; NULL is empty */
};

struct columns {
	struct diag *diag;
	const struct column *columns;
	size_t count;
	struct line *lines;
	size_t line_count;
};

struct columns *columns_start(struct diag *diag, const struct column *columns, size_t count)
{
	struct columns *started = calloc(1, sizeof(*started));
	if (started == NULL) {
		diag_no_memory(diag);
		return NULL;
	}
	*started = (struct columns){.diag = diag, .columns = columns, .count = count};
	return started;
}

bool columns_add(struct columns *columns, const char *const *cells, size_t count)
{
	struct line *lines =
		realloc(columns->lines, (columns->line_count + 1) * sizeof(*columns->lines));
	if (lines == NULL)
		return diag_no_memory(columns->diag);
	columns->lines = lines;
	struct line *line = &lines[columns->line_count++];
	*line = (struct line){{NULL}};
	for (size_t i = 0; i < count; i++) {
		line->cells[i] = diag_escaped(cells[i], strlen(cells[i]));
		if (line->cells[i] == NULL)
			return diag_no_memory(columns->diag);
	}
	return true;
}

static const char *cell(const struct line *line, size_t column)
{
	return line->cells[column] == NULL ? "" : line->cells[column];
}

static size_t width_of(const struct columns *columns, size_t column)
{
	size_t widest = strlen(columns->columns[column].title);
	for (size_t i = 0; i < columns->line_count; i++) {
		size_t length = strlen(cell(&columns->lines[i], column));
		widest = length > widest ? length : widest;
	}
	return widest;
}

/* The width of a line of the columns that leave no sooner than LEAVES. */
static size_t total_width(const struct columns *columns, unsigned leaves)
{
	size_t total = 0;
	for (size_t i = 0; i < columns->count; i++)
		if (columns->columns[i].leaves <= leaves)
			total += (total == 0 ? INDENT : GAP) + width_of(columns, i);
	return total;
}

/* The most important columns that fit WIDTH: those that leave no sooner than the result. */
static unsigned choose(const struct columns *columns, size_t width, unsigned *most)
{
	*most = 0;
	for (size_t i = 0; i < columns->count; i++)
		if (columns->columns[i].leaves > *most)
			*most = columns->columns[i].leaves;
	unsigned leaves = *most;
	while (width != 0 && leaves > 0 && total_width(columns, leaves) > width)
		leaves--;
	return leaves;
}

static void put_line(const struct columns *columns, const struct line *line, unsigned leaves,
	const size_t *widths, FILE *stream)
{
	int owed = INDENT; /* blanks before the next text: none at the end of a line */
	for (size_t i = 0; i < columns->count; i++) {
		const struct column *column = &columns->columns[i];
		const char *text = line == NULL ? column->title : cell(line, i);
		int pad = (int)(widths[i] - strlen(text));
		if (column->leaves > leaves)
			continue;
		if (*text == '\0') {
			owed += pad + GAP;
			continue;
		}
		fprintf(stream, "%*s%s", owed + (column->right ? pad : 0), "", text);
		owed = GAP + (column->right ? 0 : pad);
	}
	fputc('\n', stream);
}

bool columns_print(const struct columns *columns, size_t width, FILE *stream)
{
	size_t widths[COLUMNS_MOST];
	unsigned most;
	unsigned leaves = choose(columns, width, &most);
	for (size_t i = 0; i < columns->count; i++)
		widths[i] = width_of(columns, i);
	put_line(columns, NULL, leaves, widths, stream);
	for (size_t i = 0; i < columns->line_count; i++)
		put_line(columns, &columns->lines[i], leaves, widths, stream);
	return leaves < most;
}

void columns_free(struct columns *columns)
{
	if (columns == NULL)
		return;
	for (size_t i = 0; i < columns->line_count; i++)
		for (size_t j = 0; j < columns->count; j++)
			free(columns->lines[i].cells[j]);
	free(columns->lines);
	free(columns);
}
