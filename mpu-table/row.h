/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Rows in words that all architectures share: the registers, and what is
 * asked of an encoder.  Types only: encoders and decoders share no code.
 * struct row_target, what one part has of its own, is in lib/arch.h.
 */
#ifndef BERTH_ROW_H
#define BERTH_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/layout.h"

enum { ROW_WORDS = ARCH_WORDS, ROW_SLOTS = 64 };

/* The registers of one row, in the order that the architecture names them. */
struct row {
	uint32_t words[ROW_WORDS];
};

/* What is to be opened, and with which slots. */
struct row_request {
	uint64_t base;
	uint64_t size;
	unsigned access; /* unprivileged rights, enum layout_access */
	enum layout_kind kind;
	unsigned slot;	      /* the first */
	size_t max;	      /* rows, at most; what ROWS of the encoder has room for */
	enum row_cache cache; /* peripherals: usual only */
};

#endif
