/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What the three guests share: a line of text that is put together piece by
 * piece in memory that came from the component's own arena.
 *
 * The guests are freestanding.  There is no libc below them, and nothing in
 * them may grow the memory: every allocation goes to the import
 * cabi-arena-realloc.
 */
#ifndef GUEST_H
#define GUEST_H

#include <stddef.h>
#include <stdint.h>

/* A line under construction; TEXT is owned by the arena. */
struct line {
	uint8_t *text;
	size_t length;	 /* bytes used */
	size_t capacity; /* bytes allocated */
};

/* Empties LINE; nothing is allocated yet. */
void line_start(struct line *line);

/* Appends the LENGTH bytes at TEXT; the line grows in the arena. */
void line_bytes(struct line *line, const uint8_t *text, size_t length);

/* Appends the C string TEXT. */
void line_text(struct line *line, const char *text);

/* Appends VALUE in decimal, with DECIMALS digits behind a point. */
void line_number(struct line *line, int32_t value, unsigned decimals);

/*
 * The canonical ABI's allocator.  wit-bindgen's own is weak and wants a
 * malloc; each guest overrides it with its import.
 */
void *cabi_realloc(void *old, size_t old_size, size_t align, size_t new_size);

#endif
