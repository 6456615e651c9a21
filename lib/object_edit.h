/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Editing ELF objects by as little as possible.
 *
 * The edited file is the input, byte for byte, but for
 *   - table entries (symbols, relocations, section headers) that changed;
 *   - names of symbols that took the place of the old ones, where they fit and
 *     nothing else uses those bytes;
 *   - tables that grew, which move behind the old end of the file together
 *     with the new sections and the new section header table.
 * No section that was not named here changes its bytes or its offset, and no
 * symbol its index, but by object_edit_localize.  An edit that changes nothing gives the same file.
 *
 * Use: object_edit_start, any number of changes, object_edit_write.
 * Every function that can fail reports and returns false, and the edit can
 * then only be freed.
 */
#ifndef BERTH_OBJECT_EDIT_H
#define BERTH_OBJECT_EDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/object.h"
#include "lib/output.h"

struct object_edit;

/* Starts editing OBJECT, which must be ET_REL, is not changed and must outlive the edit. */
struct object_edit *object_edit_start(struct diag *diag, const struct object *object);

/* Starts a relocatable object from nothing, for the given machine; FLAGS is e_flags. */
struct object_edit *object_edit_new(
	struct diag *diag, uint8_t class, uint8_t data, uint16_t machine, uint32_t flags);

void object_edit_free(struct object_edit *edit);

/* Gives symbol SYMBOL a new name. */
bool object_edit_rename_symbol(struct object_edit *edit, uint32_t symbol, const char *name);

/* Replaces value, size, type, binding, visibility and section of SYMBOL (not its name). */
bool object_edit_set_symbol(
	struct object_edit *edit, uint32_t symbol, const struct object_symbol *to);

/*
 * Adds a symbol; its index goes to *INDEX.  Only global and weak symbols can be
 * added to a file that has globals already, so that no index changes; section
 * symbols are therefore replaced by named globals or existing symbols.
 */
bool object_edit_add_symbol(
	struct object_edit *edit, const struct object_symbol *symbol, uint32_t *index);

/* Points the relocation (as read, by table and entry) at another symbol. */
bool object_edit_retarget(
	struct object_edit *edit, const struct object_relocation *relocation, uint32_t symbol);

/* Gives section SECTION a new name. */
bool object_edit_rename_section(struct object_edit *edit, uint32_t section, const char *name);

/*
 * Makes section SECTION a SHT_NOBITS one of SIZE bytes and alignment ALIGN.
 * Its bytes stay in the file, unused, so that nothing else moves.
 */
bool object_edit_make_nobits(
	struct object_edit *edit, uint32_t section, uint64_t size, uint64_t align);

/*
 * Adds a section (name, type, flags, size, align and, unless SHT_NOBITS, bytes
 * are used; bytes are copied).  Its index goes to *INDEX.
 */
bool object_edit_add_section(
	struct object_edit *edit, const struct object_section *section, uint32_t *index);

/* Adds a relocation to section SECTION, which must be one that was added in this edit.
 * REL machines (ARM, i386) must have the addend in the section's bytes. */
bool object_edit_add_relocation(struct object_edit *edit, uint32_t section, uint64_t offset,
	uint32_t type, uint32_t symbol, int64_t addend);

/*
 * Makes the global symbols I of the input with LOCALIZED[I] local.  As local
 * symbols come first, the symbol table gets a new order, and relocations, group
 * signatures and lists of symbols their new numbers.  Refused: a section of an
 * unknown type that belongs to the symbol table.  Symbol numbers are those of
 * the input no more, so that this is the last change before the writing.
 */
bool object_edit_localize(struct object_edit *edit, const bool *localized);

/* Whether anything would differ from the input. */
bool object_edit_changed(const struct object_edit *edit);

/* Makes the edited file in *FILE, which the caller frees with blob_free. */
bool object_edit_write(struct object_edit *edit, struct blob *file);

/*
 * Writes the edited file to OUTPUT, which stays open.  Only needs memory for what
 * changed; what was left in the input (object_read_part) goes from file to file.
 * An input that changed since it was opened is reported.
 */
bool object_edit_save(struct object_edit *edit, struct output *output);

#endif
