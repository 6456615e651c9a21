/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Reading UTF-8 one character at a time; well-formed means Unicode 15, table 3-7. */
#ifndef BERTH_UTF8_H
#define BERTH_UTF8_H

#include <stddef.h>
#include <stdint.h>

/*
 * Reads the first character of the LENGTH bytes at TEXT into *CODE.  Returns
 * its length in bytes, 1 to 4; 0 when LENGTH is 0 or the sequence is not well
 * formed (cut off, overlong, a surrogate, beyond U+10FFFF).
 */
static inline size_t utf8_next(const void *text, size_t length, uint32_t *code)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	const uint8_t *bytes = text;
	if (length == 0)
		return 0;
	*code = bytes[0];
	if (bytes[0] < 0x80)
		return 1;
	size_t need = bytes[0] >= 0xf0 ? 4 : bytes[0] >= 0xe0 ? 3 : 2;
	if (bytes[0] < 0xc2 || bytes[0] > 0xf4 || length < need)
		return 0;
	*code &= 0x7fu >> need;
	for (size_t i = 1; i < need; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (bytes[i] & 0x3fu);
	}
	if (*code < smallest[need] || *code > 0x10ffff || (*code >= 0xd800 && *code <= 0xdfff))
		return 0;
	return need;
}

#endif
