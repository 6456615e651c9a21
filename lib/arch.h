/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The architectures by name: what a layout, the region table and the
 * encoders of mpu-table must agree on.
 */
#ifndef BERTH_ARCH_H
#define BERTH_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ARCH_WORDS = 3 /* registers of a row, at most */ };

enum arch_id {
	ARCH_ARMV6M,
	ARCH_ARMV7M,
	ARCH_ARMV7R,
	ARCH_ARMV8M,
	ARCH_ARMV81M,
	ARCH_RISCV,
	ARCH_COUNT,
};

struct arch {
	enum arch_id id;
	const char *name;    /* "armv7-m" */
	uint32_t table;	     /* its number in the region table, enum berth_arch */
	const char *machine; /* "arm" or "riscv" */
	const char *endian;  /* "little": the order that its parts have */
	uint16_t elf;	     /* e_machine */
	uint32_t words;	     /* registers of a row */
	const char *registers[ARCH_WORDS];
	unsigned slots;	  /* the most that a part can have */
	uint64_t granule; /* bytes: what bases and sizes must be multiples of on a plain part */
	bool names_slot;  /* the first register names the slot that the row loads into */
};

/* What one part has that another of the same architecture has not.  All zero is the plain part. */
struct row_target {
	uint32_t mair[2];     /* armv8-m: MPU_MAIR0 and MPU_MAIR1 */
	bool pxn;	      /* armv8.1-m: the privileged side executes no code of components */
	unsigned granularity; /* riscv: G, the granule is 2^(G+2) bytes */
	bool napot_only;      /* riscv: the part has no TOR and no NA4 */
	bool mml;	      /* riscv: mseccfg.MML is set (Smepmp) */
};

/* How Normal memory is cached where the part has caches. */
enum row_cache {
	ROW_CACHE_USUAL, /* what the kind of region has if nothing is said */
	ROW_CACHE_NONE,	 /* shareable, as what a DMA controller or another core writes needs it */
	ROW_CACHE_WRITE_THROUGH,
	ROW_CACHE_WRITE_BACK,
	ROW_CACHES,
};

enum { ARCH_GRANULARITY_MOST = 29 }; /* a granule of 2^31 bytes */

/* By enum arch_id. */
extern const struct arch arch_list[ARCH_COUNT];

/* The architecture called NAME, or NULL. */
const struct arch *arch_find(const char *name);

/* The one with this number in the region table, or NULL. */
const struct arch *arch_of_table(uint32_t table);

/* Bytes that bases and sizes must be multiples of on TARGET. */
uint64_t arch_granule(const struct arch *arch, const struct row_target *target);

/* "off", "TOR", "NA4" or "NAPOT": how the byte CFG of a pmpcfg register matches (Volume II of the
 * RISC-V manual, 3.7.1, field A); NULL for another architecture, whose rows have no modes. */
const char *arch_row_mode(const struct arch *arch, uint32_t cfg);

/* What TARGET has that ARCH cannot have, in words; NULL when there is no such thing. */
const char *arch_target_fault(const struct arch *arch, const struct row_target *target);

/* Why no row of ARCH makes memory CACHE, in words; NULL when one does. */
const char *arch_cache_fault(const struct arch *arch, enum row_cache cache);

/* "none", "write-through", "write-back"; "usual" for what is not said. */
const char *row_cache_name(enum row_cache cache);

/* The one called TEXT; ROW_CACHES when there is none.  "usual" is no name to be said. */
enum row_cache row_cache_find(const char *text);

#endif
