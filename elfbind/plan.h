/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What binding changes in an object, written down as a whole before any of it
 * is done: new names of symbols and sections, new symbols, and which
 * relocations move to them.
 */
#ifndef BERTH_PLAN_H
#define BERTH_PLAN_H

#include <stdio.h>

#include "lib/diag.h"
#include "lib/file.h"
#include "lib/object.h"
#include "lib/object_edit.h"

struct plan_symbol {
	char *name;    /* owned */
	uint32_t like; /* the symbol whose type, binding and visibility it takes */
};

struct plan_move {
	size_t relocation; /* in object->relocations */
	uint32_t symbol;   /* symbol_count and above: added[symbol - symbol_count] */
};

struct plan {
	const struct object *object;
	uint32_t *symbols; /* by symbol: 1 + where in names its new name is, or 0 */
	char **names;	   /* owned */
	size_t name_count;
	size_t name_capacity;
	bool *imports;	 /* by symbol: named for the native that resolution found */
	bool *localized; /* by symbol: a global definition that becomes local */
	bool localizes;	 /* some are */
	char **sections; /* by section: its new name, owned, or NULL */
	struct plan_symbol *added;
	size_t added_count;
	size_t added_capacity;
	struct plan_move *moves;
	size_t move_count;
	size_t move_capacity;
	/* Borrowed: the symbols, in their order, among which are all that get a name and all that
	 * have one of these; NULL: it may be any. */
	const uint32_t *few;
	size_t few_count;
	struct blob record; /* owned; what the object shall say of its binding; may be empty */
};

/* An empty plan for OBJECT, which must outlive it; plan_free in any case. */
bool plan_make(struct diag *diag, const struct object *object, struct plan *plan);

void plan_free(struct plan *plan);

/* The new name of symbol SYMBOL of the object, or NULL when it keeps its own. */
const char *plan_new_name(const struct plan *plan, size_t symbol);

/* The name that SYMBOL (of the object or added) will have. */
const char *plan_name(const struct plan *plan, uint32_t symbol);

/*
 * Each takes NAME over, also on failure; NULL counts as memory that ran out.
 * Mapping symbols ($a, $t, $d, $x) are refused: tools read code and data by them.
 */
bool plan_rename_symbol(struct diag *diag, struct plan *plan, uint32_t symbol, char *name);
bool plan_rename_section(struct diag *diag, struct plan *plan, uint32_t section, char *name);
bool plan_add_symbol(
	struct diag *diag, struct plan *plan, char *name, uint32_t like, uint32_t *symbol);

/* The relocation at position RELOCATION of the object will refer to SYMBOL (of the object or
 * added). */
bool plan_move(struct diag *diag, struct plan *plan, size_t relocation, uint32_t symbol);

/*
 * Checks the plan as a whole.  Refused: two symbols that would have one name
 * (two undefined ones that resolution gave one native may), two sections
 * likewise, a new name for the signature of a section group, and for anything
 * in an object with link-time bytecode, which keeps the old names.  A definition
 * that becomes local must not be a common symbol, nor belong to a COMDAT group,
 * nor be one of a machine whose relocations mean something else for local ones.
 */
bool plan_check(struct diag *diag, const struct plan *plan);

/* Writes the plan, one line for each change, escaped for a terminal. */
void plan_print(const struct plan *plan, FILE *stream);

/*
 * Starts an edit of the object with all that the plan says, to be written and
 * freed by the caller; NULL after a report.  The record (lib/bind_record.h)
 * is part of it, also where every name is right already.
 */
struct object_edit *plan_edit(struct diag *diag, const struct plan *plan);

/* The same, written to *FILE, which the caller frees with blob_free. */
bool plan_apply(struct diag *diag, const struct plan *plan, struct blob *file);

#endif
