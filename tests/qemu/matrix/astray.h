/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The end of firmwares in which a protection is left off, and that end up anywhere. */
#ifndef MATRIX_ASTRAY_H
#define MATRIX_ASTRAY_H

#include <stdbool.h>

/* Whether what runs from here on is ended when it does not come back. */
void watch(bool on);

/* Whether the machine has been reset, and nobody has jumped to where the program begins. */
bool is_first_start(void);

#endif
