/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Where table.c puts the two components, for the C and the assembly files. */
#ifndef PLACES_H
#define PLACES_H

/*
 * CODE: what components may execute; the region table lies behind it.
 * NATIVE_MEMORY: where the memory starts; native data first.  NOWHERE: where no
 * device and no memory is.
 */
#if defined(MACHINE_VIRT)
#define CODE 0x80000000
#define NATIVE_MEMORY 0x80200000
#define NOWHERE 0x18000000
#elif defined(MACHINE_AN505)
#define CODE 0x10000000
#define NATIVE_MEMORY 0x38000000
#define NOWHERE 0x60000000
#elif defined(MACHINE_AN547)
#define CODE 0x10000000
#define NATIVE_MEMORY 0x31000000
#define NOWHERE 0x1ff00000
#else /* mps2-an385, -an386, -an500 */
#define CODE 0
#define NATIVE_MEMORY 0x20000000
#define NOWHERE 0xa0000000
#endif

#define CODE_SIZE 0x40000
#define TABLE (CODE + CODE_SIZE) /* the region table, beside the code that components may read */

#define ALPHA 0
#define BETA 1

#define ALPHA_MEMORY (NATIVE_MEMORY + 0x10000) /* 4 KiB */
#define ALPHA_DATA (NATIVE_MEMORY + 0x12000)   /* 2 KiB: stack 1 KiB, arena state, globals */
#define BETA_MEMORY (NATIVE_MEMORY + 0x20000)  /* 6 KiB, on Armv7-M of 8 by subregions */
#define BETA_DATA (NATIVE_MEMORY + 0x24000)    /* 2 KiB */

#define ALPHA_MEMORY_SIZE 0x1000
#define BETA_MEMORY_SIZE 0x1800
#define DATA_SIZE 0x800
#define STACK_SIZE 0x400
#define ARENA_STATE 0x400 /* in the data region */
#define GLOBALS 0x410

#define ARENA_OFFSET 0x800 /* in the memory */
#define ARENA_SIZE 0x400

#define SVC_ADD 0
#define SVC_BETA_ONLY 1
#define SVC_REFUSES 2
#define SVC_CALLS 3
#define SVC_WAITS 4
#define SVC_BYTES 5	   /* (in bytes, length) */
#define SVC_HALVES 6	   /* (in uint16_t, length) */
#define SVC_FIXED 7	   /* (out 8 bytes aligned to 4) */
#define SVC_SIX 8	   /* six words, the last two a pointer to words and their number */
#define SVC_BETA_WORDS 9   /* six words to a component */
#define SVC_BETA_SPOILS 10 /* one that faults; ends the caller */
#define SVC_BETA_SPOILS_CAUGHT 11
#define SVC_BETA_BACK 12 /* one that calls its caller */
#define SVC_ALPHA 13	 /* what it calls */
#define SVC_BETA_BACK_CAUGHT 14
#define SVC_ALPHA_CAUGHT 15
#define SVC_BETA_STACK 16 /* (address) one that puts its stack pointer there */
#define SVC_BETA_STACK_CAUGHT 17
#define SVC_BETA_RECURSES 18
#define SVC_BEYOND 19 /* there is an entry, but the count ends before it */

#endif
