/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The guests' common ground: text in arena memory, and the few libc functions
 * that wit-bindgen's output mentions.
 */
#include "guest.h"

#include <stdlib.h>
#include <string.h>

/* The bindings call this only from the weak cabi_realloc that we override. */
void *realloc(void *old, size_t size)
{
	(void)old;
	(void)size;
	abort();
}

/* The arena is emptied as a whole, by the native side, between calls. */
void free(void *old)
{
	(void)old;
}

void abort(void)
{
	__builtin_trap();
}

void *memcpy(void *restrict to, const void *restrict from, size_t length)
{
	uint8_t *out = to;
	const uint8_t *in = from;
	while (length-- > 0)
		*out++ = *in++;
	return to;
}

size_t strlen(const char *text)
{
	size_t length = 0;
	while (text[length] != '\0')
		length++;
	return length;
}

/* One field at a time: an initialiser becomes an i64 store, which the compiler
 * to native code supports on memory 0 only. */
void line_start(struct line *line)
{
	line->text = NULL;
	line->length = 0;
	line->capacity = 0;
}

void line_bytes(struct line *line, const uint8_t *text, size_t length)
{
	if (length > line->capacity - line->length) {
		size_t capacity = line->length + length + 32;
		line->text = cabi_realloc(line->text, line->capacity, 1, capacity);
		line->capacity = capacity;
	}
	memcpy(line->text + line->length, text, length);
	line->length += length;
}

void line_text(struct line *line, const char *text)
{
	line_bytes(line, (const uint8_t *)text, strlen(text));
}

void line_number(struct line *line, int32_t value, unsigned decimals)
{
	uint8_t digits[14];
	size_t at = sizeof(digits);
	uint32_t rest = value < 0 ? 0u - (uint32_t)value : (uint32_t)value;
	unsigned done = 0;
	do {
		digits[--at] = (uint8_t)('0' + rest % 10);
		rest /= 10;
		if (++done == decimals)
			digits[--at] = '.';
	} while (rest != 0 || done <= decimals);
	if (value < 0)
		digits[--at] = '-';
	line_bytes(line, digits + at, sizeof(digits) - at);
}
