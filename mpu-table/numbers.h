/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Numbers, rights and kinds as a person types them. */
#ifndef BERTH_NUMBERS_H
#define BERTH_NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/layout.h"

/* Decimal, or hexadecimal with 0x; an address or a register.  False when TEXT is anything else:
 * a sign, a leading zero (is it octal?), letters behind it, more than 64 bits. */
bool number_parse(const char *text, uint64_t *value);

/* The same, where K, M or G may follow: times 2^10, 2^20, 2^30. */
bool number_parse_bytes(const char *text, uint64_t *value);

/* "r", "rw", "rx", in any order, each letter once. */
bool number_parse_access(const char *text, unsigned *access);

/* "memory", "data", "shared", "code", "peripheral". */
bool number_parse_kind(const char *text, enum layout_kind *kind);

#endif
