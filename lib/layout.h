/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The resolved layout: what layout.json says.
 *
 * ldgen makes it, every other tool reads it.  Addresses and sizes are bytes.
 * layout_read accepts only a layout that is consistent: names unique, every
 * reference resolved, every region in its bank, no two regions overlapping
 * unless one of them is a bank's code, or a carve in its memory; the rows of a
 * context open each of its regions exactly.
 *
 * Code is either a region for each bank with x, which every context opens, or
 * one for each unit beside a common one. A unit is the components of one
 * object, which share its code; it is named for the first of them.
 */
#ifndef BERTH_LAYOUT_H
#define BERTH_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/arch.h"
#include "lib/diag.h"

#define LAYOUT_VERSION 1
#define LAYOUT_NONE SIZE_MAX
#define LAYOUT_ADDRESSES UINT64_C(0x100000000) /* bytes that 32-bit addresses reach */
#define LAYOUT_ARENA_STATE 16u		       /* bytes of a struct berth_arena_state */

enum layout_kind {
	LAYOUT_MEMORY,
	LAYOUT_DATA,
	LAYOUT_CODE,
	LAYOUT_PERIPHERAL,
	LAYOUT_SHARED, /* RAM that several contexts may open: mailbox, DMA buffer */
	LAYOUT_CARVE,  /* a component's part of a memory that several components share */
	LAYOUT_JOINT,  /* globals and arena states of components that call each other directly */
};

/* Which blocks an arena gives again. */
enum layout_policy { LAYOUT_BUMP, LAYOUT_FREE_LIST };

/* When an arena, which is of LAYOUT_BUMP then, is emptied without anybody asking for it. */
enum layout_reset { LAYOUT_RESET_NEVER, LAYOUT_RESET_CALL };

/* Bits; the values are those of the region table (runtime/include/berth/regions.h). */
enum layout_access { LAYOUT_READ = 4, LAYOUT_WRITE = 2, LAYOUT_EXECUTE = 1 };

struct layout_range {
	uint64_t base;
	uint64_t size;
};

struct layout_bank {
	char *name;
	uint64_t origin;
	uint64_t length;
	unsigned access;  /* enum layout_access */
	uint64_t reserve; /* bytes at the origin that belong to the native program */
	uint64_t used;	  /* bytes from the end of the reserve to the end of the highest region */
	struct layout_range *free; /* ascending */
	size_t free_count;
};

struct layout_region {
	char *name; /* sensor.mem0, sensor.data, sensor.carve0, flash, sensor.code, flash.common */
	enum layout_kind kind;
	/* LAYOUT_NONE when nobody owns it: also a memory that components share.  No row opens
	 * that; each of them opens its carve, which lies in it.  Of a unit's code its first. */
	size_t component;
	int64_t index; /* wasm memory index, of a carve that of its memory; else -1 */
	size_t bank;   /* LAYOUT_NONE for peripherals */
	uint64_t base;
	uint64_t size;	   /* bytes in use */
	uint64_t reserved; /* bytes that its rows open */
	unsigned access;
	char *section;	   /* output section; NULL where there is none */
	uint64_t declared; /* bytes that the module declares, where size was trimmed; else 0 */
	enum row_cache cache;
};

struct layout_arena {
	bool present;
	uint32_t memory; /* wasm index */
	uint64_t offset; /* in the memory */
	uint64_t size;
	uint64_t state; /* address of its struct berth_arena_state */
	enum layout_policy policy;
	enum layout_reset reset;
};

struct layout_component {
	char *name;   /* a C identifier */
	char *object; /* as the manifest says; NULL, like core, where it only plans sizes */
	char *core;
	uint64_t core_checksum; /* CRC-32 of that file; 0 where it is not known */
	uint32_t fused;		/* meld's number; 0 for a module that is one component */
	size_t memory;		/* region that its pointers address */
	size_t data;		/* its data region */
	struct layout_arena arena;
	uint64_t stack_base; /* lowest address */
	uint64_t stack_size;
	/* Address of its globals table: in its data region, or the start of the joint region
	 * that it has together with others. */
	uint64_t globals;
	uint64_t globals_size;
	uint64_t table; /* address of its function table; its memory's base where it overlays it */
	uint64_t table_count; /* entries of 4 bytes; 0 when its code calls nothing by index */
	uint64_t memory_base; /* register values on entry */
	uint64_t memory_size;
	uint64_t window_base; /* what it may touch of its memory: all of it, or its carve */
	uint64_t window_size;
};

/*
 * One row of protection: which region it opens, alone or with others of its
 * context, and the registers that do it.  The entry before a RISC-V TOR entry,
 * which only holds an address, covers nothing.
 */
