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

struct manifest_bank {
	struct named named;
	struct number origin;
	struct number length;
	struct word rights; /* as written: rx, rw, r */
	struct number reserve;
	unsigned access; /* the same as enum layout_access */
};

struct manifest_peripheral {
	struct named named;
	struct number origin;
	struct number length;
};

struct manifest_memory {
	struct named named; /* the key, a number */
	uint32_t index;	    /* the same as wasm index */
	struct word bank_name;
	size_t bank;	    /* index; the default where none is named */
	struct number size; /* bytes; confirms what the module says */
	struct number trim; /* bytes that it shall have, fewer than the module says */
};

struct manifest_arena {
	bool present;
	struct position at;
	struct number memory; /* wasm index; where it is not given, the component's own */
	struct number size;   /* bytes */
};

struct manifest_data {
	struct word bank_name;
};

struct manifest_component {
	struct named named;
	struct word object;
	struct word core;
	struct number fused;
	struct manifest_memory *memories;
	size_t memory_count;
	struct manifest_arena arena;
	struct number stack; /* bytes */
	struct manifest_data data;
	size_t data_bank;
	struct word *grants;
	size_t grant_count;
	size_t *granted; /* indices of the peripherals, grant_count of them */
};

struct manifest {
	char *path; /* as given; for messages */
	struct number version;
	struct {
		struct position at;
		struct word cpu;
		struct word arch;
		struct number mpu_regions;
	} target;
	struct manifest_bank *banks;
	size_t bank_count;
	struct manifest_peripheral *peripherals;
	size_t peripheral_count;
	struct manifest_component *components;
	size_t component_count;
	struct word strategy;
	size_t default_bank; /* where memories go that name none; LAYOUT_NONE if unclear */
	size_t native_bank;  /* whose reserve holds the native program's data */
	size_t code_bank;    /* the first with x: holds the program */
};

/* Reads the manifest at PATH; NULL after a report.  The caller frees it with manifest_free. */
struct manifest *manifest_read(struct diag *diag, const char *path);

void manifest_free(struct manifest *manifest);

/* Checks what manifest_read read and resolves its references; called by it. */
bool manifest_check(struct diag *diag, struct manifest *manifest);

/* Reports at AT in the manifest; returns false. */
bool manifest_refuse(struct diag *diag, const struct manifest *manifest, struct position at,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
