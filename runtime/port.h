/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What an architecture must provide.
 *
 * Everything that is decided about components (which one may be called, which
 * gate may pass, what a pointer may reach, where a call goes on after a fault)
 * is in runtime/[a-z]*.c and the same for all.  An architecture's folder implements the
 * functions of this file, and handlers that find out what happened and ask
 * runtime/call.h what is next.
 */
#ifndef BERTH_RUNTIME_PORT_H
#define BERTH_RUNTIME_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "berth/berth.h"

/*
 * Each has struct berth_saved: what the handler keeps of a stopped component, in
 * memory of the native side, and needs to let it go on; and
 * BERTH_PORT_REGISTERS, how many argument words go into registers.
 */
#ifdef __riscv
#include "runtime/riscv/saved.h"
#else
#include "runtime/cortexm/saved.h"
#endif

/* --- protection -------------------------------------------------------------------- */

/*
 * Whether this hardware is what TABLE is for, which is checked: enough slots, and
 * what else the architecture lets a program find out.  May load rows, and leaves
 * everything closed.
 */
bool berth_port_suits(const struct berth_regions_header *table);

/*
 * Opens for unprivileged code what the COUNT rows open, row N in slot N, and
 * nothing else, from the next entering or return from an exception until a component leaves or
 * the next call.  Native code keeps its own view.  ROWS as in the region
 * table.  STACK is the lowest address that its stack pointer may
 * have, for hardware that compares it.
 */
void berth_port_protect(const void *rows, uint32_t count, uint32_t stack);

/* --- exceptions --------------------------------------------------------------------- */

/* Makes the hardware report to the handlers what a component can do wrong. */
void berth_port_start(const struct berth_regions_header *table);

/* Whether a component can be entered from here, and will be left again; not while one runs. */
#ifndef berth_port_may_enter /* a port may have it inline */
bool berth_port_may_enter(void);
#endif

/* --- entering ------------------------------------------------------------------------ */

/*
 * Runs FUNCTION unprivileged, and comes back when a handler leaves.  It begins
 * with the BERTH_PORT_REGISTERS words at ARGUMENTS, the base registers that
 * CONTEXT says, and STACK, aligned as the procedure call standard says, from
 * which further arguments lie up.  Every other register is zero.  Hardware that would
 * bind native code is told to close by the time that it comes back.
 */
void berth_port_enter(const uint32_t *arguments, uint32_t stack, berth_export *function,
	const struct berth_context *context);

/* --- a stopped component ---------------------------------------------------------------- */

/*
 * Makes SAVED the state of a component that is about to begin so.  The
 * BERTH_FRAME_BYTES below STACK are in its stack.
 */
void berth_port_begin(struct berth_saved *saved, const uint32_t *arguments, uint32_t stack,
	berth_export *function, const struct berth_context *context);

/*
 * The registers of SAVED that hold arguments and results; BERTH_PORT_REGISTERS
 * of them, the first two for a result.
 */
#ifndef berth_port_registers /* a port may have it inline */
uint32_t *berth_port_registers(struct berth_saved *saved);
#endif

/* Where further argument words would be: the stack pointer at the request; unchecked. */
uint32_t berth_port_stack(const struct berth_saved *saved);

#endif
