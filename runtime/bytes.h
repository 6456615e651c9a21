/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Copying and zeroing, because there is no libc. */
#ifndef BERTH_BYTES_H
#define BERTH_BYTES_H

#include <stdint.h>

/* Copies SIZE bytes; the ranges may overlap only where TO lies below FROM. */
void berth_copy(void *to, const void *from, uint32_t size);

/* Zeroes SIZE bytes. */
void berth_zero(void *to, uint32_t size);

#endif
