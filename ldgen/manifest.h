/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The manifest, berth-layout(5): what a person says about target, banks and
 * components.
 *
 * manifest_read gives back only a manifest that is consistent in itself: names
 * are C identifiers and unique, every reference is resolved, every range lies
 * in the address space and no two overlap.  What depends on the objects is
 * checked later, in sizes.c and place.c, with the positions kept here.
 */
#ifndef BERTH_LDGEN_MANIFEST_H
#define BERTH_LDGEN_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ldgen/yaml.h"
#include "lib/diag.h"
#include "mpu-table/architecture.h"

/* "cache: none" and the like; the bank's where a region does not say it. */
struct manifest_caching {
	struct word word;
	enum row_cache kind; /* ROW_CACHE_USUAL where it is not said */
};

/* Bytes of a bank in which nothing is placed. */
struct manifest_hole {
	struct position at;
	struct number origin;
	struct number length;
};

struct manifest_bank {
	struct named named;
	struct number origin;
	struct number length;
	struct word rights; /* as written: rx, rw, r */
	struct number reserve;
	struct manifest_hole *holes; /* ascending, apart, behind the reserve */
	size_t hole_count;
	struct manifest_caching cache;
	unsigned access; /* the same as enum layout_access */
};

struct manifest_peripheral {
	struct named named;
	struct number origin;
	struct number length;
};

/* Where a region may go: what memories, data and shared regions have in common. */
struct manifest_room {
	struct words bank_names;
	size_t *banks;	    /* indices of writable banks, the preferred one first */
	size_t bank_count;  /* 0 only where none is named and several could be meant */
	struct number rows; /* the most that it may take; not given: what the target has */
	struct number at;   /* its address, where it is fixed: in banks[0], the only one then */
	struct manifest_caching cache;
};

/* RAM that several contexts open by grant. */
struct manifest_shared {
	struct named named;
	struct number size; /* bytes */
	struct manifest_room room;
};

struct manifest_memory {
	struct named named; /* the key, a number */
	uint32_t index;	    /* the same as wasm index */
	struct number size; /* bytes; confirms what the module says; all there is without one */
	struct number trim; /* bytes that it shall have, fewer than the module says */
	struct manifest_room room;
};

struct manifest_arena {
	bool present;
	struct position at;
	struct number memory; /* wasm index; where it is not given, the component's own */
	struct number size;   /* bytes */
	struct word policy_word;
	enum layout_policy policy;
	struct word reset_word;
	enum layout_reset reset;
};

/*
 * The part of a memory that a component has where several share the memory.
 * Where offset and size are not given, sizes_read takes them from the fuser's
 * attestation.
 */
struct manifest_carve {
	bool present;
	struct position at;
	struct number memory; /* wasm index; where it is not given, the component's own */
	struct number offset; /* bytes from the memory's start */
	struct number size;   /* bytes */
};

struct manifest_stack {
	struct position at;
	struct number size;  /* bytes */
	struct number guard; /* bytes below it that no row of its context opens */
};

struct manifest_data {
	struct position at; /* line 0 when it was not given */
	struct manifest_room room;
};

/* What a grant or an explicit context names. */
enum manifest_refers {
	MANIFEST_TO_PERIPHERAL, /* index: in peripherals */
	MANIFEST_TO_SHARED,	/* index: in shared */
	MANIFEST_TO_MEMORY,	/* index: in components, of its memory or its carve */
	MANIFEST_TO_DATA,	/* index: in components */
};

struct manifest_reference {
	enum manifest_refers to;
	size_t index;
	uint32_t memory; /* MANIFEST_TO_MEMORY: wasm index, as written */
	struct position at;
};

/* Words that name regions, and what they name. */
struct manifest_regions {
	struct words words;
	struct manifest_reference *list; /* words.count of them */
};

/* Each unit's code in a region of its own, and one for what components run without a gate. */
struct manifest_code {
	bool present;
	struct position at;
	struct word bank_name;
	struct number common;	   /* bytes of that one region */
	struct words natives;	   /* input sections of native functions that go there */
	struct number rows;	   /* the most that each of the regions may take */
	struct manifest_room room; /* of all of them */
};

