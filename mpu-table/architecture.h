/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The architectures by name, each with its encoder and its decoder, for code
 * that is told the architecture at run time: the command line, tests.  Whoever
 * knows it calls armv7m_encode and the like directly.
 */
#ifndef BERTH_ARCHITECTURE_H
#define BERTH_ARCHITECTURE_H

#include "mpu-table/row_view.h"

/* How rows that open the same byte get on. */
enum overlap_rule {
	OVERLAP_HIGHEST_DECIDES,
	OVERLAP_LOWEST_DECIDES,
	OVERLAP_FAULTS,
};

struct architecture {
	const struct arch *arch; /* name, registers, slots: lib/arch.h */
	enum overlap_rule overlap;

	/* Writes the fewest rows for REQUEST to ROWS, which has room for its max; their number, or
	 * 0 when it cannot be met exactly. */
	size_t (*encode)(const struct row_target *target, const struct row_request *request,
		struct row *rows);

	/* Decodes row INDEX of a context, whose first row is that of slot 0.  False when it is
	 * illegal or unpredictable; *WHY then says the rule. */
	bool (*decode)(const struct row_target *target, const struct row *rows, size_t index,
		struct row_view *view, const char **why);
};

/* The architecture called NAME, or NULL. */
const struct architecture *architecture_find(const char *name);

/* The same for an entry of lib/arch.h. */
const struct architecture *architecture_of(const struct arch *arch);

/* The INDEXth architecture, or NULL behind the last. */
const struct architecture *architecture_at(size_t index);

/* The part that nothing was said about: the attributes that the Armv8-M encoder uses, the
 * finest PMP granule. */
struct row_target architecture_plain_target(void);

#endif
