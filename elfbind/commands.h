/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The subcommands of elfbind, one file each.
 *
 * Every function gets the arguments from the subcommand's name on (argv[0] is
 * "bind"), understands --help, and returns the exit status of the tool: 0
 * done, 1 findings or refusal, 2 wrong usage (enum in lib/diag.h).
 */
#ifndef BERTH_ELFBIND_COMMANDS_H
#define BERTH_ELFBIND_COMMANDS_H

/* Gives every call of an import the native that serves it: cmd_bind.c. */
int cmd_bind(int argc, char **argv);

/* Adds memories, initial data, arena and region table: cmd_inject.c. */
int cmd_inject(int argc, char **argv);

/* Reads the linked image back and says what is wrong with it: cmd_audit.c. */
int cmd_audit(int argc, char **argv);

#endif
