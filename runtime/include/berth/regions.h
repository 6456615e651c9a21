/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The region table: the contents of the section .berth.regions.
 *
 * The same header is read by the tools on the host and by the firmware.  The
 * table is words of 32 bits in the target's byte order, without relocations,
 * so that it is final as soon as it is made:
 *
 *     header | regions | contexts | arenas | row owners | rows
 *
 * Offsets count bytes from the start of the header.  Names are offsets into
 * the section .berth.names, which is not loaded.  berth-regions(5) describes
 * every field.
 */
#ifndef BERTH_REGIONS_H
#define BERTH_REGIONS_H

#include <stdint.h>

#define BERTH_REGIONS_MAGIC 0x48545242u /* "BRTH" in a little-endian file */
#define BERTH_REGIONS_VERSION 2u
#define BERTH_NONE 0xffffffffu /* no name, no component, no memory index, no region */

enum berth_arch {
	BERTH_ARCH_ARMV7M = 1,
	BERTH_ARCH_ARMV6M = 2,
	BERTH_ARCH_ARMV8M = 3,
	BERTH_ARCH_ARMV8_1M = 4,
	BERTH_ARCH_ARMV7R = 5,
	BERTH_ARCH_RISCV = 6,
};

/* berth_regions_header.target: what one part has that another of its architecture has not.
 * Armv8-M: the words of MPU_MAIR0 and MPU_MAIR1, which the rows refer to.  Others: zero. */
enum {
	BERTH_TARGET_MAIR0 = 0,
	BERTH_TARGET_MAIR1 = 1,
	BERTH_TARGET_GRANULARITY = 0, /* RISC-V: G, the granule is 2^(G+2) bytes */
	BERTH_TARGET_FLAGS = 1,	      /* RISC-V: enum berth_target_flag, or'd */
	BERTH_TARGET_WORDS = 4,
};

enum berth_target_flag {
	BERTH_TARGET_NAPOT_ONLY = 1, /* the part has no TOR and no NA4 */
	BERTH_TARGET_MML = 2,	     /* the rows are for mseccfg.MML set (Smepmp) */
};

enum berth_kind {
	BERTH_KIND_MEMORY = 1,	   /* a WebAssembly linear memory */
	BERTH_KIND_DATA = 2,	   /* a component's native stack, globals, function table */
	BERTH_KIND_CODE = 3,	   /* flash that holds code and constants */
	BERTH_KIND_PERIPHERAL = 4, /* device registers */
	BERTH_KIND_SHARED = 5,	   /* RAM that several contexts may open: mailbox, DMA buffer */
	BERTH_KIND_CARVE = 6,	   /* a component's part of a memory that several share */
	BERTH_KIND_JOINT = 7,	   /* globals, arena states of components that call each other */
};

/* How a region's Normal memory is cached; usual: write-back RAM, write-through code. */
enum berth_cache {
	BERTH_CACHE_USUAL = 0,
	BERTH_CACHE_NONE = 1, /* and shareable */
	BERTH_CACHE_WRITE_THROUGH = 2,
	BERTH_CACHE_WRITE_BACK = 3,
};

/* Bits of berth_region.access: what unprivileged code may do. */
enum berth_access { BERTH_READ = 4, BERTH_WRITE = 2, BERTH_EXECUTE = 1 };

struct berth_regions_header {
	uint32_t magic;
	uint32_t version;
	uint32_t arch;	      /* enum berth_arch */
	uint32_t bytes;	      /* of the whole table */
	uint32_t crc32;	      /* IEEE 802.3, of the whole table with this word as zero */
	uint32_t mpu_regions; /* slots that the hardware must have */
	uint32_t regions;     /* offset of struct berth_region[region_count] */
	uint32_t region_count;
	uint32_t contexts; /* offset of struct berth_context[context_count] */
	uint32_t context_count;
	uint32_t arenas; /* offset of struct berth_arena[arena_count] */
	uint32_t arena_count;
	uint32_t row_owners; /* offset of uint32_t[row_count]: the region each row opens */
	uint32_t rows;	     /* offset of uint32_t[row_count][row_words] */
	uint32_t row_count;
	uint32_t row_words; /* registers of a row: 2, Armv7-R 3 */
	uint32_t target[BERTH_TARGET_WORDS];
};

struct berth_region {
	uint32_t name;
	uint32_t kind;	    /* enum berth_kind */
	uint32_t component; /* index of its context; BERTH_NONE for what nobody owns, such as a
			     * memory that components share, which nobody opens as a whole */
	uint32_t index;	    /* wasm memory index, of a carve that of its memory; else BERTH_NONE */
	uint32_t base;
	uint32_t size;	   /* bytes in use */
	uint32_t reserved; /* bytes set aside: what the rows open together */
	uint32_t access;   /* enum berth_access, or'd */
	uint32_t cache;	   /* enum berth_cache */
};

/* What the runtime loads to run one component. */
struct berth_context {
	uint32_t name;
	uint32_t first_row;
	uint32_t row_count;
	uint32_t memory;      /* index of the region that its pointers address */
	uint32_t memory_base; /* compiler's base register: R11 for synth on ARM */
	uint32_t memory_size; /* bytes; R10 */
	uint32_t globals;     /* address of the globals table; R9.  Contexts with the same one
			       * run each other's code, and are restarted together */
	uint32_t stack_base;  /* lowest address of the native stack */
	uint32_t stack_size;  /* bytes */
	uint32_t arena;	      /* index in the arenas; BERTH_NONE without one */
	uint32_t data_base;   /* the component's data region: stack, arena state, globals, table */
	uint32_t data_size;   /* bytes */
	uint32_t window_base; /* what it may touch of its memory: all of it, or its carve */
	uint32_t window_size; /* bytes */
};

enum berth_arena_policy {
	BERTH_ARENA_BUMP = 0,	   /* gives blocks in a row, frees only the last */
	BERTH_ARENA_FREE_LIST = 1, /* reuses what was freed */
	BERTH_ARENA_BUMP_CALL = 2, /* as 0; the end of a call empties it */
};

/* One component's allocator; what the component can write is only *state. */
struct berth_arena {
	uint32_t memory_base; /* address of offset 0 */
	uint32_t memory_size; /* bytes */
	uint32_t offset;      /* of the arena in the memory, bytes */
	uint32_t size;	      /* bytes */
	uint32_t state;	      /* address of struct berth_arena_state */
	uint32_t policy;      /* enum berth_arena_policy */
};

/*
 * One protection row as the hardware takes it.  The row's position in its
 * context is the slot that it is for.  On Arm-M a context's rows are an array
 * of CMSIS' ARM_MPU_Region_t: this type for Armv6-M and Armv7-M, the next for
 * Armv8-M.  Armv7-R has three words, DRBAR, DRSR and DRACR.
 */
struct berth_row {
	uint32_t rbar;
	uint32_t rasr;
};

struct berth_row_v8m {
	uint32_t rbar;
	uint32_t rlar;
};

struct berth_row_pmp {
	uint32_t pmpaddr;
	uint32_t pmpcfg; /* the entry's byte of its pmpcfg register */
};

/*
 * The section .berth.init holds what the firmware must write before the first
 * call: records one after the other, in any order, each
 *     struct berth_init, then size bytes, then zeros up to a multiple of 4.
 * The regions of kind MEMORY, DATA, SHARED, CARVE and JOINT are zeroed before.
 */
struct berth_init {
	uint32_t context; /* index of the component it belongs to */
	uint32_t address;
	uint32_t size; /* bytes */
};

#endif
