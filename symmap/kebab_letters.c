/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Case by table, because the C library's answer depends on the locale and its
 * version.  Source: Unicode Character Database, properties Uppercase,
 * Lowercase, Alphabetic, Numeric_Type and the simple lower-case mapping.
 */
#include "symmap/kebab_letters.h"

#include <stddef.h>

struct letter_run {
	uint16_t first;
	uint16_t last;
	uint8_t letter; /* enum letter */
	int16_t lower;	/* distance to the lower-case form, of upper case */
};

/* Ascending.  In the blocks below, what is in no run is no letter. */
static const struct letter_run runs[] = {
	{'0', '9', LETTER_CASELESS, 0},
	{'A', 'Z', LETTER_UPPER, 32},
	{'a', 'z', LETTER_LOWER, 0},
	{0x0aa, 0x0aa, LETTER_LOWER, 0},
	{0x0b2, 0x0b3, LETTER_CASELESS, 0},
	{0x0b5, 0x0b5, LETTER_LOWER, 0},
	{0x0b9, 0x0b9, LETTER_CASELESS, 0},
	{0x0ba, 0x0ba, LETTER_LOWER, 0},
	{0x0bc, 0x0be, LETTER_CASELESS, 0},
	{0x0c0, 0x0d6, LETTER_UPPER, 32},
	{0x0d8, 0x0de, LETTER_UPPER, 32},
	{0x0df, 0x0f6, LETTER_LOWER, 0},
	{0x0f8, 0x0ff, LETTER_LOWER, 0},
	{0x100, 0x12f, LETTER_PAIRS, 1},
	{0x130, 0x130, LETTER_UPPER, -199},
	{0x131, 0x131, LETTER_LOWER, 0},
	{0x132, 0x137, LETTER_PAIRS, 1},
	{0x138, 0x138, LETTER_LOWER, 0},
	{0x139, 0x148, LETTER_PAIRS, 1},
	{0x149, 0x149, LETTER_LOWER, 0},
	{0x14a, 0x177, LETTER_PAIRS, 1},
	{0x178, 0x178, LETTER_UPPER, -121},
	{0x179, 0x17e, LETTER_PAIRS, 1},
	{0x17f, 0x17f, LETTER_LOWER, 0},
	{0x370, 0x373, LETTER_PAIRS, 1},
	{0x374, 0x374, LETTER_CASELESS, 0},
	{0x376, 0x377, LETTER_PAIRS, 1},
	{0x37a, 0x37d, LETTER_LOWER, 0},
	{0x37f, 0x37f, LETTER_UPPER, 116},
	{0x386, 0x386, LETTER_UPPER, 38},
	{0x388, 0x38a, LETTER_UPPER, 37},
	{0x38c, 0x38c, LETTER_UPPER, 64},
	{0x38e, 0x38f, LETTER_UPPER, 63},
	{0x390, 0x390, LETTER_LOWER, 0},
	{0x391, 0x3a1, LETTER_UPPER, 32},
	{0x3a3, 0x3ab, LETTER_UPPER, 32},
	{0x3ac, 0x3ce, LETTER_LOWER, 0},
	{0x3cf, 0x3cf, LETTER_UPPER, 8},
	{0x3d0, 0x3d1, LETTER_LOWER, 0},
	{0x3d2, 0x3d4, LETTER_UPPER, 0},
	{0x3d5, 0x3d7, LETTER_LOWER, 0},
	{0x3d8, 0x3ef, LETTER_PAIRS, 1},
	{0x3f0, 0x3f3, LETTER_LOWER, 0},
	{0x3f4, 0x3f4, LETTER_UPPER, -60},
	{0x3f5, 0x3f5, LETTER_LOWER, 0},
	{0x3f7, 0x3f8, LETTER_PAIRS, 1},
	{0x3f9, 0x3f9, LETTER_UPPER, -7},
	{0x3fa, 0x3fb, LETTER_PAIRS, 1},
	{0x3fc, 0x3fc, LETTER_LOWER, 0},
	{0x3fd, 0x3ff, LETTER_UPPER, -130},
	{0x400, 0x40f, LETTER_UPPER, 80},
	{0x410, 0x42f, LETTER_UPPER, 32},
	{0x430, 0x45f, LETTER_LOWER, 0},
	{0x460, 0x481, LETTER_PAIRS, 1},
	{0x48a, 0x4bf, LETTER_PAIRS, 1},
	{0x4c0, 0x4c0, LETTER_UPPER, 15},
	{0x4c1, 0x4ce, LETTER_PAIRS, 1},
	{0x4cf, 0x4cf, LETTER_LOWER, 0},
	{0x4d0, 0x52f, LETTER_PAIRS, 1},
};

/* The blocks that the table covers: up to Latin Extended-A; Greek to Cyrillic Supplement. */
static int is_covered(uint32_t code)
{
	return code < 0x180 || (code >= 0x370 && code < 0x530);
}

enum letter kebab_letter(uint32_t code, uint32_t *lower)
{
	*lower = code;
	if (!is_covered(code))
		return LETTER_CASELESS;
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		if (code < runs[i].first || code > runs[i].last)
			continue;
		if (runs[i].letter == LETTER_PAIRS && (code - runs[i].first) % 2 == 1)
			return LETTER_LOWER;
		*lower = (uint32_t)((int32_t)code + runs[i].lower);
		return runs[i].letter == LETTER_PAIRS ? LETTER_UPPER : (enum letter)runs[i].letter;
	}
	return LETTER_NONE;
}
