/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What the probe firmware tries, as contexts.c wrote it down on the host, and
 * what each architecture does to try it.
 */
#ifndef PROBE_H
#define PROBE_H

#include <stdbool.h>
#include <stdint.h>

enum { PROBE_READ = 4, PROBE_WRITE = 2, PROBE_EXECUTE = 1 };

struct probe_row {
	uint32_t words[3];
};

/* Bytes for which the decoder says what rights each side has; last is inclusive. */
struct probe_range {
	uint32_t first;
	uint32_t last;
	uint32_t access; /* unprivileged */
	uint32_t privileged;
};

struct probe_context {
	const struct probe_row *rows;
	const struct probe_range *ranges; /* ascending; elsewhere only privileged code has rights */
	const uint32_t *points;		  /* addresses to touch */
	uint32_t row_count;
	uint32_t range_count;
	uint32_t point_count;
	uint32_t sweep; /* first of PROBE_SWEEP bytes that are all touched; 0 for none */
};

enum { PROBE_SWEEP = 1024 };

extern const struct probe_context probe_contexts[];
extern const uint32_t probe_context_count;
extern const uint32_t probe_base; /* the memory in which contexts open ranges */
extern const uint32_t probe_size;

/* --- of the architecture ----------------------------------------------------------------- */

/* Slots that the hardware has. */
uint32_t probe_slots(void);

/* Loads the rows into slots from 0 up and switches the others off. */
void probe_load(const struct probe_row *rows, uint32_t count);

/* Reads or writes the byte at ADDRESS as unprivileged code; false when the protection stopped
 * it.  Any other fault ends the program. */
bool probe_read(uint32_t address);
bool probe_write(uint32_t address);

/* The same as privileged code. */
bool probe_privileged_read(uint32_t address);
bool probe_privileged_write(uint32_t address);

/*
 * Executes the instruction at ADDRESS, a multiple of PROBE_STEP, as the side
 * PROBE_EXECUTES_PRIVILEGED says.  All memory holds PROBE_INSTRUCTION over and
 * over, which comes back at once; writes write it again.
 */
bool probe_execute(uint32_t address);

#ifdef __riscv
#define PROBE_INSTRUCTION UINT32_C(0x00100073) /* ebreak */
enum { PROBE_STEP = 4, PROBE_EXECUTES_PRIVILEGED = false };
#else
#define PROBE_INSTRUCTION UINT32_C(0x47704770) /* bx lr, twice */
enum { PROBE_STEP = 2, PROBE_EXECUTES_PRIVILEGED = true };
#endif

/* The byte of the instruction that lies at ADDRESS. */
static inline uint32_t probe_byte(uint32_t address)
{
	return PROBE_INSTRUCTION >> 8 * (address % 4) & 0xff;
}

#ifdef __riscv
/* Reads four bytes, which may lie on both sides of an edge. */
bool probe_read_word(uint32_t address);
#endif

/* Prints TEXT; ends the program. */
void probe_print(const char *text);
void probe_exit(bool good) __attribute__((noreturn));

#endif
