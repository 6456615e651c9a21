/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Leaving one protection off.
 *
 * The library has no switch for that, and is linked as it is shipped: `ld
 * --wrap=NAME` sends the calls of the runtime's function NAME, from its other
 * files, to the one that a file of this folder puts in its place, and gives that
 * one the original.  Each file says in its first lines which protection is gone;
 * weak.mk names the functions.
 */
#ifndef MATRIX_WEAK_H
#define MATRIX_WEAK_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/port.h"

/* The names that the linker gives them, which C reserves. */
#define IN_PLACE_OF(name) __asm__("__wrap_" #name)
#define ORIGINAL(name) __asm__("__real_" #name)

#endif
