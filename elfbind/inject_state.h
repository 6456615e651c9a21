/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the parts of one injection share. */
#ifndef BERTH_INJECT_STATE_H
#define BERTH_INJECT_STATE_H

#include "elfbind/init_records.h"
#include "elfbind/inject.h"
#include "lib/bind_record.h"
#include "lib/object_edit.h"

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

/*
 * Reads the record of bind, and finds the components of the object in it and in
 * the layout.  Refused: no record, that of another module, components that were
 * named and are not those of the record, or not in the layout under the number
 * that the fuser gave them.
 */
bool inject_find_components(struct injection *run);

/* Adds the entry points of COMPONENT's exports. */
bool inject_entries(struct injection *run, const struct inject_component *component);

/* The first symbol called NAME in the object, or 0. */
uint32_t inject_find_symbol(const struct object *object, const char *name);

/* Defines the global NAME, which the caller still owns and which may be undefined so far. */
bool inject_define(struct injection *run, const char *name, const struct object_symbol *as);

#endif
