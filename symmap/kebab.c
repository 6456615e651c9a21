/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "symmap/kebab.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/utf8.h"
#include "symmap/kebab_letters.h"

/* Greek sigma has a lower-case form of its own at the end of a word; dotted I
 * has two characters. */
enum { CAPITAL_SIGMA = 0x3a3, FINAL_SIGMA = 0x3c2, DOTTED_I = 0x130, DOT_ABOVE = 0x307 };

/* One character of the name: a decoded one, or a byte that is not UTF-8. */
struct character {
	const char *text;
	size_t length; /* bytes; 0 at the end of the name */
	bool malformed;
	uint32_t code;
	uint32_t lower;
	enum letter letter;
};

static struct character character_at(const char *text)
{
	struct character character = {.text = text, .letter = LETTER_NONE};
	if (*text == '\0')
		return character;
	character.length = utf8_next(text, strnlen(text, 4), &character.code);
	if (character.length == 0) {
		character.length = 1;
		character.malformed = true;
		character.letter = LETTER_CASELESS;
	} else {
		character.letter = kebab_letter(character.code, &character.lower);
	}
	return character;
}

/* Writes a code point below U+0800 as UTF-8, which is what the table of letters knows. */
static void put_code(FILE *stream, uint32_t code)
{
	if (code < 0x80) {
		fputc((int)code, stream);
	} else {
		fputc((int)(0xc0 | code >> 6), stream);
		fputc((int)(0x80 | (code & 0x3f)), stream);
	}
}

static void put_lower(FILE *stream, const struct character *character, bool ends_word)
{
	if (character->malformed || character->letter != LETTER_UPPER) {
		fwrite(character->text, 1, character->length, stream);
	} else if (character->code == CAPITAL_SIGMA && ends_word) {
		put_code(stream, FINAL_SIGMA);
	} else if (character->code == DOTTED_I) {
		put_code(stream, 'i');
		put_code(stream, DOT_ABOVE);
	} else {
		put_code(stream, character->lower);
	}
}

/*
 * Whether the word that goes on before HERE ends there.  CASED is the case of
 * the last letter of the word that has one.
 */
static bool word_ends(enum letter cased, const struct character *here, const struct character *next)
{
	if (here->letter != LETTER_UPPER)
		return false;
	return cased == LETTER_LOWER || (cased == LETTER_UPPER && next->letter == LETTER_LOWER);
}

/* What is known behind each character of the name. */
struct words {
	FILE *stream;
	bool any;	   /* a word was written */
	bool in_word;	   /* and goes on */
	enum letter cased; /* its last letter that has a case; LETTER_NONE for none */
};

static void put_letter(
	struct words *words, const struct character *here, const struct character *next)
{
	if (words->in_word && word_ends(words->cased, here, next))
		words->in_word = false;
	if (!words->in_word) {
		if (words->any)
			fputc('-', words->stream);
		words->cased = LETTER_NONE;
	}
	words->in_word = words->any = true;
	if (here->letter != LETTER_CASELESS)
		words->cased = here->letter;
	bool last = next->letter == LETTER_NONE;
	if (here->code == CAPITAL_SIGMA && !last) {
		struct character second = character_at(next->text + next->length);
		last = word_ends(words->cased, next, &second);
	}
	put_lower(words->stream, here, last);
}

static void write_kebab(FILE *stream, const char *name)
{
	struct words words = {.stream = stream, .cased = LETTER_NONE};
	struct character here = character_at(name);
	while (here.length > 0) {
		struct character next = character_at(here.text + here.length);
		if (here.letter == LETTER_NONE)
			words.in_word = false;
		else
			put_letter(&words, &here, &next);
		here = next;
	}
}

char *kebab_case(const char *name)
{
	char *result = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&result, &size);
	if (stream == NULL)
		return NULL;
	write_kebab(stream, name);
	if (fclose(stream) != 0) {
		free(result);
		return NULL;
	}
	return result;
}
