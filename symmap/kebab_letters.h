/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Letters and their case, as far as the kebab-case rule knows them; see kebab.h. */
#ifndef BERTH_KEBAB_LETTERS_H
#define BERTH_KEBAB_LETTERS_H

#include <stdint.h>

enum letter {
	LETTER_NONE,	 /* neither letter nor digit */
	LETTER_CASELESS, /* a digit, or a letter without case */
	LETTER_LOWER,
	LETTER_UPPER,
	LETTER_PAIRS /* only in the table: upper and lower case in turn, upper first */
};

/* What the character CODE is, and its lower-case form in *LOWER. */
enum letter kebab_letter(uint32_t code, uint32_t *lower);

#endif
