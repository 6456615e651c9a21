/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The cases that only one architecture has, and what firmware.c shares with them. */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>

#include "berth/berth.h"

/* --- from firmware.c ---------------------------------------------------------------- */

enum berth_status call(uint32_t context, berth_export *function, const uint32_t *arguments,
	uint32_t count, uint32_t *result, struct berth_fault *fault);

/* Calls FUNCTION with one word or two, prints how it ended, and restarts what faulted. */
void attempt(const char *name, uint32_t context, berth_export *function, uint32_t argument);
void attempt2(const char *name, uint32_t context, berth_export *function, uint32_t first,
	uint32_t second);

void say(const char *name, uint32_t value);
const char *status_text(enum berth_status status);

/* Reads and writes the word at ADDRESS as a component whose memory is at BASE. */
void attack(const char *name, uint32_t context, uint32_t base, uint32_t address);

/* What every machine's timer does. */
void tick(void);

/* --- from the machine ----------------------------------------------------------------- */

/* Boots with something of the machine as it must not be, each printed as "NAME: STATUS". */
void machine_refuses(void);

/* What guest_registers has left in ALPHA's memory. */
void machine_registers(void);

/* Calls that are refused for what is masked, each printed as "NAME: STATUS". */
void machine_masks(void);

/* More arguments than registers. */
void machine_words(void);

/* Gates whose words are on the stack. */
void machine_gate_words(void);

/* Attacks on the registers of the protection unit, and on devices. */
void machine_attacks(void);

/* Whatever instructions can do wrong. */
void machine_traps(void);

/* Attempts at privilege. */
void machine_privilege(void);

/* Starts and stops a timer, whose interrupt calls tick again and again. */
void machine_timer(bool on);

/* Interrupts that find a component with a stack pointer of its own choice. */
void machine_interrupts(void);

/* A fault of native code. */
void machine_native_fault(void);

#endif
