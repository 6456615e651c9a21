/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The custom section component-provenance, version 3.  All numbers are little
 * endian:
 *
 *    0  "SCPV"
 *    4  u8   version, 3
 *    5  u8   1: no code uses memory.grow
 *    6  u8   1: nothing is imported
 *    7  32   SHA-256 of the module without this section
 *   39  u32  number of records
 *   43  records, one for each function that came out of a component:
 *
 *       u32  index in the fused module
 *       u32  length of the name, in bytes
 *       ...  name of the component: "component-N"
 *       u32  index in the component
 *       u8   1: a range follows
 *       u32  start of the function's code, counted from the contents of the
 *       u32  code section, at its locals; end of it
 *
 * Imports and most functions that the fuser added have no record; adapters may have
 * one with the component number SIZE_MAX.  Outside of
 * reproducible fusion, a component that has a name of its own stands there with
 * that name and not with its number.
 *
 * The ranges tie the section to the module: a module that was changed after it
 * was fused has other ones.
 */
#include "lib/meld_sources.h"

#include <string.h>

enum { MAGIC_SIZE = 4, VERSION = 3, FLAGS_SIZE = 2, HASH_SIZE = 32, SMALLEST_RECORD = 13 };

struct record {
	uint32_t function;
	const uint8_t *name;
	uint32_t name_size;
	bool has_range;
	uint32_t start;
	uint32_t end;
};

/* The bytes that are left. */
struct cursor {
	struct diag *diag;
	const char *path;
	const uint8_t *at;
	size_t left;
};

static bool damaged(const struct cursor *cursor, const char *what)
{
	return diag_error(cursor->diag, cursor->path,
		"%s [section component-provenance]: fuse the module again", what);
}

static const uint8_t *take(struct cursor *cursor, size_t size)
{
	if (size > cursor->left) {
		damaged(cursor, "ends too early");
		return NULL;
	}
	const uint8_t *bytes = cursor->at;
	cursor->at += size;
	cursor->left -= size;
	return bytes;
}

static bool take_word(struct cursor *cursor, uint32_t *word)
{
	const uint8_t *bytes = take(cursor, 4);
	if (bytes == NULL)
		return false;
	*word = bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
		(uint32_t)bytes[3] << 24;
	return true;
}

static bool take_header(struct cursor *cursor, uint32_t *count)
{
	const uint8_t *magic = take(cursor, MAGIC_SIZE);
	if (magic == NULL)
		return false;
	if (memcmp(magic, "SCPV", MAGIC_SIZE) != 0)
		return damaged(cursor, "does not begin with SCPV");
	const uint8_t *version = take(cursor, 1);
	if (version == NULL)
		return false;
	if (*version != VERSION)
		return diag_error(cursor->diag, cursor->path,
			"is of version %u and not %u [section component-provenance]: fuse the "
			"module with meld 0.65",
			*version, VERSION);
	if (take(cursor, FLAGS_SIZE + HASH_SIZE) == NULL || !take_word(cursor, count))
		return false;
	return *count <= cursor->left / SMALLEST_RECORD ||
	       damaged(cursor, "announces more records than it holds");
}

static bool take_record(struct cursor *cursor, struct record *record)
{
	uint32_t original;
	if (!take_word(cursor, &record->function) || !take_word(cursor, &record->name_size) ||
		(record->name = take(cursor, record->name_size)) == NULL ||
		!take_word(cursor, &original))
		return false;
	const uint8_t *flag = take(cursor, 1);
	if (flag == NULL)
		return false;
	if (*flag > 1)
		return damaged(cursor, "has a flag that is neither 0 nor 1");
	record->has_range = *flag == 1;
	return !record->has_range ||
	       (take_word(cursor, &record->start) && take_word(cursor, &record->end));
}

/* The number in "component-N", without leading zeros; MELD_UNKNOWN for any other name. */
static uint32_t component_number(const struct record *record)
{
	static const char prefix[] = "component-";
	const size_t skip = sizeof(prefix) - 1;
	uint64_t number = 0;
	if (record->name_size <= skip || record->name_size > skip + 10 ||
		memcmp(record->name, prefix, skip) != 0 ||
		(record->name[skip] == '0' && record->name_size > skip + 1))
		return MELD_UNKNOWN;
	for (size_t i = skip; i < record->name_size; i++) {
		if (record->name[i] < '0' || record->name[i] > '9')
			return MELD_UNKNOWN;
		number = number * 10 + (uint64_t)(record->name[i] - '0');
	}
	return number < MELD_UNKNOWN ? (uint32_t)number : MELD_UNKNOWN;
}

/*
 * Adapters, which copy arguments and results between the memories of two
 * components, are of neither; meld numbers them SIZE_MAX, of a host of 64 or 32
 * bits.
 */
static bool is_adapter(const struct record *record)
{
	static const char *const names[] = {
		"component-18446744073709551615", "component-4294967295"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (record->name_size == strlen(names[i]) &&
			memcmp(record->name, names[i], record->name_size) == 0)
			return true;
	return false;
}

/* The range starts between the size and the first instruction, and ends with the function. */
static bool range_good(const struct wasm_module *module, const struct record *record)
{
	const struct wasm_function *function = &module->functions[record->function];
	uint64_t start = (uint64_t)module->code_section + record->start;
	uint64_t end = (uint64_t)module->code_section + record->end;
	return !record->has_range ||
	       (start > function->entry_start && start < function->body_start &&
		       end == function->body_end);
}

static bool apply(struct cursor *cursor, const struct wasm_module *module,
	const struct record *record, uint32_t *of_function)
{
	uint32_t component = component_number(record);
	if (record->function < module->imported_function_count ||
		record->function >= module->function_count)
		return damaged(cursor, "has a record for a function that is not defined");
	if (component == MELD_UNKNOWN && !is_adapter(record))
		return diag_error(cursor->diag, cursor->path,
			"names a component \"%.*s\" and not \"component-N\" [section "
			"component-provenance]: fuse the module with --reproducible",
			record->name_size > 80 ? 80 : (int)record->name_size,
			(const char *)record->name);
	if (of_function[record->function] != MELD_UNKNOWN)
		return damaged(cursor, "has two records for one function");
	if (!range_good(module, record))
		return damaged(cursor, "does not fit the code, which changed after fusion");
	of_function[record->function] = component;
	return true;
}

bool meld_provenance(struct diag *diag, const struct wasm_module *module,
	const struct wasm_custom *section, uint32_t *of_function)
{
	struct cursor cursor = {
		.diag = diag, .path = module->path, .at = section->bytes, .left = section->size};
	uint32_t count = 0;
	if (!take_header(&cursor, &count))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		struct record record = {0};
		if (!take_record(&cursor, &record) || !apply(&cursor, module, &record, of_function))
			return false;
	}
	return cursor.left == 0 || damaged(&cursor, "goes on behind its last record");
}
