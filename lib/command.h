/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What the tools with subcommands do alike: the first word of the command line
 * picks the function, --help and --version are the same everywhere, and a late
 * error on standard output is an error.
 */
#ifndef BERTH_COMMAND_H
#define BERTH_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/diag.h"

struct command {
	const char *name;
	const char *purpose; /* a line for --help */
	/* Gets the words from the subcommand's name on; returns the exit status. */
	int (*run)(int argc, char **argv);
};

/*
 * Runs TOOL: the command that argv[1] names, --help, or --version.  ABOUT is a
 * sentence or two for --help, each line ended.  Returns the exit status
 * (lib/diag.h); one of 0 becomes 1 when standard output cannot be written.
 */
int command_main(const char *tool, const char *about, const struct command *commands, size_t count,
	int argc, char **argv);

/* Prints HELP for a command and returns its exit status; command_main sees whether it came out. */
int command_help(const char *help);

/*
 * Reports what getopt_long has just answered with OPTION: ':' for an option
 * whose argument is missing, anything else for one that is not there.  ARGV is
 * what the command was given, its name first.  Returns false.
 */
bool command_wrong_option(struct diag *diag, char *const *argv, int option);

#endif
