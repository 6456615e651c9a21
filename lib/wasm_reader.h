/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * A cursor over the bytes of a core module.  Shared by the files that read
 * modules; nobody else includes this.
 *
 * Numbers are LEB128 (Core Specification, 5.2.2): at most ceil(N/7) bytes for
 * an N-bit number, and the unused bits of the last byte must be zero, or copies
 * of the sign.  Every function returns false after a report.
 */
#ifndef BERTH_WASM_READER_H
#define BERTH_WASM_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/diag.h"
#include "lib/wasm.h"

struct wasm_reader {
	struct diag *diag;
	const char *path;
	const uint8_t *bytes;
	size_t at;	     /* offset in the file of the next byte */
	size_t end;	     /* offset behind the last byte that may be read */
	const char *section; /* for messages: "code section" */
	uint32_t function;   /* for messages; UINT32_MAX outside of functions */
};

/* Reports that the module is damaged at offset AT; returns false. */
bool wasm_damaged(struct wasm_reader *reader, size_t at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Reports that the module uses, at offset AT, something that berth does not read. */
bool wasm_unsupported(struct wasm_reader *reader, size_t at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Each reads the next number, which must lie before the end. */
bool wasm_byte(struct wasm_reader *reader, uint8_t *value);
bool wasm_u32(struct wasm_reader *reader, uint32_t *value);
bool wasm_u64(struct wasm_reader *reader, uint64_t *value);
bool wasm_s32(struct wasm_reader *reader, int32_t *value);
bool wasm_s33(struct wasm_reader *reader, int64_t *value);
bool wasm_s64(struct wasm_reader *reader, int64_t *value);

/* Passes over SIZE bytes. */
bool wasm_skip(struct wasm_reader *reader, uint64_t size);

/* Reads SIZE (1 to 8) bytes, little endian. */
bool wasm_fixed(struct wasm_reader *reader, size_t size, uint64_t *value);

/* Reads an index that must be below COUNT; WHAT names its space in messages. */
bool wasm_index(struct wasm_reader *reader, size_t count, const char *what, uint32_t *value);

/* Reads the count of a vector of items of at least ITEM_SIZE bytes: it must fit what is left. */
bool wasm_count(struct wasm_reader *reader, size_t item_size, uint32_t *count);

/* Reads a name (UTF-8, no NUL) into a new string. */
bool wasm_name(struct wasm_reader *reader, char **name);

/* Reads a value type; only those of enum wasm_type are known. */
bool wasm_value_type(struct wasm_reader *reader, uint8_t *type);

/* Reads a reference type. */
bool wasm_reference_type(struct wasm_reader *reader, uint8_t *type);

/*
 * Room for one more item in ARRAY, which holds COUNT items of ITEM_SIZE bytes
 * and only ever grew through here: the array, moved or not, or NULL after a
 * report (the old array then still stands).
 */
void *wasm_grown(struct wasm_reader *reader, void *array, size_t count, size_t item_size);

/* What an initialiser is, as far as berth looks. */
enum wasm_constant_kind {
	WASM_CONSTANT_OTHER, /* depends on an import, is computed, or a vector */
	WASM_CONSTANT_NUMBER,
	WASM_CONSTANT_NULL,
	WASM_CONSTANT_FUNCTION
};

struct wasm_constant {
	enum wasm_constant_kind kind;
	uint8_t type;	   /* of a number: enum wasm_type */
	uint64_t bits;	   /* of a number */
	uint32_t function; /* of a reference to a function */
};

/* Reads a constant expression up to and with its end. */
bool wasm_constant(struct wasm_reader *reader, const struct wasm_module *module,
	struct wasm_constant *constant);

/* Reads the contents of section ID (not a custom one) into MODULE. */
bool wasm_section(struct wasm_reader *reader, struct wasm_module *module, uint8_t id);

#endif
