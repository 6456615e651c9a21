/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* symmap: the first word says what to do, the rest is for the file of that name. */
#include <stdio.h>
#include <string.h>

#include "lib/version.h"
#include "symmap/commands.h"

struct command {
	const char *name;
	const char *purpose;
	int (*run)(int argc, char **argv);
};

static const struct command commands[] = {
	{"resolve", "say which native serves each import, and why", cmd_resolve},
	{"header", "write C prototypes of exports and imports", cmd_header},
	{"check", "validate a map", cmd_check},
	{"kebab", "print the kebab-case of names", cmd_kebab},
};

enum { COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]) };

static void print_help(FILE *stream)
{
	fputs("usage: symmap COMMAND [ARGUMENT]...\n"
	      "       symmap COMMAND --help\n"
	      "       symmap --help | --version\n"
	      "\n"
	      "Finds the native symbols that serve the imports of a WebAssembly module.\n"
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
	perror("symmap: standard output");
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
		puts("symmap (berth) " BERTH_VERSION);
		return finish(STATUS_DONE);
	}
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return finish(commands[i].run(argc - 1, argv + 1));
	struct diag diag = DIAG_INIT("symmap");
	diag_error(&diag, NULL, "there is no command '%s': see symmap --help", argv[1]);
	return STATUS_USAGE;
}
