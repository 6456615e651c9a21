/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The native definitions that may serve imports: the global and weak functions
 * defined by objects, archives and linked images.
 *
 * A definition counts when it has global or weak binding and default or
 * protected visibility and may be code: symbols of data and common symbols do
 * not count, symbols without a type (assembler labels) do.
 *
 * As for a linker, a strong definition takes the place of a weak one of the
 * same name, and of two weak ones the first stays.  Two strong ones of one name
 * both stay, so that who looks finds both.
 *
 * A default version, name@@VERSION, is a definition of name, as for a linker;
 * another one, name@VERSION, is found by that whole name and not by its
 * kebab-case.
 *
 * Objects that have DWARF stay in memory, so that the types of the definitions
 * that serve can be read (native_types.h).
 */
#ifndef BERTH_NATIVES_H
#define BERTH_NATIVES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/diag.h"
#include "lib/object.h"

struct native {
	char *name;
	char *source; /* "libtcb.a(uart.o)", "tcb.o", "arena of imu" */
	bool weak;
	bool versioned;		    /* name@VERSION: found by its whole name only */
	const struct object *dwarf; /* the object that describes it, borrowed; NULL without DWARF */
	uint64_t address;	    /* st_value without the Thumb bit */
	bool arm_state;		    /* a function for ARM that is not Thumb code */
};

struct natives;

/* An empty set; NULL after a report.  DIAG must outlive it. */
struct natives *natives_new(struct diag *diag);

/* Frees the set; NULL is fine. */
void natives_free(struct natives *natives);

/*
 * Adds what the ELF object, image or ar archive at PATH defines.  False after a
 * report: no ELF file, no symbol table, LTO bytecode only, a thin archive
 * whose members are not there, another machine, class or byte order than that of the
 * files before.
 */
bool natives_add_file(struct natives *natives, const char *path);

/*
 * Whether OBJECT can be linked with the files of NATIVES: machine, class, byte
 * order.  False after a report; true where there are no files.
 */
bool natives_fit(struct diag *diag, const struct natives *natives, const struct object *object);

/* Adds one definition that no file has yet; both strings are copied. */
bool natives_add(struct natives *natives, const char *name, const char *source);

/* The same for a definition that may be weak. */
bool natives_add_definition(
	struct natives *natives, const char *name, const char *source, bool weak);

/* The first definition of exactly NAME, or NULL. */
const struct native *natives_find(const struct natives *natives, const char *name);

/* All definitions of exactly NAME: *LIST (borrowed until the next addition) and their number. */
size_t natives_find_all(
	const struct natives *natives, const char *name, const struct native *const **list);

/* The definitions whose kebab-case is KEBAB, in the same way. */
size_t natives_find_kebab(
	const struct natives *natives, const char *kebab, const struct native *const **list);

/* How many definitions there are, and the one at INDEX, in the order of addition. */
size_t natives_count(const struct natives *natives);
const struct native *natives_at(const struct natives *natives, size_t index);

#endif
