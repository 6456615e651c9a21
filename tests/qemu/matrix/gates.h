/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The natives that the attackers give pointers to, and their numbers. */
#ifndef MATRIX_GATES_H
#define MATRIX_GATES_H

#include <stdint.h>

#define GATE_SUM 0
#define GATE_FILL 1
#define GATE_RELAY 2 /* of the first component; the next has the next */

#define FILLED 0xa5u /* what fill_bytes writes */

/* The sum of LENGTH bytes; sets LENGTH bytes, returns 0. */
uint32_t sum_bytes(uint32_t pointer, uint32_t length);
uint32_t fill_bytes(uint32_t pointer, uint32_t length);

#endif
