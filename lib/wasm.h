/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Reading core WebAssembly modules.
 *
 * Format: WebAssembly Core Specification, chapter 5 (binary format), with the
 * multi-memory, bulk-memory, reference-types, multi-value, sign-extension,
 * saturating conversion, SIMD, threads, tail-call, extended-const, exception
 * handling and custom-page-sizes proposals.  Memories of 64 bits, garbage
 * collection and typed function references are refused by name.
 *
 * wasm_read validates structure and indices, not types: the compiler that made
 * the object from this module has done that.
 */
#ifndef BERTH_WASM_H
#define BERTH_WASM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/diag.h"
#include "lib/file.h"

enum wasm_kind { WASM_FUNCTION, WASM_TABLE, WASM_MEMORY, WASM_GLOBAL, WASM_TAG };

/* Value types by their byte in the binary format (section 5.3). */
enum wasm_type {
	WASM_I32 = 0x7f,
	WASM_I64 = 0x7e,
	WASM_F32 = 0x7d,
	WASM_F64 = 0x7c,
	WASM_V128 = 0x7b,
	WASM_FUNCREF = 0x70,
	WASM_EXTERNREF = 0x6f,
	WASM_EXNREF = 0x69
};

struct wasm_signature {
	uint8_t *params; /* enum wasm_type */
	size_t param_count;
	uint8_t *results;
	size_t result_count;
};

/* Names are owned, NUL-terminated copies; a name that contains NUL is refused. */
struct wasm_import {
	char *module;
	char *field;
	enum wasm_kind kind;
	uint32_t signature; /* of a function */
	uint32_t index;	    /* in the index space of its kind */
};

struct wasm_export {
	char *name;
	enum wasm_kind kind;
	uint32_t index;
};

struct wasm_function {
	bool imported;
	uint32_t import;      /* in imports[], when imported */
	uint32_t signature;   /* in signatures[] */
	uint32_t local_count; /* parameters and locals; 0 when imported */
	size_t body_start;    /* offset in the file of the first instruction; 0 when imported */
	size_t body_end;      /* offset behind the final end */
	size_t entry_start;   /* offset of the body's size field (the code section entry) */
};

struct wasm_memory {
	bool imported;
	uint64_t minimum;   /* pages */
	uint64_t maximum;   /* pages; UINT64_MAX when none is declared */
	uint32_t page_size; /* bytes: 65536, or 1 */
	uint64_t size;	    /* bytes: minimum * page_size */
};

struct wasm_global {
	bool imported;
	uint8_t type; /* enum wasm_type */
	bool mutable;
	bool constant;	  /* the initialiser is one constant of 32 or 64 bits */
	uint64_t initial; /* its bits, when constant */
};

#define WASM_ELEMENT_NULL UINT32_MAX	      /* a null reference */
#define WASM_ELEMENT_UNKNOWN (UINT32_MAX - 1) /* the value of a global */

struct wasm_table {
	bool imported;
	uint64_t minimum; /* elements */
	uint32_t initial; /* what each holds first: a function, or WASM_ELEMENT_NULL or _UNKNOWN */
};

/* An element segment; only an active one fills its table when the module starts. */
struct wasm_elements {
	bool active;
	uint32_t table;
	bool constant;	     /* the offset is a constant */
	uint64_t offset;     /* element index, when constant */
	uint32_t *functions; /* or WASM_ELEMENT_NULL, WASM_ELEMENT_UNKNOWN */
	size_t count;
};

struct wasm_data {
	bool active;
	uint32_t memory;
	bool constant;
	uint64_t offset;      /* bytes, when constant */
	const uint8_t *bytes; /* into the module's file */
	size_t size;
};

struct wasm_custom {
	char *name;
	const uint8_t *bytes; /* into the module's file */
	size_t size;
};

