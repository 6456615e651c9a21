/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The architectures by name, each with its encoder and its decoder, for code
 * that is told the architecture at run time: the command line, tests.  Whoever
 * knows it calls armv7m_encode and the like directly.
 */
#ifndef BERTH_ARCHITECTURE_H
#define BERTH_ARCHITECTURE_H

#include "lib/layout.h"
#include "mpu-table/row_view.h"

enum { ARCHITECTURE_SLOTS = 64 };

/* How rows that open the same byte get on. */
enum overlap_rule {
	OVERLAP_HIGHEST_DECIDES,
	OVERLAP_LOWEST_DECIDES,
	OVERLAP_FAULTS,
};

/* What is to be opened, and with which slots. */
struct row_request {
	uint64_t base;
	uint64_t size;
	unsigned access; /* unprivileged rights, enum layout_access */
	enum layout_kind kind;
	unsigned slot; /* the first */
	size_t max;    /* rows, at most */
};

struct architecture {
	const char *name;
	size_t words; /* registers of a row */
	const char *registers[ROW_WORDS];
	unsigned slots;	  /* the most that a part can have */
	uint64_t granule; /* bytes: what bases and sizes must be multiples of */
	enum overlap_rule overlap;

	/* Writes the fewest rows for the request to ROWS, which has room for its max; their number,
	 * or 0 when it cannot be met exactly. */
	size_t (*encode)(const struct row_request *request, struct row *rows);

	/* Decodes row INDEX of a context of COUNT rows.  False when it is illegal or
	 * unpredictable; *WHY then says the rule. */
	bool (*decode)(
		const struct row *rows, size_t index, struct row_view *view, const char **why);
};

/* The architecture called NAME, or NULL. */
const struct architecture *architecture_find(const char *name);

/* The INDEXth architecture, or NULL behind the last. */
const struct architecture *architecture_at(size_t index);

#endif
