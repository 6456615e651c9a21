/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What the protection hardware makes of one row, in words that all
 * architectures share.  The decoders fill it in, nothing encodes from it.
 */
#ifndef BERTH_ROW_VIEW_H
#define BERTH_ROW_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpu-table/row.h"

/* Separate ranges that a row can open, at most. */
enum { ROW_COVERS = 8 };

enum row_memory {
	ROW_STRONGLY_ORDERED,
	ROW_DEVICE,
	ROW_NORMAL_UNCACHED,
	ROW_NORMAL_CACHED,
	ROW_MEMORY_RESERVED, /* a reserved encoding */
	ROW_MEMORY_NOT_SAID, /* the row does not decide it */
};

struct row_view {
	bool enabled;
	const char *mode; /* riscv: how the address matches; NULL elsewhere */
	bool slot_valid;  /* the registers name the slot that they load into */
	unsigned slot;
	bool locked;	   /* stays until reset, and binds the privileged side */
	bool start_before; /* riscv, TOR: the row before holds the base, locked with this one */
	uint64_t base;
	uint64_t size;		/* bytes, before subregions */
	uint8_t subregions_off; /* by bit; 0 where there are none */
	unsigned access;	/* unprivileged rights, enum layout_access */
	unsigned privileged;	/* privileged rights */
	enum row_memory memory;
	enum row_cache cache; /* of Normal memory; usual where inner and outer caches differ */
	bool shareable;
	struct layout_range covers[ROW_COVERS]; /* what it opens, ascending, neighbours joined */
	size_t cover_count;
};

/* Whether it is Normal memory, cached or not. */
static inline bool row_is_normal(const struct row_view *view)
{
	return view->memory == ROW_NORMAL_CACHED || view->memory == ROW_NORMAL_UNCACHED;
}

/* Whether the row opens the byte at ADDRESS. */
bool row_view_opens(const struct row_view *view, uint64_t address);

/* Whether the two rows open a common byte; its address then goes to *WHERE. */
bool row_views_meet(const struct row_view *a, const struct row_view *b, uint64_t *where);

/* "rw-" for enum layout_access bits. */
const char *row_rights(unsigned access);

/* "Normal, write-through, shared". */
const char *row_memory_text(const struct row_view *view);

#endif
