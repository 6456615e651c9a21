/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Which core module an object was bound with.
 *
 * The compiler's object does not say which module it was made from, and a
 * wrong one can look right: same sizes, same imports.  elfbind bind compares
 * every call of the two and then leaves a record in the section .berth.core,
 * which is not loaded and which linkers join:
 *
 *     record...   each: u32 size of the module in bytes, u32 its CRC-32,
 *                 in the object's byte order
 */
#ifndef BERTH_CORE_RECORD_H
#define BERTH_CORE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/object.h"
#include "lib/wasm.h"

#define CORE_RECORD_SECTION ".berth.core"
#define CORE_RECORD_BYTES 8u

/* Makes the record of MODULE in byte order DATA (ELFDATA2LSB or ELFDATA2MSB). */
void core_record_make(
	const struct wasm_module *module, uint8_t data, uint8_t record[CORE_RECORD_BYTES]);

enum core_record_verdict {
	CORE_RECORD_MISSING, /* the file has no such section, or one of another size */
	CORE_RECORD_OTHER,   /* it records other modules only */
	CORE_RECORD_SAME,
};

/* Whether OBJECT (an object or an image) records that it was bound with MODULE. */
enum core_record_verdict core_record_compare(
	const struct object *object, const struct wasm_module *module);

/* How many modules OBJECT records, each counted once; 0 without a sound section. */
size_t core_record_count(const struct object *object);

#endif
