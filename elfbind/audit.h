/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The audit: what is wrong with an object or a linked image, as far as it can
 * be seen, and what cannot be seen.
 *
 * Findings have identifiers, which stay what they are:
 *
 *     A001  an undefined symbol is left          A005  memory.grow in a core module
 *     A002  a weak symbol without a definition   A006  an allocator that grows memory
 *     A003  a call that goes nowhere             A007  no symbol table to look into
 *     A004  a WebAssembly name on a definition   A008  a section of the layout is missing
 *     A009  a core module that is not the image's
 *     A010  memory.grow that nothing calls (lesser)
 *     A011  a core module names a growing allocator (lesser)
 *     A012  a component calls a native that the seam does not list
 *     A013  the seam lists what is not called
 *     A014  the seam cannot be compared
 *     A015  a memory is smaller than its module declares (lesser)
 *     A016  a context opens a memory that nothing of its component touches
 *     A017  a context opens a memory for writing that is only read
 *     A018  a context does not open what its component touches
 *     A019  an import is served by a component's own code
 *     A020  the vector table has not the runtime's handler (lesser)
 *     A021  a component calls code that its context does not open, or native code calls it
 *
 * and R01 to R18 for the region table (mpu-table(1)).
 */
#ifndef BERTH_AUDIT_H
#define BERTH_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/bind_record.h"
#include "lib/diag.h"
#include "lib/layout.h"
#include "lib/object.h"
#include "lib/meld.h"
#include "lib/wasm.h"
#include "symmap/component_options.h"

struct seam;

/* A core module, and what was found out about it for all files together. */
struct audit_core {
	struct wasm_module *module;	     /* owned */
	bool matched;			     /* some file was made from it */
	bool scanned;			     /* for growth; what was found has been reported */
	bool grows;			     /* where an export reaches it */
	size_t dead_growth;		     /* functions with memory.grow that none reaches */
	struct meld_owners owners;	     /* whose each function is; empty without a seam */
	struct component_options components; /* what they are called in the firmware */
	bool names_taken;		     /* those names are borrowed from an image */
	bool allocators;		     /* its names are those of a growing allocator */
};

struct audit_input {
	const struct object *image;
	const struct bind_records *records; /* of the image */
	struct audit_core *cores; /* what the components were compiled from; may be none */
	size_t core_count;
	const struct layout *layout; /* NULL without one */
	const struct seam *seam;     /* NULL without one */
	bool alone;		     /* no other file is looked at */
};

/* What was looked for, in the order of the summary. */
enum audit_subject {
	AUDIT_SYMBOLS,	  /* A001 */
	AUDIT_WEAK,	  /* A002 */
	AUDIT_CALLS,	  /* A003 */
	AUDIT_NAMES,	  /* A004 */
	AUDIT_OWN,	  /* A019 */
	AUDIT_CORES,	  /* A009 */
	AUDIT_GROWTH,	  /* A005, A010 */
	AUDIT_ALLOCATORS, /* A006, A011 */
	AUDIT_SEAM,	  /* A012, A013, A014 */
	AUDIT_SECTIONS,	  /* A008, A015 */
	AUDIT_GRANTS,	  /* A016, A017, A018 */
	AUDIT_CLOSED,	  /* A021 */
	AUDIT_TABLE,	  /* R01 to R18 */
	AUDIT_SUBJECTS,
};

enum audit_verdict { AUDIT_NOT_VISIBLE, AUDIT_NONE, AUDIT_PRESENT };

/* What the audit of one file came to. */
struct audit_report {
	char *path; /* owned */
	struct {
		enum audit_verdict verdict;
		char text[96]; /* what was looked at, or why it could not be */
	} subjects[AUDIT_SUBJECTS];
	bool records_cores; /* the file says which core modules it was made from */
	size_t fresh;	    /* findings that are not accepted */
	size_t accepted;    /* and those that are */
};

struct audit {
	struct diag *diag;
	const struct audit_input *input;
	struct audit_report *report;
	size_t cores_not_given; /* modules that the image records and nobody gave */
};

/*
 * Looks at everything, reports findings with diag_error and lesser statements
 * with diag_note, and fills in the verdicts of *REPORT.
 */
void audit_image(struct diag *diag, const struct audit_input *input, struct audit_report *report);

/* A subject and a verdict in words. */
const char *audit_subject_name(enum audit_subject subject);
const char *audit_verdict_name(enum audit_verdict verdict);

/* What no audit sees, in a sentence. */
extern const char audit_never_visible[];

/* Says of a subject what was looked at: none from now on, unless something is found. */
void audit_looked(struct audit *audit, enum audit_subject subject, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Says why a subject cannot be seen; it stays "not visible here". */
void audit_blind(struct audit *audit, enum audit_subject subject, const char *why);

/* Marks a subject as present; what was found is reported with diag_error. */
void audit_found(struct audit *audit, enum audit_subject subject);

/* A001, A002, A004, A006: audit_symbols.c. */
void audit_symbols(struct audit *audit);

/* A003: audit_calls.c. */
void audit_calls(struct audit *audit);

/* A019: audit_own.c. */
void audit_own(struct audit *audit);

/* A020: audit_vectors.c. */
void audit_vectors(struct audit *audit);

/* A009: audit_cores.c.  Whether all modules of the image are given, and no others. */
void audit_cores(struct audit *audit);

/* A009 for the modules that none of several files was made from. */
void audit_cores_unmatched(struct diag *diag, const struct audit_core *cores, size_t count);

/* Whether the image is, as far as it says, made from the module. */
bool audit_is_core_of(const struct audit_input *input, const struct wasm_module *module);

/*
 * Gives every core module of INPUT whose components were not named the names that
 * its record has, borrowed from the image until audit_forget_names.  Refused: other
 * names than those.
 */
bool audit_name_components(struct diag *diag, const struct audit_input *input);
void audit_forget_names(const struct audit_input *input);

/* A012, A013, A014: audit_seam.c.  After audit_cores. */
void audit_seam(struct audit *audit);

/* The same where calls are not decoded, by the records: audit_seam_records.c. */
void audit_seam_records(struct audit *audit);

/* A016, A017, A018: audit_grants.c. */
void audit_grants(struct audit *audit);

/* A021: audit_closed.c. */
void audit_closed(struct audit *audit);

/* Allocators that ask for more memory when theirs is full; ends with NULL. */
extern const char *const audit_allocators[];

/* Whether NAME, perhaps mangled, is one of a function of allocator number ALLOCATOR. */
bool audit_is_allocator(const char *name, size_t allocator);

/* A005, A010, A011: audit_growth.c.  After audit_cores: without every module of the image the
 * verdict is never "none". */
void audit_growth(struct audit *audit);

/*
 * Whether NAME is one that only WebAssembly gives: empty, "$2", poll-task,
 * tick-now$4, ns:pkg/iface@1.0.0#func, cabi_post_ in front of the last.
 */
bool audit_is_wasm_name(const char *name);

#endif
