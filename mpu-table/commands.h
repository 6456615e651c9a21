/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The subcommands of mpu-table, one file each.
 *
 * Every function gets the arguments from the subcommand's name on (argv[0] is
 * "check"), understands --help, and returns the exit status of the tool: 0
 * done, 1 findings or refusal, 2 wrong usage (enum in lib/diag.h).
 */
#ifndef BERTH_MPU_TABLE_COMMANDS_H
#define BERTH_MPU_TABLE_COMMANDS_H

/* Compares the region table with the image that holds it: cmd_check.c. */
int cmd_check(int argc, char **argv);

/* Says what registers typed by hand do: cmd_decode.c. */
int cmd_decode(int argc, char **argv);

/* Compares what contexts may touch in two builds: cmd_diff.c. */
int cmd_diff(int argc, char **argv);

/* Writes rows for firmware that loads them itself: cmd_emit.c. */
int cmd_emit(int argc, char **argv);

/* Makes the rows for a range typed by hand: cmd_encode.c. */
int cmd_encode(int argc, char **argv);

/* Prints the region table for people or programs: cmd_show.c. */
int cmd_show(int argc, char **argv);

#endif
