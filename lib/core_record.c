/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/core_record.h"

#include <stdlib.h>
#include <string.h>

#include "lib/crc32.h"

static void put_word(uint8_t *at, uint8_t data, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (data == ELFDATA2MSB ? 24 - 8 * i : 8 * i));
}

void core_record_make(
	const struct wasm_module *module, uint8_t data, uint8_t record[CORE_RECORD_BYTES])
{
	put_word(record, data, (uint32_t)module->file.size);
	put_word(record + 4, data, crc32_more(CRC32_START, module->file.bytes, module->file.size));
}

/* The section with the records, or NULL when there is no sound one. */
static const struct object_section *records_of(const struct object *object)
{
	const struct object_section *section = object_section(object, CORE_RECORD_SECTION);
	if (section == NULL || section->bytes == NULL || section->size % CORE_RECORD_BYTES != 0)
		return NULL;
	return section;
}

enum core_record_verdict core_record_compare(
	const struct object *object, const struct wasm_module *module)
{
	uint8_t wanted[CORE_RECORD_BYTES];
	const struct object_section *section = records_of(object);
	if (section == NULL)
		return CORE_RECORD_MISSING;
	core_record_make(module, object->data, wanted);
	for (uint64_t i = 0; i < section->size; i += CORE_RECORD_BYTES)
		if (memcmp(section->bytes + i, wanted, CORE_RECORD_BYTES) == 0)
			return CORE_RECORD_SAME;
	return CORE_RECORD_OTHER;
}

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, CORE_RECORD_BYTES);
}

size_t core_record_count(const struct object *object)
{
	const struct object_section *section = records_of(object);
	size_t total = section == NULL ? 0 : (size_t)(section->size / CORE_RECORD_BYTES);
	size_t count = 0;
	uint8_t *records = reallocarray(NULL, total + 1, CORE_RECORD_BYTES);
	/* Without memory each counts for itself: more than can be given, never fewer. */
	if (records == NULL || total == 0) {
		free(records);
		return total;
	}
	memcpy(records, section->bytes, total * CORE_RECORD_BYTES);
	qsort(records, total, CORE_RECORD_BYTES, by_bytes);
	for (size_t i = 0; i < total; i++)
		count += i == 0 || by_bytes(records + i * CORE_RECORD_BYTES,
					   records + (i - 1) * CORE_RECORD_BYTES) != 0;
	free(records);
	return count;
}
