/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "ldgen/yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/checked.h"
#include "lib/layout.h"

enum { MOST_KEYS = 32, MOST_ENTRIES = 1024 };

/* --- positions and messages ------------------------------------------------------ */

struct position yaml_position_of(yaml_mark_t mark)
{
	return (struct position){.line = mark.line + 1, .column = mark.column + 1};
}

struct position yaml_position(const yaml_node_t *node)
{
	return yaml_position_of(node->start_mark);
}

bool yaml_refuse(struct yaml_reader *reader, struct position at, const char *format, ...)
{
	char text[512];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return diag_error_at(reader->diag, reader->path, at.line, at.column, "%s", text);
}

/* --- scalars --------------------------------------------------------------------- */

bool yaml_text(struct yaml_reader *reader, yaml_node_t *node, char **text)
{
	if (node->type != YAML_SCALAR_NODE)
		return yaml_refuse(
			reader, yaml_position(node), "is a collection: write one word here");
	const char *value = (const char *)node->data.scalar.value;
	size_t length = node->data.scalar.length;
	if (length == 0)
		return yaml_refuse(reader, yaml_position(node), "is empty: write a value here");
	if (memchr(value, '\0', length) != NULL)
		return yaml_refuse(
			reader, yaml_position(node), "has a NUL character in it: take it out");
	*text = strdup(value);
	return *text != NULL || diag_no_memory(reader->diag);
}

bool yaml_word(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	struct word *word = member;
	word->at = yaml_position(node);
	return yaml_text(reader, node, &word->text);
}

/* The value of a digit in BASE, or BASE. */
static unsigned digit_of(char digit, unsigned base)
{
	unsigned value = base;
	if (digit >= '0' && digit <= '9')
		value = (unsigned)(digit - '0');
	else if (digit >= 'a' && digit <= 'f')
		value = (unsigned)(digit - 'a') + 10;
	else if (digit >= 'A' && digit <= 'F')
		value = (unsigned)(digit - 'A') + 10;
	return value < base ? value : base;
}

/* The factor of a suffix, or 0. */
static uint64_t factor_of(const char *suffix)
{
	static const struct {
		const char *text;
		uint64_t factor;
	} factors[] = {{"", 1}, {"K", 1u << 10}, {"M", 1u << 20}, {"G", 1u << 30}};
	for (size_t i = 0; i < sizeof(factors) / sizeof(factors[0]); i++)
		if (strcmp(suffix, factors[i].text) == 0)
			return factors[i].factor;
	return 0;
}

bool yaml_parse_size(const char *text, bool suffix, uint64_t *value)
{
	bool hex = text[0] == '0' && text[1] == 'x';
	unsigned base = hex ? 16 : 10;
	const char *first = text + (hex ? 2 : 0);
	const char *at = first;
	uint64_t sum = 0;
	for (; digit_of(*at, base) < base; at++) {
		sum = sum * base + digit_of(*at, base);
		if (sum > LAYOUT_ADDRESSES)
			return false;
	}
	/* 010 is eight to some and ten to others. */
	if (at == first || (!hex && first[0] == '0' && at - first > 1))
		return false;
	uint64_t factor = suffix && !hex ? factor_of(at) : *at == '\0';
	return factor != 0 && checked_mul(sum, factor, value) && *value <= LAYOUT_ADDRESSES;
}

static bool read_number(
	struct yaml_reader *reader, yaml_node_t *node, bool suffix, struct number *number)
{
	char *text = NULL;
	if (!yaml_text(reader, node, &text))
		return false;
	number->at = yaml_position(node);
	bool good = yaml_parse_size(text, suffix, &number->value);
	if (!good)
		yaml_refuse(reader, number->at, "'%.40s' is not a %s up to 4294967296: write %s",
			text, suffix ? "size" : "number",
			suffix ? "bytes as 4096, 0x1000 or 4K" : "it as 10 or 0xa");
	free(text);
	return good;
}

bool yaml_number(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	return read_number(reader, node, false, member);
}

bool yaml_size(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	return read_number(reader, node, true, member);
}

bool yaml_flag(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	struct flag *flag = member;
	char *text = NULL;
	flag->at = yaml_position(node);
	if (!yaml_text(reader, node, &text))
		return false;
	flag->value = strcmp(text, "true") == 0;
	bool good =
		flag->value || strcmp(text, "false") == 0 ||
		yaml_refuse(reader, flag->at, "'%.40s' is neither true nor false: write one", text);
	free(text);
	return good;
}

/* --- lists ----------------------------------------------------------------------- */

bool yaml_list(struct yaml_reader *reader, yaml_node_t *node, size_t size, yaml_read *read,
	void *array, size_t *count)
{
	if (node->type != YAML_SEQUENCE_NODE)
		return yaml_refuse(
			reader, yaml_position(node), "is not a list: write [..., ...] here");
	const yaml_node_item_t *first = node->data.sequence.items.start;
	size_t items = (size_t)(node->data.sequence.items.top - first);
	if (items > MOST_ENTRIES)
		return yaml_refuse(reader, yaml_position(node),
			"has %zu entries: give at most %d of them", items, MOST_ENTRIES);
	char *elements = calloc(items + 1, size);
	if (elements == NULL)
		return diag_no_memory(reader->diag);
	memcpy(array, &elements, sizeof(elements));
	*count = items;
	bool good = true;
	for (size_t i = 0; i < items; i++)
		good = read(reader, yaml_document_get_node(reader->document, first[i]),
			       elements + i * size) &&
		       good;
	return good;
}