struct layout_row {
	unsigned slot;
	size_t region;
	unsigned access;
	struct layout_range *covers; /* what it really opens, ascending */
	size_t cover_count;
	uint32_t words[ARCH_WORDS]; /* in the order of the architecture's registers */
};

struct layout_context {
	char *name;
	size_t component;
	struct layout_row *rows; /* by slot */
	size_t row_count;
};

struct layout {
	char *arch;    /* "armv7-m" */
	char *machine; /* "arm" */
	char *endian;  /* "little" */
	unsigned mpu_regions;
	uint64_t granule;	  /* bytes: what bases and sizes must be multiples of */
	struct row_target target; /* what this part has of its own */
	struct layout_bank *banks;
	size_t bank_count;
	struct layout_region *regions;
	size_t region_count;
	struct layout_component *components;
	size_t component_count;
	struct layout_context *contexts; /* one per component, in the same order */
	size_t context_count;
	uint64_t need; /* bytes: the sum of the sizes */
	uint64_t used; /* bytes: the sum of the banks' used */
	/* Bytes that no placement of these regions, one row each, can use less of. */
	uint64_t lower_bound;
	bool optimal; /* proven: no such placement uses less */
};

/* Reads layout.json; NULL after a report.  The caller frees it with layout_free. */
struct layout *layout_read(struct diag *diag, const char *path);

/* Writes layout.json to STREAM; false, after a report, when memory ran out. */
bool layout_write(struct diag *diag, const struct layout *layout, FILE *stream);

/*
 * The checksum of what layout_write writes, which tells two layouts apart: in
 * regions.h, and in the symbol that the region table's object defines.
 */
bool layout_fingerprint(struct diag *diag, const struct layout *layout, uint32_t *fingerprint);

void layout_free(struct layout *layout);

/*
 * Checks that LAYOUT is consistent, as the top of this file says; reports
 * every fault with diag_error under the file name PATH.  All strings but
 * section must be there and all indices in range.
 */
bool layout_check(struct diag *diag, const char *path, const struct layout *layout);

/* Whether TEXT is a C identifier of at most 64 characters, which is what components, banks
 * and peripherals may be called: their names go into linker scripts, C and section names. */
bool layout_is_name(const char *text);

/*
 * What elfbind inject fixes in the object of a component, in one word: its number, the
 * addresses of its memory and its globals, and its arena.  inject writes it as the value of the
 * symbol COMPONENT_layout, the linker script and mpu-table compare it, so that an object injected
 * with another layout is not taken for one that fits.
 */
uint32_t layout_mark(
	size_t context, uint64_t memory_base, uint64_t globals, const struct layout_arena *arena);

/*
 * The region that is wasm memory INDEX to component COMPONENT: its own, or the
 * shared one that its carve lies in.  LAYOUT_NONE when it has none.
 */
size_t layout_memory_of(const struct layout *layout, size_t component, int64_t index);

/*
 * The joint region of component COMPONENT, or LAYOUT_NONE.  Components that have
 * the same one run each other's code: their contexts may open each other's memories.
 */
size_t layout_joint_of(const struct layout *layout, size_t component);

/* Whether components A and B have the same joint region. */
bool layout_are_joined(const struct layout *layout, size_t a, size_t b);

/* The memory that components share in which the carve REGION lies, or LAYOUT_NONE. */
size_t layout_memory_around(const struct layout *layout, const struct layout_region *region);

/* Whether REGION is all the code of a bank, and not that of a unit or the common one. */
bool layout_is_bank_code(const struct layout_region *region);

/* The first component of the unit that COMPONENT belongs to: those with the same object. */
size_t layout_unit_of(const struct layout *layout, size_t component);

/* The region of its unit's code and that of what all components run, or LAYOUT_NONE. */
size_t layout_code_of(const struct layout *layout, size_t component);
size_t layout_common_code(const struct layout *layout);

/* The rights that CONTEXT has in REGION, enum layout_access: 0 when it does not open it. */
unsigned layout_rights(const struct layout_context *context, size_t region);

/*
 * What an access meets in the bytes that were trimmed from memory REGION, from what its rows set
 * aside to what its module declares: *MET is a region that *CONTEXT opens there, beside the memory.
 * False where every such access faults.
 */
bool layout_trimmed_meets(const struct layout *layout, size_t region, size_t *context, size_t *met);

/* Index of the component, region or bank called NAME, or LAYOUT_NONE. */
size_t layout_find_component(const struct layout *layout, const char *name);
size_t layout_find_region(const struct layout *layout, const char *name);
size_t layout_find_bank(const struct layout *layout, const char *name);

#endif
