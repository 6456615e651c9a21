/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The cursor over a core module: bytes, LEB128 numbers, names, types. */
#include "lib/wasm_reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/checked.h"
#include "lib/utf8.h"

/* Writes "[code section, function 3]" as far as it is known. */
static void place(const struct wasm_reader *reader, char *text, size_t size)
{
	text[0] = '\0';
	if (reader->section != NULL && reader->function != UINT32_MAX)
		snprintf(text, size, " [%s, function %u]", reader->section, reader->function);
	else if (reader->section != NULL)
		snprintf(text, size, " [%s]", reader->section);
}

bool wasm_damaged(struct wasm_reader *reader, size_t at, const char *format, ...)
{
	char what[160];
	char where[80];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	place(reader, where, sizeof(where));
	return diag_error(reader->diag, reader->path,
		"is no valid core module: at offset 0x%zx %s%s: build it again", at, what, where);
}

bool wasm_unsupported(struct wasm_reader *reader, size_t at, const char *format, ...)
{
	char what[160];
	char where[80];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	place(reader, where, sizeof(where));
	return diag_error(reader->diag, reader->path,
		"uses %s at offset 0x%zx%s, which berth does not read: build it without", what, at,
		where);
}

bool wasm_byte(struct wasm_reader *reader, uint8_t *value)
{
	if (reader->at >= reader->end)
		return wasm_damaged(reader, reader->at, "it ends too early");
	*value = reader->bytes[reader->at++];
	return true;
}

/*
 * Whether the last byte of an N-bit number is in order: of its seven bits the
 * lowest USED carry value, the rest must be zero or, when SIGNED, copies of the
 * highest that does.
 */
static bool last_byte_good(uint8_t byte, unsigned used, bool is_signed)
{
	unsigned rest = (byte & 0x7fu) >> (is_signed ? used - 1 : used);
	unsigned ones = 0x7fu >> (is_signed ? used - 1 : used);
	return (byte & 0x80) == 0 && (rest == 0 || (is_signed && rest == ones));
}

/* Reads a LEB128 number of N bits, signed ones extended to 64 bits. */
static bool leb(struct wasm_reader *reader, unsigned bits, bool is_signed, uint64_t *value)
{
	size_t start = reader->at;
	uint64_t result = 0;
	unsigned shift = 0;
	uint8_t byte = 0x80;
	while ((byte & 0x80) != 0) {
		if (!wasm_byte(reader, &byte))
			return false;
		if (bits - shift <= 7 && !last_byte_good(byte, bits - shift, is_signed))
			return wasm_damaged(
				reader, start, "a number has more than its %u bits", bits);
		result |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	}
	if (is_signed && (byte & 0x40) != 0 && shift < 64)
		result |= UINT64_MAX << shift;
	*value = result;
	return true;
}

bool wasm_u32(struct wasm_reader *reader, uint32_t *value)
{
	uint64_t wide;
	if (!leb(reader, 32, false, &wide))
		return false;
	*value = (uint32_t)wide;
	return true;
}

bool wasm_u64(struct wasm_reader *reader, uint64_t *value)
{
	return leb(reader, 64, false, value);
}

static bool signed_leb(struct wasm_reader *reader, unsigned bits, int64_t *value)
{
	uint64_t wide;
	if (!leb(reader, bits, true, &wide))
		return false;
	memcpy(value, &wide, sizeof(*value));
	return true;
}

bool wasm_s64(struct wasm_reader *reader, int64_t *value)
{
	return signed_leb(reader, 64, value);
}

bool wasm_s33(struct wasm_reader *reader, int64_t *value)
{
	return signed_leb(reader, 33, value);
}

bool wasm_s32(struct wasm_reader *reader, int32_t *value)
{
	uint64_t wide;
	if (!leb(reader, 32, true, &wide))
		return false;
	uint32_t low = (uint32_t)wide;
	memcpy(value, &low, sizeof(*value));
	return true;
}

