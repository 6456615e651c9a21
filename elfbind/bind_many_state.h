/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What a run over several objects works on.  Nobody but elfbind/bind_many*.c
 * includes this.
 */
#ifndef BERTH_BIND_MANY_STATE_H
#define BERTH_BIND_MANY_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elfbind/bind.h"
#include "elfbind/bind_many.h"
#include "elfbind/work.h"
#include "lib/diag.h"
#include "lib/file.h"
#include "lib/object.h"
#include "lib/output.h"

/* Messages of one job, to be told when their turn comes; most have none. */
struct caught {
	char *text; /* owned */
	size_t size;
	size_t told;
};

/* An object to be bound: a file of its own, or a member. */
struct unit {
	struct diag diag; /* its messages are caught */
	struct caught caught;
	char *name;		      /* for messages: FILE or ARCHIVE(MEMBER) */
	const uint8_t *header;	      /* of a member */
	struct blob bytes;	      /* until it is parsed, or for good when it is no object */
	struct object *object;	      /* NULL for a member that is none */
	const struct bind_core *core; /* NULL for what no WebAssembly compiler made */
	struct bind_input input;
	struct binding binding;
	struct blob made;
	bool good;
};

struct file {
	const struct bind_many_file *of;
	struct diag diag;
	struct caught caught;
	struct blob blob; /* of an archive */
	bool is_archive;
	const uint8_t *names; /* the archive's long names */
	size_t names_size;
	size_t first; /* in units */
	size_t count;
	struct output *output;
	bool good;
};

struct many {
	struct diag *diag;
	const struct bind_input *shared;
	const struct bind_many_options *options;
	struct file *files;
	size_t file_count;
	struct unit *units;
	size_t unit_count;
	size_t unit_capacity;
	bool *served; /* by entry of the map: one of the objects defines its old name */
	struct progress progress;
};

/* Lets the messages of DIAG wait in CAUGHT; false after a report. */
bool many_catch(struct many *many, struct diag *diag, struct caught *caught);

/* Tells what all jobs of a phase had to say, in the order of the inputs; false when one failed. */
bool many_tell_all(struct many *many);

/* Runs JOB for each number below COUNT. */
void many_run(
	struct many *many, size_t count, size_t workers, void (*job)(void *context, size_t index));

static inline bool is_global_definition(const struct object_symbol *symbol)
{
	return symbol->section != SHN_UNDEF && symbol->binding != STB_LOCAL;
}

/* Adds up what was found in which object. */
void many_add_flags(bool *sum, const bool *flags, size_t count);

/*
 * elfbind/bind_many_cores.c: checks that every core module is that of one object, and that the
 * seam lists nothing that none of them imports.
 */
bool many_check_cores(struct many *many);
bool many_check_seams(struct many *many);

/* The same file: tells lines of the map that name nothing, which may be misspelt. */
void many_note_idle_lines(struct many *many);

/* elfbind/bind_many_inputs.c: reads all files and makes a unit of each object in them. */
bool many_read(struct many *many);

/* elfbind/bind_many_crossings.c: checks what the objects say of each other's names. */
bool many_check_crossings(struct many *many);

/* elfbind/bind_many_outputs.c: writes all files, and makes them appear together. */
bool many_write(struct many *many);
bool many_commit(struct many *many);

#endif
