/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The native definitions that may serve imports: the global and weak symbols
 * defined by objects, archives and linked images.
 */
#ifndef BERTH_NATIVES_H
#define BERTH_NATIVES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/diag.h"

struct native {
	char *name;
	char *source; /* "libtcb.a(uart.o)", "tcb.o", "arena of imu" */
	bool weak;
};

struct natives;

/* An empty set; NULL after a report. */
struct natives *natives_new(struct diag *diag);

void natives_free(struct natives *natives);

/* Adds what the ELF object, image or ar archive at PATH defines with global or
 * weak binding and default or protected visibility. */
bool natives_add_file(struct natives *natives, const char *path);

/* Adds one definition that no file has yet; both strings are copied. */
bool natives_add(struct natives *natives, const char *name, const char *source);

/* The definition of exactly NAME, or NULL. */
const struct native *natives_find(const struct natives *natives, const char *name);

/* The definitions whose kebab-case is KEBAB: *LIST (borrowed) and their number. */
size_t natives_find_kebab(
    const struct natives *natives, const char *kebab, const struct native *const **list);

#endif
