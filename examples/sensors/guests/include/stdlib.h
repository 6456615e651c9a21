/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the generated bindings need of <stdlib.h>, for a guest without libc. */
#ifndef GUEST_STDLIB_H
#define GUEST_STDLIB_H

#include <stddef.h>

void *realloc(void *old, size_t size);
void free(void *old);
_Noreturn void abort(void);

#endif
