/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the generated bindings need of <string.h>, for a guest without libc. */
#ifndef GUEST_STRING_H
#define GUEST_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t length);
size_t strlen(const char *text);

#endif
