/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What elfbind bind found out, kept in the object.
 *
 * The compiler's object does not say which core module it was made from, whose
 * each function is, or which native serves an import.  bind knows, and leaves
 * one record in the section .berth.bind, which is not loaded; linkers lay the
 * records of several objects behind one another.  Words of 32 bits in the
 * object's byte order; a string is its offset from the start of the record:
 *
 *     u32 magic, bytes of the record, version
 *     u32 bytes of the core module, its CRC-32
 *     u32 components, exports, imports
 *     component...   u32 name ("" without one), fuser's number, 1 if it has an arena
 *     export...      u32 symbol, name in the module, component, function index
 *     import...      u32 module, field, component, native (the symbol), function index
 *     strings, each with a NUL; zeros up to a multiple of 4, at least one
 *
 * A component is an index in the list, or BIND_RECORD_NONE where none is known.
 * Imports are those that are called or lie in a table, where they may be called
 * by index; behind them are the natives that no import stands for, without names, and with
 * BIND_RECORD_NONE for the function.
 */
#ifndef BERTH_BIND_RECORD_H
#define BERTH_BIND_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/diag.h"
#include "lib/file.h"
#include "lib/object.h"
#include "lib/wasm.h"

#define BIND_RECORD_SECTION ".berth.bind"
#define BIND_RECORD_MAGIC 0x444e4942u /* "BIND" in a little-endian file */
#define BIND_RECORD_VERSION 1u
#define BIND_RECORD_NONE UINT32_MAX

/* All strings are borrowed, also after reading: they lie in the object. */
struct bind_record_component {
	const char *name;
	uint32_t number;
	bool arena;
};

struct bind_record_export {
	const char *symbol; /* in the firmware */
	const char *name;   /* in the module */
	uint32_t component;
	uint32_t function;
};

struct bind_record_import {
	const char *module;
	const char *field;
	uint32_t component;
	const char *native; /* the symbol that its calls name */
	uint32_t function;
};

struct bind_record {
	uint32_t core_size; /* bytes of the core module's file */
	uint32_t core_crc;
	struct bind_record_component *components;
	struct bind_record_export *exports;
	struct bind_record_import *imports;
	uint32_t component_count;
	uint32_t export_count;
	uint32_t import_count;
};

/* The checksum of the file of MODULE, CRC-32. */
uint32_t bind_record_core_crc(const struct wasm_module *module);

/* Notes the size and the checksum of MODULE in RECORD. */
void bind_record_set_core(struct bind_record *record, const struct wasm_module *module);

/* Whether RECORD is that of MODULE. */
bool bind_record_is_of(const struct bind_record *record, const struct wasm_module *module);

/*
 * Writes RECORD for byte order DATA (ELFDATA2LSB or ELFDATA2MSB) into *BYTES,
 * which the caller frees with blob_free.  False after a report: memory, or more
 * than 32 bits can count.
 */
bool bind_record_write(
	struct diag *diag, const struct bind_record *record, uint8_t data, struct blob *bytes);

/* Frees the arrays of RECORD; the strings are not its own. */
void bind_record_free(struct bind_record *record);

/* The records of an object or an image. */
struct bind_records {
	struct bind_record *list; /* one for each object that was bound */
	size_t count;
	bool damaged; /* there is such a section, and it is none that bind writes */
};

/*
 * Reads the records of OBJECT, which must outlive them.  Without the section, and
 * where it is damaged, there are none.  False after a report when memory ran
 * out; the caller calls bind_records_free in any case.
 */
bool bind_records_read(
	struct diag *diag, const struct object *object, struct bind_records *records);

/* Whether one of the components is called NAME. */
bool bind_record_has(const struct bind_record *record, const char *name);

/* The record of MODULE, or NULL. */
const struct bind_record *bind_records_find(
	const struct bind_records *records, const struct wasm_module *module);

/* How many different modules the records are of. */
size_t bind_records_cores(const struct bind_records *records);

void bind_records_free(struct bind_records *records);

#endif
