/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* elfbind: the first word says what to do, the rest is for the file of that name. */
#include <stdio.h>
#include <string.h>

#include "elfbind/commands.h"
#include "lib/diag.h"
#include "lib/version.h"

struct command {
	const char *name;
	const char *purpose;
	int (*run)(int argc, char **argv);
};

static const struct command commands[] = {
	{"bind", "give every call of an import the native that serves it", cmd_bind},
	{"inject", "add memories, initial data, arenas and the region table", cmd_inject},
	{"audit", "read the linked image back and say what is wrong with it", cmd_audit},
};

enum { COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]) };

static void print_help(FILE *stream)
{
	fputs("usage: elfbind COMMAND [ARGUMENT]...\n"
	      "       elfbind COMMAND --help\n"
	      "       elfbind --help | --version\n"
	      "\n"
	      "Works on ELF objects that a WebAssembly compiler made.\n"
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
	perror("elfbind: standard output");
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
		puts("elfbind (berth) " BERTH_VERSION);
		return finish(STATUS_DONE);
	}
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return finish(commands[i].run(argc - 1, argv + 1));
	struct diag diag = DIAG_INIT("elfbind");
	diag_error(&diag, NULL, "there is no command '%s': see elfbind --help", argv[1]);
	return STATUS_USAGE;
}
