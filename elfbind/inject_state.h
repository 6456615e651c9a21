/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the parts of one injection share. */
#ifndef BERTH_INJECT_STATE_H
#define BERTH_INJECT_STATE_H

#include "elfbind/init_records.h"
#include "elfbind/inject.h"
#include "lib/bind_record.h"
#include "lib/meld.h"
#include "lib/object_edit.h"

#define NO_SYMBOL 0u /* symbol 0 of every table is the null symbol */

/* A component that lives in the object. */
struct inject_component {
	size_t layout;	   /* its index in the layout, which is that of its context */
	uint32_t recorded; /* and in the record */
};

/* Everything that one run works on. */
struct injection {
	struct diag *diag;
	const struct inject_input *input;
	struct bind_records records_of_bind;
	const struct bind_record *bound;     /* the object's own among them */
	struct inject_component *components; /* owned */
	size_t component_count;
	uint32_t *import_symbols; /* owned; by import of the record: its native's, where a table has
				     it */
	struct object_edit *edit;
	struct init_records records;
};

/* The component that is worked on; what it points to is the layout's. */
struct inject_target {
	const struct layout_component *component;
	const struct layout_region *memory;
	const struct layout_region *data;
	uint32_t context; /* index in the region table */
	size_t joint;	  /* the region that it has together with others, or LAYOUT_NONE */
	uint32_t index;	  /* of its memory in the module */
	struct meld_use use;
};

/*
 * Reads the record of bind, and finds the components of the object in it and in
 * the layout.  Refused: no record, that of another module, components that were
 * named and are not those of the record, or not in the layout under the number
 * that the fuser gave them.
 */
bool inject_find_components(struct injection *run);

/* Adds the entry points of COMPONENT's exports. */
bool inject_entries(struct injection *run, const struct inject_component *component);

/*
 * Finds component NUMBER of the layout in the module, and what its code uses
 * there; meld_use_free frees TARGET->use, also after a refusal.  Refused: a
 * layout that was made for another module.
 */
bool inject_target_start(struct diag *diag, const struct inject_input *input, size_t number,
	struct inject_target *target);

/* Bytes of the memory as the module has it, trimmed by the layout or not. */
uint64_t inject_declared_size(const struct inject_target *target);

/* Places the memory's section in the object, empty, and names its start; IMAGE is
 * its initial data. */
bool inject_memory(
	struct injection *run, const struct inject_target *target, const struct blob *image);

/* Adds the data region, empty, as *SECTION, and names its start. */
bool inject_data(struct injection *run, const struct inject_target *target, uint32_t *section);

/* Adds the joint region of TARGET, which is the first of those that have it, and
 * names its start. */
bool inject_joint(struct injection *run, const struct inject_target *target);

/*
 * What the compiler for RISC-V has put into the object gives way to what inject
 * adds: GLOBALS, which go into the data region SECTION, and MEMORY.
 */
bool inject_take_compiler_data(struct injection *run, const struct inject_target *target,
	uint32_t section, const struct blob *globals, const struct blob *memory);

/* Says with which layout the records were made, see layout_mark. */
bool inject_layout_mark(struct injection *run, const struct inject_target *target);

/*
 * Adds the records that fill the component's function table, if it has one.
 * Refused: initial data IMAGE where the table lies, and functions without a symbol.
 */
bool inject_function_table(
	struct injection *run, const struct inject_target *target, const struct blob *image);

/*
 * Adds the veneer that allocates in the component's arena, and the constant that
 * it reads there, unprivileged; ALLOCATOR is the symbol of berth_arena_realloc, one
 * for all veneers of the object.  Refused: an object that needs an arena where the
 * layout has none.
 */
bool inject_arena(struct injection *run, const struct inject_target *target, uint32_t allocator);

/* Refuses what a linker would give to the native program, such as .init_array or .data. */
bool inject_check_sections(struct injection *run);

/*
 * Renames the object's code and constants to .text.berth.unit.UNIT and
 * .rodata.berth.unit.UNIT, by which a linker script finds them.
 */
bool inject_rename_unit(struct injection *run);

/* The name for what is added for COMPONENT; KIND is ".text" or ".rodata".  A new
 * string, or NULL. */
char *inject_unit_section(const struct injection *run, const char *kind, const char *component);

/* The first section called NAME in the object, or 0. */
uint32_t inject_find_section(const struct object *object, const char *name);

/* Defines the global NAME, which is freed, at the start of SECTION, with SIZE bytes. */
bool inject_define_region(struct injection *run, char *name, uint32_t section, uint64_t size);

/* The symbol NAME, which is freed, in *SYMBOL; added when the object does not have it. */
bool inject_undefined_symbol(struct injection *run, char *name, uint32_t *symbol);

/* The first symbol called NAME in the object, or 0. */
uint32_t inject_find_symbol(const struct object *object, const char *name);

/* Defines the global NAME, which the caller still owns and which may be undefined so far. */
bool inject_define(struct injection *run, const char *name, const struct object_symbol *as);

/* The same; its index goes to *SYMBOL. */
bool inject_define_as(
	struct injection *run, const char *name, const struct object_symbol *as, uint32_t *symbol);

#endif
