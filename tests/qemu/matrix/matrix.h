/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the files of the attack matrix share. */
#ifndef MATRIX_H
#define MATRIX_H

#include <stdbool.h>
#include <stdint.h>

#include <stddef.h>

#include "berth/berth.h"

enum { ATTACKERS = 6 };

/* What a column is about. */
enum target_kind {
	TARGET_RAM,	/* written and looked at by the matrix */
	TARGET_RUNTIME, /* the same, but that it must never be another value */
	TARGET_CODE,	/* flash that returns when it is executed */
	TARGET_TABLE,	/* flash that does anything when it is executed */
	TARGET_DEVICE,	/* registers of a peripheral */
	TARGET_SYSTEM,	/* registers of the core, for privileged code only */
};

/* Where an access of some bytes goes. */
enum target_end {
	TARGET_AT,    /* from the address upwards */
	TARGET_UPTO,  /* so that its last byte is the one before the address */
	TARGET_BELOW, /* so that its first byte is the one before the address */
	TARGET_ABOVE, /* so that its last byte is the one at the address */
};

struct target {
	char name[32];
	uint32_t address;
	enum target_kind kind;
	enum target_end end;
	uint32_t owner; /* the component whose memory it is the first column of; else BERTH_NONE */
	/* TARGET_DEVICE, TARGET_CODE: who has it, a component, EVERYBODY, or
	 * BERTH_NONE for nobody */
	uint32_t grantee;
};

#define EVERYBODY (BERTH_NONE - 1)

enum { MOST_TARGETS = 64 };

/*
 * Fills in what ATTACKER attacks, the same columns for each, and returns how
 * many.  NATIVE_STACK is the address of a word on the native stack.
 */
uint32_t targets_of(uint32_t attacker, uint32_t native_stack, struct target targets[MOST_TARGETS]);

/* Native bytes that are the same before and after every attempt; a multiple of 4 each. */
struct native_range {
	uint32_t address;
	uint32_t bytes;
};

enum { NATIVE_RANGES = 4 };

void native_ranges(struct native_range ranges[NATIVE_RANGES]);

extern const char *const attacker_names[ATTACKERS];

/* The exports of one attacker. */
struct attacker {
	berth_export *read[3]; /* 8, 16, 32 bits */
	berth_export *write[3];
	berth_export *jump;
	berth_export *by_index;
	berth_export *give_to_sum;
	berth_export *give_to_fill;
};

/* Two instructions that return, so that code that is executed comes back: c.jr ra; bx lr. */
#ifdef __riscv
#define RETURNS 0x80828082u
#else
#define RETURNS 0x47704770u
#endif

/* gates.c: the stubs through which each component calls the next, with one word. */
extern berth_export *const relays[ATTACKERS];

/* gates.c: asks for something with the stack pointer at its first argument. */
void matrix_stack(void);

extern const struct attacker attackers[ATTACKERS];

/* What is tried; from JUMP on with one size. */
enum operation {
	READ,
	WRITE,
	READ_BY_INDEX,
	WRITE_BY_INDEX,
	GATE_READS,
	GATE_WRITES,
	GATE_FAR,
	JUMP,
	MOVE_STACK,
	RELAY,
	STOLEN,
	JUMP_TABLE,
	OPERATIONS
};

/* One attempt. */
struct attempt {
	uint32_t attacker;
	uint32_t context; /* whose code makes the access, and who is to blame */
	const struct target *target;
	enum operation operation;
	uint32_t width; /* 0, 1, 2: 8, 16, 32 bits */
	uint32_t address;
	uint32_t size;	 /* bytes that are looked at */
	uint32_t length; /* bytes that a gate is told */
	uint32_t value;
};

#endif
