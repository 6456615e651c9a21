/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The subcommands of symmap, one file each.
 *
 * Every function gets the arguments from the subcommand's name on (argv[0] is
 * "resolve"), understands --help, and returns the exit status of the tool: 0
 * done, 1 findings or refusal, 2 wrong usage (enum in lib/diag.h).
 */
#ifndef BERTH_SYMMAP_COMMANDS_H
#define BERTH_SYMMAP_COMMANDS_H

#include <getopt.h>

#include "lib/diag.h"

/* Says which native serves each import: cmd_resolve.c. */
int cmd_resolve(int argc, char **argv);

/* Validates a map: cmd_check.c. */
int cmd_check(int argc, char **argv);

/* Says what each export may touch: cmd_reach.c. */
int cmd_reach(int argc, char **argv);

/* Writes C prototypes of exports and imports: cmd_header.c. */
int cmd_header(int argc, char **argv);

/* Prints a map as objcopy reads it: cmd_apply.c. */
int cmd_apply(int argc, char **argv);

/* Prints the kebab-case of names: cmd_kebab.c. */
int cmd_kebab(int argc, char **argv);

#endif
