/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/wasm_names.h"

#include <stdlib.h>
#include <string.h>

enum { FUNCTION_NAMES = 1 };

/* Bytes that are left to read. */
struct cursor {
	const uint8_t *at;
	const uint8_t *end;
};

/* LEB128, at most five bytes; the unused bits of the last must be zero (5.2.2). */
static bool take_u32(struct cursor *cursor, uint32_t *value)
{
	*value = 0;
	for (unsigned shift = 0; shift < 35 && cursor->at < cursor->end; shift += 7) {
		uint8_t byte = *cursor->at++;
		if (shift == 28 && byte > 0x0f)
			return false;
		*value |= (uint32_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return true;
	}
	return false;
}

static bool take_bytes(struct cursor *cursor, struct cursor *bytes)
{
	uint32_t size;
	if (!take_u32(cursor, &size) || size > (size_t)(cursor->end - cursor->at))
		return false;
	*bytes = (struct cursor){cursor->at, cursor->at + size};
	cursor->at += size;
	return true;
}

/* False only when memory ran out. */
static bool read_functions(struct cursor section, struct wasm_names *names)
{
	uint32_t count;
	if (!take_u32(&section, &count))
		return true;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t index;
		struct cursor name;
		if (!take_u32(&section, &index) || !take_bytes(&section, &name))
			return true;
		if (index >= names->count || names->of_function[index] != NULL)
			continue;
		names->of_function[index] =
			strndup((const char *)name.at, (size_t)(name.end - name.at));
		if (names->of_function[index] == NULL)
			return false;
	}
	return true;
}

bool wasm_names_read(const struct wasm_module *module, struct wasm_names *names)
{
	const struct wasm_custom *custom = wasm_custom(module, "name");
	names->count = module->function_count;
	names->of_function = calloc(names->count + 1, sizeof(char *));
	if (names->of_function == NULL)
		return false;
	struct cursor cursor = {0};
	if (custom != NULL)
		cursor = (struct cursor){custom->bytes, custom->bytes + custom->size};
	while (cursor.at < cursor.end) {
		uint8_t id = *cursor.at++;
		struct cursor section;
		if (!take_bytes(&cursor, &section))
			break;
		if (id == FUNCTION_NAMES && !read_functions(section, names))
			return false;
	}
	return true;
}

void wasm_names_free(struct wasm_names *names)
{
	for (size_t i = 0; names->of_function != NULL && i < names->count; i++)
		free(names->of_function[i]);
	free(names->of_function);
	*names = (struct wasm_names){0};
}

const char *wasm_name_of(const struct wasm_names *names, uint32_t function)
{
	const char *name = function < names->count ? names->of_function[function] : NULL;
	return name == NULL || name[0] == '\0' ? NULL : name;
}
