/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Optimal string alignment: a table row for each letter of A, of which three are kept. */
#include "symmap/nearest.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST = 64 };

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The three rows are reused in turn; the row of letter I is rows[I % 3]. */
static size_t align(const char *a, size_t a_length, const char *b, size_t b_length)
{
	size_t rows[3][LONGEST + 1];
	for (size_t k = 0; k <= b_length; k++)
		rows[0][k] = k;
	for (size_t i = 1; i <= a_length; i++) {
		size_t *row = rows[i % 3];
		const size_t *above = rows[(i - 1) % 3];
		row[0] = i;
		for (size_t k = 1; k <= b_length; k++) {
			row[k] = smaller(above[k], row[k - 1]) + 1;
			row[k] = smaller(row[k], above[k - 1] + (a[i - 1] != b[k - 1]));
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
				row[k] = smaller(row[k], rows[(i - 2) % 3][k - 2] + 1);
		}
	}
	return rows[a_length % 3][b_length];
}

size_t nearest_distance(const char *a, const char *b, size_t most)
{
	size_t a_length = strnlen(a, LONGEST + 1);
	size_t b_length = strnlen(b, LONGEST + 1);
	size_t longer = a_length > b_length ? a_length : b_length;
	if (longer > LONGEST || longer - smaller(a_length, b_length) > most)
		return most + 1;
	return smaller(align(a, a_length, b, b_length), most + 1);
}
