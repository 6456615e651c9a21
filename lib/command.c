/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/command.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "lib/version.h"

static void print_help(FILE *stream, const char *tool, const char *about,
	const struct command *commands, size_t count)
{
	fprintf(stream,
		"usage: %s COMMAND [ARGUMENT]...\n"
		"       %s COMMAND --help\n"
		"       %s --help | --version\n"
		"\n%s\n",
		tool, tool, tool, about);
	for (size_t i = 0; i < count; i++)
		fprintf(stream, "  %-8s %s\n", commands[i].name, commands[i].purpose);
}

/* A full disk behind standard output must not end as success. */
static int finish(const char *tool, int status)
{
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return status;
	fprintf(stderr, "%s: standard output cannot be written\n", tool);
	return status == STATUS_DONE ? STATUS_REFUSED : status;
}

int command_main(const char *tool, const char *about, const struct command *commands, size_t count,
	int argc, char **argv)
{
	if (argc < 2) {
		print_help(stderr, tool, about, commands, count);
		return STATUS_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		print_help(stdout, tool, about, commands, count);
		return finish(tool, STATUS_DONE);
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("%s (berth) %s\n", tool, BERTH_VERSION);
		return finish(tool, STATUS_DONE);
	}
	for (size_t i = 0; i < count; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return finish(tool, commands[i].run(argc - 1, argv + 1));
	struct diag diag = DIAG_INIT(tool);
	diag_error(&diag, NULL, "there is no command '%s': see %s --help", argv[1], tool);
	return STATUS_USAGE;
}

int command_help(const char *help)
{
	fputs(help, stdout);
	return STATUS_DONE;
}

bool command_wrong_option(struct diag *diag, char *const *argv, int option)
{
	char cluster[] = {'-', (char)optopt, '\0'};
	/* A cluster of short options is not behind us yet, so its letter is all there
	 * is to show. */
	bool letter = optopt > 0 && optopt < 256 && argv[optind - 1][1] != '-';
	const char *word = letter ? cluster : argv[optind - 1];
	if (option == ':')
		return diag_error(diag, NULL, "%s: %s needs an argument: see %s %s --help", argv[0],
			word, diag->tool, argv[0]);
	return diag_error(diag, NULL, "%s: there is no option %s: see %s %s --help", argv[0], word,
		diag->tool, argv[0]);
}
