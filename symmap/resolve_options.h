/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The options and inputs of commands that resolve imports: the core module,
 * where its components and natives are said, and all of it read.
 */
#ifndef BERTH_RESOLVE_OPTIONS_H
#define BERTH_RESOLVE_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>

#include "symmap/component_options.h"
#include "symmap/resolve.h"

/* Zeroed at first; strings are borrowed from the arguments. */
struct resolve_options {
	const char *core;
	bool objects; /* the core module may also be an object that lists its imports */
	const char *import_map;
	const char *map;
	const char **against;
	size_t against_count;
	struct component_options components;
};

/* Their rows for getopt_long, and what it returns for them. */
#define RESOLVE_OPTIONS                                                                            \
	{"import-map", required_argument, NULL, 'i'}, {"map", required_argument, NULL, 'm'},       \
		{"against", required_argument, NULL, 'a'},                                         \
		{"component", required_argument, NULL, 'c'},                                       \
	{                                                                                          \
		"arena", required_argument, NULL, 'r'                                              \
	}

/* The lines of --help about them. */
#define RESOLVE_OPTIONS_HELP                                                                       \
	"      --import-map FILE     the fuser's import map of that module (JSON)\n"               \
	"      --map FILE            names given by hand, see berth-map(5)\n"                      \
	"      --against NATIVE      an object, archive or image that defines natives;\n"          \
	"                            may be given again\n"                                         \
	"      --component [N=]NAME  the name of component N of a fused module, or of the\n"       \
	"                            only one; may be given again\n"                               \
	"      --arena NAME          elfbind inject will give component NAME an arena;\n"          \
	"                            may be given again\n"

/*
 * Takes OPTION, one of the above, with its argument in optarg.  False without a
 * report when it is none of them; after a report *GOOD is false.
 */
bool resolve_options_take(
	struct diag *diag, struct resolve_options *options, int option, bool *good);

void resolve_options_free(struct resolve_options *options);

/* What was read.  NATIVES is NULL when nothing was given to resolve against. */
struct resolve_inputs {
	bool is_object; /* the module has the imports only, and those without their types */
	struct wasm_module *module;
	struct meld_owners owners;
	struct symbol_map *map;
	struct natives *natives;
};

/* Reads all of it, and numbers the components.  resolve_inputs_free in any case. */
bool resolve_inputs_read(
	struct diag *diag, struct resolve_options *options, struct resolve_inputs *inputs);

void resolve_inputs_free(struct resolve_inputs *inputs);

#endif
