/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Rows in words that all architectures share: the registers, what is asked of
 * an encoder, and what distinguishes one part of an architecture from another.
 * Types only: encoders and decoders share no code.
 */
#ifndef BERTH_ROW_H
#define BERTH_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/layout.h"

enum { ROW_WORDS = 3, ROW_SLOTS = 64 };

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
	unsigned slot; /* the first */
	size_t max;    /* rows, at most; what ROWS of the encoder has room for */
};

/* What one part has that another of the same architecture has not.  All zero is the plain part. */
struct row_target {
	uint32_t mair[2];     /* armv8-m: MPU_MAIR0 and MPU_MAIR1 */
	bool pxn;	      /* armv8.1-m: the privileged side executes no code of components */
	unsigned granularity; /* riscv: G, the granule is 2^(G+2) bytes */
	bool napot_only;      /* riscv: the part has no TOR and no NA4 */
	bool mml;	      /* riscv: mseccfg.MML is set (Smepmp) */
};

#endif