struct wasm_module {
	char *path; /* as given; for messages */
	struct blob file;
	struct wasm_signature *signatures;
	size_t signature_count;
	struct wasm_import *imports;
	size_t import_count;
	struct wasm_function *functions; /* imports first: the function index space */
	size_t function_count;
	size_t imported_function_count;
	struct wasm_table *tables;
	size_t table_count;
	struct wasm_memory *memories;
	size_t memory_count;
	struct wasm_global *globals;
	size_t global_count;
	struct wasm_export *exports;
	size_t export_count;
	struct wasm_elements *elements;
	size_t elements_count;
	uint32_t *references; /* functions that initial values of globals and tables name */
	size_t reference_count;
	struct wasm_data *data;
	size_t data_count;
	size_t tag_count;    /* imported ones included */
	bool has_data_count; /* a data count section announced: */
	uint32_t announced_data_count;
	struct wasm_custom *customs;
	size_t custom_count;
	bool has_start;
	uint32_t start;
	size_t code_section; /* offset of the code section's contents; 0 when there is none */
};

/* Reads the module at PATH; NULL after a report.  The caller frees it with wasm_free. */
struct wasm_module *wasm_read(struct diag *diag, const char *path);

/* The same for bytes already in memory, which the module takes over (also on failure). */
struct wasm_module *wasm_parse(struct diag *diag, const char *path, struct blob *file);

void wasm_free(struct wasm_module *module);

/* Bytes that a value of TYPE (enum wasm_type) takes in memory: 4, 8 or 16; references 4. */
uint64_t wasm_type_bytes(uint8_t type);

/* The custom section NAME, or NULL. */
const struct wasm_custom *wasm_custom(const struct wasm_module *module, const char *name);

/* One instruction, as far as berth needs to understand it. */
struct wasm_instruction {
	uint32_t opcode; /* the byte; for prefixed ones 0xPP000000 | the LEB sub-opcode */
	size_t offset;	 /* in the file */
	/* Meaning by opcode: call: function; call_indirect: signature, table;
	 * global.get/set: global; loads, stores, memory.size/grow/fill: memory in
	 * memory; memory.copy: destination in memory, source in memory2;
	 * memory.init: data segment in index, memory in memory; ref.func: function;
	 * table.*: table in table; table.copy: destination in table, source in
	 * table2; table.init: element segment in index; i32.const: its bits. */
	uint32_t index;
	uint32_t table;
	uint32_t table2;
	uint32_t memory;
	uint32_t memory2;
	bool uses_memory; /* memory (and for memory.copy memory2) is meaningful */
	bool uses_table;  /* table (and for table.copy table2) is meaningful */
};

enum {
	WASM_OP_CALL = 0x10,
	WASM_OP_CALL_INDIRECT = 0x11,
	WASM_OP_RETURN_CALL = 0x12,
	WASM_OP_RETURN_CALL_INDIRECT = 0x13,
	WASM_OP_GLOBAL_GET = 0x23,
	WASM_OP_GLOBAL_SET = 0x24,
	WASM_OP_TABLE_GET = 0x25,
	WASM_OP_MEMORY_SIZE = 0x3f,
	WASM_OP_MEMORY_GROW = 0x40,
	WASM_OP_I32_CONST = 0x41,
	WASM_OP_REF_FUNC = 0xd2,
};

/* Opcodes behind a prefix; not in the enum because they do not fit an int. */
#define WASM_OP_MEMORY_INIT 0xfc000008u
#define WASM_OP_MEMORY_COPY 0xfc00000au
#define WASM_OP_MEMORY_FILL 0xfc00000bu
#define WASM_OP_TABLE_INIT 0xfc00000cu
#define WASM_OP_TABLE_COPY 0xfc00000eu

/*
 * Calls VISIT for every instruction of the defined function FUNCTION, in
 * program order, until it returns false.  Returns false after a report when
 * the body cannot be decoded (wasm_parse has already scanned every body, so
 * for a module that it returned this does not happen), or when VISIT did.
 */
bool wasm_scan(struct diag *diag, const struct wasm_module *module, uint32_t function,
	bool (*visit)(const struct wasm_instruction *instruction, void *context), void *context);

#endif
