/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "symmap/map.h"

#include <stdlib.h>
#include <string.h>

#include "symmap/map_words.h"

/* --- lines ------------------------------------------------------------------------ */

static bool fault(struct diag *diag, const struct symbol_map *map, const struct map_line *line,
	size_t word, const char *what)
{
	return diag_error_at(diag, map->path, line->number, line->words[word].column, "%s", what);
}

/* Takes the word out of the line. */
static char *take(struct map_line *line, size_t word)
{
	char *text = line->words[word].text;
	line->words[word].text = NULL;
	return text;
}

static bool is_arrow(const struct map_line *line, size_t word)
{
	return word < line->count && !line->words[word].quoted &&
	       strcmp(line->words[word].text, "->") == 0;
}

/* A new name must be one that a linker can carry. */
static bool check_new(
	struct diag *diag, const struct symbol_map *map, const struct map_line *line, size_t word)
{
	const char *text = line->words[word].text;
	if (*text == '\0')
		return fault(diag, map, line, word, "the new name is empty: give one");
	for (const char *at = text; *at != '\0'; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			return fault(diag, map, line, word,
				"the new name holds a control character, which no linker takes: "
				"give another");
	return true;
}

static struct map_entry *new_entry(
	struct diag *diag, struct symbol_map *map, const struct map_line *line)
{
	/* Full exactly at powers of two, so that no capacity needs to be kept. */
	if ((map->count & (map->count - 1)) == 0) {
		size_t room = map->count == 0 ? 1 : map->count * 2;
		struct map_entry *grown = reallocarray(map->entries, room, sizeof(*grown));
		if (grown == NULL) {
			diag_no_memory(diag);
			return NULL;
		}
		map->entries = grown;
	}
	struct map_entry *entry = &map->entries[map->count++];
	*entry = (struct map_entry){.line = line->number, .column = line->words[0].column};
	return entry;
}

/* Makes an entry of the words of one line that has any. */
static bool take_line(struct diag *diag, void *into, struct map_line *line)
{
	struct symbol_map *map = into;
	bool is_import = is_arrow(line, 2);
	if (line->count == 3 && is_import)
		return fault(diag, map, line, 2, "the new name is missing: write one after ->");
	if (line->count == 3 && is_arrow(line, 1))
		return fault(diag, map, line, 1,
			"an import is named by two words: write \"MODULE\" \"FIELD\" -> NEW");
	if (line->count == 1)
		return fault(diag, map, line, 0, "the new name is missing: write OLD NEW");
	if (line->count == 3 || (line->count == 4 && !is_import))
		return fault(diag, map, line, 2,
			"too many words: write OLD NEW, or \"MODULE\" \"FIELD\" -> NEW");
	if (!check_new(diag, map, line, line->count - 1))
		return false;
	struct map_entry *entry = new_entry(diag, map, line);
	if (entry == NULL)
		return false;
	entry->is_import = is_import;
	entry->new_column = line->words[line->count - 1].column;
	entry->new = take(line, line->count - 1);
	if (is_import) {
		entry->module = take(line, 0);
		entry->field = take(line, 1);
	} else {
		entry->old = take(line, 0);
	}
	return true;
}

/* --- names given twice -------------------------------------------------------------- */

static int compare_keys(const struct map_entry *a, const struct map_entry *b)
{
	int order = strcmp(a->module, b->module);
	return order != 0 ? order : strcmp(a->field, b->field);
}

/* By key, and by line where the keys are equal. */
static int by_key(const void *left, const void *right)
{
	const struct map_entry *a = *(const struct map_entry *const *)left;
	const struct map_entry *b = *(const struct map_entry *const *)right;
	int order = compare_keys(a, b);
	return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

static bool repeated(struct diag *diag, const struct symbol_map *map, const struct map_entry *first,
	const struct map_entry *second)
{
	if (second->is_import)
		return diag_error_at(diag, map->path, second->line, second->column,
			"the import \"%s\" \"%s\" is in line %zu already: give it once",
			second->module, second->field, first->line);
	return diag_error_at(diag, map->path, second->line, second->column,
		"the symbol \"%s\" is in line %zu already: give it once", second->old, first->line);
}

/* One symbol must not take the place of two. */
static bool same_new_name(struct diag *diag, const struct symbol_map *map,
	const struct map_entry *first, const struct map_entry *second)
{
	return diag_error_at(diag, map->path, second->line, second->column,
		"\"%s\" and, in line %zu, \"%s\" would both become \"%s\": give each a name of its "
		"own",
		second->old, first->line, first->old, second->new);
}

/* Enters an old name into the look-up table and a new one into NEW; reports those there already. */
static bool enter_symbol(
	struct diag *diag, struct symbol_map *map, size_t index, struct name_table **new)
{
	const struct map_entry *entry = &map->entries[index];
	if (!name_table_add(&map->symbols, entry->old, index) ||
		!name_table_add(new, entry->new, index))
		return diag_no_memory(diag);
	bool good = true;
	size_t first = name_table_find(*new, entry->new);
	if (first != index)
		good = same_new_name(diag, map, &map->entries[first], entry);
	first = name_table_find(map->symbols, entry->old);
	if (first != index)
		good = repeated(diag, map, &map->entries[first], entry);
	return good;
}

static bool check_symbols(struct diag *diag, struct symbol_map *map)
{
	struct name_table *new = NULL;
	bool good = true;
	for (size_t i = 0; i < map->count; i++) {
		if (map->entries[i].is_import)
			continue;
		map->symbol_count++;
		good = enter_symbol(diag, map, i, &new) && good;
	}
	name_table_free(&new);
	return good;
}

static size_t import_count(const struct symbol_map *map)
{
	return map->count - map->symbol_count;
}

static bool check_imports(struct diag *diag, struct symbol_map *map)
{
	size_t count = 0;
	bool good = true;
	map->imports = calloc(import_count(map) + 1, sizeof(const struct map_entry *));
	if (map->imports == NULL)
		return diag_no_memory(diag);
	for (size_t i = 0; i < map->count; i++)
		if (map->entries[i].is_import)
			map->imports[count++] = &map->entries[i];
	qsort(map->imports, count, sizeof(const struct map_entry *), by_key);
	for (size_t i = 1; i < count; i++)
		if (compare_keys(map->imports[i - 1], map->imports[i]) == 0)
			good = repeated(diag, map, map->imports[i - 1], map->imports[i]);
	return good;
}

/* Prepares the look-ups and reports what contradicts itself. */
static bool check_entries(struct diag *diag, struct symbol_map *map)
{
	bool good = check_symbols(diag, map);
	return check_imports(diag, map) && good;
}

/* --- the map as a whole -------------------------------------------------------------- */

struct symbol_map *map_parse(struct diag *diag, const char *path, const struct blob *file)
{
	struct symbol_map *map = calloc(1, sizeof(*map));
	bool good = map != NULL && (map->path = strdup(path)) != NULL;
	if (!good)
		diag_no_memory(diag);
	good = good && map_lines(diag, map->path, file, take_line, map) && check_entries(diag, map);
	if (good)
		return map;
	map_free(map);
	return NULL;
}

struct symbol_map *map_read(struct diag *diag, const char *path)
{
	struct blob file;
	if (!file_read(diag, path, &file))
		return NULL;
	struct symbol_map *map = map_parse(diag, path, &file);
	blob_free(&file);
	return map;
}

void map_free(struct symbol_map *map)
{
	if (map == NULL)
		return;
	for (size_t i = 0; i < map->count; i++) {
		free(map->entries[i].module);
		free(map->entries[i].field);
		free(map->entries[i].old);
		free(map->entries[i].new);
	}
	free(map->entries);
	name_table_free(&map->symbols);
	free(map->imports);
	free(map->path);
	free(map);
}

/* The entry of the LENGTH sorted ones whose key is that of WANTED, or NULL. */
static const struct map_entry *find(
	const struct map_entry *const *sorted, size_t length, const struct map_entry *wanted)
{
	size_t low = 0;
	while (low < length) {
		size_t middle = low + (length - low) / 2;
		int order = compare_keys(sorted[middle], wanted);
		if (order == 0)
			return sorted[middle];
		if (order < 0)
			low = middle + 1;
		else
			length = middle;
	}
	return NULL;
}

const struct map_entry *map_find_symbol(const struct symbol_map *map, const char *old)
{
	size_t index = name_table_find(map->symbols, old);
	return index == NAME_NONE ? NULL : &map->entries[index];
}

const struct map_entry *map_find_import(
	const struct symbol_map *map, const char *module, const char *field)
{
	const struct map_entry wanted = {
		.is_import = true, .module = (char *)module, .field = (char *)field};
	return find(map->imports, import_count(map), &wanted);
}
