/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mpu-table: the first word says what to do, the rest is for the file of that name. */
#include <stdio.h>
#include <string.h>

#include "lib/diag.h"
#include "lib/version.h"
#include "mpu-table/commands.h"

struct command {
	const char *name;
	const char *purpose;
	int (*run)(int argc, char **argv);
};

static const struct command commands[] = {
	{"check", "compare the region table with the image that holds it", cmd_check},
	{"decode", "say what protection registers do", cmd_decode},
	{"encode", "make the protection registers for a range", cmd_encode},
	{"show", "print the region table", cmd_show},
};

enum { COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]) };

static void print_help(FILE *stream)
{
	fputs("usage: mpu-table COMMAND [ARGUMENT]...\n"
	      "       mpu-table COMMAND --help\n"
	      "       mpu-table --help | --version\n"
	      "\n"
	      "Reads the region table of a firmware, which says what each component may touch,\n"
	      "and the registers of memory protection units.\n"
	      "\n",
		stream);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(stream, "  %-8s %s\n", commands[i].name, commands[i].purpose);
}

/* Late write errors count: a full disk behind stdout must not end as success. */
static int finish(int status)
{
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return status;
	perror("mpu-table: standard output");
	return status == STATUS_DONE ? STATUS_REFUSED : status;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		print_help(stderr);
		return STATUS_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		print_help(stdout);
		return finish(STATUS_DONE);
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("mpu-table (berth) " BERTH_VERSION);
		return finish(STATUS_DONE);
	}
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return finish(commands[i].run(argc - 1, argv + 1));
	struct diag diag = DIAG_INIT("mpu-table");
	diag_error(&diag, NULL, "there is no command '%s': see mpu-table --help", argv[1]);
	return STATUS_USAGE;
}
