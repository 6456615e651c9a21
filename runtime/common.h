/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Common code: what runs in components, unprivileged, whichever of them it is.
 *
 * Where each component sees its own code only, its context opens one region
 * beside that, and the linker script knows what belongs there by the names of
 * sections.  So whatever a component calls of the library without a gate, and all
 * that this calls and reads in flash, is marked, static functions too.
 * tests/cli/common.bats follows the relocations and finds what is not.
 */
#ifndef BERTH_RUNTIME_COMMON_H
#define BERTH_RUNTIME_COMMON_H

/* A function; those of one PART are linked together or not at all. */
#define BERTH_COMMON(part) __attribute__((section(".text.berth.common." #part)))

/* A constant. */
#define BERTH_COMMON_DATA(part) __attribute__((section(".rodata.berth.common." #part)))

#endif
