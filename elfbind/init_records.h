/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The contents of .berth.init: what the firmware writes before the first call.
 * The format is struct berth_init in runtime/include/berth/regions.h.
 */
#ifndef BERTH_INIT_RECORDS_H
#define BERTH_INIT_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/diag.h"

/* A word of the section that the linker shall make the address of a symbol. */
struct init_fixup {
	uint64_t offset; /* in the section */
	uint32_t symbol; /* index in the object's symbol table */
};

struct init_records {
	uint8_t data; /* byte order: ELFDATA2LSB or ELFDATA2MSB */
	uint8_t *bytes;
	size_t size;
	size_t capacity;
	struct init_fixup *fixups;
	size_t fixup_count;
	size_t fixup_capacity;
};

/* Frees what RECORDS holds. */
void init_records_free(struct init_records *records);

/* Puts VALUE at AT in byte order DATA (ELFDATA2LSB or ELFDATA2MSB). */
void init_records_put_word(uint8_t data, uint8_t *at, uint32_t value);

/* Adds one record of the SIZE bytes at BYTES for ADDRESS in component CONTEXT. */
bool init_records_add(struct diag *diag, struct init_records *records, uint32_t context,
	uint64_t address, const uint8_t *bytes, size_t size);

/*
 * Adds what in the SIZE bytes at BYTES is not zero, as one record for each run;
 * runs closer than a record's header are joined.
 */
bool init_records_add_sparse(struct diag *diag, struct init_records *records, uint32_t context,
	uint64_t address, const uint8_t *bytes, size_t size);

/*
 * Adds a record of COUNT words of 32 bits; word i becomes the address of symbol
 * SYMBOLS[i], or zero where that is 0.
 */
bool init_records_add_addresses(struct diag *diag, struct init_records *records, uint32_t context,
	uint64_t address, const uint32_t *symbols, size_t count);

#endif
