/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/init_records.h"

#include <gelf.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/include/berth/regions.h"

void init_records_free(struct init_records *records)
{
	free(records->bytes);
	free(records->fixups);
	*records = (struct init_records){.data = records->data};
}

/* Makes room for MORE bytes, which are zero, and returns them; NULL when memory ran out. */
static uint8_t *extend(struct init_records *records, size_t more)
{
	if (more > SIZE_MAX / 4 || records->size > SIZE_MAX / 4)
		return NULL;
	if (records->size + more > records->capacity) {
		size_t capacity = (records->size + more) * 2;
		uint8_t *bytes = realloc(records->bytes, capacity);
		if (bytes == NULL)
			return NULL;
		records->bytes = bytes;
		records->capacity = capacity;
	}
	uint8_t *at = records->bytes + records->size;
	memset(at, 0, more);
	records->size += more;
	return at;
}

void init_records_put_word(uint8_t data, uint8_t *at, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++) {
		unsigned shift = data == ELFDATA2MSB ? 24 - 8 * i : 8 * i;
		at[i] = (uint8_t)(value >> shift);
	}
}

/* Adds the header of a record and room for its SIZE bytes; returns where they go. */
static uint8_t *add_header(struct diag *diag, struct init_records *records, uint32_t context,
	uint64_t address, size_t size)
{
	if (size > UINT32_MAX - 3 || address > UINT32_MAX) {
		diag_error(diag, NULL, "initial data beyond 32 bits of address: check the layout");
		return NULL;
	}
	size_t padded = (size + 3) & ~(size_t)3;
	uint8_t *at = extend(records, sizeof(struct berth_init) + padded);
	if (at == NULL) {
		diag_no_memory(diag);
		return NULL;
	}
	init_records_put_word(records->data, at, context);
	init_records_put_word(records->data, at + 4, (uint32_t)address);
	init_records_put_word(records->data, at + 8, (uint32_t)size);
	return at + sizeof(struct berth_init);
}

bool init_records_add(struct diag *diag, struct init_records *records, uint32_t context,
	uint64_t address, const uint8_t *bytes, size_t size)
{
	if (size == 0)
		return true;
	uint8_t *at = add_header(diag, records, context, address, size);
	if (at == NULL)
		return false;
	memcpy(at, bytes, size);
	return true;
}

/* The end of the run that starts at START: behind its last byte that is not zero. */
static size_t run_end(const uint8_t *bytes, size_t start, size_t size)
{
	size_t end = start + 1;
	for (size_t i = end; i < size && i - end < sizeof(struct berth_init); i++)
		if (bytes[i] != 0)
			end = i + 1;
	return end;
}

bool init_records_add_sparse(struct diag *diag, struct init_records *records, uint32_t context,
	uint64_t address, const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] == 0)
			continue;
		size_t end = run_end(bytes, i, size);
		if (!init_records_add(diag, records, context, address + i, bytes + i, end - i))
			return false;
		i = end;
	}
	return true;
}

static bool add_fixup(
	struct diag *diag, struct init_records *records, uint64_t offset, uint32_t symbol)
{
	if (records->fixup_count == records->fixup_capacity) {
		size_t capacity = records->fixup_capacity * 2 + 16;
		struct init_fixup *fixups = realloc(records->fixups, capacity * sizeof(*fixups));
		if (fixups == NULL)
			return diag_no_memory(diag);
		records->fixups = fixups;
		records->fixup_capacity = capacity;
	}
	records->fixups[records->fixup_count++] = (struct init_fixup){offset, symbol};
	return true;
}

bool init_records_add_addresses(struct diag *diag, struct init_records *records, uint32_t context,
	uint64_t address, const uint32_t *symbols, size_t count)
{
	if (count == 0)
		return true;
	uint8_t *at = add_header(diag, records, context, address, count * 4);
	if (at == NULL)
		return false;
	uint64_t offset = (uint64_t)(at - records->bytes);
	for (size_t i = 0; i < count; i++)
		if (symbols[i] != 0 && !add_fixup(diag, records, offset + i * 4, symbols[i]))
			return false;
	return true;
}
