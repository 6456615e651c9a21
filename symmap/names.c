/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Names that follow from other names by rule. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symmap/kebab.h"
#include "symmap/resolve.h"
#include "symmap/resolve_names.h"

char *component_symbol(const char *component, const char *name)
{
	char *symbol;
	return asprintf(&symbol, "%s_%s", component, name) < 0 ? NULL : symbol;
}

/* --- imports ---------------------------------------------------------------------- */

static const char digits[] = "0123456789";

bool import_is_world(const struct wasm_import *import)
{
	const char *field = import->field;
	if (*field == '\0')
		return true;
	return *field == '$' && field[1] != '\0' && field[1 + strspn(field + 1, digits)] == '\0';
}

char *import_kebab(const struct wasm_import *import)
{
	return kebab_case(import_is_world(import) ? import->module : import->field);
}

/* Length of FIELD without a "$N" at its end, or of all of it. */
static size_t base_length(const char *field)
{
	const char *dollar = strrchr(field, '$');
	if (dollar == NULL || dollar[1] == '\0' || dollar[1 + strspn(dollar + 1, digits)] != '\0')
		return strlen(field);
	return (size_t)(dollar - field);
}

/* Order by module, then by the first LENGTH bytes of FIELD. */
static int compare_pair(
	const struct wasm_import *import, const char *module, const char *field, size_t length)
{
	int order = strcmp(import->module, module);
	if (order == 0)
		order = strncmp(import->field, field, length);
	if (order == 0)
		order = import->field[length] == '\0' ? 0 : 1;
	return order;
}

static int compare_imports(const void *left, const void *right)
{
	const struct wasm_import *a = *(const struct wasm_import *const *)left;
	const struct wasm_import *b = *(const struct wasm_import *const *)right;
	return compare_pair(a, b->module, b->field, strlen(b->field));
}

bool import_index_make(const struct wasm_module *module, struct import_index *index)
{
	index->count = module->imported_function_count;
	index->sorted = calloc(index->count + 1, sizeof(const struct wasm_import *));
	if (index->sorted == NULL)
		return false;
	for (size_t i = 0; i < index->count; i++)
		index->sorted[i] = &module->imports[module->functions[i].import];
	qsort(index->sorted, index->count, sizeof(const struct wasm_import *), compare_imports);
	return true;
}

void import_index_free(struct import_index *index)
{
	free(index->sorted);
	*index = (struct import_index){0};
}

/* Whether an import has the module of IMPORT and, as field, the first LENGTH bytes of its. */
static bool has_sibling(
	const struct import_index *index, const struct wasm_import *import, size_t length)
{
	size_t low = 0;
	size_t high = index->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order =
			compare_pair(index->sorted[middle], import->module, import->field, length);
		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

char *import_name(const struct import_index *index, const struct wasm_import *import)
{
	if (import_is_world(import))
		return strdup(import->module);
	size_t length = base_length(import->field);
	if (import->field[length] != '\0' && !has_sibling(index, import, length))
		length = strlen(import->field);
	return strndup(import->field, length);
}

/* --- exports ---------------------------------------------------------------------- */

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Number of bytes of the version "@1.0.0-rc.1+b" at TEXT; 0 when it is none. */
static size_t version_length(const char *text)
{
	size_t length = 1;
	if (text[0] != '@' || text[1] < '0' || text[1] > '9')
		return 0;
	while (is_word(text[length]) || (text[length] != '\0' && strchr(".+-", text[length])))
		length++;
	return length;
}

/* Words that are no names in C11 or in C++20, and two that GNU C takes for macros. */
static bool is_reserved(const char *name)
{
	static const char *const words[] = {"alignas", "alignof", "and", "and_eq", "asm", "auto",
		"bitand", "bitor", "bool", "break", "case", "catch", "char", "char16_t", "char32_t",
		"char8_t", "class", "co_await", "co_return", "co_yield", "compl", "concept",
		"const", "const_cast", "consteval", "constexpr", "constinit", "continue",
		"decltype", "default", "delete", "do", "double", "dynamic_cast", "else", "enum",
		"explicit", "export", "extern", "false", "float", "for", "friend", "goto", "if",
		"inline", "int", "linux", "long", "mutable", "namespace", "new", "noexcept", "not",
		"not_eq", "nullptr", "operator", "or", "or_eq", "private", "protected", "public",
		"register", "reinterpret_cast", "requires", "restrict", "return", "short", "signed",
		"sizeof", "static", "static_assert", "static_cast", "struct", "switch", "template",
		"this", "thread_local", "throw", "true", "try", "typedef", "typeid", "typename",
		"union", "unix", "unsigned", "using", "virtual", "void", "volatile", "wchar_t",
		"while", "xor", "xor_eq"};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(name, words[i]) == 0)
			return true;
	return false;
}

char *export_identifier(const char *name)
{
	/* At most one byte more than the name: a digit cannot come first in C, a reserved
	 * word cannot stand alone. */
	char *identifier = malloc(strlen(name) + 2);
	size_t size = 0;
	if (identifier == NULL)
		return NULL;
	if (*name == '\0' || (*name >= '0' && *name <= '9'))
		identifier[size++] = '_';
	while (*name != '\0') {
		size_t version = version_length(name);
		if (version == 0 && is_word(*name))
			identifier[size++] = *name;
		else if (size == 0 || identifier[size - 1] != '_')
			identifier[size++] = '_';
		name += version == 0 ? 1 : version;
	}
	identifier[size] = '\0';
	if (is_reserved(identifier)) {
		identifier[size] = '_';
		identifier[size + 1] = '\0';
	}
	return identifier;
}