bool yaml_words(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	struct words *words = member;
	words->at = yaml_position(node);
	if (node->type == YAML_SEQUENCE_NODE)
		return yaml_list(
			reader, node, sizeof(*words->list), yaml_word, &words->list, &words->count);
	words->list = calloc(1, sizeof(*words->list));
	if (words->list == NULL)
		return diag_no_memory(reader->diag);
	words->count = 1;
	return yaml_word(reader, node, &words->list[0]);
}

void words_free(struct words *words)
{
	for (size_t i = 0; i < words->count; i++)
		free(words->list[i].text);
	free(words->list);
	*words = (struct words){0};
}

/* --- mappings -------------------------------------------------------------------- */

static void list_keys(const struct yaml_keys *keys, char *text, size_t size)
{
	size_t length = 0;
	text[0] = '\0';
	for (size_t i = 0; i < keys->count && length < size; i++)
		length += (size_t)snprintf(text + length, size - length, "%s%s", i == 0 ? "" : ", ",
			keys->keys[i].name);
}

static size_t find_key(const struct yaml_keys *keys, const char *name)
{
	size_t i = 0;
	while (i < keys->count && strcmp(keys->keys[i].name, name) != 0)
		i++;
	return i;
}

/* Reads one pair of the mapping; SEEN has a flag for each key. */
static bool read_pair(struct yaml_reader *reader, const yaml_node_pair_t *pair,
	const struct yaml_keys *keys, bool *seen, void *structure)
{
	yaml_node_t *key = yaml_document_get_node(reader->document, pair->key);
	yaml_node_t *value = yaml_document_get_node(reader->document, pair->value);
	char known[256];
	char *name = NULL;
	if (!yaml_text(reader, key, &name))
		return false;
	size_t index = find_key(keys, name);
	bool good = false;
	list_keys(keys, known, sizeof(known));
	if (index == keys->count)
		yaml_refuse(reader, yaml_position(key), "unknown key '%.64s': %s has %s", name,
			keys->what, known);
	else if (seen[index])
		yaml_refuse(reader, yaml_position(key), "repeated key '%s': give it once", name);
	else
		good = keys->keys[index].read(
			reader, value, (char *)structure + keys->keys[index].offset);
	if (index < keys->count)
		seen[index] = true;
	free(name);
	return good;
}

bool yaml_mapping(struct yaml_reader *reader, yaml_node_t *node, const struct yaml_keys *keys,
	void *structure)
{
	bool seen[MOST_KEYS] = {false};
	bool good = true;
	if (node->type != YAML_MAPPING_NODE)
		return yaml_refuse(reader, yaml_position(node),
			"is not a mapping: %s is written "
			"as {key: value, ...}",
			keys->what);
	for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
		pair < node->data.mapping.pairs.top; pair++)
		good = read_pair(reader, pair, keys, seen, structure) && good;
	for (size_t i = 0; i < keys->count; i++)
		if (keys->keys[i].required && !seen[i])
			good = yaml_refuse(reader, yaml_position(node),
				"the key '%s' is missing: %s must have it", keys->keys[i].name,
				keys->what);
	return good;
}

/* Reads one pair of a mapping of names; ELEMENTS has BEFORE elements that came before. */
static bool read_element(struct yaml_reader *reader, const yaml_node_pair_t *pair, size_t size,
	yaml_read *read, char *elements, size_t before)
{
	yaml_node_t *key = yaml_document_get_node(reader->document, pair->key);
	struct named *named = (struct named *)(void *)(elements + before * size);
	named->at = yaml_position(key);
	if (!yaml_text(reader, key, &named->name))
		return false;
	for (size_t i = 0; i < before; i++) {
		const struct named *other = (const struct named *)(void *)(elements + i * size);
		if (other->name != NULL && strcmp(other->name, named->name) == 0)
			return yaml_refuse(reader, named->at,
				"repeated key '%.64s': the first is "
				"in line %zu; give it once",
				named->name, other->at.line);
	}
	return read(reader, yaml_document_get_node(reader->document, pair->value), named);
}

bool yaml_named(struct yaml_reader *reader, yaml_node_t *node, size_t size, yaml_read *read,
	void *array, size_t *count)
{
	if (node->type != YAML_MAPPING_NODE)
		return yaml_refuse(reader, yaml_position(node),
			"is not a mapping: write {name: {...}, ...} here");
	const yaml_node_pair_t *first = node->data.mapping.pairs.start;
	size_t pairs = (size_t)(node->data.mapping.pairs.top - first);
	if (pairs == 0 || pairs > MOST_ENTRIES)
		return yaml_refuse(reader, yaml_position(node),
			"has %zu entries: give 1 to %d of them", pairs, MOST_ENTRIES);
	char *elements = calloc(pairs, size);
	if (elements == NULL)
		return diag_no_memory(reader->diag);
	memcpy(array, &elements, sizeof(elements));
	*count = pairs;
	bool good = true;
	for (size_t i = 0; i < pairs; i++)
		good = read_element(reader, &first[i], size, read, elements, i) && good;
	return good;
}
