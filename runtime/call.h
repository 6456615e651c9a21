/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The calls that are running, and what a handler asks when a component was
 * stopped.
 *
 *     native ── berth_call ──► A ── gate ──► B ── gate ──► C
 *                              chain[0]      chain[1]      chain[2], runs
 *
 * Only the last one of the chain runs.  The others wait in a gate with their
 * state in `saved`, on the native side.
 */
#ifndef BERTH_RUNTIME_CALL_H
#define BERTH_RUNTIME_CALL_H

#include <stddef.h>

#include "runtime/port.h"

/* How many components can wait for each other; a firmware may build with another number. */
#ifndef BERTH_MOST_DEPTH
#define BERTH_MOST_DEPTH 4u
#endif

/* One component of the chain. */
struct berth_activation {
	uint32_t index; /* of its context */
	const struct berth_context *context;
	const struct berth_gate *gate; /* by which it was called; NULL: berth_call */
	struct berth_saved saved;      /* while it waits for the next one */
};

/* What an export left in the first two registers. */
struct berth_result {
	uint32_t words[2];
};

struct berth_running {
	struct berth_result result;
	struct berth_fault fault; /* the last one; handlers fill it */
	/* What every call looks up in the checked table; no contexts before berth_boot has
	 * succeeded. */
	const struct berth_context *contexts;
	uint32_t context_count;
	const uint8_t *rows;
	/* The last of the chain; NULL when native code runs, and from the return of
	 * the first on. */
	struct berth_activation *current;
	struct berth_activation chain[BERTH_MOST_DEPTH];
};

extern struct berth_running berth_running;

static inline bool berth_is_running(void)
{
	return berth_running.current != NULL;
}

/* The component that runs; only while one does. */
static inline const struct berth_activation *berth_current(void)
{
	return berth_running.current;
}

enum berth_next {
	BERTH_NEXT_LEAVE = 0, /* nothing is left to run: back to berth_port_enter's caller */
	BERTH_NEXT_RESUME, /* let go on what *saved now is: not always the component that stopped */
};

/*
 * For a handler: the running component asked for service NUMBER, which is not
 * BERTH_SERVICE_RETURN, with the instruction at PC, and is stopped with *SAVED.
 */
enum berth_next berth_on_service(uint32_t number, uint32_t pc, struct berth_saved *saved);

/* The component before AT in the chain gets the words LOW and HIGH and goes on. */
enum berth_next berth_go_back(
	struct berth_activation *at, uint32_t low, uint32_t high, struct berth_saved *saved);

/*
 * What berth_call and berth_go_back are, weakly, and do behind those of
 * runtime/arena_calls.c where it is linked.
 */
enum berth_status berth_call_plain(const struct berth_entry *entry, const uint32_t *arguments,
	uint32_t count, uint32_t *result, struct berth_fault *fault);
enum berth_next berth_go_back_plain(
	struct berth_activation *at, uint32_t low, uint32_t high, struct berth_saved *saved);

/* For a handler: the running component asked for BERTH_SERVICE_RETURN, with the results in
 * REGISTERS. */
static inline enum berth_next berth_on_return(struct berth_saved *saved, const uint32_t *registers)
{
	struct berth_activation *at = berth_running.current;
	if (at->gate != NULL)
		return berth_go_back(at, registers[0], registers[1], saved);
	berth_running.result = *(const struct berth_result *)registers;
	berth_running.current = NULL;
	return BERTH_NEXT_LEAVE;
}

/*
 * For a handler: the running component cannot go on, for what berth_running.fault
 * says, of which everything but the context is filled.
 */
enum berth_next berth_on_stop(struct berth_saved *saved);

enum { BERTH_SERVICE_RETURN = 255 };

/* Opens what the rows of CONTEXT open, and nothing else. */
static inline void berth_protect(const struct berth_context *context)
{
	berth_port_protect(berth_running.rows + (size_t)context->first_row * BERTH_PORT_ROW_BYTES,
		context->row_count, context->stack_base);
}

/* Puts FIRST and those after it in the chain, which a fault stopped in the middle of what they
 * did, into their initial state. */
void berth_restart_from(const struct berth_activation *first);

/* Where the stack of CONTEXT begins. */
static inline uint32_t berth_stack_end(const struct berth_context *context)
{
	uint32_t end = context->stack_base + context->stack_size;
	/* 8 divides it: the table was checked for that. */
	return BERTH_PORT_STACK_ALIGN > 8 ? end & ~(BERTH_PORT_STACK_ALIGN - 1) : end;
}

/* Puts those of the COUNT WORDS that are beyond the registers, for which there is room, onto the
 * stack that ends at STACK; where it begins then. */
uint32_t berth_put_on_stack(uint32_t stack, const uint32_t *words, uint32_t count);

/* Whether COUNT argument words, at most BERTH_MOST_ARGUMENTS, find room in registers and stack of
 * CONTEXT. */
bool berth_takes(const struct berth_context *context, uint32_t count);

#endif
