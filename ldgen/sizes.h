/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * How much each component needs, and what it may be separated from: read from
 * its core module and its object.
 *
 * In a fused module the code of every component must use memories and mutable
 * globals of its own; where two share one, no fence can stand between them, and
 * the manifest is refused.
 *
 * How the compiler (synth 0.89.0, ARM) addresses tables and globals, found by
 * disassembling its output:
 *   - element I of table T is the word at base + 4 * (S + I), where base is the
 *     register for memory 0 and S the sum of the minimum sizes of the tables
 *     before T;
 *   - globals lie densely in index order from the globals register.
 */
#ifndef BERTH_LDGEN_SIZES_H
#define BERTH_LDGEN_SIZES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ldgen/manifest.h"
#include "lib/diag.h"

/* Bytes of an entry of a function table, which is an address. */
enum { TABLE_ENTRY = 4 };

struct component_sizes {
	uint32_t fused; /* meld's number */
	uint32_t core_checksum;
	uint32_t memory;      /* wasm index of the one memory that its code uses */
	uint64_t memory_size; /* bytes that it gets */
	uint64_t declared;    /* bytes that the module declares, where it is trimmed; else 0 */
	const struct manifest_room *room; /* where the memory goes; in the manifest */
	struct position memory_at;	  /* for messages about the memory */
	uint64_t globals_size;		  /* bytes */
	uint64_t table_offset; /* bytes from the base register to the table's element 0 */
	uint64_t table_count;  /* entries of 4 bytes; 0 when its code calls nothing by index */
	/* Its calls use memory 0, which is component BASE's: base register and table are there. */
	bool borrows;
	size_t base;
	bool has_arena;
	/* In the memory: the arena is the last bytes of it, or of the component's carve. */
	uint64_t arena_offset;
	uint64_t arena_size;
	uint64_t unit_code; /* bytes of its unit's code, see ldgen/code_size.h; 0 when planned */
};

struct sizes {
	struct component_sizes *components; /* as in the manifest */
	size_t count;
	char **inputs; /* the files that were read, each once */
	size_t input_count;
};

/*
 * Reads the objects and core modules of MANIFEST, relative ones in FOLDER, into
 * *SIZES, which the caller frees with sizes_free also after a failure, and into
 * MANIFEST the carves that it leaves to the fuser's attestation, and what of
 * memories each context opens (ldgen/needs.h).  Reports everything that is wrong
 * with a component.
 */
bool sizes_read(
	struct diag *diag, struct manifest *manifest, const char *folder, struct sizes *sizes);

void sizes_free(struct sizes *sizes);

#endif
