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
#define BERTH_REGIONS_VERSION 1u
#define BERTH_NONE 0xffffffffu /* no name, no component, no memory index, no region */

enum berth_arch { BERTH_ARCH_ARMV7M = 1 };

enum berth_kind {
	BERTH_KIND_MEMORY = 1,	   /* a WebAssembly linear memory */
	BERTH_KIND_DATA = 2,	   /* a component's native stack, globals, function table */
	BERTH_KIND_CODE = 3,	   /* flash that holds code and constants */
	BERTH_KIND_PERIPHERAL = 4, /* device registers */
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
	uint32_t rows;	     /* offset of struct berth_row[row_count] */
	uint32_t row_count;
	uint32_t reserved; /* zero */
};

struct berth_region {
	uint32_t name;
	uint32_t kind;	    /* enum berth_kind */
	uint32_t component; /* index of its context; BERTH_NONE for what nobody owns */
	uint32_t index;	    /* wasm memory index; BERTH_NONE for other kinds */
	uint32_t base;
	uint32_t size;	   /* bytes in use */
	uint32_t reserved; /* bytes set aside: what the rows open together */
	uint32_t access;   /* enum berth_access, or'd */
};

/* What the runtime loads to run one component. */
struct berth_context {
	uint32_t name;
	uint32_t first_row;
	uint32_t row_count;
	uint32_t memory;      /* index of the region that its pointers address */
	uint32_t memory_base; /* compiler's base register: R11 for synth on ARM */
	uint32_t memory_size; /* bytes; R10 */
	uint32_t globals;     /* address of the globals table; R9 */
	uint32_t stack_base;  /* lowest address of the native stack */
	uint32_t stack_size;  /* bytes */
	uint32_t arena;	      /* index in the arenas; BERTH_NONE without one */
	uint32_t data_base;   /* the component's data region: stack, arena state, globals, table */
	uint32_t data_size;   /* bytes */
};

/* One component's allocator; what the component can write is only *state. */
struct berth_arena {
	uint32_t memory_base; /* address of offset 0 */
	uint32_t memory_size; /* bytes */
	uint32_t offset;      /* of the arena in the memory, bytes */
	uint32_t size;	      /* bytes */
	uint32_t state;	      /* address of struct berth_arena_state */
};

/* One protection row as the hardware takes it; on ARM this is ARM_MPU_Region_t. */
struct berth_row {
	uint32_t rbar;
	uint32_t rasr;
};

/*
 * The section .berth.init holds what the firmware must write before the first
 * call: records one after the other, in any order, each
 *     struct berth_init, then size bytes, then zeros up to a multiple of 4.
 * The regions of kind MEMORY and DATA are zeroed before.
 */
struct berth_init {
	uint32_t context; /* index of the component it belongs to */
	uint32_t address;
	uint32_t size; /* bytes */
};

#endif