bool wasm_skip(struct wasm_reader *reader, uint64_t size)
{
	if (size > reader->end - reader->at)
		return wasm_damaged(reader, reader->at, "%llu bytes are said to follow, but %zu do",
			(unsigned long long)size, reader->end - reader->at);
	reader->at += (size_t)size;
	return true;
}

bool wasm_fixed(struct wasm_reader *reader, size_t size, uint64_t *value)
{
	size_t start = reader->at;
	if (!wasm_skip(reader, size))
		return false;
	*value = 0;
	for (size_t i = 0; i < size; i++)
		*value |= (uint64_t)reader->bytes[start + i] << (8 * i);
	return true;
}

bool wasm_index(struct wasm_reader *reader, size_t count, const char *what, uint32_t *value)
{
	size_t start = reader->at;
	if (!wasm_u32(reader, value))
		return false;
	return *value < count || wasm_damaged(reader, start, "%s %u is named, but there are %zu",
					 what, *value, count);
}

bool wasm_count(struct wasm_reader *reader, size_t item_size, uint32_t *count)
{
	size_t start = reader->at;
	uint64_t bytes;
	if (!wasm_u32(reader, count))
		return false;
	return (checked_mul(*count, item_size, &bytes) && bytes <= reader->end - reader->at) ||
	       wasm_damaged(reader, start, "%u items are said to follow in %zu bytes", *count,
		       reader->end - reader->at);
}

/* A name must be well-formed UTF-8 (5.2.4); NUL is legal there but ends C strings. */
static bool name_good(const uint8_t *bytes, size_t size)
{
	uint32_t code = 0;
	for (size_t at = 0; at < size;) {
		size_t step = utf8_next(bytes + at, size - at, &code);
		if (step == 0 || code == 0)
			return false;
		at += step;
	}
	return true;
}

bool wasm_name(struct wasm_reader *reader, char **name)
{
	uint32_t size;
	if (!wasm_count(reader, 1, &size))
		return false;
	const uint8_t *bytes = reader->bytes + reader->at;
	if (!name_good(bytes, size))
		return wasm_damaged(
			reader, reader->at, "a name is not UTF-8 or holds a NUL character");
	char *copy = malloc((size_t)size + 1);
	if (copy == NULL)
		return diag_no_memory(reader->diag);
	memcpy(copy, bytes, size);
	copy[size] = '\0';
	reader->at += size;
	*name = copy;
	return true;
}

static bool is_reference(uint8_t type)
{
	return type == WASM_FUNCREF || type == WASM_EXTERNREF || type == WASM_EXNREF;
}

bool wasm_value_type(struct wasm_reader *reader, uint8_t *type)
{
	if (!wasm_byte(reader, type))
		return false;
	if ((*type >= WASM_V128 && *type <= WASM_I32) || is_reference(*type))
		return true;
	if (*type >= 0x62 && *type <= 0x74)
		return wasm_unsupported(reader, reader->at - 1,
			"value type 0x%02x (typed references, garbage collection)", *type);
	return wasm_damaged(reader, reader->at - 1, "there is no value type 0x%02x", *type);
}

bool wasm_reference_type(struct wasm_reader *reader, uint8_t *type)
{
	if (!wasm_value_type(reader, type))
		return false;
	return is_reference(*type) ||
	       wasm_damaged(reader, reader->at - 1, "type 0x%02x is no reference type", *type);
}

void *wasm_grown(struct wasm_reader *reader, void *array, size_t count, size_t item_size)
{
	uint64_t bytes;
	/* Full exactly at powers of two, so that no capacity needs to be kept. */
	if (count != 0 && (count & (count - 1)) != 0)
		return array;
	void *grown = NULL;
	if (checked_mul(count == 0 ? 1 : count * 2, item_size, &bytes) && bytes <= SIZE_MAX)
		grown = realloc(array, (size_t)bytes);
	if (grown == NULL)
		diag_no_memory(reader->diag);
	return grown;
}
