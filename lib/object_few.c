/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/object_few.h"

#include <stdlib.h>
#include <string.h>

#include "lib/object_read.h"

enum {
	KEY = 16,	  /* bytes of a name that are looked at */
	BITS_A_NAME = 32, /* two keys each: at most one in sixteen of the others is found, too */
	LEAST_WIDTH = 10,
	MOST_WIDTH = 30,
};

/* --- keys ----------------------------------------------------------------------------- */

/* Makes what follows the first NUL of the eight bytes at FROM zeros; *ENDED: there is one. */
static inline uint64_t word_of_name(const uint8_t *from, bool *ended)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t word;
	memcpy(&word, from, sizeof(word));
	word = le64toh(word);
	uint64_t zeros = (word - ones) & ~word & (ones << 7);
	*ended = zeros != 0;
	/* The lowest mark is that of the first NUL; those above it may be wrong. */
	return zeros == 0 ? word : word & ((zeros & -zeros) - 1);
}

static const uint64_t multiplier = UINT64_C(0x9e3779b97f4a7c15);

/* The key of the first half of a name with that many readable bytes; *ENDED: it has no more. */
static inline uint64_t first_key(const uint8_t *name, bool *ended)
{
	return word_of_name(name, ended) * multiplier;
}

/* The key of the whole, behind FIRST, that of the first half. */
static inline uint64_t whole_key(const uint8_t *name, uint64_t first)
{
	bool ended;
	return (first ^ first >> 29 ^ word_of_name(name + KEY / 2, &ended)) * multiplier;
}

/* A name with fewer than KEY readable bytes, ROOM, its NUL among them, copied to
 * where there are. */
static const uint8_t *widen(const uint8_t *name, size_t room, uint8_t copy[static KEY])
{
	memset(copy, 0, KEY);
	memcpy(copy, name, room < KEY ? room : KEY);
	return copy;
}

/* --- the filter ------------------------------------------------------------------------- */

bool name_filter_make(struct diag *diag, size_t count, struct name_filter *filter)
{
	*filter = (struct name_filter){.width = LEAST_WIDTH};
	while (filter->width < MOST_WIDTH && ((size_t)1 << filter->width) / BITS_A_NAME < count)
		filter->width++;
	filter->bits = calloc(((size_t)1 << filter->width) / 8, 1);
	return filter->bits != NULL || diag_no_memory(diag);
}

void name_filter_free(struct name_filter *filter)
{
	free(filter->bits);
	filter->bits = NULL;
}

static void set_key(const struct name_filter *filter, uint64_t key)
{
	uint64_t place = key >> (64 - filter->width);
	filter->bits[place / 8] |= (uint8_t)(1u << place % 8);
}

static inline bool has_key(const struct name_filter *filter, uint64_t key)
{
	uint64_t place = key >> (64 - filter->width);
	return (filter->bits[place / 8] >> place % 8 & 1) != 0;
}

/* Both keys, because nearly all names are told apart by the first. */
void name_filter_add(struct name_filter *filter, const char *name)
{
	bool ended;
	uint8_t copy[KEY];
	const uint8_t *bytes = widen((const uint8_t *)name, strlen(name) + 1, copy);
	uint64_t key = first_key(bytes, &ended);
	set_key(filter, key);
	if (!ended)
		set_key(filter, whole_key(bytes, key));
}

static inline bool may_have(const struct name_filter *filter, const uint8_t *name)
{
	bool ended;
	uint64_t key = first_key(name, &ended);
	return has_key(filter, key) && (ended || has_key(filter, whole_key(name, key)));
}

/* --- the symbols -------------------------------------------------------------------------- */

/* What the loop needs to know of the object. */
struct scan {
	const uint8_t *entries;
	size_t count;
	const uint8_t *names;
	uint64_t names_size;
};

/* Always inlined, so that the loop is made for one form of file. */
static inline __attribute__((always_inline)) size_t find_few(struct object_form form,
	const struct scan *scan, const struct name_filter *filter, uint32_t *symbols)
{
	const uint8_t *entry = scan->entries;
	size_t found = 0;
	for (size_t i = 1; i < scan->count; i++) {
		entry += FIELD_SIZE(form, Sym);
		uint64_t at = FIELD_GET(form, entry, Sym, st_name);
		const uint8_t *name = scan->names + at;
		uint64_t room = scan->names_size - at;
		uint8_t copy[KEY];
		if (room < KEY)
			name = widen(name, room, copy);
		if (may_have(filter, name) || filter->first[*name])
			symbols[found++] = (uint32_t)i;
	}
	return found;
}

bool object_few(struct diag *diag, const struct object *object, const struct name_filter *filter,
	uint32_t **symbols, size_t *count)
{
	const struct object_form form = object_form(object);
	const struct object_form narrow = {0};
	const struct object_section *table = &object->sections[object->symbol_table];
	const struct object_section *names = &object->sections[table->link];
	struct scan scan = {.entries = table->bytes,
		.count = object->symbol_count,
		.names = names->bytes,
		.names_size = names->size};
	if (names->bytes == NULL) { /* all names are empty */
		scan.names = (const uint8_t *)"";
		scan.names_size = 1;
	}
	*count = 0;
	*symbols = calloc(object->symbol_count + 1, sizeof(**symbols));
	if (*symbols == NULL)
		return diag_no_memory(diag);
	if (!form.wide && !form.big)
		*count = find_few(narrow, &scan, filter, *symbols);
	else
		*count = find_few(form, &scan, filter, *symbols);
	return true;
}