struct manifest_component {
	struct named named;
	struct word object; /* object and core: both, or neither when a board is planned */
	struct word core;
	struct number fused;
	struct number code; /* bytes that its unit's code has at least */
	struct manifest_memory *memories;
	size_t memory_count;
	struct manifest_arena arena;
	struct manifest_carve carve;
	struct manifest_stack stack;
	struct manifest_data data;
	struct manifest_regions grants;
	struct position grants_auto; /* of the word auto among the grants; line 0 without it */
	/* The explicit context, which has the same name; NULL: its memory, data and grants. */
	const struct manifest_context *context;
	/*
	 * What sizes_read finds out.  By component, the rights (enum layout_access) that the
	 * context has to its memory; 0: none; NULL: to its own, what that can have.
	 */
	unsigned *opens;
	bool joined;  /* its code and that of others call each other directly */
	size_t joint; /* the first component of those; only where joined */
	/* Where they have their joint region, if this is the first: where its data goes, at no
	 * address of its own.  What it points to is data.room's. */
	struct manifest_room joint_room;
};

/* What a context opens beside the code and its component's data, in the order of its rows. */
struct manifest_context {
	struct named named;
	struct manifest_regions regions;
};

struct manifest_target {
	struct position at;
	struct word cpu;
	struct word arch;
	struct number mpu_regions;
	struct number granularity; /* riscv: G, the granule is 2^(G+2) bytes */
	struct flag napot_only;	   /* riscv */
	struct flag mml;	   /* riscv */
	const struct architecture *architecture;
	struct row_target rows;
	uint64_t granule; /* bytes: what bases and sizes of regions are multiples of */
};

struct manifest {
	char *path; /* as given; for messages */
	struct number version;
	struct manifest_target target;
	struct manifest_bank *banks;
	size_t bank_count;
	struct manifest_peripheral *peripherals;
	size_t peripheral_count;
	struct manifest_shared *shared;
	size_t shared_count;
	struct manifest_code code;
	struct manifest_component *components;
	size_t component_count;
	struct manifest_context *contexts;
	size_t context_count;
	struct word strategy;
	struct manifest_room default_room; /* of memories that the manifest does not name */
	size_t native_bank;		   /* whose reserve holds the native program's data */
	size_t code_bank;		   /* the first with x: holds the program */
};

/* Reads the manifest at PATH; NULL after a report.  The caller frees it with manifest_free. */
struct manifest *manifest_read(struct diag *diag, const char *path);

void manifest_free(struct manifest *manifest);

/* Checks what manifest_read read and resolves its references; called by it. */
bool manifest_check(struct diag *diag, struct manifest *manifest);

/* Parts of manifest_check; banks and names before components. */
bool manifest_check_target(struct diag *diag, struct manifest *manifest);
bool manifest_check_names(struct diag *diag, const struct manifest *manifest);
bool manifest_check_banks(struct diag *diag, struct manifest *manifest);
bool manifest_check_caching(
	struct diag *diag, const struct manifest *manifest, struct manifest_caching *caching);
bool manifest_check_room(struct diag *diag, const struct manifest *manifest,
	struct manifest_room *room, struct position otherwise);
bool manifest_check_components(struct diag *diag, struct manifest *manifest);
bool manifest_check_contexts(struct diag *diag, struct manifest *manifest);
bool manifest_check_code(struct diag *diag, struct manifest *manifest);

/* Whether bank INDEX has rx, and regions of code are placed in it, or could be where the key names
 * no such bank; also before anything of it is checked. */
bool manifest_places_code(const struct manifest *manifest, size_t index);

/* The caching of a region in ROOM that was placed in BANK. */
enum row_cache manifest_cache_of(
	const struct manifest *manifest, const struct manifest_room *room, size_t bank);

/* Reports at AT in the manifest; returns false. */
bool manifest_refuse(struct diag *diag, const struct manifest *manifest, struct position at,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
