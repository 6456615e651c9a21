/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Two gates that take a pointer and a length, which the runtime looks at, and one
 * for each component through which it, and nobody else, calls the next one.
 */
#include "gates.h"

#include "matrix.h"

BERTH_GATE(sum_bytes, GATE_SUM);
BERTH_GATE(fill_bytes, GATE_FILL);
BERTH_GATE(relay_alpha, 2);
BERTH_GATE(relay_bravo, 3);
BERTH_GATE(relay_charlie, 4);
BERTH_GATE(relay_delta, 5);
BERTH_GATE(relay_echo, 6);
BERTH_GATE(relay_foxtrot, 7);

static bool sum(uint32_t context, uint32_t words[])
{
	const uint8_t *bytes = berth_pointer(words[0]);
	uint32_t total = 0;
	(void)context;
	for (uint32_t i = 0; i < words[1]; i++)
		total += bytes[i];
	words[0] = total;
	return true;
}

static bool fill(uint32_t context, uint32_t words[])
{
	uint8_t *bytes = berth_pointer(words[0]);
	(void)context;
	for (uint32_t i = 0; i < words[1]; i++)
		bytes[i] = FILLED;
	words[0] = 0;
	return true;
}

/* A pointer to as many bytes as the word behind it says. */
static const struct berth_parameter reads[] = {{BERTH_IN, 1, 1, 1}, {BERTH_VALUE, 0, 0, 0}};
static const struct berth_parameter fills[] = {{BERTH_OUT, 1, 1, 1}, {BERTH_VALUE, 0, 0, 0}};

extern berth_export alpha_read32, bravo_read32, charlie_read32, delta_read32, echo_read32,
	foxtrot_read32;

/* What each component calls: the one behind it. */
static const struct berth_entry relayed[ATTACKERS] = {{1, bravo_read32}, {2, charlie_read32},
	{3, delta_read32}, {4, echo_read32}, {5, foxtrot_read32}, {0, alpha_read32}};

#define RELAY(number)                                                                              \
	[GATE_RELAY + (number)] = {.entry = &relayed[number],                                      \
		.contexts = BERTH_CONTEXT_BIT(number),                                             \
		.words = 1,                                                                        \
		.on_fault = BERTH_FAULT_ENDS}

const struct berth_gate berth_gates[] = {
	[GATE_SUM] = {.run = sum, .contexts = BERTH_ALL_CONTEXTS, .parameters = reads, .words = 2},
	[GATE_FILL] = {.run = fill,
		.contexts = BERTH_ALL_CONTEXTS,
		.parameters = fills,
		.words = 2},
	RELAY(0),
	RELAY(1),
	RELAY(2),
	RELAY(3),
	RELAY(4),
	RELAY(5),
};
const uint32_t berth_gate_count = GATE_RELAY + ATTACKERS;

extern berth_export relay_alpha, relay_bravo, relay_charlie, relay_delta, relay_echo, relay_foxtrot;
berth_export *const relays[ATTACKERS] = {
	relay_alpha, relay_bravo, relay_charlie, relay_delta, relay_echo, relay_foxtrot};

#ifndef __riscv
/*
 * Reached by a jump with an address: a request with the stack pointer there.  What
 * comes back has been served.
 */
__asm__(".pushsection .text.matrix_stack, \"ax\", %progbits\n"
	"	.balign 4\n"
	"	.thumb\n"
	"	.global matrix_stack\n"
	"	.type matrix_stack, %function\n"
	"	.thumb_func\n"
	"matrix_stack:\n"
	"	push {r4, lr}\n"
	"	mov r4, sp\n"
	"	mov sp, r0\n"
	"	movs r0, #0\n"
	"	movs r1, #0\n"
	"	svc #0\n"
	"	mov sp, r4\n"
	"	pop {r4, pc}\n"
	"	.size matrix_stack, . - matrix_stack\n"
	"	.popsection\n");
#endif
